/** Parsing what was printed gives the tree that was printed, for arbitrary trees. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../src/parse/parse.js";
import { print } from "../src/print/print.js";
import { sizes } from "./sizes.js";
import { anyExpression, anyQuery, placeless } from "./trees.js";

test("parsing what was printed gives the same query", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      expect(placeless(parse(print(query)))).toStrictEqual(query);
    }),
    sizes["printed and parsed again"],
  );
});

test("an expression printed alone is the one that stands in a query", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const { select } = parse(`SELECT VALUE ${print(expression)}`);
      expect(select.what.kind === "SelectValue" && placeless(select.what.value)).toStrictEqual(expression);
    }),
    sizes["printed and parsed again"],
  );
});

test("printing a second time gives the same text", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const text = print(query);
      expect(print(parse(text))).toBe(text);
    }),
    sizes["printed twice"],
  );
});
