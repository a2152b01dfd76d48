/** A key store made of exported keys, so that vectors are opened by the very code that opens documents. */
import { Keys, memoryKeyStore, type ScopeRecord, staticKeyring } from "@cosmoseal/core";
import { canonicalJson } from "../../packages/core/src/codec/jcs.js";
import { Key } from "../../packages/core/src/crypto/key.js";
import { cryptoReady, pinOf } from "../../packages/core/src/crypto/sodium.js";
import { bucketHash, makeEntry, makeHead, makeRecord } from "../../packages/core/src/keys/records.js";
import type { ExportedKey } from "../vectors/model.js";

export async function importKeys(exported: readonly ExportedKey[]): Promise<Keys> {
  await cryptoReady();
  const secret = Buffer.alloc(32, 9);
  const root = Key.take(Uint8Array.from(secret));
  const pin = pinOf(root);
  const keyring = staticKeyring(Buffer.alloc(32, 1).toString("base64"));
  const records = recordsOf(root, exported);
  const tree: Record<string, string> = {};
  for (const { bucket } of records) {
    tree[bucket] = bucketHash(
      root,
      bucket,
      records.filter((record) => record.bucket === bucket),
    );
  }
  const store = memoryKeyStore();
  const head = makeHead(root, { root: pin, wraps: [await keyring.wrap(secret, pin)], epoch: 1, revision: 1, tree });
  await store.write({ expected: undefined, head, records });
  return new Keys({ keyring, store, pin });
}

function recordsOf(root: Key, exported: readonly ExportedKey[]): ScopeRecord[] {
  const scopes = new Map(exported.map(({ scope }) => [canonicalJson(scope), scope]));
  return [...scopes].map(([text, scope]) => {
    const own = exported.filter((key) => canonicalJson(key.scope) === text);
    const entries = own.map(({ kind, group, generation, key }) =>
      makeEntry(root, { scope, kind, group, generation, created: 0 }, Uint8Array.from(Buffer.from(key, "base64"))),
    );
    return makeRecord(root, scope, 1, entries);
  });
}
