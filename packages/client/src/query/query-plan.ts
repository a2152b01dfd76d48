/** What a query's text becomes once it is split: plain data between the stages; values of parameters and keys come later. */
import type { IndexPlan } from "@cosmoseal/core";
import type { Expression, Json, OffsetLimit, OrderBy, Query } from "@cosmoseal/sql";

/**
 * Who makes the rows. `server`: handed on as they come: the server's word, or what nobody vouches for. `stream`: each document
 * makes rows of its own, page by page, in the server's order. `buffer`: the client sorts, groups, counts or makes distinct, and
 * needs all documents first.
 */
export type RowMaker = "server" | "stream" | "buffer";

export interface QueryPlan {
  readonly rows: RowMaker;
  readonly pushed: Pushed;
  /**
   * The client's part, over opened documents: conditions on sealed paths, projection, and in `buffer` everything else. Undefined
   * where the rows are the opened documents themselves and nothing is left to test.
   */
  readonly residual: Query | undefined;
  /** The rows are the opened documents themselves, with dates and bigints as the schema keeps them; `residual` only tells which. */
  readonly whole: boolean;
  /** Name of the document in `expected`. */
  readonly alias: string;
  /** Public conditions that the server has answered for: a document that fails one was not asked for. */
  readonly expected: readonly Expression[];
  /** In `stream`, what the client counts, because the server would count rows that are dropped or can't see. */
  readonly window: { readonly skip?: Expression; readonly take?: Expression } | undefined;
  /** TOP, OFFSET and LIMIT that the server counts: it may answer with no more rows than that. */
  readonly bound: QueryPlan["window"];
  /** One document may make several rows: JOIN. */
  readonly multiplies: boolean;
  /** A document comes once in a page: false only where the text could not be read. */
  readonly single: boolean;
  /** The server sorts. */
  readonly ordered: boolean;
  /** The SDK needs the service's plan of what is sent, since it sorts or counts what comes of several ranges. */
  readonly merged: boolean;
  /** An order by one sealed path that a range index serves, with a bound on the rows: fetched from the far end of the index. */
  readonly top: TopOrder | undefined;
  /** Why the answer needs all documents that the pushed predicate leaves, whatever it narrows: sorting or counting what is sealed. */
  readonly needs: ScanNeed | undefined;
  /** Parameters that must have a value, since the client evaluates what reads them. */
  readonly parameters: ReadonlySet<string>;
  /** Sealed paths that the query reads, as the application would name them. */
  readonly paths: readonly string[];
}

/** What the server is asked: `text` where the query travels as it was given, else whole documents by a weaker predicate. */
export type Pushed =
  | { readonly text: string; readonly parameters: ReadonlySet<string> | "all" }
  | {
      readonly text?: undefined;
      readonly alias: string;
      readonly where: Weak;
      readonly orderBy?: OrderBy;
      readonly top?: Expression;
      readonly offsetLimit?: OffsetLimit;
      /** Prefix of parameter names that the query doesn't use. */
      readonly prefix: string;
    };

/** The weaker predicate, before values are known. It is never negated. */
export type Weak =
  /** With a gap: a condition on a sealed path that no token narrows. */
  | { readonly kind: "true"; readonly gap?: Gap }
  /** Over public paths alone: as it was written, or its negation. */
  | { readonly kind: "public"; readonly expression: Expression }
  | { readonly kind: "search"; readonly search: Search }
  /** Documents of other schema versions, which seal what the own one leaves public. */
  | { readonly kind: "versions"; readonly versions: readonly number[] }
  | { readonly kind: "and" | "or"; readonly operands: readonly Weak[] }
  /** EXISTS over public arrays; `query` is `SELECT VALUE 1 FROM …` without WHERE. */
  | { readonly kind: "exists"; readonly query: Query; readonly where: Weak };

export interface Gap {
  /** As the application would name it. */
  readonly path: string;
  /** The kind of index that would serve the condition; undefined where none does. */
  readonly wanted: IndexPlan["kind"] | undefined;
}

/** A condition on one sealed path that tokens can stand for, if its values allow it. */
export interface Search {
  /** In the schema's notation. */
  readonly pattern: string;
  /** The value at the path, or an element of the array there. */
  readonly place: "value" | "element";
  readonly condition: SearchCondition;
  /** Indexes on the path that may serve it, best first. Empty: none is declared. */
  readonly indexes: readonly IndexPlan[];
  /** The path is a sealed id or partition key; `target` is the public property that holds the token. */
  readonly identity: Expression | undefined;
}

export type SearchCondition =
  /** `spread`: each constant is an array of values. */
  | {
      readonly op: "equal";
      readonly values: readonly Constant[];
      readonly spread: boolean;
      readonly folded: Fold;
    }
  | { readonly op: "between"; readonly low?: Bound; readonly high?: Bound }
  | { readonly op: "startsWith" | "contains" | "endsWith"; readonly text: Constant; readonly folded: Fold }
  | { readonly op: "like"; readonly text: Constant; readonly escape: Constant | undefined; readonly folded: Fold };

/** Case: `never`, `always` (LOWER of the path), or by the value of the function's last argument. */
export type Fold = "never" | "always" | Constant;

export interface Bound {
  readonly value: Constant;
  readonly inclusive: boolean;
}

/** A value in the query: written there, given as a parameter, or computed of such. */
export type Constant =
  | { readonly literal: Json }
  | { readonly parameter: string }
  | { readonly expression: Expression };

export interface TopOrder {
  readonly index: IndexPlan;
  readonly pattern: string;
  readonly descending: boolean;
  /** Rows to find: OFFSET and LIMIT, or TOP. */
  readonly skip?: Expression;
  readonly take: Expression;
}

export interface ScanNeed {
  readonly path: string;
  readonly clause: string;
}
