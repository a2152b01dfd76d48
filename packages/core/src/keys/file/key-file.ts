/** A key file: its form and sum, and a reader that parses it again only when it is another. SPEC §2.5. */
import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { canonicalJson } from "../../codec/jcs.js";
import { isObject } from "../../codec/json.js";
import { CosmosealError } from "../../errors.js";
import type { HeadRecord, ScopeRecord } from "../store.js";

export interface KeyFile {
  readonly head: HeadRecord;
  readonly records: readonly ScopeRecord[];
}

/**
 * Reads the file, or gives what it read before while file system says that it is the same: a file is never changed, but replaced. What it
 * gives is shared: nobody changes it. Undefined without a file. Throws ERR_KEY_STORE_DAMAGED, ERR_KEY_STORE_UNAVAILABLE.
 */
export function keyFileReader(path: string): () => Promise<KeyFile | undefined> {
  let last: { readonly stamp: string; readonly file: KeyFile } | undefined;
  return async () => {
    try {
      const stamp = stampOf(await stat(path, { bigint: true }));
      if (last?.stamp === stamp) return last.file;
      const handle = await open(path, "r");
      try {
        // Of what is read, and not of what may have taken its name since.
        const read = stampOf(await handle.stat({ bigint: true }));
        const file = parseKeyFile(await handle.readFile("utf8"), path);
        last = { stamp: read, file };
        return file;
      } finally {
        await handle.close();
      }
    } catch (cause) {
      if (cause instanceof CosmosealError) throw cause;
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `The key file ${basename(path)} can't be read.`, { cause });
    }
  };
}

/** The text of a key file. Throws ERR_KEY_STORE_DAMAGED where it has no canonical form. */
export function keyFileText({ head, records }: KeyFile, path: string): string {
  const content = { v: 1, head, records };
  return `${JSON.stringify({ ...content, sum: sumOf(content, path) }, null, 2)}\n`;
}

type Stats = Awaited<ReturnType<FileHandle["stat"]>>;

function stampOf({ dev, ino, size, mtimeNs }: Stats & { readonly mtimeNs?: bigint }): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}

function parseKeyFile(text: string, path: string): KeyFile {
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
