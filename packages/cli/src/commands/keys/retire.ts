/** `cosmoseal keys retire`: documents under old generations are refused from now on. */
import { type Command, Option } from "commander";
import { wholeNumber } from "../../arguments.js";
import { examples } from "../../help.js";
import { confirmByName } from "../../keys/confirm.js";
import { type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";

interface Options extends ScopeOptions {
  readonly kind: "group" | "integrity" | "index";
  readonly group?: string;
  readonly generation: string;
  readonly confirm?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  scopeOptions(command)
    .description(
      "Refuse documents under a generation and those before it, as replayed. Write every document again before: one that was missed doesn't open any more.",
    )
    .addOption(new Option("--kind <kind>", "which keys").choices(["group", "integrity", "index"]).makeOptionMandatory())
    .option("--group <name>", "of group keys (default: the default group)")
    .requiredOption("--generation <n>", "this generation and all before it")
    .option("--confirm <name>", "the scope's name, in the place of typing it")
    .option("--dry-run", "say which keys would be retired, and retire none");
  examples(command, "cosmoseal keys retire --scope t-17 --kind group --generation 2");
  runs<Options>(command, async (session, options) => {
    const { target, value, name, typed } = await scopeOf(session, options);
    const { kind, group = "", dryRun = false } = options;
    const generation = wholeNumber("--generation", options.generation, 1);
    const { keys } = await session.workspace.client();
    const all = await keys.describe(target.definition, value, { signal: session.signal });
    const chosen = all.filter(
      (key) =>
        key.kind === kind &&
        key.generation <= generation &&
        (kind !== "group" || key.group === group) &&
        key.state !== "destroyed",
    );
    const lines = chosen.map((key) => `${name}: ${key.kind} key, generation ${key.generation}, ${key.state}`);
    if (dryRun) {
      session.out.result(
        { dryRun, scope: name, wouldRetire: chosen },
        lines.length === 0 ? [`${name}: has no such keys`] : lines,
      );
      return chosen.length === 0 ? EXIT.found : EXIT.ok;
    }
    await confirmByName(`Documents under these keys won't open any more.`, typed, options.confirm);
    await keys.retire(target.definition, value, { kind, group, generation, signal: session.signal });
    session.out.result({ scope: name, retired: chosen.map(({ id }) => id) }, [
      `${name}: ${kind} keys up to generation ${generation} are retired`,
    ]);
    return EXIT.ok;
  });
}
