/** The client's part of a query, over opened, verified documents: of each one alone, or of all together. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import {
  type CompiledQuery,
  type CompileOptions,
  compile,
  compilePredicate,
  type Expression,
  type Json,
  type Parameters,
  SqlError,
  visit,
} from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { isCertain } from "./certain.js";
import type { PageDocument } from "./page.js";
import type { QueryPlan } from "./query-plan.js";

/** A row and the document that made it, whose n-th it is from 0. */
export interface DocumentRow {
  readonly document: PageDocument;
  readonly ordinal: number;
  readonly row: unknown;
}

export interface Residual {
  /** False for a document that the server was not asked for; undefined where there is nothing to evaluate. */
  readonly isExpected: ((view: Json) => boolean) | undefined;
  /** The rows that documents make, each by itself, made as they are asked for; in order. Throws as `run`. */
  rowsOf(documents: readonly PageDocument[]): Iterable<DocumentRow>;
  /** The rows that all documents make together. Throws ERR_QUERY_TOO_LARGE, ERR_QUERY_SYNTAX, ERR_QUERY_NOT_SUPPORTED. */
  run(documents: AsyncIterable<PageDocument>, signal: AbortSignal | undefined): AsyncIterable<unknown>;
}

/** Throws ERR_QUERY_NOT_SUPPORTED for what only the service evaluates, ERR_QUERY_SYNTAX for what nobody does. */
export function compileResidual(
  { maxBufferedRows, maxBufferedBytes, now }: Pick<SealContext, "maxBufferedRows" | "maxBufferedBytes" | "now">,
  definition: ContainerDefinition<unknown>,
  plan: Pick<QueryPlan, "alias" | "expected" | "multiplies" | "residual" | "rows" | "whole">,
  parameters: Parameters,
): Residual {
  // One clock for the whole run: each document is evaluated on its own, and all must agree about what time it is.
  const started = new Date(now());
  const options: CompileOptions = { maxBufferedRows, maxBufferedBytes, now: () => started };
  const { alias, residual } = plan;
  const tests = plan.expected
    .filter((condition) => isCertain(condition, parameters))
    .map((condition) => told(definition, () => testOf(condition, alias, options)));
  const isExpected: Residual["isExpected"] =
    tests.length === 0 ? undefined : (view) => tests.every((test) => test(view, parameters));
  const chosen = chosenBy(plan);
  if (chosen !== undefined) {
    const test = told(definition, () => testOf(chosen.where, chosen.alias, options));
    return { isExpected, rowsOf: (documents) => rowsThat(definition, test, documents, parameters), run: neverRun };
  }
  const query = residual && told(definition, () => compile(residual, options));
  return {
    isExpected,
    rowsOf: (documents) =>
      query === undefined ? documents.map(itself) : rowsOfEach(definition, query, documents, parameters, plan),
    run: (documents, signal) => runAll(definition, query!, documents, parameters, plan, signal),
  };
}

type Test = (view: Json, parameters: Parameters) => boolean;

/** The condition by which documents are rows, where all that the client does is to leave some of them out. */
function chosenBy({
  multiplies,
  residual,
  rows,
  whole,
}: Pick<QueryPlan, "multiplies" | "residual" | "rows" | "whole">):
  | { readonly where: Expression; readonly alias: string }
  | undefined {
  if (residual?.where === undefined || rows !== "stream" || !whole || multiplies) return undefined;
  const alias = residual.from?.source.alias;
  return alias === undefined ? undefined : { where: residual.where, alias };
}

/** What depends on the document and the parameters alone is compiled once: a plan is asked again and again. */
function testOf(condition: Expression, alias: string, options: CompileOptions): Test {
  const known = kept.get(condition);
  if (known?.alias === alias) return known.test;
  const test = compilePredicate(condition, { ...options, alias });
  if (isSteadfast(condition)) kept.set(condition, { alias, test });
  return test;
}

const kept = new WeakMap<Expression, { readonly alias: string; readonly test: Test }>();

/** No clock, no chance, and nothing that is held back: a run's bounds and its time make no difference. */
function isSteadfast(condition: Expression): boolean {
  let steadfast = true;
  visit(condition, {
    Query: () => {
      steadfast = false;
    },
    Call: ({ name, udf }) => {
      steadfast &&= !udf && !/^(GETCURRENT|RAND$)/.test(name.replaceAll("_", ""));
    },
  });
  return steadfast;
}

