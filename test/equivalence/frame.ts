/**
 * What the language allows as an answer: of a query with an order or a bound, several answers are right. The frame holds all
 * rows that the query has without its bound, in order, with the sort key of each; and tells whether the condition matters.
 */
import {
  compile,
  type Expression,
  type Json,
  type Parameters,
  parse,
  type Query,
  SqlError,
  visit,
} from "@cosmoseal/sql";
import { canonicalRow, missingRows } from "./rows.js";

export interface Frame {
  /** Without TOP and OFFSET LIMIT; the sort key as text, the same for all where the query doesn't order. */
  readonly rows: readonly { readonly row: string; readonly key: string }[];
  readonly ordered: boolean;
  readonly skip: number;
  readonly take: number;
  /** To what numbers are rounded before they are compared, since it adds up in another order; 0 where it adds up nothing. */
  readonly step: number;
  /** Documents of which at least one row comes, before grouping and bounds. */
  readonly needed: number;
  /** Some documents meet the condition, some don't, and without it the answer is another. */
  readonly selective: boolean;
}

export function frameOf(text: string, parameters: Parameters, documents: readonly Json[]): Frame {
  const query = parse(text);
  const { offsetLimit, ...unbounded } = query;
  const { top, ...select } = query.select;
  const whole: Query = { ...unbounded, select };
  const step = stepOf(whole, parameters, documents);
  const rows = rowsOf(whole, parameters, documents, step);
  const keys = query.orderBy === undefined ? undefined : keysOf(whole, parameters, documents);
  if (keys !== undefined && keys.length !== rows.length) throw new Error(`Its rows and its sort keys differ: ${text}`);
  const needed = neededOf(query, parameters, documents);
  const { where, ...unfiltered } = whole;
  return {
    rows: rows.map((row, i) => ({ row, key: keys?.[i] ?? "" })),
    ordered: query.orderBy !== undefined,
    skip: numberOf(offsetLimit?.offset, parameters) ?? 0,
    take: numberOf(offsetLimit?.limit ?? top, parameters) ?? Number.POSITIVE_INFINITY,
    step,
    needed,
    selective:
      where !== undefined &&
      needed > 0 &&
      needed < documents.length &&
      !sameRows(rows, rowsOf(unfiltered, parameters, documents, step)),
  };
}

/** Undefined where the rows are an answer of the query; else what is wrong with them. */
export function complaintOf({ rows, skip, take, ordered }: Frame, given: readonly string[]): string | undefined {
  const window = rows.slice(skip, skip + take);
  if (given.length !== window.length) return `${given.length} rows in the place of ${window.length}`;
  if (!ordered) {
    const strange = missingRows(
      given,
      rows.map(({ row }) => row),
    );
    return strange.length === 0 ? undefined : `${strange.length} rows that are none of the query's`;
  }
  for (let start = 0; start < window.length; ) {
    const { key } = window[start]!;
    let end = start;
    while (end < window.length && window[end]!.key === key) end++;
    const tied = rows.filter((one) => one.key === key).map(({ row }) => row);
    const strange = missingRows(given.slice(start, end), tied);
    if (strange.length > 0) return `rows ${start} to ${end - 1} are not those that the order puts there`;
    start = end;
  }
  return undefined;
}

function rowsOf(query: Query, parameters: Parameters, documents: readonly Json[], step: number): string[] {
  return [...compile(query).run(documents, parameters)].map((row) => canonicalRow(row, step));
}

function keysOf(query: Query, parameters: Parameters, documents: readonly Json[]): string[] {
  const properties = query.orderBy!.items.map(({ value }, i) => ({ kind: "Property", name: `k${i}`, value }) as const);
  const value: Expression = { kind: "ObjectLiteral", properties };
  const select = { ...query.select, what: { kind: "SelectValue", value } } as const;
  return rowsOf({ ...query, select }, parameters, documents, 0);
}

function neededOf(query: Query, parameters: Parameters, documents: readonly Json[]): number {
  const ones: Query = {
    kind: "Query",
    select: { kind: "Select", distinct: false, what: { kind: "SelectValue", value: { kind: "Literal", value: 1 } } },
    ...(query.from && { from: query.from }),
    ...(query.where && { where: query.where }),
  };
  const compiled = compile(ones);
  return documents.filter((document) => !compiled.run([document], parameters)[Symbol.iterator]().next().done).length;
}

/**
 * A sum of n numbers is off by at most n × the largest × 2^-53 in each order, however small it turns out itself; the step leaves
 * room above that, so that few answers lie on both sides of an edge.
 */
function stepOf(query: Query, parameters: Parameters, documents: readonly Json[]): number {
  let largest = 0;
  visit(query, {
    Call: ({ name, arguments: [added] }) => {
      if ((name !== "SUM" && name !== "AVG") || added === undefined) return;
      largest = Math.max(largest, largestOf(addends(query, added, parameters, documents)));
    },
  });
  return largest * documents.length * 2 ** -40;
}

/** What is added up; for a sum within a subquery, whatever numbers the documents hold. */
function addends(
  query: Query,
  added: Expression,
  parameters: Parameters,
  documents: readonly Json[],
): readonly unknown[] {
  const select = { kind: "Select", distinct: false, what: { kind: "SelectValue", value: added } } as const;
  try {
    return [...compile({ kind: "Query", select, ...(query.from && { from: query.from }) }).run(documents, parameters)];
  } catch (error) {
    if (error instanceof SqlError) return documents;
    throw error;
  }
}

function largestOf(value: unknown): number {
  if (typeof value === "number") return Math.abs(value);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((largest: number, member) => Math.max(largest, largestOf(member)), 0);
}

function sameRows(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && missingRows(a, b).length === 0;
}

function numberOf(bound: Expression | undefined, parameters: Parameters): number | undefined {
  if (bound === undefined) return undefined;
  if (bound.kind === "Literal") return Number(bound.value);
  if (bound.kind === "Parameter") return Number(parameters[bound.name]);
  throw new Error("A bound is a literal or a parameter.");
}
