/** The work on one document, until it is done: again on what is stored now where another writer came between. */
import type { ItemDefinition, RequestOptions, Item as SdkItem } from "@azure/cosmos";
import {
  CosmosealError,
  type ErrorCode,
  isCosmosealError,
  type JsonObject,
  type Plan,
  partitionKeyOf,
} from "@cosmoseal/core";
import { backOff, MAX_ATTEMPTS } from "../patch/attempts.js";
import { isOfDocument } from "../sealing/bad-documents.js";
import { again, areKeysAway, statusOf } from "./again.js";
import type { Job, JobFailure, StoredDocument, WorkContext, WorkOutcome } from "./job.js";
import type { Sender } from "./send.js";

/** What became of it. */
export type DocumentResult =
  | {
      readonly outcome: Exclude<WorkOutcome, "superseded">;
      /** Of the version that the job wrote last. */
      readonly written?: string;
    }
  | { readonly outcome: "failed"; readonly failure: JobFailure; readonly error: unknown };

/** Throws what is no fault of the document, and the reason of the job's stop. */
export async function workOnDocument(
  { work, container, definition }: Job,
  body: Record<string, unknown>,
  { send, signals }: Sender,
): Promise<DocumentResult> {
  const first = asStored(definition.plan, body);
  if (first === undefined) return unreadable(definition.name, body);
  const { id, partitionKey } = first;
  const item = container.item(id, [...partitionKey] as never);
  let written: string | undefined;
  const contextOf = ({ etag }: StoredDocument): WorkContext => ({
    signal: signals.cut,
    send,
    replace: async (next) => {
      const accessCondition = { type: "IfMatch", condition: etag };
      try {
        const response = await send((abortSignal) => replaceItem(item, next, { accessCondition, abortSignal }));
        written = response.etag;
        return "changed";
      } catch (error) {
        const status = statusOf(error);
        if (status === PRECONDITION_FAILED) return "superseded";
        if (status === NOT_FOUND) return "gone";
        throw error;
      }
    },
  });
  try {
    let document: StoredDocument | undefined = first;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (attempt > 0) {
        await backOff(attempt, signals.stop);
        document = await readAgain(definition.plan, item, send);
      }
      if (document === undefined) return { outcome: "gone" };
      const now: StoredDocument = document;
      // Keys that can't be had now are worth waiting for: the work is the same again, on a copy that is whole.
      const attemptWork = () => work({ ...now, body: structuredClone(now.body) }, contextOf(now));
      const outcome = await again(attemptWork, signals.stop, undefined, areKeysAway);
      if (outcome !== "superseded") return { outcome, ...(written !== undefined && { written }) };
    }
    const code = "HTTP 449" as const; // what the service says of a patch that others are always faster than
    return { outcome: "failed", failure: Object.freeze({ id, partitionKey, code }), error: new Error(code) };
  } catch (error) {
    const code = faultOf(error);
    if (code === undefined) throw error;
    const { path } = error as { readonly path?: unknown };
    const failure = { id, partitionKey, code, ...(typeof path === "string" && { path }) };
    return { outcome: "failed", failure: Object.freeze(failure), error };
  }
}

/** Undefined for what no document looks like: the service's word alone. */
function asStored(plan: Plan, body: Record<string, unknown>): StoredDocument | undefined {
  const { id, _etag: etag } = body;
  const partitionKey = partitionKeyOf(plan, body);
  if (typeof id !== "string" || typeof etag !== "string" || partitionKey === undefined) return undefined;
  return { body, id, partitionKey, etag };
}

async function readAgain(plan: Plan, item: SdkItem, send: Sender["send"]): Promise<StoredDocument | undefined> {
  const { resource } = await send((abortSignal) => item.read<Record<string, unknown>>({ abortSignal }));
  return resource === undefined ? undefined : asStored(plan, resource);
}

function replaceItem(item: SdkItem, body: JsonObject, options: RequestOptions): ReturnType<SdkItem["replace"]> {
  return item.replace(body as unknown as ItemDefinition, options);
}

/** The code where the document is at fault, and another may do better. */
function faultOf(error: unknown): JobFailure["code"] | undefined {
  if (isOfDocument(error)) return error.code;
  if (isCosmosealError(error)) return WRITING.has(error.code) ? error.code : undefined;
  const status = statusOf(error);
  return status !== undefined && REFUSED.has(status) ? `HTTP ${status}` : undefined;
}

function unreadable(container: string, { id }: Record<string, unknown>): DocumentResult {
  const error = new CosmosealError("ERR_INTEGRITY", "The service listed what is no document of the container.", {
    container,
    ...(typeof id === "string" && { id }),
  });
  const failure = { id: typeof id === "string" ? id : "", partitionKey: [], code: error.code };
  return { outcome: "failed", failure: Object.freeze(failure), error };
}

/** A document that is stored and can't be sealed as the definition has it now. */
const WRITING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ERR_PATH_UNDECLARED",
  "ERR_PATH_RESERVED",
  "ERR_PATH_SHAPE",
  "ERR_VALUE_UNSUPPORTED",
  "ERR_DOCUMENT_INVALID",
  "ERR_DOCUMENT_TOO_LARGE",
  "ERR_PARTITION_KEY_MISSING",
  "ERR_SCOPE_MISSING",
  "ERR_SCHEMA_OUTDATED",
  "ERR_GROUP_KEY_MISSING",
]);

const NOT_FOUND = 404;
const PRECONDITION_FAILED = 412;
/** Of a document that the service doesn't take: a unique key that is there already, too large, a trigger that refuses it. */
const REFUSED: ReadonlySet<number> = new Set([400, 409, 413]);
