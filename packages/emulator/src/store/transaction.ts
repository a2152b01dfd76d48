// Writes: staged against the state they saw, then taken over all at once or dropped.

import { conflict } from "../http/errors.js";
import { effectiveKey } from "../partition/effective.js";
import { type KeyComponent, keyText } from "../partition/key.js";
import { type Clock, newEtag, timestamp } from "./clock.js";
import type { Change, Container } from "./container.js";
import { type JsonObject, type StoredItem, withoutSystemProperties } from "./item.js";
import { recordOf } from "./replay.js";
import { documentRid } from "./rid.js";

export class Transaction {
  readonly container: Container;
  readonly #clock: Clock;
  readonly #changes: Change[] = [];
  readonly #staged: Map<string, StoredItem | undefined> = new Map();
  readonly #unique: Map<string, StoredItem | undefined> = new Map();
  readonly #lsns: Map<string, number> = new Map();

  constructor(container: Container, clock: Clock) {
    this.container = container;
    this.#clock = clock;
  }

  /** The item as this transaction sees it; undefined where there is none or its time to live is over. */
  read(key: readonly KeyComponent[], id: string): StoredItem | undefined {
    const slot = `${keyText(key)}\n${id}`;
    const item = this.#staged.has(slot) ? this.#staged.get(slot) : this.container.rangeOf(key).get(keyText(key), id);
    return item !== undefined && this.container.isLive(item, this.#clock()) ? item : undefined;
  }

  /** The items of a partition key as this transaction sees them, in the order of their creation. */
  list(key: readonly KeyComponent[]): readonly StoredItem[] {
    const text = keyText(key);
    const items = new Map<string, StoredItem>();
    for (const item of this.container.rangeOf(key).logical.get(text)?.from(0) ?? []) items.set(item.id, item);
    for (const [slot, item] of this.#staged) {
      if (!slot.startsWith(`${text}\n`)) continue;
      const id = slot.slice(text.length + 1);
      if (item === undefined) items.delete(id);
      else items.set(id, item);
    }
    const now = this.#clock();
    return [...items.values()]
      .filter((item) => this.container.isLive(item, now))
      .sort((left, right) => left.number - right.number);
  }

  /** Stages the next version of a document. Throws 409 where another item holds one of its unique values. */
  put(key: readonly KeyComponent[], body: JsonObject): StoredItem {
    const { container } = this;
    const id = body["id"] as string;
    const text = keyText(key);
    const before = this.read(key, id);
    if (before === undefined) this.#dropExpired(key, id);
    const range = container.rangeOf(key);
    const number = before?.number ?? container.nextNumber();
    const etag = newEtag();
    const rid = documentRid(container.rid, number);
    const now = timestamp(this.#clock);
    const document: JsonObject = {
      ...withoutSystemProperties(body),
      _rid: rid,
      _self: `dbs/${container.databaseRid}/colls/${container.rid}/docs/${rid}/`,
      _etag: etag,
      _attachments: "attachments/",
      _ts: now,
    };
    const item: StoredItem = {
      id,
      key,
      keyText: text,
      effectiveKey: effectiveKey(container.partitionKey, key),
      number,
      lsn: this.#nextLsn(range.bounds.id, range.lsn),
      etag,
      timestamp: now,
      document,
      text: JSON.stringify(document),
    };
    this.#claimUniqueValues(item, before);
    this.#staged.set(`${text}\n${id}`, item);
    this.#changes.push({ kind: "put", item });
    return item;
  }

  /** Stages a removal. */
  remove(item: StoredItem): void {
    const range = this.container.rangeOf(item.key);
    for (const value of this.container.uniqueValues(item.key, item.document)) this.#unique.set(value, undefined);
    this.#staged.set(`${item.keyText}\n${item.id}`, undefined);
    const end = this.container.endOf(item);
    const expired = end !== undefined && end <= this.#clock() / 1000;
    const at = expired ? end : timestamp(this.#clock);
    this.#changes.push({
      kind: "remove",
      item,
      lsn: this.#nextLsn(range.bounds.id, range.lsn),
      timestamp: at,
      expired,
    });
  }

  /** Journals what was staged as one record, then takes it into memory. */
  commit(): void {
    if (this.#changes.length === 0) return;
    this.container.journal.append(this.#changes.map(recordOf));
    this.container.apply(this.#changes);
  }

  #nextLsn(rangeId: string, current: number): number {
    const lsn = (this.#lsns.get(rangeId) ?? current) + 1;
    this.#lsns.set(rangeId, lsn);
    return lsn;
  }

  #dropExpired(key: readonly KeyComponent[], id: string): void {
    const slot = `${keyText(key)}\n${id}`;
    if (this.#staged.has(slot)) return;
    const expired = this.container.rangeOf(key).get(keyText(key), id);
    if (expired !== undefined) this.remove(expired);
  }

  #claimUniqueValues(item: StoredItem, before: StoredItem | undefined): void {
    const values = this.container.uniqueValues(item.key, item.document);
    for (const value of values) {
      const holder = this.#unique.has(value) ? this.#unique.get(value) : this.container.holderOf(value);
      if (holder === undefined || holder.id === item.id) continue;
      if (this.container.isLive(holder, this.#clock())) throw conflict();
    }
    if (before !== undefined) {
      for (const value of this.container.uniqueValues(before.key, before.document)) this.#unique.set(value, undefined);
    }
    for (const value of values) this.#unique.set(value, item);
  }
}
