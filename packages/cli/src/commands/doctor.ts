/** `cosmoseal doctor`: everything that can be wrong around the documents, each finding with its remedy. */
import type { Command } from "commander";
import { seconds } from "../arguments.js";
import { targetsOf } from "../config/target.js";
import { checkAccount } from "../doctor/account.js";
import { checkContainer } from "../doctor/containers.js";
import { type Finding, skipped } from "../doctor/finding.js";
import { checkInfrastructure } from "../doctor/infrastructure.js";
import { checkKeys } from "../doctor/keys.js";
import { watchWriters } from "../doctor/writers.js";
import { examples } from "../help.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { EXIT } from "../terminal/exit.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly watch?: string;
  readonly strict?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Check endpoint, clock, SDK, pins, keys, container policies, infrastructure code and locks; with --watch, whether anybody else writes. Changes nothing. Ends with 1 where something is bad.",
    )
    .option("-c, --container <database/container>", "one container (default: all that have a definition)")
    .option("--watch <time>", "watch the change feed for so long: 90s, 5m")
    .option("--strict", "end with 1 for warnings, too");
  examples(command, "cosmoseal doctor", [
    "cosmoseal doctor --watch 5m",
    "before a container goes strict: who else writes there?",
  ]);
  runs<Options>(command, async (session, { container, watch, strict = false }) => {
    const watched = watch === undefined ? undefined : seconds("--watch", watch);
    session.onStop("Nothing was changed.");
    const findings = await examine(session, container, watched);
    session.out.result({ findings }, [
      ...findings.flatMap((finding) => print(session, finding)),
      "",
      summary(findings),
    ]);
    const isBad = findings.some(({ level }) => level === "bad" || (strict && level === "warning"));
    return isBad ? EXIT.found : EXIT.ok;
  });
}

async function examine(
  session: Session,
  container: string | undefined,
  watched: number | undefined,
): Promise<readonly Finding[]> {
  const { workspace } = session;
  const loaded = await workspace.loaded();
  const seal = await workspace.seal();
  const targets = container === undefined ? targetsOf(seal) : [await workspace.target(container)];
  const account = await checkAccount(workspace, Date.now);
  const isReachable = account.every(({ level }) => level !== "bad");
  const keys = await checkKeys(session, targets, Date.now());
  const infrastructure = checkInfrastructure(loaded, targets);
  if (!isReachable)
    return [...account, ...keys, skipped("container", "Containers were not checked."), ...infrastructure];
  const containers = [];
  for (const target of targets) containers.push(...(await checkContainer(session, target)));
  const hasKeys = keys.every(({ level }) => level !== "bad");
  const isThere = containers.every(({ check, level }) => check !== "container" || level !== "bad");
  const writers: Finding[] = [];
  if (watched === undefined)
    writers.push(skipped("writers", "Nobody looked whether others write.", "--watch 5m watches the change feed."));
  else if (!hasKeys || !isThere)
    writers.push(skipped("writers", "Without keys and containers there is nothing to watch."));
  else writers.push(...(await Promise.all(targets.map((target) => watchWriters(session, target, watched)))).flat());
  return [...account, ...keys, ...containers, ...infrastructure, ...writers];
}

function print({ out }: Session, { check, level, text, remedy }: Finding): string[] {
  const style = { ok: "green", warning: "yellow", bad: "red", skipped: "dim" } as const;
  const line = `${out.style(style[level], level.padEnd(8))} ${check.padEnd(15)} ${text}`;
  return remedy === undefined ? [line] : [line, `${" ".repeat(25)}${remedy}`];
}

function summary(findings: readonly Finding[]): string {
  const of = (wanted: Finding["level"]): number => findings.filter(({ level }) => level === wanted).length;
  return `${of("ok")} ok, ${of("warning")} warnings, ${of("bad")} bad`;
}
