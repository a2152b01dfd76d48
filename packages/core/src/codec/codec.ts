/** Seal and open with keys that are loaded when needed: what the client and the tools call. */
import { cryptoReady } from "../crypto/sodium.js";
import { CosmosealError, isCosmosealError } from "../errors.js";
import type { DocumentKeys } from "../keys/document-keys.js";
import type { Keys } from "../keys/keys.js";
import { groupKeyMissing } from "../keys/loading/group-roots.js";
import { type Plan, SEAL } from "../plan/plan.js";
import type { ContainerDefinition } from "../schema/define.js";
import { carriedInto } from "./carry.js";
import type { ClosedDocument, MissingGroupPolicy } from "./closed.js";
import { checkFloor } from "./floor.js";
import type { JsonObject } from "./json.js";
import type { NewerDocument } from "./newer.js";
import { openDocument, readStored, type StoredDocument } from "./open.js";
import { containerScope, type DocumentPlace, placeOf } from "./place.js";
import { isStillPlain } from "./plaintext.js";
import { type PreparedDocument, prepareDocument, sealDocument } from "./seal.js";

export interface SealCallOptions {
  /** Version stamp; one per call, above retries. A function is asked once, when the place of the document is known. */
  readonly stamp: number | ((place: DocumentPlace) => number);
  /** Make the scope where it is missing. Default false. */
  readonly createScopes?: boolean | undefined;
  /**
   * A stored document is replaced: properties that only earlier versions declare keep their treatment, where in a new document
   * they are as undeclared as misspelt ones. Default false.
   */
  readonly replaces?: boolean | undefined;
  /**
   * The stored document that is replaced, where it has groups whose root this process lacks: they and their tokens are carried.
   * Without it ERR_GROUP_KEY_MISSING is thrown where a group is missing.
   */
  readonly carried?: ClosedDocument | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenCallOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told of each document of a later schema version than the definition's own, once it is verified and opened. */
  readonly onNewer?: ((newer: NewerDocument) => void) | undefined;
  /** What becomes of a group whose root this process lacks. Default `error`: ERR_GROUP_KEY_MISSING. */
  readonly missing?: ((group: string) => MissingGroupPolicy) | undefined;
  /** Told of each document of which groups stayed closed, once it is verified; `index` is its place in the list. */
  readonly onClosed?: ((closed: ClosedDocument, index: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The stored document. Throws what {@link prepareDocument}, {@link carriedInto} and {@link sealDocument} throw, what keys throw, and
 * ERR_SCHEMA_OUTDATED where the container's record says that only later schema versions write.
 */
export async function seal(
  definition: ContainerDefinition<unknown>,
  keys: Keys,
  document: unknown,
  options: SealCallOptions,
): Promise<JsonObject> {
  const { plan } = definition;
  const { carried: closed } = options;
  await cryptoReady();
  if (closed === undefined) await refuseMissing(plan, keys, options.signal);
  definition.validate?.(document);
  const prepared = await prepare(definition, keys, document, options);
  const asked = stampFor(plan, prepared, options.stamp);
  const stamp = closed === undefined ? asked : Math.max(asked, closed.seal.n + 1);
  const write = async (): Promise<JsonObject> => {
    const lease = await keys.lease(plan, [prepared.scope], options.signal);
    try {
      const documentKeys = lease.keysOf(prepared.scope);
      checkFloor(plan, documentKeys.schema());
      const carried = closed && carriedInto(plan, prepared.split, documentKeys, closed);
      return sealDocument(plan, prepared, documentKeys, { stamp, carried });
    } finally {
      lease.release();
    }
  };
  try {
    return await write();
  } catch (error) {
    if (
      options.createScopes !== true ||
      !isCosmosealError(error, "ERR_SCOPE_UNKNOWN", "ERR_KEY_MISSING", "ERR_GROUP_KEY_MISSING")
    ) {
      throw error;
    }
    await keys.createScope(plan, undefined, options.signal);
    if (plan.scope !== undefined) await keys.createScope(plan, prepared.scope[1], options.signal);
    return write();
  }
}

/** A document of the plan has all its groups, so that whoever lacks one makes none. */
async function refuseMissing(plan: Plan, keys: Keys, signal?: AbortSignal): Promise<void> {
  const missing = await keys.missingGroups(plan, signal);
  const group = plan.groups.find((name) => missing.includes(name));
  if (group !== undefined) throw groupKeyMissing(group);
}

/**
 * The documents, in order. Each stored document is changed in place, and must not be used again where it throws. Either all
 * open or the first error is thrown; `onBad` takes an error instead and leaves undefined in the document's place. A plaintext
 * document that the definition's phase of moving in believes is handed on as it is.
 */
export async function openAll(
  definition: ContainerDefinition<unknown>,
  keys: Keys,
  stored: readonly unknown[],
  options: OpenCallOptions & { readonly onBad?: ((error: unknown, index: number) => void) | undefined },
): Promise<(Record<string, unknown> | undefined)[]> {
  const { plan } = definition;
  await cryptoReady();
  const outcomes = stored.map((document): Outcome => {
    if (isStillPlain(definition, document)) return { document: document as Record<string, unknown> };
    return attempt(() => ({ read: readStored(plan, document) }));
  });
  await openRound(plan, keys, outcomes, options);
  if (outcomes.some(isForeignKey)) {
    // Another process may have made a scope or a generation since the store was read.
    await keys.refresh(options.signal);
    await openRound(plan, keys, outcomes, options);
  }
  await refuseNewer(plan, keys, outcomes, options.signal);
  return outcomes.map(({ document, error }, index) => {
    if (error === undefined) return document;
    if (options.onBad === undefined) throw error;
    options.onBad(error, index);
    return undefined;
  });
}

/** One document; see {@link openAll}. */
export async function open(
  definition: ContainerDefinition<unknown>,
  keys: Keys,
  stored: unknown,
  options: OpenCallOptions,
): Promise<Record<string, unknown>> {
  const [document] = await openAll(definition, keys, [stored], options);
  return document!;
}

/** True where a document carries the member of ours, whether or not it verifies. */
export function isSealed(document: unknown): boolean {
  return typeof document === "object" && document !== null && Object.hasOwn(document, SEAL);
}

interface Outcome {
  readonly read?: StoredDocument;
  document?: Record<string, unknown>;
  error?: unknown;
}

/** Opens what is not opened yet and failed, if at all, for want of a key. */
async function openRound(plan: Plan, keys: Keys, outcomes: Outcome[], options: OpenCallOptions): Promise<void> {
  const todo = outcomes.filter(
    ({ read, document, error }) => read && document === undefined && (error === undefined || isForeignKey({ error })),
  );
  if (todo.length === 0) return;
  const scopes = new Map(todo.map(({ read }) => [read!.place.scopeText, read!.place.scope]));
  // Of a later version there may be groups that the plan doesn't name.
  const groups = keys.hasGroups ? new Set(todo.flatMap(({ read }) => read!.version.groupNames)) : [];
  const lease = await keys.lease(plan, [...scopes.values()], options.signal, "read", [...groups]);
  try {
    const keysByScope = new Map<string, DocumentKeys>();
    const keysOf = ({ scope, scopeText }: DocumentPlace): DocumentKeys => {
      const known = keysByScope.get(scopeText) ?? lease.keysOf(scope);
      keysByScope.set(scopeText, known);
      return known;
    };
    let current: Outcome | undefined;
    const { missing, onClosed, onNewer } = options;
    const how = { missing, onNewer, onClosed: onClosed && told };
    function told(closed: ClosedDocument): void {
      onClosed?.(closed, outcomes.indexOf(current!));
    }
    for (const outcome of todo) {
      current = outcome;
      const read = outcome.read!;
      const { document, error } = attempt(() => ({
        document: openDocument(plan, read, keysOf(read.place), options.now, how),
      }));
      outcome.error = error;
      if (document !== undefined) outcome.document = document;
    }
  } finally {
    lease.release();
  }
}

/** Documents that are newer than the key store: it was rolled back, and may have forgotten that their keys were destroyed. */
async function refuseNewer(plan: Plan, keys: Keys, outcomes: Outcome[], signal?: AbortSignal): Promise<void> {
  const opened = outcomes.filter(({ read, document }) => read !== undefined && document !== undefined);
  const epochs = new Map<string, number>();
  for (const { read } of opened) {
    const { scopeText } = read!.place;
    epochs.set(scopeText, Math.max(epochs.get(scopeText) ?? 0, read!.seal.member.e));
  }
  const reached = await keys.noteEpochs(epochs, signal);
  for (const outcome of opened) {
    const { place, seal } = outcome.read!;
    if (seal.member.e <= reached) continue;
    delete outcome.document;
    outcome.error = new CosmosealError("ERR_STORE_ROLLED_BACK", "The document is newer than the key store.", {
      container: plan.name,
      id: place.id,
      remedy: "Somebody put back an old copy of the store: restore the newest.",
    });
  }
}

function isForeignKey({ error }: Outcome): boolean {
  return isCosmosealError(error, "ERR_KEY_SCOPE", "ERR_SCOPE_UNKNOWN");
}

function attempt(work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    return { error };
  }
}

/** A document without a place is told by the sealing itself. */
function stampFor(plan: Plan, { split }: PreparedDocument, stamp: SealCallOptions["stamp"]): number {
  if (typeof stamp === "number") return stamp;
  const place = placeOf(plan, split.open);
  return place === undefined ? 0 : stamp(place);
}

async function prepare(
  definition: ContainerDefinition<unknown>,
  keys: Keys,
  document: unknown,
  options: SealCallOptions,
): Promise<PreparedDocument> {
  const { plan } = definition;
  const replaces = options.replaces === true;
  if (plan.identity.length === 0) {
    return prepareDocument(plan, document, replaces, () => {
      throw new Error("a plan without sealed identities asks for no identity key");
    });
  }
  const container = containerScope(plan);
  const withIdentity = async (): Promise<PreparedDocument> => {
    const lease = await keys.lease(plan, [], options.signal);
    try {
      return prepareDocument(plan, document, replaces, () => lease.keysOf(container).identity());
    } finally {
      lease.release();
    }
  };
  try {
    return await withIdentity();
  } catch (error) {
    if (options.createScopes !== true || !isCosmosealError(error, "ERR_SCOPE_UNKNOWN", "ERR_KEY_MISSING")) throw error;
    await keys.createScope(plan, undefined, options.signal);
    return withIdentity();
  }
}
