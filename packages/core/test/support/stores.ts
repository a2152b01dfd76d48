/** Copies of key stores, as a backup or a thief takes them, and stores that can be put back. */
import { type HeadRecord, type KeyStore, memoryKeyStore, type ScopeRecord } from "@cosmoseal/core";

/** All of a store as it is now, in a store of its own. */
export async function copyOf(store: KeyStore): Promise<KeyStore> {
  const copy = memoryKeyStore();
  const head = (await store.readHead()) as HeadRecord;
  const records = await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)));
  await copy.write({ expected: undefined, head, records: records.flat() as ScopeRecord[] });
  return copy;
}

/** A store in whose place another can be put. */
export function switchable(first: KeyStore): KeyStore & { now: KeyStore } {
  const place = {
    now: first,
    kind: "switchable",
    readHead: () => place.now.readHead(),
    readBucket: (bucket: string) => place.now.readBucket(bucket),
    write: (change: Parameters<KeyStore["write"]>[0]) => place.now.write(change),
  };
  return place;
}

/** Everything that a store holds, as text. */
export async function textOf(store: KeyStore): Promise<string> {
  const head = (await store.readHead()) as HeadRecord;
  const records = await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)));
  return JSON.stringify([head, records]);
}
