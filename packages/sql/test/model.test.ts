/** Random conditions over random small documents: the evaluator against the model of model.ts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, compilePredicate, type Expression, type Json, parse } from "../src/index.js";
import { type Equality, evaluate, functionNames, type Model, parametersOf, rank, textOf } from "./model.js";
import { sizes } from "./sizes.js";

const runs = sizes["evaluator against model"];

describe("the evaluator and the model", () => {
  it("agree on which documents pass a condition", () => {
    fc.assert(
      fc.property(
        conditions,
        fc.array(documents, { minLength: 1, maxLength: 4 }),
        equalities,
        (condition, rows, equality) => {
          const passes = predicate(textOf(condition), equality);
          for (const c of rows) {
            expect(passes(c, parametersOf(condition))).toBe(evaluate(condition, { c }, equality) === true);
          }
        },
      ),
      runs,
    );
  });

  it("agree on which documents pass its negation, where undefined passes neither", () => {
    fc.assert(
      fc.property(
        conditions,
        fc.array(documents, { minLength: 1, maxLength: 4 }),
        equalities,
        (condition, rows, equality) => {
          const passes = predicate(`NOT ${textOf(condition)}`, equality);
          for (const c of rows) {
            expect(passes(c, parametersOf(condition))).toBe(evaluate(condition, { c }, equality) === false);
          }
        },
      ),
      runs,
    );
  });

  it("agree on the value of an expression, undefined being left out", () => {
    fc.assert(
      fc.property(expressions, documents, equalities, (expression, c, equality) => {
        const query = compile(parse(`SELECT VALUE { v: ${textOf(expression)} } FROM c`), { equality });
        const v = plain(evaluate(expression, { c }, equality));
        expect(plain([...query.run([c], parametersOf(expression))])).toEqual([v === undefined ? {} : { v }]);
      }),
      runs,
    );
  });

  it("meet every outcome often: true, false and undefined", () => {
    const outcomes = fc
      .sample(fc.tuple(conditions, documents), 2_000)
      .map(([condition, c]) => JSON.stringify(evaluate(condition, { c })) ?? "undefined");
    const share = (outcome: string): number => outcomes.filter((found) => found === outcome).length / outcomes.length;
    expect(share("true")).toBeGreaterThan(0.1);
    expect(share("false")).toBeGreaterThan(0.1);
    expect(share("undefined")).toBeGreaterThan(0.1);
  });

  it("agree that a parameter is worth its value written as a literal", () => {
    fc.assert(
      fc.property(values, fc.constantFrom("=", "!=", "<", ">="), documents, (value, by, c) => {
        const written = predicate(`c.n ${by} ${JSON.stringify(value)}`);
        const given = predicate(`c.n ${by} @value`);
        expect(given(c, { "@value": value })).toBe(written(c));
      }),
      runs,
    );
  });

  it("agree on the order of types, and of scalars within their type", () => {
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 12 }), fc.boolean(), (rows, descending) => {
        const query = compile(parse(`SELECT VALUE [c.n] FROM c ORDER BY c.n ${descending ? "DESC" : "ASC"}`));
        const keys = [...query.run(rows)].map((row) => (row as readonly Json[])[0]);
        if (descending) keys.reverse();
        expect(keys.length).toBe(rows.length);
        for (const [index, right] of keys.slice(1).entries()) {
          const left = keys[index];
          expect(rank(left)).toBeLessThanOrEqual(rank(right));
          if (typeof left === typeof right && typeof left !== "object" && left !== undefined)
            expect(left <= right!).toBe(true);
        }
      }),
      runs,
    );
  });
});

const equalities = fc.constantFrom<Equality>("observed", "documented");

/** Few values and few names, so that they meet. */
const numbers = fc.constantFrom<Json>(0, 1, -1, 2.5);
const strings = fc.constantFrom<Json>("", "a", "ab", "b", "1", "A%");
const scalars = fc.oneof(numbers, strings, fc.constantFrom<Json>(null, true, false));
const objects: fc.Arbitrary<Json> = fc.dictionary(fc.constantFrom("a", "k"), scalars, { maxKeys: 2 });
const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 1, arbitrary: objects },
  { weight: 1, arbitrary: fc.array(objects, { maxLength: 3 }) },
);

