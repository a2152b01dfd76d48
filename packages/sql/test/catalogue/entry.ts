/** One entry of the catalogue: a whole query, the rows it must give, and where that expectation comes from. */
import type { CrossTypeEquality } from "../../src/index.js";
import type { Json } from "../../src/tree.js";
import { type Flat, flat } from "./fixtures/flat.js";
import { type Nested, nested } from "./fixtures/nested.js";
import { type Reading, series } from "./fixtures/series.js";

/** The documents that each fixture container holds, by its name. */
export interface Fixtures {
  readonly flat: readonly Flat[];
  readonly nested: readonly Nested[];
  readonly series: readonly Reading[];
}

export const fixtures: Fixtures = { flat, nested, series };

export interface Entry {
  /** A law in English: the title of the test. */
  readonly name: string;
  readonly fixture: keyof Fixtures;
  readonly query: string;
  readonly parameters?: Readonly<Record<string, Json>>;
  /** User-defined functions, the clock, the reading of equality, where the query needs them. */
  readonly options?: Options;
  /** The rows, or the code of the error that the query must be refused with. */
  readonly expected: readonly Json[] | { readonly error: string };
  /** Whether the order of the rows is part of the expectation. */
  readonly ordered: boolean;
  readonly source: Source;
  /** What speaks against the expectation, where the public sources disagree among themselves. */
  readonly doubt?: string;
  /** What the evaluator does instead: the test asserts that it still fails, so that mending it is noticed. */
  readonly open?: string;
}

export interface Options {
  readonly udfs?: Readonly<Record<string, (...values: readonly (Json | undefined)[]) => Json | undefined>>;
  readonly now?: () => Date;
  readonly equality?: CrossTypeEquality;
}

/** The printed page, plain JavaScript over the fixture, or a documented rule applied by hand. */
export type Source = `reference: ${string}` | "javascript" | `reasoned: ${string}`;

/** What an entry may say beyond its query and its rows. */
export interface Extra {
  readonly parameters?: Readonly<Record<string, Json>>;
  readonly options?: Options;
  readonly ordered?: boolean;
  readonly doubt?: string;
  readonly open?: string;
}

/** Makers of entries over one fixture. */
export interface Makers<Row> {
  /** Rows computed by a plain function over the documents; an undefined property is left out, as JSON does. */
  javascript(name: string, query: string, compute: (rows: readonly Row[]) => readonly unknown[], extra?: Extra): Entry;
  /** Rows as printed on a page of the public reference, `page` being its path below `cosmos-db/nosql/query/`. */
  reference(page: string, name: string, query: string, rows: readonly Json[], extra?: Extra): Entry;
  /** Rows that follow from one documented rule, which `rule` states. */
  reasoned(rule: string, name: string, query: string, rows: readonly Json[], extra?: Extra): Entry;
  /** A query that must be refused with this code. */
  refused(code: string, rule: string, name: string, query: string, extra?: Extra): Entry;
}

/** The makers for the fixture of this name. */
export function over<Name extends keyof Fixtures>(fixture: Name): Makers<Fixtures[Name][number]> {
  const entry = (name: string, query: string, expected: Entry["expected"], source: Source, extra: Extra = {}): Entry =>
    Object.freeze({ name, fixture, query, expected, source, ...extra, ordered: extra.ordered ?? false });
  return {
    javascript: (name, query, compute, extra) => {
      if (compute.length === 0) throw new Error(`${name}: a computation that reads no document is a literal`);
      return entry(
        name,
        query,
        plain(compute(fixtures[fixture] as readonly Fixtures[Name][number][])),
        "javascript",
        extra,
      );
    },
    reference: (page, name, query, rows, extra) => entry(name, query, rows, `reference: ${page}`, extra),
    reasoned: (rule, name, query, rows, extra) => entry(name, query, rows, `reasoned: ${rule}`, extra),
    refused: (code, rule, name, query, extra) => entry(name, query, { error: code }, `reasoned: ${rule}`, extra),
  };
}

/** JSON knows no undefined: a property that is undefined disappears, as in SELECT. An undefined row is a slip of the author. */
function plain(rows: readonly unknown[]): readonly Json[] {
  if (rows.includes(undefined)) throw new Error("a computed expectation holds an undefined row");
  return JSON.parse(JSON.stringify(rows)) as Json[];
}
