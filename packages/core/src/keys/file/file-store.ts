/** A key store in one file: written whole, atomically, readable by its owner alone. SPEC §2.5. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { canonicalJson } from "../../codec/jcs.js";
import { CosmosealError } from "../../errors.js";
import { checkExpected, type KeyStore, type StoreChange, storeConflict } from "../store.js";
import { type KeyFile, keyFileReader, keyFileText } from "./key-file.js";
import { withLock } from "./lock.js";

/**
 * A key store in the file `path`. Several processes may use it: a change takes a lock file beside it, and one made from an
 * older head is refused. A lock whose process has died is taken over.
 */
export function fileKeyStore(path: string): KeyStore {
  const read = keyFileReader(path);
  return {
    kind: `file ${basename(path)}`,
    readHead: async () => structuredClone((await read())?.head),
    readBucket: async (bucket) => {
      const file = await read();
      return structuredClone(file?.records.filter((record) => record.bucket === bucket) ?? []);
    },
    write: async (change) => {
      const target = await realPath(path);
      await withLock(target, async (isHeld) => {
        await removeLeftovers(target);
        const old = await read();
        checkExpected(old?.head, change);
        await replaceFile(target, keyFileText(changed(old, change), path), isHeld);
      });
    },
  };
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

function changed(old: KeyFile | undefined, { head, records }: StoreChange): KeyFile {
  const scopes = new Set(records.map((record) => canonicalJson(record.scope)));
  const kept = old?.records.filter((record) => !scopes.has(canonicalJson(record.scope))) ?? [];
  const all = [...kept, ...records].map((record) => [canonicalJson(record.scope), record] as const);
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  return { head, records: all.map(([, record]) => record) };
}

/** What killed processes left beside the file: it may hold keys that are destroyed by now. Only under the lock, where nobody writes. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefixes = [`.${basename(path)}.`, `${basename(path)}.lock.`];
  for (const name of await readdir(folder)) {
    const prefix = prefixes.find((one) => name.startsWith(one));
    if (prefix !== undefined && UUID.test(name.slice(prefix.length))) await rm(join(folder, name), { force: true });
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
