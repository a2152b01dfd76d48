/**
 * A change of a document that the client does itself, a patch mostly: read → open → change → seal → replace under If-Match, and again
 * where another writer came between.
 */
import {
  Constants,
  type ItemDefinition,
  type ItemResponse,
  type RequestOptions,
  type Item as SdkItem,
} from "@azure/cosmos";
import type { ClosedDocument, ContainerDefinition, JsonObject } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import { type AskedItem, openAnswer, openWritten } from "../sealing/answers.js";
import { OMITTED } from "../sealing/missing-groups.js";
import { versionOf } from "../sealing/plaintext.js";
import { sealForWriting } from "../sealing/write.js";
import { backOff, MAX_ATTEMPTS } from "./attempts.js";
import { changeDocument } from "./change.js";
import { refuseClosed } from "./closed.js";
import { asService, serviceError } from "./errors.js";
import type { Patch } from "./read-patch.js";
import { conditionFailed, PatchRefusal, tooManyWriters } from "./refusal.js";

/** The SDK's item of an id and key as stored. */
export type StoredItems = (asked: AskedItem) => SdkItem;

/** The document as it is now, opened, and its version; thrown away after one attempt. */
export interface CurrentDocument {
  readonly response: ItemResponse<ItemDefinition>;
  readonly document: Record<string, unknown>;
  readonly etag: string;
  /** Of its version: the manifest, or the content of what is plaintext. */
  readonly manifest: string;
  /** Where groups stayed closed to this client: what sealing must carry. */
  readonly closed?: ClosedDocument;
}

export interface Change {
  /** The sealed document that replaces the one that is stored now. Throws ErrorResponse for what the service would refuse. */
  readonly of: (current: CurrentDocument) => Promise<JsonObject>;
  /** What is thrown where there is no document; default: the service's 404. */
  readonly absent?: () => unknown;
}

/**
 * `item` is the SDK's, of the stored id and key. Its answer is that of the replace, the charge that of all requests. Throws
 * ErrorResponse as the service's patch does: 400, 404, 412; 449 where other writers came between MAX_ATTEMPTS times. Throws what
 * opening and the change throw.
 */
export async function rewriteItem<T extends ItemDefinition>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  item: SdkItem,
  asked: AskedItem,
  change: Change,
  options: RequestOptions,
): Promise<ItemResponse<T>> {
  const { abortSignal: signal } = options;
  const ownTag = ifMatchOf(options);
  const sent = new Set<string>();
  let charge = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await backOff(attempt, signal);
    const { current, sealed } = await prepareRewrite(context, definition, item, asked, change, ownTag, sent, options);
    charge += current.response.requestCharge;
    // A reply was lost and the request sent again by the SDK: what failed then is our own write, which was done.
    if (sealed === undefined) return withCharge<T>(current.response, current.document, charge);
    const accessCondition = { type: "IfMatch", condition: current.etag };
    const response = await replaceUnder(() =>
      item.replace(sealed as unknown as ItemDefinition, { ...options, accessCondition }),
    );
    if (response === "changed") continue;
    charge += response.requestCharge;
    const resource = await openWritten(context, definition, response.resource, sealed, signal);
    return withCharge<T>(response, resource, charge);
  }
  throw serviceError(tooManyWriters());
}

export interface PreparedRewrite {
  readonly current: CurrentDocument;
  /** What replaces it, under its etag; undefined where it is one of `sent` already. */
  readonly sealed: JsonObject | undefined;
}

/** A patch. Throws ERR_GROUP_KEY_MISSING for one that may touch a closed group, and what sealing throws. */
export function patching(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  patch: Patch,
  signal: AbortSignal | undefined,
): Change {
  return {
    of: ({ closed, document, response }) => {
      asService(() => {
        if (closed !== undefined) refuseClosed(definition, closed, patch);
        changeDocument(definition.plan, document, patch);
      }, response);
      return sealForWriting(context, definition, document, "replace", signal, closed && untouched(closed));
    },
  };
}

/** No operation of the patch was at a place on the way to one of the group's. */
function untouched({ before: _, ...closed }: ClosedDocument): ClosedDocument {
  return closed;
}

/**
 * One attempt up to the replace; adds its manifest to `sent`. Throws ErrorResponse 400, 404 and 412, and what opening and the change
 * throw.
 */
export async function prepareRewrite(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  item: SdkItem,
  asked: AskedItem,
  change: Change,
  ownTag: string | undefined,
  sent: Set<string>,
  options: RequestOptions,
): Promise<PreparedRewrite> {
  const current = await readCurrent(context, definition, item, asked, change, options);
  if (sent.has(current.manifest)) return { current, sealed: undefined };
  asService(() => {
    if (ownTag !== undefined && !isSameTag(ownTag, current.etag)) throw conditionFailed();
  }, current.response);
  const sealed = await change.of(current);
  sent.add(versionOf(sealed)!);
  return { current, sealed };
}

/** Throws ErrorResponse 404 or what the change has in its place, and what opening throws. */
async function readCurrent(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  item: SdkItem,
  asked: AskedItem,
  { absent }: Change,
  options: RequestOptions,
): Promise<CurrentDocument> {
  const response = await item.read<ItemDefinition>(readOptions(options));
  if (response.statusCode === 404) {
    if (absent !== undefined && response.substatus !== OWNER_MISSING) throw absent();
    throw serviceError(new PatchRefusal(404, "Resource Not Found."), response as ItemResponse<never>);
  }
  const { resource: stored, etag } = response;
  const manifest = versionOf(stored);
  let closed: ClosedDocument | undefined;
  const document = await openAnswer(context, definition, stored, asked, options.abortSignal, {
    missing: OMITTED,
    onClosed: (one) => {
      closed = one;
    },
  });
  // What opened has one.
  return { response, document, etag, manifest: manifest!, ...(closed !== undefined && { closed }) };
}

/** The etag that the caller's access condition asks for, if it does; `*` is any. */
function ifMatchOf({ accessCondition }: RequestOptions): string | undefined {
  return accessCondition?.type === "IfMatch" ? accessCondition.condition : undefined;
}

/** Callers send a tag with or without its quotes. */
export function isSameTag(asked: string, etag: string): boolean {
  return asked === "*" || bare(asked) === bare(etag);
}

function bare(tag: string): string {
  return tag.replace(/^"|"$/g, "");
}

async function replaceUnder<T>(replace: () => Promise<T>): Promise<T | "changed"> {
  try {
    return await replace();
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code === 412) return "changed";
    throw error;
  }
}

/** A read has no triggers and no condition. */
function readOptions(options: RequestOptions): RequestOptions {
  const { accessCondition: _, preTriggerInclude: _1, postTriggerInclude: _2, indexingDirective: _3, ...rest } = options;
  return rest;
}

function withCharge<T extends ItemDefinition>(
  response: ItemResponse<ItemDefinition>,
  resource: Record<string, unknown> | null | undefined,
  charge: number,
): ItemResponse<T> {
  const headers = { ...response.headers, [Constants.HttpHeaders.RequestCharge]: String(charge) };
  return amend(response, { resource, headers }) as unknown as ItemResponse<T>;
}

/** Substatus of a 404: it is the container that isn't there. */
const OWNER_MISSING = 1003;
