/** Visiting a tree and making another of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "../src/parse/parse.js";
import { print } from "../src/print/print.js";
import type { Literal, TreeNode } from "../src/tree.js";
import { children } from "../src/walk/children.js";
import { transform } from "../src/walk/transform.js";
import { visit } from "../src/walk/visit.js";
import { sizes } from "./sizes.js";
import { anyQuery } from "./trees.js";

const QUERY = parse("SELECT c.a, (SELECT VALUE t FROM t IN c.tags WHERE t = @t) FROM c WHERE c.b = @b ORDER BY c.a");

describe("a visit", () => {
  test("meets every object of the tree that is a node, each once", () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const met: TreeNode[] = [];
        visit(query, { enter: (node) => void met.push(node) });
        expect(new Set(met)).toStrictEqual(nodesIn(query));
        expect(met.length).toBe(new Set(met).size);
      }),
      sizes["visited and transformed"],
    );
  });

  test("enters a node before its children and leaves it after them, in the order of the text", () => {
    const steps: string[] = [];
    const { where } = parse("SELECT VALUE 1 FROM c WHERE NOT c.a");
    visit(where!, {
      enter: (node) => void steps.push(`+${node.kind}`),
      leave: (node, parent) => void steps.push(`-${node.kind} in ${parent?.kind}`),
    });
    expect(steps).toStrictEqual([
      "+Unary",
      "+Member",
      "+Name",
      "-Name in Member",
      "+Literal",
      "-Literal in Member",
      "-Member in Unary",
      "-Unary in undefined",
    ]);
  });

  test("calls the handler of a node's kind", () => {
    const names: string[] = [];
    visit(QUERY, { Parameter: (node, parent) => void names.push(`${node.name} in ${parent?.kind}`) });
    expect(names).toStrictEqual(["@t in Binary", "@b in Binary"]);
  });

  test("leaves out what is below a node that answers false", () => {
    const names: string[] = [];
    visit(QUERY, {
      ScalarQuery: () => false,
      Parameter: (node) => void names.push(node.name),
      leave: (node) => void expect(node.kind).not.toBe("ScalarQuery"),
    });
    expect(names).toStrictEqual(["@b"]);
  });
});

describe("a transformation", () => {
  test("that replaces nothing gives the very same tree", () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(transform(query, () => undefined)).toBe(query);
        expect(transform(query, { leave: (node) => node })).toBe(query);
      }),
      sizes["visited and transformed"],
    );
  });

  test("leaves the given tree as it is, and shares with it all that has no replacement", () => {
    const before = print(QUERY);
    const after = transform(QUERY, (node) => (isParameter(node, "@b") ? one : undefined));
    expect(print(QUERY)).toBe(before);
    expect(print(after)).toBe(before.replace("@b", "1"));
    expect(after.select).toBe(QUERY.select);
    expect(after.from).toBe(QUERY.from);
    expect(after.orderBy).toBe(QUERY.orderBy);
    expect(after.where).not.toBe(QUERY.where);
  });

  test("takes what stands in for a node on the way down as it is", () => {
    const met: TreeNode[] = [];
    transform(QUERY, (node) => {
      met.push(node);
      return node.kind === "ScalarQuery" ? { ...node, query: parse("SELECT VALUE @x") } : undefined;
    });
    expect(met.some((node) => isParameter(node, "@t") || isParameter(node, "@x"))).toBe(false);
  });

  test("sees on the way up a node with its children already replaced", () => {
    const folded = transform(parse("SELECT VALUE 1 + 2 * 3 + 4"), {
      leave: (node) => {
        if (node.kind !== "Binary" || node.left.kind !== "Literal" || node.right.kind !== "Literal") return undefined;
        const [left, right] = [Number(node.left.value), Number(node.right.value)];
        return { kind: "Literal", value: node.operator === "*" ? left * right : left + right };
      },
    });
    expect(print(folded)).toBe("SELECT VALUE 11");
  });

  test("refuses a replacement of a kind that can't stand in the place", () => {
    expect(() => transform(QUERY, (node) => (node.kind === "SelectItem" ? one : undefined))).toThrow(TypeError);
    expect(() => transform(QUERY, (node) => (node.kind === "Name" ? QUERY : undefined))).toThrow(TypeError);
    const value = { kind: "SelectValue", value: one } as const;
    expect(print(transform(QUERY, (node) => (node.kind === "SelectList" ? value : undefined)))).toMatch(
      /^SELECT VALUE 1 FROM/,
    );
  });

  const one: Literal = { kind: "Literal", value: 1 };

  function isParameter(node: TreeNode, name: string): boolean {
    return node.kind === "Parameter" && node.name === name;
  }
});

test("children are in the order of the text", () => {
  visit(QUERY, {
    enter: (node) => {
      const starts = children(node).map((child) => child.at?.start ?? 0);
      expect(starts).toStrictEqual([...starts].sort((a, b) => a - b));
    },
  });
});

function nodesIn(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (typeof value !== "object" || value === null) return found;
  if ("kind" in value) found.add(value);
  for (const held of Object.values(value)) nodesIn(held, found);
  return found;
}
