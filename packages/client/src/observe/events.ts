/** What the client tells of its work: counts, names and codes, never a value of a document. */
import type { ErrorCode } from "@cosmoseal/core";
import type { JobProgress } from "../jobs/job.js";
import type { BadDocument } from "../sealing/bad-documents.js";

/** A document was sealed for a write, or for `container.seal`. */
export interface SealedEvent {
  readonly type: "sealed";
  /** The definition's name. */
  readonly container: string;
}

/** Stored documents were verified and opened; `bad` of them did not open. */
export interface OpenedEvent {
  readonly type: "opened";
  readonly container: string;
  readonly documents: number;
  readonly bad: number;
  /** Documents among them with groups that stayed closed, since the client lacks their keys; there only where there are some. */
  readonly partial?: number;
  /** Plaintext documents among them, which the phase of moving in believes; there only where there are some. */
  readonly plaintext?: number;
}

/** The key-encryption key was asked to unwrap the root key, and did: once, however many calls wait for it. */
export interface UnwrappedEvent {
  readonly type: "unwrapped";
  /** Kind of the keyring. */
  readonly keyring: string;
  readonly milliseconds: number;
}

/** Records were read from the key store: the head, or the keys of some scopes; once, however many calls wait for them. */
export interface KeysLoadedEvent {
  readonly type: "keysLoaded";
  /** Kind of the store. */
  readonly store: string;
  readonly records: "head" | "scopes";
  readonly milliseconds: number;
}

/** A page of a query: what the service answered with, and how much of it the caller got. Many fetched for few returned asks for an index. */
export interface PageEvent {
  readonly type: "page";
  readonly container: string;
  readonly fetched: number;
  readonly returned: number;
}

/** A stored document didn't open: the call threw, or left it out. */
export interface BadDocumentEvent {
  readonly type: "badDocument";
  readonly container: string;
  readonly document: BadDocument;
  /** `destroyed`: its key was destroyed, so that it is left out whatever the policy. */
  readonly outcome: "thrown" | "quarantined" | "destroyed";
}

/** Something that works and should be changed. */
export interface WarningEvent {
  readonly type: "warning";
  readonly container: string;
  readonly message: string;
  readonly code?: ErrorCode;
  /** Of the schema; never a value. */
  readonly path?: string;
}

/** How far a job is: at its start, about once a second, and at its end. */
export interface JobEvent {
  readonly type: "job";
  readonly container: string;
  readonly progress: JobProgress;
}

/** Told to `seal.onEvent`. */
export type SealEvent =
  | SealedEvent
  | OpenedEvent
  | UnwrappedEvent
  | KeysLoadedEvent
  | PageEvent
  | BadDocumentEvent
  | JobEvent
  | WarningEvent;

/** Tells one event. */
export type Emit = (event: SealEvent) => void;

export function emitTo(listener: Emit | undefined): Emit {
  return (event) => tell(listener, event);
}

/**
 * A listener can't spoil the call that it listens to: what it throws is an uncaught exception of the process, as with the
 * listeners of an EventTarget.
 */
export function tell<E extends object>(listener: ((event: E) => void) | undefined, event: E): void {
  if (listener === undefined) return;
  try {
    listener(Object.freeze(event));
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