function rowsThat(
  definition: ContainerDefinition<unknown>,
  test: Test,
  documents: readonly PageDocument[],
  parameters: Parameters,
): readonly DocumentRow[] {
  try {
    return documents.filter(({ view }) => test(view, parameters)).map(itself);
  } catch (error) {
    throw asOurs(definition, error);
  }
}

/** Of rows that documents make each by itself. */
function neverRun(): never {
  throw new Error("a query whose rows are its documents holds nothing back");
}

/** Whether a document makes a row: the residual's condition, of a query without JOIN. */
export function compileTest(
  definition: ContainerDefinition<unknown>,
  { alias, residual }: Pick<QueryPlan, "alias" | "residual">,
  parameters: Parameters,
): (document: PageDocument) => boolean {
  const where = residual?.where;
  if (where === undefined) return () => true;
  const test = told(definition, () => compilePredicate(where, { alias }));
  return ({ view }) => told(definition, () => test(view, parameters));
}

function itself(document: PageDocument): DocumentRow {
  return { document, ordinal: 0, row: document.document };
}

/** The engine hands out what came of one document before it takes the next. */
function* rowsOfEach(
  definition: ContainerDefinition<unknown>,
  query: CompiledQuery,
  documents: readonly PageDocument[],
  parameters: Parameters,
  plan: Shape,
): Generator<DocumentRow> {
  let document: PageDocument | undefined;
  let ordinal = 0;
  function* views(): Generator<Json> {
    for (document of documents) {
      ordinal = 0;
      yield document.view;
    }
  }
  try {
    for (const row of query.run(views(), parameters)) {
      const own = plan.whole ? ownDocument(plan, document!.document) : freshRow(row);
      yield { document: document!, ordinal: ordinal++, row: own };
    }
  } catch (error) {
    throw asOurs(definition, error);
  }
}

type Shape = Pick<QueryPlan, "multiplies" | "whole">;

/** What the application does to a row must change no other: of a document that makes several, each is a copy. */
function ownDocument({ multiplies }: Shape, document: Record<string, unknown>): Record<string, unknown> {
  return multiplies ? structuredClone(document) : document;
}

async function* runAll(
  definition: ContainerDefinition<unknown>,
  query: CompiledQuery,
  documents: AsyncIterable<PageDocument>,
  parameters: Parameters,
  plan: Shape,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const byView = new WeakMap<object, Record<string, unknown>>();
  const rows = query.runAsync(views(), parameters, { signal });
  try {
    for await (const row of rows) yield plan.whole ? ownDocument(plan, byView.get(row as object)!) : freshRow(row);
  } catch (error) {
    throw asOurs(definition, error);
  }

  async function* views(): AsyncGenerator<Json> {
    for await (const { view, document } of documents) {
      if (plan.whole) byView.set(view as object, document);
      yield view;
    }
  }
}

function told<T>(definition: ContainerDefinition<unknown>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asOurs(definition, error);
  }
}

/** What the engine says isn't passed on: it may quote the text. */
function asOurs(definition: ContainerDefinition<unknown>, error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  const { code } = error;
  const container = definition.name;
  if (code === "COSMOSEAL_BUFFER_EXCEEDED") {
    return new CosmosealError("ERR_QUERY_TOO_LARGE", "The query holds back more than its bound allows.", {
      container,
      remedy: "Narrow its conditions, or raise `seal.maxBufferedRows` or `seal.maxBufferedBytes`.",
    });
  }
  const ours = OF_THE_TEXT.get(code);
  if (ours !== undefined) {
    return new CosmosealError("ERR_QUERY_SYNTAX", ours[0], { container, remedy: ours[1] });
  }
  return new CosmosealError(
    "ERR_QUERY_NOT_SUPPORTED",
    `The query uses what can't be evaluated in the client (${code}).`,
    {
      container,
      remedy: "Leave it out, or evaluate it in the application.",
    },
  );
}

const OF_THE_TEXT: ReadonlyMap<string, readonly [message: string, remedy: string]> = new Map([
  ["SC2080", ["A parameter of the query has no value.", "Give it in `parameters`."]],
  ["SC2061", ["TOP, OFFSET and LIMIT take integers from 0.", "Correct the number."]],
  ["SC2070", ["A sub-query that stands for a value gives more than one row.", "Narrow it, or use ARRAY(…)."]],
]);

/** Rows share structure with documents and with each other; the application gets each for itself. */
function freshRow(row: Json): unknown {
  if (typeof row !== "object" || row === null) return row;
  if (Array.isArray(row)) return row.map(freshRow);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, freshRow(value)]));
}
