/** `cosmoseal keys destroy`: crypto-shredding of a tenant or a person. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { confirmByName } from "../../keys/confirm.js";
import { keyTable, type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends ScopeOptions {
  readonly group?: string;
  readonly confirm?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  scopeOptions(command)
    .description(
      "Erase the keys of a scope: its documents are gone for good. What stays: public parts and tokens of the documents, keys in the memory of running processes for a minute, and earlier copies of the key store, which `keys rekey` makes clients refuse.",
    )
    .option("--group <name>", "the keys of one group alone")
    .option("--confirm <name>", "the scope's name, in the place of typing it")
    .option("--dry-run", "say which keys would be erased, and erase none");
  examples(command, "cosmoseal keys destroy --container shop/people --scope person-4711");
  runs<Options>(command, async (session, options) => {
    const { target, value, name, typed } = await scopeOf(session, options);
    const { group, confirm, dryRun = false } = options;
    const { keys } = await session.workspace.client();
    const all = await keys.describe(target.definition, value, { signal: session.signal });
    const chosen = all.filter(
      (key) => key.state !== "destroyed" && (group === undefined || (key.kind === "group" && key.group === group)),
    );
    if (dryRun) {
      session.out.result({ dryRun, scope: name, wouldDestroy: chosen }, [
        `${name}: ${count(chosen.length, "key")} would be erased`,
        ...keyTable(chosen),
      ]);
      return EXIT.ok;
    }
    if (chosen.length > 0) {
      session.out.note(
        `${count(chosen.length, "key")} of ${name} will be erased. What is sealed under them can't be read ever again.`,
      );
      await confirmByName("", typed, confirm);
    }
    const destroyed = await keys.destroy(target.definition, value, { group, signal: session.signal });
    session.out.result({ scope: name, destroyed }, [
      destroyed === 0 ? `${name}: there were none left` : `${name}: ${count(destroyed, "key")} erased`,
      ...(destroyed === 0
        ? []
        : [
            "Still there: public parts and tokens of its documents (delete them); earlier copies and backups of the key store, which open",
            "for whoever has the key-encryption key. `cosmoseal keys new-root` and `keys rekey` make clients refuse them.",
          ]),
    ]);
    return EXIT.ok;
  });
}
