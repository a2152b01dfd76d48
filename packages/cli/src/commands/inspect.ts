/** `cosmoseal inspect`: what is stored of one document, what of it opens, and why not. */
import { type Examination, examine, SEAL, SYSTEM_PROPERTIES } from "@cosmoseal/core";
import type { Command } from "commander";
import { collect, partitionKeyOf } from "../arguments.js";
import type { Target } from "../config/target.js";
import { type FoundDocument, findDocument } from "../document/find.js";
import { conclusionOf, partsOf } from "../document/findings.js";
import { hideSealed } from "../document/hide.js";
import { jsonOf } from "../document/json.js";
import { examples } from "../help.js";
import { moment } from "../keys/scope.js";
import { type CommonOptions, runs, type Session } from "../session.js";
import { EXIT } from "../terminal/exit.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly partitionKey?: readonly string[];
  readonly reveal?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Show what is stored of a document, which of its parts hold and open, and if it doesn't open, why. Never shows sealed values, unless --reveal.",
    )
    .argument("<id>", "the document's id, as the application knows it or as it is stored")
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option(
      "--partition-key <value>",
      "its partition key; again for each component (default: it is looked for)",
      collect,
    )
    .option("--reveal", "show sealed values, too");
  examples(command, "cosmoseal inspect c-17 --partition-key t-1", [
    "cosmoseal inspect c-17 --reveal",
    "with what was sealed: mind who sees the screen",
  ]);
  runs<Options>(command, async (session, { container, partitionKey, reveal = false }, [id = ""]) => {
    const target = await session.workspace.target(container);
    const found = await findDocument(session, target, id, partitionKeyOf(partitionKey));
    const keys = await session.workspace.keys();
    const examination = await examine(target.definition, keys, found.stored, {
      now: Date.now(),
      signal: session.signal,
    });
    const { error } = examination;
    const parts = partsOf(target.definition, examination);
    const conclusion = conclusionOf(found.stored, examination);
    session.out.result(
      {
        container: target.name,
        id: found.id,
        partitionKey: found.partitionKey,
        etag: found.etag,
        opens: error === undefined,
        ...(error !== undefined && { code: error.code }),
        conclusion,
        parts,
        public: publicOf(target, found.stored, reveal),
        tokens: tokensOf(target, found.stored),
        ...(reveal && { revealed: jsonOf(revealed(examination)) }),
      },
      [
        ...print(session, target, found, examination, reveal),
        ...parts.map(({ part, holds, text }) => {
          const style = holds === true ? "green" : holds === false ? "red" : "yellow";
          return `  ${part.padEnd(18)} ${session.out.style(style, text)}`;
        }),
        "",
        `${session.out.style(error === undefined ? "green" : "red", error === undefined ? "opens" : error.code)}  ${conclusion}`,
        ...(reveal
          ? [
              "",
              session.out.style("bold", "revealed"),
              ...JSON.stringify(jsonOf(revealed(examination)), null, 2).split("\n"),
            ]
          : []),
      ],
    );
    return error === undefined ? EXIT.ok : EXIT.found;
  });
}

function print(
  { out }: Session,
  target: Target,
  found: FoundDocument,
  { seal }: Examination,
  reveal: boolean,
): string[] {
  const { stored, id, partitionKey, etag } = found;
  const bytes = Buffer.byteLength(JSON.stringify(stored));
  const written = typeof stored["_ts"] === "number" ? moment(stored["_ts"] * 1000) : "at an unknown time";
  return [
    `${out.style("bold", target.name)}  id ${JSON.stringify(id)}, partition key ${JSON.stringify(partitionKey)}`,
    `  stored             ${bytes.toLocaleString("en-US")} bytes, written ${written}, etag ${etag}`,
    ...(seal === undefined
      ? []
      : [
          `  sealed             schema version ${seal.schemaVersion} (the definition's: ${target.definition.plan.version}), index keys of generation ${seal.indexGeneration}, epoch ${seal.epoch}, stamp ${moment(seal.stamp)}`,
        ]),
    ...tokensOf(target, stored).map(({ name, index, tokens }) => `  token ${name.padEnd(12)} ${index}: ${tokens}`),
    "  public",
    ...JSON.stringify(publicOf(target, stored, reveal), null, 2)
      .split("\n")
      .map((line) => `    ${line}`),
  ];
}

/** What everybody with the account key reads; but for what the schema seals and somebody put there in the clear. */
function publicOf({ definition }: Target, stored: Readonly<Record<string, unknown>>, reveal: boolean): unknown {
  const part = Object.fromEntries(
    Object.entries(stored).filter(([name]) => name !== SEAL && !SYSTEM_PROPERTIES.has(name)),
  );
  return reveal ? part : hideSealed(definition.plan, part);
}

function tokensOf(
  { definition }: Target,
  stored: Readonly<Record<string, unknown>>,
): { name: string; index: string; tokens: number }[] {
  const { x: tokens } = (stored[SEAL] ?? {}) as { readonly x?: unknown };
  if (typeof tokens !== "object" || tokens === null) return [];
  return Object.entries(tokens).map(([name, value]) => {
    const index = definition.plan.indexes.find((known) => known.name === name);
    return {
      name,
      index: index === undefined ? "an index that the definition doesn't have" : `${index.pattern} by ${index.kind}`,
      tokens: Array.isArray(value) ? value.length : 1,
    };
  });
}

/** The document; or of one that doesn't open, what its groups hold, which is nobody's word. */
function revealed({ document, seal }: Examination): unknown {
  if (document !== undefined) return document;
  return Object.fromEntries(
    (seal?.groups ?? []).map(({ name, entries }) => [name, entries === undefined ? null : Object.fromEntries(entries)]),
  );
}
