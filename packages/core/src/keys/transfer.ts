/** A whole key store as one value, and back into a store: backups, mirrors, moves. Verified under the root key both ways. SPEC §2.5. */
import { canonicalJson } from "../codec/jcs.js";
import { isObject } from "../codec/json.js";
import { CosmosealError, isCosmosealError } from "../errors.js";
import { readHeadForm } from "./forms.js";
import type { Keyring } from "./keyring.js";
import { openRoot, pinMismatch } from "./loading/open-root.js";
import { verifyBucket, verifyHead } from "./records.js";
import type { HeadRecord, KeyStore, ScopeRecord } from "./store.js";

/** All of a key store. It is as secret as the store: who has it and the key-encryption key has the keys. */
export interface KeyStoreCopy {
  readonly v: 1;
  readonly head: HeadRecord;
  /** By scope id. */
  readonly records: readonly ScopeRecord[];
}

export interface TransferOptions {
  readonly keyring: Keyring;
  /** Default: the keyring's own. */
  readonly store?: KeyStore | undefined;
  /** Id of the root key, 43 characters. */
  readonly pin: string;
}

/**
 * A copy of the store as it is at one moment. Throws what keyring and store throw, ERR_PIN_MISMATCH, ERR_KEY_STORE_FORGED; and
 * ERR_KEY_STORE_CONFLICT where the store changes faster than it can be read.
 *
 * @example await writeFile("keys.backup.json", JSON.stringify(await exportKeyStore({ keyring, store, pin })), { mode: 0o600 });
 */
export async function exportKeyStore(options: TransferOptions): Promise<KeyStoreCopy> {
  const store = storeOf(options);
  for (let attempt = 1; ; attempt++) {
    const head = await store.readHead();
    if (head === undefined || head === null) {
      throw new CosmosealError("ERR_KEY_STORE_EMPTY", `The key store (${store.kind}) holds no root key.`);
    }
    const { tree } = readHeadForm(head);
    const values: unknown[] = [];
    for (const bucket of Object.keys(tree)) values.push(...(await store.readBucket(bucket)));
    try {
      return await verified(options, head, values);
    } catch (error) {
      // Records that another process changed after the head was read.
      if (!isCosmosealError(error, "ERR_KEY_STORE_FORGED")) throw error;
      const again = readHeadForm(await store.readHead());
      if (again.mac === readHeadForm(head).mac) throw error;
      if (attempt === 5) throw busy(store);
    }
  }
}

/**
 * Puts a copy into an empty store; there it goes on as the same store, under the same pin and at the same epoch. Throws
 * ERR_KEY_STORE_EXISTS, ERR_KEY_STORE_DAMAGED, ERR_KEY_STORE_FORGED, ERR_PIN_MISMATCH, what keyring and store throw.
 */
export async function importKeyStore(options: TransferOptions, copy: unknown): Promise<void> {
  const store = storeOf(options);
  if (!isObject(copy) || copy["v"] !== 1 || !Array.isArray(copy["records"])) {
    throw new CosmosealError("ERR_KEY_STORE_DAMAGED", "That is not a copy of a key store.");
  }
  const { head, records } = await verified(options, copy["head"], copy["records"]);
  try {
    await store.write({ expected: undefined, head, records });
  } catch (error) {
    if (!isCosmosealError(error, "ERR_KEY_STORE_CONFLICT")) throw error;
    throw new CosmosealError("ERR_KEY_STORE_EXISTS", `The key store (${store.kind}) already holds a root key.`, {
      remedy: "A copy goes into an empty store: it never overwrites one.",
    });
  }
}

async function verified({ keyring, pin }: TransferOptions, given: unknown, values: unknown[]): Promise<KeyStoreCopy> {
  const head = readHeadForm(given);
  if (head.root !== pin) throw pinMismatch();
  const root = await openRoot(keyring, head.wraps, pin);
  try {
    verifyHead(root, head);
    const byBucket = new Map<string, unknown[]>(Object.keys(head.tree).map((bucket) => [bucket, []]));
    for (const value of values) {
      const bucket = (value as Partial<ScopeRecord> | null)?.bucket ?? "";
      byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), value]);
    }
    const records = [...byBucket].flatMap(([bucket, of]) => verifyBucket(root, head, bucket, of));
    records.sort((a, b) => (canonicalJson(a.scope) < canonicalJson(b.scope) ? -1 : 1));
    return { v: 1, head, records };
  } finally {
    root.wipe();
  }
}

function storeOf({ store, keyring }: TransferOptions): KeyStore {
  const found = store ?? keyring.store;
  if (found !== undefined) return found;
  throw new CosmosealError("ERR_OPTIONS_INVALID", "There is no key store.", { remedy: "Give `store`." });
}

function busy(store: KeyStore): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_CONFLICT", `The key store (${store.kind}) changes faster than it is read.`, {
    remedy: "Try again when nobody changes keys.",
  });
}
