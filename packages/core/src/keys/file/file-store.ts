/** A key store in one file: written whole, atomically, readable by its owner alone. SPEC §2.5. */
import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { canonicalJson } from "../../codec/jcs.js";
import { isObject } from "../../codec/json.js";
import { CosmosealError } from "../../errors.js";
import {
  checkExpected,
  type HeadRecord,
  type KeyStore,
  type ScopeRecord,
  type StoreChange,
  storeConflict,
} from "../store.js";
import { withLock } from "./lock.js";

/**
 * A key store in the file `path`. Several processes may use it: a change takes a lock file beside it, and one made from an
 * older head is refused.
 */
export function fileKeyStore(path: string): KeyStore {
  return {
    kind: `file ${basename(path)}`,
    readHead: async () => (await readKeyFile(path))?.head,
    readBucket: async (bucket) => (await readKeyFile(path))?.records.filter((record) => record.bucket === bucket) ?? [],
    write: async (change) => {
      const target = await realPath(path);
      await withLock(target, async (isHeld) => {
        await removeLeftovers(target);
        await writeChange(target, change, isHeld);
      });
    },
  };
}

interface KeyFile {
  readonly v: 1;
  readonly head: HeadRecord;
  readonly records: readonly ScopeRecord[];
  readonly sum: string;
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `The key file ${basename(path)} can't be read.`, { cause });
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    // The parser's message quotes the file: it doesn't belong into an error.
    throw damaged(path);
  }
  if (!isObject(file) || file["v"] !== 1 || !isObject(file["head"]) || !Array.isArray(file["records"]))
    throw damaged(path);
  const { sum, ...content } = file;
  if (sum !== sumOf(content, path)) throw damaged(path);
  return file as unknown as KeyFile;
}

/** Through a link, so that the file is replaced and not the link, and whoever uses another name waits for the same lock. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // A new file, or a folder that isn't there: writing tells.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path;
    throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `The key file ${basename(path)} can't be reached.`, {
      cause: error,
    });
  }
}

async function writeChange(path: string, change: StoreChange, isHeld: () => Promise<boolean>): Promise<void> {
  const old = await readKeyFile(path);
  checkExpected(old?.head, change);
  const changed = new Set(change.records.map((record) => canonicalJson(record.scope)));
  const kept = old?.records.filter((record) => !changed.has(canonicalJson(record.scope))) ?? [];
  const records = [...kept, ...change.records].map((record) => [canonicalJson(record.scope), record] as const);
  records.sort(([a], [b]) => (a < b ? -1 : 1));
  const content = { v: 1, head: change.head, records: records.map(([, record]) => record) };
  await replaceFile(path, `${JSON.stringify({ ...content, sum: sumOf(content, path) }, null, 2)}\n`, isHeld);
}

/** What killed processes left beside the file: it may hold keys that are destroyed by now. Only under the lock, where nobody writes. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder)) {
    const isLeftover = name.startsWith(prefix) && UUID.test(name.slice(prefix.length));
    if (isLeftover) await rm(join(folder, name), { force: true });
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Another name, to the disk, then renamed: whoever reads sees the old file or the new one. */
async function replaceFile(path: string, text: string, isHeld: () => Promise<boolean>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    // A process that slept too long has lost its lock, and others may have written: theirs must not be overwritten.
    if (!(await isHeld())) throw storeConflict();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof CosmosealError) throw cause;
    throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `The key file ${basename(path)} can't be written.`, {
      cause,
    });
  }
  await syncDirectory(dirname(path));
}

/** Without it a crash may lose the rename. Some platforms can't open a directory: there the rename is all there is. */
async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle;
  try {
    directory = await open(path, "r");
  } catch (error) {
    if (["EISDIR", "EPERM", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
    throw error;
  }
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function sumOf(content: object, path: string): string {
  try {
    return createHash("sha256").update(canonicalJson(content), "utf8").digest("hex");
  } catch (error) {
    if (error instanceof RangeError) throw damaged(path);
    throw error;
  }
}

function damaged(path: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_DAMAGED", `The key file ${basename(path)} is damaged.`, {
    remedy: "Restore it from a backup; without it nothing that is sealed opens.",
  });
}
