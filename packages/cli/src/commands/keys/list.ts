/** `cosmoseal keys list`: what keys a scope has; never a key. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { keyTable, type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";

export function define(command: Command): void {
  scopeOptions(command).description(
    "List the keys of a scope: kinds, groups, generations, states and ids, as documents name them. Never a key.",
  );
  examples(command, "cosmoseal keys list", "cosmoseal keys list --scope t-17 --json");
  runs<ScopeOptions>(command, async (session, options) => {
    const scope = await scopeOf(session, options);
    const { keys } = await session.workspace.client();
    const found = await keys.describe(scope.target.definition, scope.value, { signal: session.signal });
    session.out.result({ scope: scope.name, keys: found }, [session.out.style("bold", scope.name), ...keyTable(found)]);
    return EXIT.ok;
  });
}
