/** Finds and loads the configuration file, TypeScript or JavaScript, on every Node that is supported. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { CliError, EXIT, isCliError } from "../terminal/exit.js";
import { failureOf } from "../terminal/failure.js";
import type { CosmosealConfig } from "./define.js";

export interface LoadedConfig {
  readonly file: string;
  /** Relative paths of the configuration, and lock files, are of this folder. */
  readonly folder: string;
  readonly config: CosmosealConfig;
}

/** The names that are looked for, in this folder and those above. */
export const CONFIG_NAMES: readonly string[] = ["ts", "mts", "js", "mjs", "cjs"].map(
  (extension) => `cosmoseal.config.${extension}`,
);

/** The nearest configuration file from a folder upwards, or undefined. */
export function findConfig(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = CONFIG_NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}

/**
 * Loads it, in its folder: from here on the process works there. Throws CONFIG_MISSING, CONFIG_INVALID; and what the definitions in it throw.
 */
export async function loadConfig(from: string, given: string | undefined): Promise<LoadedConfig> {
  const file = given === undefined ? findConfig(from) : resolve(from, given);
  if (file === undefined) {
    throw new CliError(
      EXIT.config,
      "CONFIG_MISSING",
      `There is no ${CONFIG_NAMES[0]} here or in a folder above. Make one with: cosmoseal init`,
    );
  }
  if (!existsSync(file)) throw new CliError(EXIT.config, "CONFIG_MISSING", `${file} is not there.`);
  const folder = dirname(file);
  process.chdir(folder);
  // Nothing of it is cached on disk: a copy would be left behind.
  const jiti = createJiti(file, { fsCache: false, interopDefault: true, alias: aliasesFor(file) });
  const config = check(
    file,
    await jiti.import(file, { default: true }).catch((error: unknown) => rethrow(file, error)),
  );
  return { file, folder, config };
}

/** What the configuration imports is the application's own; what it hasn't installed, as under npx, is what this command came with. */
function aliasesFor(file: string): Record<string, string> {
  const require = createRequire(file);
  const aliases: Record<string, string> = {};
  for (const name of ["@cosmoseal/cli", "cosmoseal", "zod"]) {
    try {
      require.resolve(name);
    } catch {
      const own = resolveOwn(name);
      if (own !== undefined) aliases[name] = own;
    }
  }
  return aliases;
}

function resolveOwn(name: string): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch {
    return undefined; // then the import says that it is missing
  }
}

/** Errors of definitions say themselves what is wrong with them; all others name the file. */
function rethrow(file: string, error: unknown): never {
  const { code } = failureOf(error);
  if (isCliError(error) || code.startsWith("ERR_SCHEMA") || code === "ERR_INDEX_UNSUPPORTED") throw error;
  const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
  throw new CliError(EXIT.config, "CONFIG_INVALID", `${file} can't be loaded: ${message}`, error);
}

function check(file: string, value: unknown): CosmosealConfig {
  const fail = (what: string): CliError =>
    new CliError(
      EXIT.config,
      "CONFIG_INVALID",
      `${file}: ${what} Write: export default defineConfig({ connection, seal })`,
    );
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail("it exports no configuration.");
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) throw fail(`there is no setting "${unknown}".`);
  const config = value as CosmosealConfig;
  const isSeal = typeof config.seal === "function" || (typeof config.seal === "object" && config.seal !== null);
  if (!isSeal) throw fail("it lacks `seal`.");
  for (const name of ["connectionString", "key"] as const) {
    const setting: unknown = config.connection?.[name];
    if (typeof setting === "string") {
      throw fail(`\`connection.${name}\` is a secret: give { env: "…" } or a function, never the text itself.`);
    }
  }
  return config;
}

const MEMBERS: ReadonlySet<string> = new Set([
  "connection",
  "client",
  "seal",
  "keyrings",
  "leases",
  "locks",
  "infrastructure",
  "repairs",
]);