/** Each property is mostly of one type, often of another, and sometimes missing. */
const mostly = (usual: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: values });
const documents: fc.Arbitrary<Json> = fc.record(
  {
    n: mostly(numbers),
    m: mostly(numbers),
    s: mostly(strings),
    t: mostly(strings),
    flag: mostly(fc.boolean()),
    list: mostly(fc.array(fc.oneof(scalars, objects), { maxLength: 3 })),
    deep: mostly(objects),
  },
  { requiredKeys: [] },
);

const constant = (value: Json | undefined): Model => ({ is: "constant", value });
const path = (from: "c" | "x", ...steps: (string | number)[]): Model => ({ is: "path", from, steps });
const paths = fc.constantFrom(
  path("c", "n"),
  path("c", "s"),
  path("c", "flag"),
  path("c", "list"),
  path("c", "list", 0),
  path("c", "deep"),
  path("c", "deep", "k"),
  path("c", "none"),
);
const parameters = fc
  .record({ name: fc.constantFrom("@p", "@q"), value: values })
  .map((parts): Model => ({ is: "parameter", ...parts }));

/** Expressions that are mostly of one type; `x` is in scope within an `exists` only. */
function grammar(inExists: boolean): fc.LetrecValue<Record<"bool" | "num" | "str" | "any", Model>> {
  const elements = inExists ? [fc.constantFrom(path("x"), path("x", "k"))] : [];
  return fc.letrec<Record<"bool" | "num" | "str" | "any", Model>>((tie) => {
    const [bool, num, str, any] = [tie("bool"), tie("num"), tie("str"), tie("any")];
    const not = fc.boolean();
    const depth = { maxDepth: 4, depthSize: "medium" } as const;
    return {
      bool: fc.oneof(
        depth,
        { weight: 4, arbitrary: fc.constantFrom(path("c", "flag"), constant(true), constant(false)) },
        { weight: 6, arbitrary: comparisons(num) },
        { weight: 4, arbitrary: comparisons(str) },
        { weight: 2, arbitrary: comparisons(any) },
        {
          weight: 4,
          arbitrary: fc.record({ left: bool, right: bool }).map((parts): Model => ({ is: "and", ...parts })),
        },
        {
          weight: 4,
          arbitrary: fc.record({ left: bool, right: bool }).map((parts): Model => ({ is: "or", ...parts })),
        },
        { weight: 3, arbitrary: bool.map((of): Model => ({ is: "not", of })) },
        { weight: 1, arbitrary: any.map((of): Model => ({ is: "not", of })) },
        {
          weight: 2,
          arbitrary: fc
            .record({ not, of: num, list: fc.array(fc.oneof(num, any), { minLength: 1, maxLength: 3 }) })
            .map((parts): Model => ({ is: "in", ...parts })),
        },
        {
          weight: 2,
          arbitrary: fc
            .record({ not, of: num, low: num, high: fc.oneof(num, any) })
            .map((parts): Model => ({ is: "between", ...parts })),
        },
        {
          weight: 3,
          arbitrary: fc
            .record({ not, of: fc.oneof(str, any), pattern: patterns })
            .map((parts): Model => ({ is: "like", ...parts })),
        },
        { weight: 3, arbitrary: calls(tests, any) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(fc.constantFrom("STARTSWITH", "CONTAINS"), str, fc.oneof(str, any))
            .map(([name, ...values]): Model => ({ is: "call", name, arguments: values })),
        },
        {
          weight: 1,
          arbitrary: fc.record({ of: bool, yes: bool, no: bool }).map((parts): Model => ({ is: "choice", ...parts })),
        },
        {
          weight: 1,
          arbitrary: fc.record({ left: any, right: bool }).map((parts): Model => ({ is: "coalesce", ...parts })),
        },
        ...(inExists ? [] : [{ weight: 3, arbitrary: exists }]),
      ),
      num: fc.oneof(
        depth,
        {
          weight: 8,
          arbitrary: fc.constantFrom(path("c", "n"), path("c", "m"), constant(0), constant(1), constant(-1)),
        },
        ...elements,
        fc
          .tuple(fc.constantFrom("+", "-", "*"), num, num)
          .map(([by, left, right]): Model => ({ is: "arithmetic", by, left, right })),
        num.map((of): Model => ({ is: "minus", of })),
        calls(["ABS"], num),
        calls(["LENGTH"], str),
        calls(["ARRAY_LENGTH"], any),
        any,
      ),
      str: fc.oneof(
        depth,
        {
          weight: 6,
          arbitrary: fc.constantFrom(path("c", "s"), path("c", "t"), constant("a"), constant("b"), constant("")),
        },
        ...elements,
        fc.record({ left: str, right: str }).map((parts): Model => ({ is: "concat", ...parts })),
        calls(["UPPER"], str),
        any,
      ),
      any: fc.oneof(
        depth,
        paths,
        ...elements,
        fc.oneof(scalars, fc.constant(undefined)).map(constant),
        ...(inExists ? [] : [parameters]),
        { weight: 1, arbitrary: fc.array(any, { maxLength: 2 }).map((items): Model => ({ is: "array", items })) },
        {
          weight: 1,
          arbitrary: fc.record({ of: bool, yes: any, no: any }).map((parts): Model => ({ is: "choice", ...parts })),
        },
        bool,
      ),
    };
  });
}

