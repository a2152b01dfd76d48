/** Finds one stored document, as it lies in the account: by its id, sealed or not, and its partition key if that is known. */
import type { Container, PartitionKey } from "@azure/cosmos";
import { containerScope, identityToken, partitionKeyOf, readPath } from "@cosmoseal/core";
import type { Target } from "../config/target.js";
import type { Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";

export interface FoundDocument {
  readonly container: Container;
  readonly stored: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** Components as stored; `{}` for one that is not there. */
  readonly partitionKey: readonly unknown[];
  readonly etag: string;
}

/**
 * `id` and `partitionKey` as the application knows them, or as they are stored. Throws DOCUMENT_MISSING, DOCUMENT_AMBIGUOUS where several
 * partition keys have that id.
 */
export async function findDocument(
  session: Session,
  target: Target,
  id: string,
  partitionKey: readonly (string | number | boolean | null)[] | undefined,
): Promise<FoundDocument> {
  const container = await session.workspace.container(target);
  const ids = [...new Set([id, ...(await tokensOf(session, target, "/id", id))])];
  const { resources } = await container.items
    .query<Record<string, unknown>>({
      query: `SELECT * FROM c WHERE c.id IN (${ids.map((_, i) => `@id${i}`).join(", ")})`,
      parameters: ids.map((value, i) => ({ name: `@id${i}`, value })),
    })
    .fetchAll();
  const accepted = await Promise.all(
    (partitionKey ?? []).map(async (value, i) => {
      const path = target.definition.plan.partitionKey[i] ?? "";
      return new Set<unknown>([value, ...(await tokensOf(session, target, path, value))]);
    }),
  );
  const matching = resources.filter((document) =>
    accepted.every((values, i) => values.has(readPath(document, target.definition.plan.partitionKey[i] ?? "") ?? null)),
  );
  const [found] = matching;
  if (found === undefined) {
    throw new CliError(
      EXIT.account,
      "DOCUMENT_MISSING",
      `${target.name} has no document ${JSON.stringify(id)}${partitionKey === undefined ? "" : " under that partition key"}.`,
    );
  }
  if (matching.length > 1) {
    const keys = matching.map((document) => JSON.stringify(partitionKeyOf(target.definition.plan, document)));
    throw new CliError(
      EXIT.usage,
      "DOCUMENT_AMBIGUOUS",
      `${matching.length} documents have the id ${JSON.stringify(id)}; say which with --partition-key: ${keys.slice(0, 10).join(", ")}.`,
    );
  }
  return {
    container,
    stored: found,
    id: String(found["id"]),
    partitionKey: partitionKeyOf(target.definition.plan, found) ?? [],
    etag: String(found["_etag"]),
  };
}

/** Puts a document in the place of the found one, if that is still the same. Throws the SDK's 412. */
export async function replaceFound(found: FoundDocument, body: Record<string, unknown>): Promise<string> {
  const { container, id, partitionKey, etag } = found;
  const key = partitionKey.length === 1 ? partitionKey[0] : [...partitionKey];
  const { resource } = await container
    .item(id, key as PartitionKey)
    .replace(body, { accessCondition: { type: "IfMatch", condition: etag } });
  return String(resource?.["_etag"] ?? "");
}

/** The token of a value, where the path is a sealed id or partition key. */
async function tokensOf(
  { workspace, signal }: Session,
  target: Target,
  path: string,
  value: unknown,
): Promise<string[]> {
  const { plan } = target.definition;
  const isToken = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!plan.identity.includes(path) || !isToken) return [];
  const keys = await workspace.keys();
  const scope = containerScope(plan);
  const lease = await keys.lease(plan, [scope], signal, "read");
  try {
    return [identityToken(lease.keysOf(scope).identity(), plan.name, path, value)];
  } finally {
    lease.release();
  }
}
