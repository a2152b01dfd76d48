/**
 * A key store in a Cosmos container: one item for the head, one for each bucket of records. Items of buckets are named by the hash that
 * the head lists and never change; a change writes new ones and then the head, under its etag, so that it is seen whole or not at all.
 */
import type { Container, ErrorResponse } from "@azure/cosmos";
import { CosmosealError, type HeadRecord, type KeyStore, type ScopeRecord, type StoreChange } from "@cosmoseal/core";
import { mergeRecords, recordsByBucket } from "./buckets.js";

export interface CosmosKeyStoreOptions {
  /**
   * A container of the plain SDK, in the same or another account, with the partition key `/store`; see
   * {@link keyStoreContainer}. The client that it comes from needs no keys: it stores what is wrapped already.
   */
  readonly container: Container;
  /** Which key store of the container. Default "keys". */
  readonly name?: string;
}

/** A key store that can clear away what a killed process left behind. */
export interface CosmosKeyStore extends KeyStore {
  /**
   * Deletes items that the head no longer lists; the number of them. Every change does it by itself: this is for after a process was
   * killed in the middle of one. Throws ERR_KEY_STORE_UNAVAILABLE.
   */
  sweep(): Promise<number>;
}

/** The definition of a container for key stores: give it to `containers.createIfNotExists`. */
export function keyStoreContainer(id: string): {
  readonly id: string;
  readonly partitionKey: { readonly paths: string[] };
  readonly indexingPolicy: object;
} {
  return {
    id,
    partitionKey: { paths: ["/store"] },
    indexingPolicy: { includedPaths: [{ path: "/revision/?" }], excludedPaths: [{ path: "/*" }] },
  };
}

/**
 * A key store in a Cosmos container. Several processes may use it at once; a change made from an older head is refused. Changes throw
 * ERR_OPTIONS_INVALID where a wrap of the root key is behind a passphrase: in the account it can be guessed offline by whoever steals it.
 * Backups of the account keep earlier copies of the store.
 *
 * @example
 * const { container } = await plain.database("ops").containers.createIfNotExists(keyStoreContainer("keys"));
 * const store = cosmosKeyStore({ container });
 */
