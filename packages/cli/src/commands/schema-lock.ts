/** `cosmoseal schema lock`: adds the schema's version to its committed lock file. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { targetsOf } from "../config/target.js";
import { examples } from "../help.js";
import { readLock, withOwnVersion, writeLock } from "../schema/lock-file.js";
import { type CommonOptions, runs } from "../session.js";
import { EXIT } from "../terminal/exit.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Add the facts of each definition's own version to its lock file: what it seals, signs, leaves unsigned and indexes. Commit the file; the definition imports it as `history`.",
    )
    .option("-c, --container <database/container>", "one container (default: all that have a definition)")
    .option("--dry-run", "say what would be written, and write nothing");
  examples(command, "cosmoseal schema lock", [
    "cosmoseal schema lock --dry-run",
    "in CI: tells whether the lock is up to date",
  ]);
  runs<Options>(command, async ({ out, workspace }, { container, dryRun = false }) => {
    const loaded = await workspace.loaded();
    const seal = await workspace.seal();
    const targets = container === undefined ? targetsOf(seal) : [await workspace.target(container)];
    const results = [];
    for (const { name, definition } of targets) {
      const lock = readLock(loaded, definition);
      const text = withOwnVersion(lock, definition);
      const isNew = !existsSync(lock.file);
      if (text !== undefined && !dryRun) await writeLock(lock.file, text);
      const knows = lock.versions.every(({ version }) => definition.plan.versions.has(version));
      if (!knows) {
        out.note(
          `${definition.name} doesn't import ${basename(lock.file)}: give it as \`history\`, or its older documents don't open.`,
        );
      }
      results.push({
        container: name,
        file: lock.file,
        version: definition.plan.version,
        changed: text !== undefined,
        isNew,
      });
    }
    const would = dryRun ? "would be " : "";
    out.result(
      { dryRun, locks: results },
      results.map(({ container: of, file, version, changed, isNew }) =>
        changed
          ? `${of}: version ${version} ${would}${isNew ? "written to the new file" : "added to"} ${basename(file)}`
          : `${of}: version ${version} is locked already in ${basename(file)}`,
      ),
    );
    return dryRun && results.some(({ changed }) => changed) ? EXIT.found : EXIT.ok;
  });
}
