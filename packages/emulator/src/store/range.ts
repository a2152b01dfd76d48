// A partition range: the items whose effective key lies in it, their order of creation and their order of change.

import { holds, type RangeBounds } from "../partition/ranges.js";
import { History } from "./history.js";
import type { StoredItem } from "./item.js";
import { OrderedItems } from "./ordered.js";
import { PathIndex } from "./path-index.js";

export class PartitionRange {
  readonly bounds: RangeBounds;
  readonly rid: string;
  readonly all: OrderedItems = new OrderedItems();
  /** By the text of the partition key. */
  readonly logical: Map<string, OrderedItems> = new Map();
  /** Empty where the container keeps none. */
  readonly history: History = new History();
  /** Of the last write. */
  lsn: number;
  // Versions in the order of their lsn; those that are no longer current are skipped, and dropped now and then.
  #changes: StoredItem[] = [];
  readonly #current: Map<string, StoredItem> = new Map();
  /** By the text of their names. */
  readonly #indexes: Map<string, PathIndex> = new Map();

  constructor(bounds: RangeBounds, rid: string) {
    this.bounds = bounds;
    this.rid = rid;
    this.lsn = bounds.lsn ?? 0;
  }

  /** Takes the items of a range that is split, in the order of their change, so that every reader of the feed can go on. */
  takeOver(parent: PartitionRange): void {
    for (const item of parent.changedAfter(0)) if (holds(this.bounds, item.effectiveKey)) this.put(item);
    this.history.takeOver(parent.history, (item) => holds(this.bounds, item.effectiveKey));
  }

  get(keyText: string, id: string): StoredItem | undefined {
    return this.#current.get(slotOf(keyText, id));
  }

  /** The index of a path, made now if there is none. */
  index(names: readonly string[]): PathIndex {
    const key = JSON.stringify(names);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = new PathIndex(names, this.all.from(0));
      this.#indexes.set(key, index);
    }
    return index;
  }

  put(item: StoredItem): void {
    this.lsn = Math.max(this.lsn, item.lsn);
    const slot = slotOf(item.keyText, item.id);
    const before = this.#current.get(slot);
    for (const index of this.#indexes.values()) {
      if (before !== undefined) index.remove(before);
      index.add(item);
    }
    this.#current.set(slot, item);
    this.all.set(item);
    let logical = this.logical.get(item.keyText);
    if (logical === undefined) {
      logical = new OrderedItems();
      this.logical.set(item.keyText, logical);
    }
    logical.set(item);
    this.#changes.push(item);
    if (this.#changes.length > 2 * this.all.size + 1024) {
      this.#changes = this.#changes.filter((change) => this.#isCurrent(change));
    }
  }

  remove(item: StoredItem, lsn: number): void {
    this.lsn = Math.max(this.lsn, lsn);
    for (const index of this.#indexes.values()) index.remove(item);
    this.#current.delete(slotOf(item.keyText, item.id));
    this.all.remove(item);
    const logical = this.logical.get(item.keyText);
    logical?.remove(item);
    if (logical?.size === 0) this.logical.delete(item.keyText);
  }

  /** The latest versions written after `lsn`, in the order of their writing. */
  *changedAfter(lsn: number): Generator<StoredItem> {
    const changes = this.#changes;
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (changes[middle]!.lsn <= lsn) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < changes.length; at++) {
      const change = changes[at]!;
      if (this.#isCurrent(change)) yield change;
    }
  }

  #isCurrent(item: StoredItem): boolean {
    return this.#current.get(slotOf(item.keyText, item.id)) === item;
  }
}

// The key is JSON text, which never holds a bare line feed.
function slotOf(keyText: string, id: string): string {
  return `${keyText}\n${id}`;
}
