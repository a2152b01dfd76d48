/** `cosmoseal keys rebuild`: every document with the tokens of the newest index key and of this schema version. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { type JobCommandOptions, jobOptions, runJobCommand } from "../../keys/job.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";

interface Options extends JobCommandOptions {
  readonly container?: string;
  readonly raiseFloor?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  jobOptions(command)
    .description(
      "Seal every document anew whose tokens are of an older index key or an earlier schema version, then record that all carry the indexes: queries ask for tokens alone from then on. The application runs on meanwhile.",
    )
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option("--raise-floor", "let only this schema version and newer ones write from now on")
    .option("--dry-run", "count documents by generation of the index key, and change nothing");
  examples(command, "cosmoseal keys rebuild --container shop/customers");
  runs<Options>(command, async (session, options) => {
    const target = await session.workspace.target(options.container);
    await session.workspace.container(target);
    const { keys, jobs } = await session.workspace.online();
    if (options.dryRun === true) {
      const usage = await keys.usage(target.definition, undefined, { signal: session.signal, at: target.name });
      const index = usage.keys.filter(({ kind }) => kind === "index");
      const generations = index.map(({ generation, state, documents }) => ({ generation, state, documents }));
      session.out.result(
        { dryRun: true, container: target.name, generations },
        generations.map(
          (one) =>
            `${target.name}: index key of generation ${one.generation}, ${one.state}: ${one.documents ?? 0} documents`,
        ),
      );
      return EXIT.ok;
    }
    return runJobCommand(session, options, (job) =>
      jobs.rebuild(target.definition, { ...job, at: target.name, raiseFloor: options.raiseFloor === true }),
    );
  });
}
