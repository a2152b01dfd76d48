/** The lock file of a definition: the facts of every schema version, committed beside the code. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type LockedVersion, type SealedContainerDefinition, type VersionFacts, versionFacts } from "cosmoseal";
import type { LoadedConfig } from "../config/load.js";
import { CliError, EXIT } from "../terminal/exit.js";

export interface LockFile {
  readonly file: string;
  /** By rising version; empty where there is no file yet. */
  readonly versions: readonly LockedVersion[];
}

/** Throws LOCK_INVALID. What stands in it is held to its form by the definition that imports it. */
export function readLock({ config, folder }: LoadedConfig, { name }: SealedContainerDefinition<unknown>): LockFile {
  const file = resolve(folder, config.locks?.[name] ?? `${name}.lock.json`);
  if (!existsSync(file)) return { file, versions: [] };
  let versions: unknown;
  try {
    versions = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CliError(EXIT.config, "LOCK_INVALID", `${file} is no JSON. Restore it from version control.`, error);
  }
  const isLocked = (value: unknown): value is LockedVersion =>
    typeof value === "object" && value !== null && Number.isSafeInteger((value as { version?: unknown }).version);
  if (!Array.isArray(versions) || !versions.every(isLocked)) {
    throw new CliError(
      EXIT.config,
      "LOCK_INVALID",
      `${file} is no list of schema versions. Restore it from version control.`,
    );
  }
  return { file, versions: versions.sort((a, b) => a.version - b.version) };
}

/** The lock with the definition's own version in it, as text; undefined where it is there already. Throws LOCK_DIFFERS. */
export function withOwnVersion(lock: LockFile, definition: SealedContainerDefinition<unknown>): string | undefined {
  const facts = versionFacts(definition.plan);
  const locked = lock.versions.find(({ version }) => version === facts.version);
  if (locked !== undefined) {
    if (isSame(locked, facts)) return undefined;
    throw new CliError(
      EXIT.refused,
      "LOCK_DIFFERS",
      `Version ${facts.version} of ${definition.name} is locked with other facts: raise \`version\` with every change of the schema.`,
    );
  }
  const versions = [...lock.versions, facts].sort((a, b) => a.version - b.version);
  return `${JSON.stringify(versions, null, 2)}\n`;
}

/** Whole, by a rename: a process that is killed leaves the old file. */
export async function writeLock(file: string, text: string): Promise<void> {
  const { rename } = await import("node:fs/promises");
  const next = `${file}.${process.pid}.tmp`;
  writeFileSync(next, text);
  await rename(next, file);
}

/** But for the end of a version, which is added by hand. */
function isSame({ until: _, ...locked }: LockedVersion, facts: VersionFacts): boolean {
  return canonical(locked) === canonical(facts);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
