// A container: its definition and the ranges that hold its items.

import { effectiveKey } from "../partition/effective.js";
import { type KeyComponent, keyText, type PartitionKeyDefinition, valueAt } from "../partition/key.js";
import { holds, middleOf, type RangeBounds, splitBounds } from "../partition/ranges.js";
import type { ContainerDefinition } from "./definition.js";
import type { JsonObject, StoredItem } from "./item.js";
import type { Journal } from "./journal.js";
import { PartitionRange } from "./range.js";
import { childRid } from "./rid.js";

/** One step of a write. */
export type Change =
  | { readonly kind: "put"; readonly item: StoredItem }
  | {
      readonly kind: "remove";
      readonly item: StoredItem;
      readonly lsn: number;
      readonly timestamp: number;
      readonly expired: boolean;
    };

export interface ContainerRecord {
  readonly id: string;
  readonly rid: string;
  readonly etag: string;
  readonly timestamp: number;
  readonly properties: JsonObject;
  readonly ranges: readonly RangeBounds[];
}

export class Container {
  readonly id: string;
  readonly rid: string;
  readonly databaseId: string;
  readonly databaseRid: string;
  /** In the order of their keys. */
  ranges: readonly PartitionRange[];
  definition: ContainerDefinition;
  etag: string;
  timestamp: number;
  journal: Journal;
  #number = 0;
  #busy: Promise<void> | undefined;
  // What each unique value belongs to: the constraint, the partition key and the values, to the item's id.
  readonly #unique: Map<string, StoredItem> = new Map();

  constructor(
    owner: { readonly id: string; readonly rid: string },
    record: ContainerRecord,
    definition: ContainerDefinition,
    journal: Journal,
  ) {
    this.databaseId = owner.id;
    this.databaseRid = owner.rid;
    this.id = record.id;
    this.rid = record.rid;
    this.etag = record.etag;
    this.timestamp = record.timestamp;
    this.definition = definition;
    this.journal = journal;
    this.ranges = record.ranges.map((bounds) => this.#newRange(bounds));
  }

  get partitionKey(): PartitionKeyDefinition {
    return this.definition.partitionKey;
  }

  get record(): ContainerRecord {
    const { id, rid, etag, timestamp } = this;
    const ranges = this.ranges.map((range) => range.bounds);
    return { id, rid, etag, timestamp, properties: this.definition.properties, ranges };
  }

  /** What the service answers for the container itself. */
  get resource(): JsonObject {
    return {
      ...this.definition.properties,
      id: this.id,
      _rid: this.rid,
      _ts: this.timestamp,
      _self: `dbs/${this.databaseRid}/colls/${this.rid}/`,
      _etag: this.etag,
      _docs: "docs/",
      _sprocs: "sprocs/",
      _triggers: "triggers/",
      _udfs: "udfs/",
      _conflicts: "conflicts/",
    };
  }

  /** Pending while a script runs; then undefined again. Whoever has awaited it must look once more. */
  get busy(): Promise<void> | undefined {
    return this.#busy;
  }

  /** Runs work that takes more than one turn and sees the container as if it were alone. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    // No turn between seeing that it is idle and taking it.
    while (this.#busy !== undefined) await this.#busy;
    let release = (): void => {};
    this.#busy = new Promise((resolve) => {
      release = resolve;
    });
    try {
      return await work();
    } finally {
      this.#busy = undefined;
      release();
    }
  }

  rangeOf(key: readonly KeyComponent[]): PartitionRange {
    const effective = effectiveKey(this.partitionKey, key);
    return this.ranges.find((range) => holds(range.bounds, effective))!;
  }

  /** What `range` would be split into: cut so that half of its keys lie on either side. Undefined where it holds no two keys. */
  planSplit(range: PartitionRange): readonly RangeBounds[] | undefined {
    const keys = [...new Set([...range.all.from(0)].map((item) => item.effectiveKey))].sort();
    const cut = keys.length < 2 ? middleOf(range.bounds) : keys[keys.length >>> 1]!;
    if (cut === undefined) return undefined;
    const nextId = 1 + Math.max(...this.ranges.map((one) => Number(one.bounds.id)));
    return splitBounds(range.bounds, cut, nextId, range.lsn);
  }

  /** Puts the ranges that `planSplit` gave in the place of the one that is gone. */
  split(range: PartitionRange, bounds: readonly RangeBounds[]): void {
    const children = bounds.map((one) => this.#newRange(one));
    for (const child of children) child.takeOver(range);
    this.ranges = this.ranges.flatMap((one) => (one === range ? children : [one]));
  }

  #remember(range: PartitionRange, change: Change, before: StoredItem | undefined): void {
    const { retentionSeconds } = this.definition;
    if (retentionSeconds === undefined) return;
    const isPut = change.kind === "put";
    if (!isPut && before === undefined) return;
    range.history.add(
      {
        kind: isPut ? (before === undefined ? "create" : "replace") : "delete",
        item: isPut ? change.item : before!,
        previous: before,
        lsn: isPut ? change.item.lsn : change.lsn,
        timestamp: isPut ? change.item.timestamp : change.timestamp,
        expired: !isPut && change.expired,
      },
      retentionSeconds,
    );
  }

  #newRange(bounds: RangeBounds): PartitionRange {
    return new PartitionRange(bounds, childRid(this.rid, Number(bounds.id) + 1));
  }

  /** A number that no item of the container had. */
  nextNumber(): number {
    return ++this.#number;
  }

  /** The item that holds one of the unique values of `document`, if any does. */
  holderOf(uniqueValue: string): StoredItem | undefined {
    return this.#unique.get(uniqueValue);
  }

  /** The unique values that an item takes within its partition key. */
  uniqueValues(key: readonly KeyComponent[], document: JsonObject): readonly string[] {
    return this.definition.uniqueKeys.map((paths, at) => {
      // The service treats a missing value as null.
      const values = paths.map((path) => valueAt(document, path) ?? null);
      return `${at}\n${keyText(key)}\n${JSON.stringify(values)}`;
    });
  }

  /** False once the item's time to live is over. */
  isLive(item: StoredItem, now: number): boolean {
    const end = this.endOf(item);
    return end === undefined || end > now / 1000;
  }

  /** When the item's time to live is over, in seconds; undefined where it never is. */
  endOf(item: StoredItem): number | undefined {
    const { defaultTtl } = this.definition;
    if (defaultTtl === undefined) return undefined;
    const own = item.document["ttl"];
    const ttl = typeof own === "number" ? own : defaultTtl;
    return ttl === -1 ? undefined : item.timestamp + ttl;
  }

  /** Takes a write into memory; the caller has journalled it. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      const { item } = change;
      const range = this.ranges.find((one) => holds(one.bounds, item.effectiveKey))!;
      const before = range.get(item.keyText, item.id);
      this.#remember(range, change, before);
      if (before !== undefined) {
        for (const value of this.uniqueValues(before.key, before.document)) {
          if (this.#unique.get(value)?.id === before.id) this.#unique.delete(value);
        }
      }
      if (change.kind === "remove") {
        range.remove(item, change.lsn);
        continue;
      }
      range.put(item);
      this.#number = Math.max(this.#number, item.number);
      for (const value of this.uniqueValues(item.key, item.document)) this.#unique.set(value, item);
    }
  }
}
