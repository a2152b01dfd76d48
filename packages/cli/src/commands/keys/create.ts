/** `cosmoseal keys create`: the keys of a container, a tenant, a person. */
import type { Command } from "commander";
import { isCosmosealError, type KeyDescription } from "cosmoseal";
import { examples } from "../../help.js";
import { keyTable, type Scope, type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs, type Session } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends ScopeOptions {
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  scopeOptions(command)
    .description(
      "Make the keys of a scope, or those that it lacks: of a new group, of a new tenant. Does nothing where none is lacking.",
    )
    .option("--dry-run", "say whether there are keys already, and make none");
  examples(command, "cosmoseal keys create", ["cosmoseal keys create --scope t-17", "the keys of a tenant"]);
  runs<Options>(command, async (session, options) => {
    const scope = await scopeOf(session, options);
    const before = await describe(session, scope);
    if (options.dryRun === true) {
      const text =
        before.length === 0
          ? "it has no keys yet"
          : `it has ${count(before.length, "key")}; those that it lacks would be made`;
      session.out.result({ dryRun: true, scope: scope.name, keys: before }, [`${scope.name}: ${text}`]);
      return EXIT.ok;
    }
    const { keys } = await session.workspace.client();
    await keys.createScope(scope.target.definition, scope.value, { signal: session.signal });
    const after = await describe(session, scope);
    const made = after.filter(({ id }) => !before.some((key) => key.id === id));
    session.out.result({ scope: scope.name, made, keys: after }, [
      made.length === 0 ? `${scope.name}: nothing was lacking` : `${scope.name}: ${count(made.length, "key")} made`,
      ...(made.length === 0 ? [] : keyTable(made)),
    ]);
    return EXIT.ok;
  });
}

async function describe({ workspace, signal }: Session, { target, value }: Scope): Promise<readonly KeyDescription[]> {
  const { keys } = await workspace.client();
  try {
    return await keys.describe(target.definition, value, { signal });
  } catch (error) {
    if (isCosmosealError(error, "ERR_SCOPE_UNKNOWN")) return [];
    throw error;
  }
}
