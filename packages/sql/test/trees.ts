/** Arbitrary trees of the language, each in the form that the parser gives it. */
import fc from "fast-check";
import { impliedAlias } from "../src/parse/alias.js";
import type {
  BinaryOperator,
  Collection,
  Expression,
  OrderBy,
  Query,
  Select,
  SelectItem,
  Source,
  TreeNode,
} from "../src/tree.js";

/** Any JavaScript string: controls, quotes, lone surrogates. */
const anyText = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "",
    "a",
    "order",
    "value",
    "a b",
    "'",
    '"',
    "\\",
    "*/",
    "--",
    "\u2028",
    "größe",
    "@p",
    "ſelect",
    "$v",
  ),
);
const name = fc.constantFrom(
  "c",
  "x",
  "root",
  "Ab_1",
  "_ts",
  "größe",
  "rank",
  "All",
  "first",
  "udf",
  "left",
  "set",
  "let",
  "日本",
);
const word = fc.oneof(name, fc.constantFrom("value", "ORDER", "not", "select", "null", "true", "in"));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, -1e-7, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE),
);
const parameter = fc
  .constantFrom("@a", "@p1", "@0", "@größe")
  .map((text) => ({ kind: "Parameter", name: text }) as const);
const whole = fc.oneof(
  fc.nat().map((value) => ({ kind: "Literal", value }) as const),
  parameter,
);
const count = fc.oneof(whole, fc.double({ min: 0, max: 1e9, noNaN: true }).map(positiveZero));
const text = anyText.map((value) => ({ kind: "Literal", value }) as const);

const depth = fc.createDepthIdentifier();

interface Trees {
  query: Query;
  expression: Expression;
  item: SelectItem;
  collection: Collection;
  source: Source;
  call: Expression & { kind: "Call" };
}

