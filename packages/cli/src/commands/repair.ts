/** `cosmoseal repair`: seals a document that doesn't verify anew, on an operator's word, and records it. */
import { type Examination, examine, type RebuiltDocument, rebuildDocument, seal } from "@cosmoseal/core";
import type { Command } from "commander";
import { collect, partitionKeyOf } from "../arguments.js";
import type { Target } from "../config/target.js";
import { type FoundDocument, findDocument, replaceFound } from "../document/find.js";
import { conclusionOf, partsOf } from "../document/findings.js";
import { hideSealed } from "../document/hide.js";
import { jsonOf } from "../document/json.js";
import { type RepairRecord, recordRepair } from "../document/record.js";
import { examples } from "../help.js";
import { confirmByName } from "../keys/confirm.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";
import { askText } from "../terminal/prompts.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly partitionKey?: readonly string[];
  readonly reason?: string;
  readonly lose?: readonly string[];
  readonly drop?: readonly string[];
  readonly confirm?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Seal a document that doesn't verify anew: its public part as it is now, on your word, and every sealed value that still opens. Under its etag, with a reason, recorded in a file of yours. A document that opens is left alone. Prefer a backup where there is one.",
    )
    .argument("<id>", "the document's id, as the application knows it or as it is stored")
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option(
      "--partition-key <value>",
      "its partition key; again for each component (default: it is looked for)",
      collect,
    )
    .option("--reason <text>", "why, for the record (default: it is asked for)")
    .option("--drop <path>", "leave a public property out, as /name or /object/name; again for each", collect)
    .option(
      "--lose <group>",
      'go on although this group doesn\'t open and its values are lost; "" is the default group',
      collect,
    )
    .option("--confirm <id>", "the document's id, in the place of typing it")
    .option("--dry-run", "show what would be sealed, and change nothing");
  examples(command, `cosmoseal repair c-17 --partition-key t-1 --reason "ticket 4711: changed in the portal"`);
  runs<Options>(command, async (session, options, [id = ""]) => {
    const { workspace, out, signal } = session;
    const target = await workspace.target(options.container);
    const found = await findDocument(session, target, id, partitionKeyOf(options.partitionKey));
    const keys = await workspace.keys();
    const examination = await examine(target.definition, keys, found.stored, { now: Date.now(), signal });
    if (examination.error === undefined) {
      out.result({ container: target.name, id: found.id, opens: true, repaired: false }, [
        `${found.id} opens: there is nothing to repair.`,
      ]);
      return EXIT.ok;
    }
    const { code } = examination.error;
    const dropped = options.drop ?? [];
    const rebuilt = rebuild(target, found, examination, dropped);
    for (const line of show(session, target, found, examination, rebuilt)) out.note(line);
    refuseLoss(rebuilt, options.lose ?? []);
    const plan = {
      container: target.name,
      id: found.id,
      opens: false,
      code,
      lost: rebuilt.lost,
      dropped,
      replaced: rebuilt.replaced,
      unplaced: rebuilt.unplaced,
    };
    if (options.dryRun === true) {
      // Sealing tells what would be refused, and sends nothing.
      await seal(target.definition, keys, rebuilt.document, { stamp: stampAfter(examination), replaces: true, signal });
      out.result({ dryRun: true, ...plan, repaired: false }, ["It can be sealed like this. Nothing was changed."]);
      return EXIT.ok;
    }
    const reason = (options.reason ?? (await askText("Why is it repaired", "Give --reason."))).trim();
    if (reason === "")
      throw new CliError(EXIT.usage, "REASON_MISSING", "A repair needs a reason: it stands in the record.");
    await confirmByName("You answer for the public part as it is shown.", found.id, options.confirm);
    const sealed = await seal(target.definition, keys, rebuilt.document, {
      stamp: stampAfter(examination),
      replaces: true,
      signal,
    });
    const loaded = await workspace.loaded();
    const { lost, replaced } = rebuilt;
    const { partitionKey, etag } = found;
    const record: RepairRecord = {
      event: "begun",
      container: target.name,
      id: found.id,
      partitionKey,
      reason,
      found: code,
      etag,
      lost,
      dropped,
      replaced,
    };
    const file = recordRepair(loaded, record);
    session.onStop(`The record ${file} tells whether the repair was made.`);
    const newEtag = await replaceFound(found, sealed).catch((error: unknown) => {
      recordRepair(loaded, { ...record, event: "failed" });
      throw error;
    });
    recordRepair(loaded, { ...record, event: "done", newEtag });
    out.result({ ...plan, repaired: true, etag: newEtag, record: file }, [
      `${found.id} is sealed anew. Recorded in ${file}.`,
    ]);
    return EXIT.ok;
  });
}

