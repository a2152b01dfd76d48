/** Documents that don't open: in lists one of them need not spoil the others, and is never passed over in silence. */
import {
  type ContainerDefinition,
  CosmosealError,
  type ErrorCode,
  isCosmosealError,
  isIntegrityError,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";

/** `throw` ends the call at the page; `quarantine` leaves the document out and lists it. */
export type BadDocumentPolicy = "throw" | "quarantine";

/** An option of every call that answers with many documents, beside the SDK's own. */
export interface BadDocumentOptions {
  /** For this call; default: what the client's `seal.onBadDocument` says. */
  readonly onBadDocument?: BadDocumentPolicy;
}

/** A stored document that didn't open, by what is known of it without believing it. */
export interface BadDocument {
  readonly code: ErrorCode;
  /** The definition's name. */
  readonly container: string;
  /** As stored: a token where the id is sealed. */
  readonly id: string | undefined;
  /** As stored, one value for each path of the key. */
  readonly partitionKey: readonly unknown[] | undefined;
  readonly etag: string | undefined;
  /** Why. Holds no value of the document. */
  readonly error: CosmosealError;
}

/**
 * A page held a document that doesn't open, under `onBadDocument: "throw"`. Its code, id and message are of the first bad
 * document. The iterator goes on behind the page at its next call; `continuationToken`, where there is one, does so in another.
 * Of a query that sorts, groups or counts in the client nobody knows the rows: there are none, and the next call begins again.
 *
 * @example
 * try { page = await iterator.fetchNext(); }
 * catch (error) { if (error instanceof BadDocumentError) { keep(error.rows); report(error.sealErrors); } else throw error; }
 */
export class BadDocumentError extends CosmosealError {
  declare readonly partitionKey?: readonly unknown[];
  declare readonly etag?: string;
  readonly #rows: readonly unknown[];
  readonly #sealErrors: readonly BadDocument[];
  readonly #continuationToken: string | undefined;

  constructor(bad: readonly BadDocument[], rows: readonly unknown[], continuationToken: string | undefined) {
    const [{ code, container, id, partitionKey, etag, error }] = bad as readonly [BadDocument];
    super(code, "A document of the page doesn't open.", {
      container,
      ...(id !== undefined && { id }),
      remedy:
        rows.length === 0 && continuationToken === undefined
          ? 'Read with onBadDocument: "quarantine", which leaves it out and lists it.'
          : 'Go on with `rows` and `continuationToken`, or read with onBadDocument: "quarantine".',
      cause: error,
    });
    if (partitionKey !== undefined) this.partitionKey = partitionKey;
    if (etag !== undefined) this.etag = etag;
    this.#rows = rows;
    this.#sealErrors = Object.freeze([...bad]);
    this.#continuationToken = continuationToken;
  }

  /** The rows of the page that are good; of `fetchAll`, of all pages up to it. Private, so that no log prints them. */
  get rows(): readonly unknown[] {
    return this.#rows;
  }

  /** Every bad document of the page. */
  get sealErrors(): readonly BadDocument[] {
    return this.#sealErrors;
  }

  /** Goes on behind the page; undefined after the last page and where the SDK gives none. */
  get continuationToken(): string | undefined {
    return this.#continuationToken;
  }

  /** The same error with rows of earlier pages before its own. */
  after(rows: readonly unknown[], sealErrors: readonly BadDocument[]): BadDocumentError {
    return new BadDocumentError(
      [...this.#sealErrors, ...sealErrors],
      [...rows, ...this.#rows],
      this.#continuationToken,
    );
  }
}

/**
 * The documents that a response left out because they don't open; empty where all did. They stand in its property
 * `sealErrors`, which a response has only then.
 *
 * @example const { resources } = page; for (const { id, code } of sealErrorsOf(page)) report(id, code);
 */
export function sealErrorsOf(response: object): readonly BadDocument[] {
  return (response as { readonly sealErrors?: readonly BadDocument[] }).sealErrors ?? NONE;
}

/** The call's policy, the container's, or the client's. Throws ERR_OPTIONS_INVALID. */
export function policyFor(
  { onBadDocument }: SealContext,
  { name }: ContainerDefinition<unknown>,
  options: BadDocumentOptions | undefined,
): BadDocumentPolicy {
  const policy = options?.onBadDocument ?? (typeof onBadDocument === "function" ? onBadDocument(name) : onBadDocument);
  if (policy === "throw" || policy === "quarantine") return policy;
  throw new CosmosealError("ERR_OPTIONS_INVALID", '`onBadDocument` is "throw" or "quarantine".', { container: name });
}

/**
 * Tells of a page's bad documents, and throws BadDocumentError where the policy says so. Those of destroyed keys are left out
 * under either: nobody can open them any more, and a person that was forgotten must not stand in the way of the others.
 */
export function settleBad(
  { emit }: SealContext,
  policy: BadDocumentPolicy,
  bad: readonly BadDocument[],
  rows: readonly unknown[],
  continuationToken: string | undefined,
): void {
  for (const document of bad) {
    const outcome = isDestroyed(document) ? "destroyed" : policy === "throw" ? "thrown" : "quarantined";
    emit({ type: "badDocument", container: document.container, document, outcome });
  }
  const failing = policy === "throw" ? bad.filter((document) => !isDestroyed(document)) : NONE;
  if (failing.length === 0) return;
  throw new BadDocumentError([...failing, ...bad.filter(isDestroyed)], rows, continuationToken);
}

/** What a response gets in addition. */
export function sealErrorsIn(bad: readonly BadDocument[]): { readonly sealErrors?: readonly BadDocument[] } {
  return bad.length === 0 ? {} : { sealErrors: Object.freeze([...bad]) };
}

/** True where the document is at fault, and not the keys, the store or the program. */
export function isOfDocument(error: unknown): error is CosmosealError {
  if (!isCosmosealError(error)) return false;
  return error.code === "ERR_SCOPE_UNKNOWN" || (isIntegrityError(error) && error.code !== "ERR_STORE_ROLLED_BACK");
}

function isDestroyed({ code }: BadDocument): boolean {
  return code === "ERR_KEY_DESTROYED";
}

const NONE: readonly BadDocument[] = Object.freeze([]);
