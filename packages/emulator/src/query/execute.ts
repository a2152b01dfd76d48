// Running a query over a target, one page at a time.

import {
  type CompiledQuery,
  compareOrder,
  type Expression,
  type Json,
  type Parameters,
  type Query,
} from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import type { StoredItem } from "../store/item.js";
import type { PartitionRange } from "../store/range.js";
import {
  type OrderPosition,
  type PlacePosition,
  type Position,
  readToken,
  type StreamPosition,
} from "./continuation.js";
import type { QueryEngine } from "./engine.js";
import { array, object, payloadOf, withoutLimits } from "./nodes.js";
import { MAX_PAGE_BYTES, rowText } from "./page.js";
import type { QueryShape } from "./shape.js";
import { itemsOf, type Target } from "./target.js";

export interface PageRequest {
  readonly engine: QueryEngine;
  readonly target: Target;
  readonly token: string | undefined;
  readonly size: number;
  readonly now: number;
}

export interface Page {
  /** JSON texts. */
  readonly rows: readonly string[];
  /** Where the next page starts; undefined after the last one. */
  readonly next: Position | undefined;
  /** How many documents were looked at. */
  readonly examined: number;
}

/** Rows come as their documents lie where the query allows it, else sorted, else only when all are known. */
export function runQuery(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  const whole = page.engine.compile(query);
  if (shape.needsAllRows || query.from === undefined) return runWhole(query, whole, parameters, page);
  return shape.ordered ? runOrdered(query, shape, parameters, page) : runStream(query, shape, parameters, page);
}

/** All documents of the target, as `SELECT * FROM c`. */
export function readAll(page: PageRequest): Page {
  return stream(page, (documents) => documents, 0, null);
}

function runStream(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  const compiled = page.engine.compile(query, "without limits", withoutLimits);
  const take = shape.top ?? shape.limit ?? null;
  return stream(page, (documents) => compiled.run(documents, parameters), shape.offset ?? 0, take);
}