const { query, expression } = fc.letrec<Trees>((tie: fc.LetrecTypedTie<Trees>) => {
  const e = tie("expression");
  const list = fc.array(e, { minLength: 1, maxLength: 3 });
  const kind = <K extends string>(value: K): fc.Arbitrary<K> => fc.constant(value);
  const from = fc.record({
    kind: kind("From"),
    source: tie("source"),
    joins: fc.array(tie("source"), { maxLength: 2 }),
  });
  const direction = fc.constantFrom(
    { descending: false, explicit: false },
    { descending: false, explicit: true },
    { descending: true, explicit: true },
  );
  const ordered = (value: fc.Arbitrary<Expression>) =>
    fc.tuple(value, direction).map(([of, way]) => ({ kind: "OrderItem", value: of, ...way }) as const);
  const orderBy = fc.oneof(
    fc.array(ordered(e), { minLength: 1, maxLength: 2 }).map((items) => ({ kind: "OrderBy", rank: false, items })),
    fc
      .array(ordered(tie("call")), { minLength: 1, maxLength: 2 })
      .map((items) => ({ kind: "OrderBy", rank: true, items })),
  ) as fc.Arbitrary<OrderBy>;
  const what = fc.oneof(
    fc.record({ kind: kind("SelectValue"), value: e }),
    fc.record({ kind: kind("SelectList"), items: fc.array(tie("item"), { minLength: 1, maxLength: 3 }) }),
  );
  const select = (selection: fc.Arbitrary<Select["what"]>) =>
    fc.record(
      { kind: kind("Select"), distinct: fc.boolean(), top: count, what: selection },
      { requiredKeys: ["kind", "distinct", "what"] },
    ) as fc.Arbitrary<Select>;
  const clauses = {
    kind: kind("Query"),
    where: e,
    groupBy: list,
    having: e,
    orderBy,
    offsetLimit: fc.record({ kind: kind("OffsetLimit"), offset: whole, limit: whole }),
  };
  const binary = fc.constantFrom(
    ..."OR AND = != < <= > >= ?? || + - * / % & | ^ << >> >>>".split(" "),
  ) as fc.Arbitrary<BinaryOperator>;
  return {
    query: fc.oneof(
      fc.record({ ...clauses, select: select(what), from }, { requiredKeys: ["kind", "select"] }),
      fc.record(
        { ...clauses, select: select(fc.record({ kind: kind("SelectAll") })), from },
        { requiredKeys: ["kind", "select", "from"] },
      ),
    ) as fc.Arbitrary<Query>,
    item: fc.record(
      { kind: kind("SelectItem"), value: e, alias: fc.oneof(word, anyText) },
      { requiredKeys: ["kind", "value"] },
    ) as fc.Arbitrary<SelectItem>,
    collection: fc.oneof(
      { maxDepth: 2, depthIdentifier: depth },
      fc.record({
        kind: kind("PathCollection"),
        root: name,
        path: fc.array(fc.oneof(word, anyText, fc.nat()), { maxLength: 2 }),
      }),
      fc.record({ kind: kind("QueryCollection"), query: tie("query") }),
    ) as fc.Arbitrary<Collection>,
    source: fc.oneof(
      fc.tuple(tie("collection"), fc.option(name, { nil: undefined })).map(([collection, written]) => {
        const alias = written ?? impliedAlias(collection);
        return { kind: "CollectionSource", collection, ...(alias !== undefined && { alias }) } as const;
      }),
      fc.record({ kind: kind("IterationSource"), alias: name, collection: tie("collection") }),
    ) as fc.Arbitrary<Source>,
    call: fc.oneof(
      fc.record({
        kind: kind("Call"),
        name: fc.constantFrom("COUNT", "ST_DISTANCE", "ALL", "LEFT", "RANK"),
        udf: fc.constant(false),
        arguments: fc.array(e, { maxLength: 2 }),
      }),
      fc.record({ kind: kind("Call"), name, udf: fc.constant(true), arguments: fc.array(e, { maxLength: 2 }) }),
    ) as fc.Arbitrary<Trees["call"]>,
    expression: fc.oneof(
      { withCrossShrink: true, maxDepth: 4, depthIdentifier: depth },
      name.map((of) => ({ kind: "Name", name: of }) as const),
      fc.constantFrom(null, true, false, undefined).map((value) => ({ kind: "Literal", value }) as const),
      number.map((value) => ({ kind: "Literal", value }) as const),
      text,
      parameter,
      fc.record({ kind: kind("Member"), object: e, property: fc.oneof(text, e) }),
      fc.record({ kind: kind("Unary"), operator: fc.constantFrom("NOT", "-", "+", "~"), operand: e }),
      fc.record({ kind: kind("Binary"), operator: binary, left: e, right: e }),
      fc.record({ kind: kind("Binary"), operator: binary, left: e, right: e }),
      fc.record({ kind: kind("Between"), not: fc.boolean(), operand: e, low: e, high: e }),
      fc.record({ kind: kind("In"), not: fc.boolean(), operand: e, list }),
      fc.record(
        { kind: kind("Like"), not: fc.boolean(), operand: e, pattern: e, escape: fc.oneof(text, parameter) },
        { requiredKeys: ["kind", "not", "operand", "pattern"] },
      ),
      // biome-ignore lint/suspicious/noThenProperty: the tree has it, and no tree is awaited
      fc.record({ kind: kind("Conditional"), condition: e, then: e, otherwise: e }),
      tie("call"),
      fc.record({ kind: kind("ArrayLiteral"), items: fc.array(e, { maxLength: 3 }) }),
      fc.record({
        kind: kind("ObjectLiteral"),
        properties: fc.array(fc.record({ kind: kind("Property"), name: fc.oneof(word, anyText), value: e }), {
          maxLength: 2,
        }),
      }),
      fc.record({ kind: fc.constantFrom("ScalarQuery", "ArrayQuery", "Exists"), query: tie("query") }),
      fc.record({ kind: kind("SubqueryCall"), name: fc.constantFrom("ALL", "FIRST", "LAST"), query: tie("query") }),
    ) as fc.Arbitrary<Expression>,
  };
});

function positiveZero(value: number): { kind: "Literal"; value: number } {
  return { kind: "Literal", value: value === 0 ? 0 : value };
}

export const anyQuery: fc.Arbitrary<Query> = query.map(placeless);
export const anyExpression: fc.Arbitrary<Expression> = expression.map(placeless);

/** The tree without the places in the text: two trees are the same when they are equal but for these. */
export function placeless<T extends TreeNode>(node: T): T {
  return strip(node) as T;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, held]) => (key === "at" ? [] : [[key, strip(held)]])));
}
