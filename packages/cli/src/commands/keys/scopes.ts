/** `cosmoseal keys scopes`: every scope of the key store. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { type CommonOptions, runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { count, table } from "../../terminal/table.js";

export function define(command: Command): void {
  command.description("List every scope of the key store, those whose keys were destroyed too. Reads the whole store.");
  examples(command, "cosmoseal keys scopes");
  runs<CommonOptions>(command, async ({ out, workspace, signal }) => {
    const { keys } = await workspace.client();
    const scopes = await keys.scopes({ signal });
    out.result({ scopes: scopes.map(([family, value]) => ({ family, value })) }, [
      ...table(
        ["family", "value"],
        scopes.map(([family, value]) => [family, String(value)]),
      ),
      count(scopes.length, "scope"),
    ]);
    return EXIT.ok;
  });
}
