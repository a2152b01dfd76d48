/** Rows of the feed of all versions and deletes: the document after the change, the one before, and what happened. */
import { type ContainerDefinition, CosmosealError, parsePattern } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import type { BadDocument } from "../sealing/bad-documents.js";
import { checkPartition } from "../sealing/partition.js";
import { type OpenedDocument, type Opening, openEach } from "../sealing/read.js";

/**
 * What happened is the server's word: nobody signs a delete. Its row has no body, so that a sealed id or partition key can't
 * be opened: it stays the token that is stored, and `metadata.tokens` names the paths of which that is so. A row with a version
 * that doesn't open is left out whole. Throws ERR_ANSWER_MISMATCH where a row is of two documents, or of another partition.
 */
export async function openVersions(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  prefix: string | undefined,
): Promise<{ readonly rows: unknown[]; readonly bad: readonly BadDocument[] }> {
  const bodies = stored.flatMap((row) => SIDES.flatMap((side) => bodyOf(row, side) ?? []));
  const openings = (await openEach(context, definition, bodies)).values();
  const bad: BadDocument[] = [];
  const rows = stored.flatMap((row): object[] => {
    if (!isObject(row)) throw notAChange(definition);
    const sides = SIDES.flatMap((side) =>
      bodyOf(row, side) === undefined ? [] : [[side, openings.next().value as Opening] as const],
    );
    const failed = sides.flatMap(([, { bad: one }]) => one ?? []);
    bad.push(...failed);
    if (failed.length > 0) return [];
    const opened = sides.map(([side, { opened: one }]) => [side, one!] as const);
    checkRow(
      definition,
      prefix,
      opened.map(([, one]) => one),
    );
    const documents = Object.fromEntries(opened.map(([side, { document }]) => [side, document]));
    return [{ ...row, ...documents, ...markedMetadata(definition, row) }];
  });
  return { rows, bad };
}

/** Undefined for what has no body: a missing side, null, or the empty object of a delete. */
function bodyOf(row: unknown, side: (typeof SIDES)[number]): unknown {
  if (!isObject(row)) return undefined;
  const body = row[side];
  if (body === undefined || body === null) return undefined;
  return isObject(body) && Object.keys(body).length === 0 ? undefined : body;
}

function checkRow(
  definition: ContainerDefinition<unknown>,
  prefix: string | undefined,
  [one, other]: readonly OpenedDocument[],
): void {
  if (one === undefined) return;
  checkPartition(definition, prefix, one);
  if (other === undefined) return;
  if (one.place.id === other.place.id && one.place.partitionKey === other.place.partitionKey) return;
  throw mismatch(definition, other, "The server answered with a change from one document to another.");
}

/** Deletes name the document in their metadata: `id`, and `partitionKey` by names. */
function markedMetadata({ plan }: ContainerDefinition<unknown>, row: Row): { readonly metadata?: object } {
  const { metadata } = row;
  if (!isObject(metadata)) return {};
  const key = metadata["partitionKey"];
  const tokens = plan.identity.filter((path) => {
    if (path === "/id") return typeof metadata["id"] === "string";
    return isObject(key) && isToken(key[nameOf(path)]);
  });
  return tokens.length === 0 ? {} : { metadata: { ...metadata, tokens } };
}

/** The service names a level of the key by the last name of its path. */
function nameOf(path: string): string {
  return (parsePattern(path).at(-1) as { readonly name: string }).name;
}

function isToken(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAChange({ name }: ContainerDefinition<unknown>): CosmosealError {
  return new CosmosealError("ERR_ANSWER_MISMATCH", "The server answered a change feed with what is no change.", {
    container: name,
    remedy: "Don't use it: the account, or what stands between, doesn't answer honestly.",
  });
}

type Row = Readonly<Record<string, unknown>>;
const SIDES = ["current", "previous"] as const;