const tests = functionNames.filter((name) => name.startsWith("IS_"));
const patterns = fc.constantFrom("%", "a%", "%b", "_", "%a%", "", "1", "__%").map(constant);
const exists = fc
  .record({ over: fc.constantFrom(["list"], ["deep", "k"], ["n"]), where: grammar(true).bool })
  .map((parts): Model => ({ is: "exists", ...parts }));
const { bool, any } = grammar(false);
const conditions = withOneValueEach(bool);
const expressions = withOneValueEach(any);

function comparisons(side: fc.Arbitrary<Model>): fc.Arbitrary<Model> {
  const by = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");
  return fc.record({ by, left: side, right: side }).map((parts): Model => ({ is: "compare", ...parts }));
}

function calls(names: readonly (typeof functionNames)[number][], argument: fc.Arbitrary<Model>): fc.Arbitrary<Model> {
  return fc
    .tuple(fc.constantFrom(...names), argument)
    .map(([name, of]): Model => ({ is: "call", name, arguments: [of] }));
}

/** As it would travel: JSON has one zero. */
function plain(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
}

function withOneValueEach(models: fc.Arbitrary<Model>): fc.Arbitrary<Model> {
  return models.map(onlyOneValueEach);
}

/** A parameter has one value in a query: wherever its name stands again, the last one found counts. */
function onlyOneValueEach(model: Model): Model {
  const found = parametersOf(model);
  return JSON.parse(
    JSON.stringify(model, (_, part: unknown) => {
      if (typeof part !== "object" || part === null) return part;
      const { is, name } = part as { is?: string; name?: string };
      if (is === "parameter") return { ...part, value: found[name as string] };
      return is === "constant" && (part as { value?: Json }).value === undefined ? { is } : part;
    }),
  ) as Model;
}

/** The condition of `SELECT * FROM c WHERE …`, compiled. */
function predicate(
  text: string,
  equality: Equality = "observed",
): (row: Json, parameters?: Record<string, Json>) => boolean {
  return compilePredicate(parse(`SELECT * FROM c WHERE ${text}`).where as Expression, { alias: "c", equality });
}
