/** `cosmoseal keys rotate`: new generations for new writes. */
import { type Command, Option } from "commander";
import type { KeyDescription } from "cosmoseal";
import { examples } from "../../help.js";
import { moment, type ScopeOptions, scopeOf, scopeOptions } from "../../keys/scope.js";
import { runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";

interface Options extends ScopeOptions {
  readonly kind?: "group" | "integrity" | "index";
  readonly group?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  scopeOptions(command)
    .description(
      "Make new generations of a scope's keys. Old documents open as ever, and move over when they are written again.",
    )
    .addOption(
      new Option("--kind <kind>", "which keys (default: group and integrity keys)").choices([
        "group",
        "integrity",
        "index",
      ]),
    )
    .option("--group <name>", "the key of one group alone")
    .option("--dry-run", "say which keys would be made, and make none");
  examples(command, "cosmoseal keys rotate --scope t-17", [
    "cosmoseal keys rotate --kind index",
    "a new index key: searches ask for both at once, writers change over two minutes later",
  ]);
  runs<Options>(command, async (session, options) => {
    const { target, value, name } = await scopeOf(session, options);
    const { kind, group, dryRun = false } = options;
    const { keys } = await session.workspace.client();
    const before = await keys.describe(target.definition, value, { signal: session.signal });
    if (dryRun) {
      const next = wouldRotate(before, kind, group);
      session.out.result({ dryRun, scope: name, wouldMake: next }, [
        ...next.map((one) => `${name}: would make ${label(one)}`),
        ...(next.length === 0 ? [`${name}: has no such keys`] : []),
      ]);
      return next.length === 0 ? EXIT.found : EXIT.ok;
    }
    session.onStop("A change of keys is made whole or not at all: cosmoseal keys list tells.");
    const made = await keys.rotate(target.definition, value, { kind, group, signal: session.signal });
    session.out.result(
      { scope: name, made },
      made.map(
        (one) =>
          `${name}: made ${label(one)}${one.from === undefined ? "" : `, used by writers from ${moment(one.from)}`}`,
      ),
    );
    return EXIT.ok;
  });
}

interface Made {
  readonly kind: string;
  readonly group: string;
  readonly generation: number;
}

function label({ kind, group, generation }: Made): string {
  return `${kind} key${kind === "group" ? ` of group ${group === "" ? "(default)" : group}` : ""}, generation ${generation}`;
}

/** As the rotation chooses: the newest generation of each kind and group that was asked for, and one more. */
function wouldRotate(
  keys: readonly KeyDescription[],
  kind: Options["kind"],
  group: string | undefined,
): readonly Made[] {
  const newest = new Map<string, Made>();
  for (const key of keys) {
    if (key.kind === "identity") continue;
    const isAsked = kind === undefined ? key.kind !== "index" : key.kind === kind;
    if (!isAsked || (group !== undefined && !(key.kind === "group" && key.group === group))) continue;
    newest.set(`${key.kind} ${key.group}`, { kind: key.kind, group: key.group, generation: key.generation + 1 });
  }
  return [...newest.values()];
}
