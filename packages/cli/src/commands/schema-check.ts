/** `cosmoseal schema check`: what a change of the schema needs before it is deployed. */
import type { Command } from "commander";
import { isCosmosealError, type LockedVersion, versionFacts } from "cosmoseal";
import { targetsOf } from "../config/target.js";
import { examples } from "../help.js";
import { type Change, changesBetween, gravest, type Need } from "../schema/changes.js";
import { readLock } from "../schema/lock-file.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { EXIT } from "../terminal/exit.js";
import type { Style } from "../terminal/output.js";

interface Options extends CommonOptions {
  readonly container?: string;
}

interface Result {
  readonly container: string;
  readonly version: number;
  /** The locked version that it is compared with; undefined where the lock has none before it. */
  readonly against: number | undefined;
  readonly locked: boolean;
  readonly need: Need;
  readonly changes: readonly Change[];
}

export function define(command: Command): void {
  command
    .description(
      "Compare each definition with its lock: safe / needs a rebuild / needs phases / declassifies. Ends with 1 for the last two, and where the version is not locked.",
    )
    .option("-c, --container <database/container>", "one container (default: all that have a definition)");
  examples(command, "cosmoseal schema check", ["cosmoseal schema check --json", "for a pull request's check"]);
  runs<Options>(command, async (session, { container }) => {
    const results = await check(session, container);
    session.out.result(
      { results },
      results.flatMap((result) => print(session, result)),
    );
    const isQuiet = results.every(({ need, locked }) => locked && (need === "safe" || need === "rebuild"));
    return isQuiet ? EXIT.ok : EXIT.found;
  });
}

async function check({ workspace }: Session, container: string | undefined): Promise<readonly Result[]> {
  try {
    const loaded = await workspace.loaded();
    const seal = await workspace.seal();
    const targets = container === undefined ? targetsOf(seal) : [await workspace.target(container)];
    return targets.map(({ name, definition }) => {
      const { versions } = readLock(loaded, definition);
      const facts = versionFacts(definition.plan);
      const before = versions.findLast(({ version }) => version < facts.version);
      const own = versions.find(({ version }) => version === facts.version);
      // A schema that was changed under a locked number is compared with what is locked.
      const changed = own === undefined ? [] : changesBetween(own, facts);
      const changes = changed.length > 0 ? changed : before === undefined ? [] : changesBetween(before, facts);
      const against: LockedVersion | undefined = changed.length > 0 ? own : before;
      const locked = own !== undefined && changed.length === 0;
      return {
        container: name,
        version: facts.version,
        against: against?.version,
        locked,
        need: gravest(changes),
        changes,
      };
    });
  } catch (error) {
    const refused = declassifies(error);
    if (refused === undefined) throw error;
    return [refused];
  }
}

/** A definition that would store in the clear what was sealed can't even be made: its error is the finding. */
function declassifies(error: unknown): Result | undefined {
  if (!isCosmosealError(error, "ERR_SCHEMA_INVALID") || error.path === undefined) return undefined;
  if (error.remedy?.includes("declassify") !== true) return undefined;
  const [, past, now] = /Version (\d+) .* version (\d+) /.exec(error.message) ?? [];
  const remedy = `Seal it; or say that it is meant, declassify: [${JSON.stringify(error.path)}], and lock it first.`;
  return {
    container: error.container ?? "",
    version: Number(now),
    against: Number(past),
    locked: false,
    need: "declassifies",
    changes: [
      { need: "declassifies", path: error.path, what: `was sealed and would be public in version ${now}`, remedy },
    ],
  };
}

function print({ out }: Session, { container, version, against, locked, need, changes }: Result): string[] {
  const lines = [
    `${out.style("bold", container)}  version ${version}${against === undefined ? ", the first" : `, against ${against}`}: ${out.style(STYLE[need], TEXT[need])}`,
    ...changes.flatMap(({ need: own, path, what, remedy }) => [
      `  ${out.style(STYLE[own], TEXT[own].padEnd(15))} ${path}${path === "" ? "" : " "}${what}`,
      `                  ${remedy}`,
    ]),
  ];
  if (!locked) lines.push(`  ${out.style("yellow", "not locked".padEnd(15))} run: cosmoseal schema lock`);
  return lines;
}

const TEXT: Readonly<Record<Need, string>> = {
  safe: "safe",
  rebuild: "needs a rebuild",
  phases: "needs phases",
  declassifies: "declassifies",
};

const STYLE: Readonly<Record<Need, Style>> = {
  safe: "green",
  rebuild: "yellow",
  phases: "yellow",
  declassifies: "red",
};
