// Changes as records of the journal, and back.

import { effectiveKey } from "../partition/effective.js";
import { type KeyComponent, keyText, parseKey } from "../partition/key.js";
import type { Change, Container } from "./container.js";
import type { JsonObject, StoredItem } from "./item.js";

interface ChangeRecord {
  /** "p" put, "r" remove. */
  readonly c: "p" | "r";
  /** The partition key, as text. */
  readonly k: string;
  readonly n: number;
  readonly l: number;
  readonly d: JsonObject;
  /** Of a removal: when, in seconds, and whether the time to live was over. */
  readonly t?: number;
  readonly x?: boolean;
}

export function recordOf(change: Change): ChangeRecord {
  const { item } = change;
  return change.kind === "put"
    ? { c: "p", k: item.keyText, n: item.number, l: item.lsn, d: item.document }
    : {
        c: "r",
        k: item.keyText,
        n: item.number,
        l: change.lsn,
        d: { id: item.id },
        t: change.timestamp,
        ...(change.expired ? { x: true } : {}),
      };
}

/** Takes the records of a journal into an empty container. */
export function replay(container: Container, records: readonly unknown[]): void {
  for (const record of records as readonly (readonly ChangeRecord[])[]) {
    container.apply(record.map((change) => changeOf(container, change)));
  }
}

function changeOf(container: Container, record: ChangeRecord): Change {
  const key = parseKey(record.k) as readonly KeyComponent[];
  const item: StoredItem = {
    id: record.d["id"] as string,
    key,
    keyText: keyText(key),
    effectiveKey: effectiveKey(container.partitionKey, key),
    number: record.n,
    lsn: record.l,
    etag: record.c === "p" ? (record.d["_etag"] as string) : "",
    timestamp: record.c === "p" ? (record.d["_ts"] as number) : 0,
    document: record.d,
    text: JSON.stringify(record.d),
  };
  return record.c === "p"
    ? { kind: "put", item }
    : { kind: "remove", item, lsn: record.l, timestamp: record.t ?? 0, expired: record.x ?? false };
}
