/** `cosmoseal keys usage`: how many documents hang on each key of a scope. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { table } from "../../terminal/table.js";

export function define(command: Command): void {
  scopeOptions(command).description(
    "Count the documents that hang on each key of a scope, by the container's index: what must be resealed before a generation is retired. Keys of groups have no count: no index tells it.",
  );
  examples(command, "cosmoseal keys usage --container shop/customers");
  runs<ScopeOptions>(command, async (session, options) => {
    const { target, value, name } = await scopeOf(session, options);
    await session.workspace.container(target);
    const { keys } = await session.workspace.online();
    const usage = await keys.usage(target.definition, value, { signal: session.signal, at: target.name });
    session.out.result({ scope: name, ...usage }, [
      session.out.style("bold", name),
      ...table(
        ["kind", "group", "generation", "state", "documents"],
        usage.keys.map(({ kind, group, generation, state, documents }) => [
          kind,
          kind === "group" ? (group === "" ? "(default)" : group) : "",
          String(generation),
          state,
          documents === undefined ? "" : documents.toLocaleString("en-US"),
        ]),
        [2, 4],
      ),
    ]);
    return EXIT.ok;
  });
}