/** Throws NOT_REPAIRABLE for what a repair would make worse. */
function rebuild(
  target: Target,
  found: FoundDocument,
  examination: Examination,
  dropped: readonly string[],
): RebuiltDocument {
  const { error } = examination;
  if (error !== undefined && !REPAIRABLE.has(error.code)) {
    throw new CliError(
      EXIT.refused,
      "NOT_REPAIRABLE",
      `${conclusionOf(found.stored, examination)} A repair doesn't mend that.`,
      error,
    );
  }
  const rebuilt = rebuildDocument(target.definition.plan, found.stored, examination.seal);
  if (rebuilt === undefined) {
    throw new CliError(
      EXIT.refused,
      "NOT_REPAIRABLE",
      "The value of its sealed id or partition key can't be opened: it can't be sealed in its place. Restore it from a backup.",
    );
  }
  for (const path of dropped) drop(rebuilt.document, path);
  return rebuilt;
}

const REPAIRABLE: ReadonlySet<string> = new Set([
  "ERR_INTEGRITY",
  "ERR_NOT_SEALED",
  "ERR_KEY_SCOPE",
  "ERR_KEY_RETIRED",
  "ERR_STAMP_AHEAD",
]);

function drop(document: Record<string, unknown>, path: string): void {
  const names = path.startsWith("/")
    ? path
        .slice(1)
        .split("/")
        .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    : [];
  let parent: unknown = document;
  for (const name of names.slice(0, -1)) {
    parent =
      typeof parent === "object" && parent !== null && Object.hasOwn(parent, name)
        ? (parent as Record<string, unknown>)[name]
        : undefined;
  }
  const last = names.at(-1);
  if (last === undefined || typeof parent !== "object" || parent === null || !Object.hasOwn(parent, last)) {
    throw new CliError(EXIT.usage, "PATH_MISSING", `--drop ${path}: the document has nothing there.`);
  }
  delete (parent as Record<string, unknown>)[last];
}

function refuseLoss({ lost, unplaced }: RebuiltDocument, allowed: readonly string[]): void {
  const group = lost.find((name) => !allowed.includes(name));
  if (group !== undefined) {
    throw new CliError(
      EXIT.refused,
      "GROUP_LOST",
      `The group ${group === "" ? "(default)" : group} doesn't open: its values would be lost. Restore the document from a backup, or give --lose ${JSON.stringify(group)}.`,
    );
  }
  if (unplaced.length > 0) {
    throw new CliError(
      EXIT.refused,
      "VALUE_UNPLACED",
      `${unplaced.length} sealed values have no place any more, since what they stood in was removed. Restore the document from a backup.`,
    );
  }
}

/** Above the last one, if that can be believed at all. */
function stampAfter({ seal: examined }: Examination): number {
  const now = Date.now();
  const last = examined?.stamp ?? 0;
  return last <= now + 15 * 60_000 ? Math.max(now, last + 1) : now;
}

/** Public parts alone: sealed values stay sealed. */
function show(
  { out }: Session,
  target: Target,
  found: FoundDocument,
  examination: Examination,
  rebuilt: RebuiltDocument,
): string[] {
  const sealed = new Set(
    (examination.seal?.groups ?? []).flatMap(({ entries = [] }) => entries.map(([pointer]) => pointer)),
  );
  return [
    `${out.style("bold", target.name)}  id ${JSON.stringify(found.id)}, partition key ${JSON.stringify(found.partitionKey)}`,
    `${out.style("red", examination.error?.code ?? "")}  ${conclusionOf(found.stored, examination)}`,
    ...partsOf(target.definition, examination).map(({ part, text }) => `  ${part.padEnd(18)} ${text}`),
    ...(rebuilt.replaced.length === 0
      ? []
      : [`  ${rebuilt.replaced.length} public value(s) stand where a sealed one belongs; the sealed ones are taken`]),
    "The public part, which you would answer for:",
    ...JSON.stringify(jsonOf(hideSealed(target.definition.plan, rebuilt.document, sealed)), null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}
