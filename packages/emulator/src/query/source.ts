// What the ways of running a query share: the request for a page, the documents that go in, the rows that come out.

import type { Json } from "@cosmoseal/sql";
import { withComputed } from "../store/computed.js";
import type { StoredItem } from "../store/item.js";
import type { PartitionRange } from "../store/range.js";
import { type Condition, candidatesOf } from "./candidates.js";
import type { Position } from "./continuation.js";
import type { QueryEngine } from "./engine.js";
import { MAX_PAGE_BYTES } from "./page.js";
import { itemsAmong, itemsOf, type Target } from "./target.js";

export interface PageRequest {
  readonly engine: QueryEngine;
  readonly target: Target;
  readonly token: string | undefined;
  readonly size: number;
  readonly now: number;
  /** The query's WHERE, where it is on documents; undefined where none is or nothing is known of it. */
  readonly condition?: Condition | undefined;
}

export interface Page {
  /** JSON texts. */
  readonly rows: readonly string[];
  /** Where the next page starts; undefined after the last one. */
  readonly next: Position | undefined;
  /** How many documents were looked at. */
  readonly examined: number;
}

/** Below, a scan is as quick. */
const INDEXED_FROM = 1_000;

/** Collects a page: false for the row that no longer fits. */
export class RowBuffer {
  readonly texts: string[] = [];
  readonly #size: number;
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(row: Json, item?: StoredItem): boolean {
    if (this.texts.length >= this.#size) return false;
    const text = row === item?.document ? item.text : JSON.stringify(row);
    this.#bytes += text.length;
    if (this.texts.length > 0 && this.#bytes > MAX_PAGE_BYTES) return false;
    this.texts.push(text);
    return true;
  }
}

/** Feeds documents to the engine and knows, for each row that comes out, which document it came from. */
export class Source {
  examined = 0;
  /** Of the current row: its item, the item's number, and how many rows of that item came before. */
  item: StoredItem | undefined;
  number = 0;
  row = 0;
  readonly #page: PageRequest;

  constructor(page: PageRequest) {
    this.#page = page;
  }

  /** All of them in the order of their creation, so that it stays the same when a range is split. */
  *documents(): Generator<Json> {
    const { target, now } = this.#page;
    if (target.ranges.length === 1) {
      yield* this.#feed(target.ranges[0]!, 0);
      return;
    }
    const items = target.ranges.flatMap((range) => [...this.#itemsOf(range, 0, now)]);
    for (const item of items.sort((left, right) => left.number - right.number)) {
      this.examined++;
      yield this.#viewOf(item);
    }
  }

  // The engine takes a document only when it has given out all rows of the one before.
  *rows(range: PartitionRange, from: number, run: (documents: Iterable<Json>) => Iterable<Json>): Generator<Json> {
    for (const row of run(this.#feed(range, from))) {
      yield row;
      this.row++;
    }
  }

  *#feed(range: PartitionRange, from: number): Generator<Json> {
    const { now } = this.#page;
    for (const item of this.#itemsOf(range, from, now)) {
      this.examined++;
      this.item = item;
      this.number = item.number;
      this.row = 0;
      yield this.#viewOf(item);
    }
  }

  /** Of a large range only those that its indexes don't rule out. */
  #itemsOf(range: PartitionRange, from: number, now: number): Iterable<StoredItem> {
    const { target, condition } = this.#page;
    const candidates =
      condition === undefined || range.all.size < INDEXED_FROM ? undefined : candidatesOf(condition, range);
    return candidates === undefined || candidates.size > range.all.size / 2
      ? itemsOf(target, range, from, now)
      : itemsAmong(candidates, target, range, from, now);
  }

  #viewOf(item: StoredItem): Json {
    const { computed } = this.#page.target.container.definition;
    return computed.length === 0 ? item.document : withComputed(item.document, computed);
  }
}