export function cosmosKeyStore({ container, name = "keys" }: CosmosKeyStoreOptions): CosmosKeyStore {
  const kind = `Cosmos container ${container.id}, store ${name}`;
  /** Of the head that was read or written last: names the items of the buckets without reading the head again. */
  let tree: HeadRecord["tree"] | undefined;

  const readHead = async (signal?: AbortSignal): Promise<HeadItem | undefined> => {
    const { resource, substatus } = await container.item(HEAD, name).read<HeadItem>(abort(signal));
    // The SDK answers for a container that is not there as for an item: only the sub-status tells.
    if (resource === undefined && substatus === OWNER_MISSING) {
      throw new CosmosealError(
        "ERR_KEY_STORE_UNAVAILABLE",
        `The container ${container.id} of the key store is not there.`,
        {
          remedy: "Make it with keyStoreContainer, or check the name.",
        },
      );
    }
    tree = resource?.head?.tree;
    return resource;
  };

  const readBucket = async (bucket: string, signal?: AbortSignal): Promise<readonly ScopeRecord[]> => {
    for (let attempt = 1; ; attempt++) {
      const listed = (tree ?? (await readHead(signal))?.head.tree)?.[bucket];
      if (listed === undefined) return [];
      const { resource } = await container.item(bucketId(bucket, listed), name).read<BucketItem>(abort(signal));
      if (resource !== undefined && Array.isArray(resource.records)) return resource.records;
      // Another process has replaced it since: its head tells where it is now.
      tree = undefined;
      if (attempt === 4) throw lost(bucket);
    }
  };

  const sweep = async (head: HeadRecord): Promise<number> => {
    const listed = new Set(Object.entries(head.tree).map(([bucket, hash]) => bucketId(bucket, hash)));
    const { resources } = await container.items
      .query<{ readonly id: string }>(
        {
          // Those of a later revision belong to a change that is on its way.
          query: "SELECT c.id FROM c WHERE c.revision <= @revision",
          parameters: [{ name: "@revision", value: head.revision }],
        },
        { partitionKey: name },
      )
      .fetchAll();
    const stale = resources.filter(({ id }) => id !== HEAD && !listed.has(id));
    await inParallel(stale, async ({ id }) => {
      try {
        await container.item(id, name).delete();
      } catch (error) {
        if (statusOf(error) !== 404) throw error; // another process was faster
      }
    });
    return stale.length;
  };

  const write = async (change: StoreChange, signal?: AbortSignal): Promise<void> => {
    refusePassphrases(change.head);
    const before = await readHead(signal);
    if (before?.head.revision !== change.expected) throw conflict();
    const isReplaced = before !== undefined && before.head.root !== change.head.root;
    const changed = [...recordsByBucket(change.records)];
    await inParallel(changed, async ([bucket, records]) => {
      const kept = isReplaced ? [] : await readBucket(bucket, signal);
      const listed = change.head.tree[bucket];
      if (listed === undefined) throw lost(bucket);
      const item: BucketItem = {
        id: bucketId(bucket, listed),
        store: name,
        revision: change.head.revision,
        records: mergeRecords(kept, records),
      };
      await container.items.upsert(item, abort(signal));
    });
    const item: Omit<HeadItem, "_etag"> = { id: HEAD, store: name, head: change.head };
    try {
      if (before === undefined) await container.items.create(item, abort(signal));
      else {
        const accessCondition = { type: "IfMatch", condition: before._etag };
        await container.item(HEAD, name).replace(item, { accessCondition, ...abort(signal) });
      }
    } catch (error) {
      await settleFailure(error, change.head);
    }
    tree = change.head.tree;
    await sweepAfter(change.head);
  };

  /** What is superseded may hold keys that were destroyed: that it is still there must be told. */
  const sweepAfter = async (head: HeadRecord): Promise<void> => {
    try {
      await sweep(head);
    } catch (cause) {
      throw new CosmosealError(
        "ERR_KEY_STORE_UNAVAILABLE",
        "The change is made, but what it supersedes is still there.",
        {
          cause,
          remedy: "The next change deletes it, and so does sweep() of the store.",
        },
      );
    }
  };

  /** The answer to a change may have been lost, or the SDK has asked twice: the head tells. */
  const settleFailure = async (error: unknown, head: HeadRecord): Promise<void> => {
    const now = await readHead();
    if (now?.head.mac === head.mac) return;
    const status = statusOf(error);
    if (status === 412 || status === 409 || (status === 404 && now === undefined)) throw conflict();
    throw error;
  };

  return {
    kind,
    readHead: async (signal) => (await readHead(signal))?.head,
    readBucket,
    write,
    sweep: async () => {
      const now = await readHead();
      return now === undefined ? 0 : sweep(now.head);
    },
  };
}

interface HeadItem {
  readonly id: string;
  readonly store: string;
  readonly head: HeadRecord;
  readonly _etag: string;
}

interface BucketItem {
  readonly id: string;
  readonly store: string;
  /** Of the head that lists it first. */
  readonly revision: number;
  readonly records: readonly ScopeRecord[];
}

const HEAD = "head";
const OWNER_MISSING = 1003;

/** The hash's base64 has characters that an id must not have. */
function bucketId(bucket: string, hash: string): string {
  return `${bucket}-${hash.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

function refusePassphrases(head: HeadRecord): void {
  const wraps = [...head.wraps, ...Object.values(head.groups ?? {}).flatMap((group) => group.wraps)];
  if (!wraps.some(({ keyring }) => keyring === "passphrase")) return;
  throw new CosmosealError(
    "ERR_OPTIONS_INVALID",
    "A wrap behind a passphrase never goes into a store in the account.",
    {
      remedy: "Whoever steals it can guess offline. Use a KMS, an HSM or a static key, or keep the keys in a file.",
    },
  );
}

/** A change of all buckets is 256 items: not one after another, and not all at once. */
async function inParallel<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...list];
  const run = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, run));
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function statusOf(error: unknown): number | undefined {
  const { code } = error as ErrorResponse;
  return typeof code === "number" ? code : undefined;
}

function conflict(): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_CONFLICT", "The key store was changed by another process.", {
    remedy: "Read it again and repeat the change.",
  });
}

function lost(bucket: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_DAMAGED", `The key store's records of the bucket ${bucket} are not there.`, {
    remedy: "Restore it from a backup or a mirror.",
  });
}
