/**
 * A lock file beside a file. It names its holder, so that what a killed process left behind is taken over at once, and only by one.
 */
import { randomUUID } from "node:crypto";
import { link, open, readFile, readlink, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename } from "node:path";
import { isObject } from "../../codec/json.js";
import { CosmosealError } from "../../errors.js";

/**
 * Runs `work` while `path.lock` is held. `isHeld` tells whether it still is: a process that slept for half a minute has lost it.
 * Throws ERR_KEY_STORE_UNAVAILABLE after ten seconds of waiting, or where no lock can be made.
 */
export async function withLock<T>(path: string, work: (isHeld: () => Promise<boolean>) => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const holder: Holder = { owner: randomUUID(), pid: process.pid, place: await placeOfProcesses() };
  const text = JSON.stringify(holder);
  const until = Date.now() + LOCK_WAIT;
  while (!(await tryLock(lock, text))) {
    await removeStale(lock, holder.place);
    if (Date.now() > until) {
      throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `Another process holds the lock ${basename(lock)}.`, {
        remedy: "Delete it if no process is changing keys.",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20));
  }
  const isHeld = async (): Promise<boolean> => (await contentOf(lock)) === text;
  try {
    return await work(isHeld);
  } finally {
    if (await isHeld()) await rm(lock, { force: true });
  }
}

interface Holder {
  readonly owner: string;
  readonly pid: number;
  /** Process ids of one place alone can be compared. */
  readonly place: string;
}

const LOCK_WAIT = 10_000;
/** No change takes that long. */
const LOCK_STALE = 30_000;

/** Made whole under another name: a process that is killed meanwhile leaves no lock without a holder. */
async function tryLock(lock: string, text: string): Promise<boolean> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    const file = await open(aside, "wx", 0o600);
    await file.writeFile(text).finally(() => file.close());
    return await linked(aside, lock, text);
  } catch (cause) {
    throw new CosmosealError("ERR_KEY_STORE_UNAVAILABLE", `The lock ${basename(lock)} can't be made.`, {
      cause,
      remedy: "Check that its directory exists and may be written.",
    });
  } finally {
    await rm(aside, { force: true });
  }
}

async function linked(aside: string, lock: string, text: string): Promise<boolean> {
  try {
    await link(aside, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Taken, or cleared away by the holder of the lock.
    if (code === "EEXIST" || code === "ENOENT") return false;
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return created(lock, text);
    throw error;
  }
}

/** Where the file system knows no links. */
async function created(lock: string, text: string): Promise<boolean> {
  try {
    const file = await open(lock, "wx", 0o600);
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Renamed before it is removed, and looked at again: a lock that somebody took meanwhile goes back where it was. */
async function removeStale(lock: string, place: string): Promise<void> {
  const found = await contentOf(lock);
  if (found === undefined || !(await isStale(lock, found, place))) return;
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // another waiter was faster
    throw error;
  }
  if ((await contentOf(aside)) !== found) await putBack(aside, lock);
  await rm(aside, { force: true });
}

/** Not over a third one's: whoever lost its lock that way finds out before it writes. */
async function putBack(aside: string, lock: string): Promise<void> {
  try {
    await link(aside, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function isStale(lock: string, text: string, place: string): Promise<boolean> {
  const holder = readHolder(text);
  if (holder?.place === place && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - (await stat(lock)).mtimeMs > LOCK_STALE;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Undefined where the holder has not written its name yet. */
function readHolder(text: string): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value["pid"] !== "number" || typeof value["place"] !== "string") return undefined;
  return value as unknown as Holder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The machine and, where containers share a file, the name space of process ids. */
async function placeOfProcesses(): Promise<string> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    return `${boot} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    // Not Linux: the name of the machine is all there is, and a lock of another's is waited for.
    return hostname();
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