function stream(
  page: PageRequest,
  run: (documents: Iterable<Json>) => Iterable<Json>,
  offset: number,
  limit: number | null,
): Page {
  const { target } = page;
  const from: StreamPosition = readToken(page.token, target.container.rid, "stream") ?? {
    mode: "stream",
    min: target.ranges[0]!.bounds.min,
    number: 0,
    row: 0,
    skip: offset,
    take: limit,
  };
  const rows = new RowBuffer(page.size);
  const source = new Source(page);
  let { skip } = from;
  let take = from.take ?? Number.POSITIVE_INFINITY;
  for (const range of target.ranges.filter((one) => one.bounds.max > from.min)) {
    const isFirst = range.bounds.min <= from.min;
    for (const row of source.rows(range, isFirst ? from.number : 0, run)) {
      // Rows of the item where the page starts that an earlier page already gave.
      if (isFirst && source.number === from.number && source.row < from.row) continue;
      if (take === 0) return { rows: rows.texts, next: undefined, examined: source.examined };
      if (skip > 0) {
        skip--;
        continue;
      }
      if (!rows.add(row, source.item)) {
        const position = { min: range.bounds.min, number: source.number, row: source.row };
        const left = Number.isFinite(take) ? take : null;
        return { rows: rows.texts, next: { mode: "stream", ...position, skip, take: left }, examined: source.examined };
      }
      take--;
    }
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

function runOrdered(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  const { target } = page;
  const items = query.orderBy!.items;
  const from = readToken(page.token, target.container.rid, "order");
  if (from !== undefined && from.keys.length !== items.length) throw badRequest("Invalid Continuation Token");
  const payload = payloadOf(query, shape.starAlias);
  if (payload === undefined) throw badRequest("'SELECT *' is only valid with a single alias.");
  const compiled = page.engine.compile(query, "with keys", (one) => withKeys(one, payload));
  const source = new Source(page);
  const sorted: Sorted[] = [];
  for (const range of target.ranges) {
    for (const row of source.rows(range, 0, (documents) => compiled.run(documents, parameters))) {
      const { k, p } = row as unknown as { readonly k: readonly { readonly v?: Json }[]; readonly p?: Json };
      if (p === undefined) continue;
      const keys = k.map(({ v }) => (v === undefined ? [] : [v]));
      sorted.push({ keys, number: source.number, row: source.row, payload: p });
    }
  }
  // Where any key descends, ties come latest first: the client relies on it when it resumes.
  const tie = items.some((item) => item.descending) ? -1 : 1;
  const compare = (left: Place, right: Place): number => {
    for (const [at, item] of items.entries()) {
      const order = compareOrder(left.keys[at]![0], right.keys[at]![0]);
      if (order !== 0) return item.descending ? -order : order;
    }
    return tie * (left.number - right.number) || left.row - right.row;
  };
  sorted.sort(compare);
  const rows = new RowBuffer(page.size);
  let skip = from?.skip ?? shape.offset ?? 0;
  let take = (from === undefined ? (shape.top ?? shape.limit) : from.take) ?? Number.POSITIVE_INFINITY;
  let last: Place | undefined = from;
  for (const row of sorted) {
    if (from !== undefined && compare(row, from) <= 0) continue;
    if (take === 0) break;
    if (skip > 0) {
      skip--;
      last = row;
      continue;
    }
    if (!rows.add(row.payload)) {
      const { keys, number, row: ordinal } = last!;
      const left = Number.isFinite(take) ? take : null;
      const next: OrderPosition = { mode: "order", keys, number, row: ordinal, skip, take: left };
      return { rows: rows.texts, next, examined: source.examined };
    }
    take--;
    last = row;
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

interface Place {
  readonly keys: readonly (readonly Json[])[];
  readonly number: number;
  readonly row: number;
}

interface Sorted extends Place {
  readonly payload: Json;
}

// The rows with their sort keys beside them, unsorted and unlimited.
function withKeys(query: Query, payload: Expression): Query {
  const { orderBy, ...rest } = withoutLimits(query);
  const keys = array(orderBy!.items.map((item) => object({ v: item.value })));
  return {
    ...rest,
    select: { kind: "Select", distinct: false, what: { kind: "SelectValue", value: object({ k: keys, p: payload }) } },
  };
}

function runWhole(query: Query, compiled: CompiledQuery, parameters: Parameters, page: PageRequest): Page {
  const { target } = page;
  const from: PlacePosition = readToken(page.token, target.container.rid, "place") ?? { mode: "place", place: 0 };
  const source = new Source(page);
  // Without FROM the query says its row once, whatever the container holds.
  const documents = query.from === undefined ? [{}] : source.documents();
  const rows = new RowBuffer(page.size);
  let place = 0;
  for (const row of compiled.run(documents, parameters)) {
    if (place >= from.place && !rows.add(row)) {
      return { rows: rows.texts, next: { mode: "place", place }, examined: source.examined };
    }
    place++;
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

/** Collects a page: false for the row that no longer fits. */
class RowBuffer {
  readonly texts: string[] = [];
  readonly #size: number;
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(row: Json, item?: StoredItem): boolean {
    if (this.texts.length >= this.#size) return false;
    const text = row === item?.document ? item.text : rowText(row);
    this.#bytes += text.length;
    if (this.texts.length > 0 && this.#bytes > MAX_PAGE_BYTES) return false;
    this.texts.push(text);
    return true;
  }
}

/** Feeds documents to the engine and knows, for each row that comes out, which document it came from. */
class Source {
  examined = 0;
  /** Of the current row: its item, the item's number, and how many rows of that item came before. */
  item: StoredItem | undefined;
  number = 0;
  row = 0;
  readonly #page: PageRequest;

  constructor(page: PageRequest) {
    this.#page = page;
  }

  *documents(): Generator<Json> {
    for (const range of this.#page.target.ranges) yield* this.#feed(range, 0);
  }

  // The engine takes a document only when it has given out all rows of the one before.
  *rows(range: PartitionRange, from: number, run: (documents: Iterable<Json>) => Iterable<Json>): Generator<Json> {
    for (const row of run(this.#feed(range, from))) {
      yield row;
      this.row++;
    }
  }

  *#feed(range: PartitionRange, from: number): Generator<Json> {
    const { target, now } = this.#page;
    for (const item of itemsOf(target, range, from, now)) {
      this.examined++;
      this.item = item;
      this.number = item.number;
      this.row = 0;
      yield item.document;
    }
  }
}
