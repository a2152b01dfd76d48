/** `cosmoseal keys reseal`: every document under the newest keys of its scope, while the application runs. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { type JobCommandOptions, jobOptions, runJobCommand } from "../../keys/job.js";
import { type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends ScopeOptions, JobCommandOptions {
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  jobOptions(scopeOptions(command))
    .description(
      "Seal every document anew that is under older keys, or of an earlier schema version; what it holds stays the same. Afterwards older generations can be retired. The application runs on meanwhile.",
    )
    .option("--dry-run", "count what hangs on older keys, and change nothing");
  examples(command, "cosmoseal keys reseal --container shop/customers --request-units 400");
  runs<Options>(command, async (session, options) => {
    const { target, value, name } = await scopeOf(session, options);
    await session.workspace.container(target);
    const { keys, jobs } = await session.workspace.online();
    if (options.dryRun === true) {
      const usage = await keys.usage(target.definition, value, { signal: session.signal, at: target.name });
      const old = usage.keys.filter(({ kind, state }) => kind === "integrity" && state === "readable");
      const documents = old.reduce((sum, key) => sum + (key.documents ?? 0), 0);
      session.out.result({ dryRun: true, scope: name, documents }, [
        `${name}: ${count(documents, "document")} under older keys`,
      ]);
      return EXIT.ok;
    }
    return runJobCommand(session, options, (job) =>
      jobs.reseal(target.definition, { ...job, at: target.name, ...(value !== undefined && { scope: value }) }),
    );
  });
}
