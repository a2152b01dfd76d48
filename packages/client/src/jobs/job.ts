/** A job: work on every document of a container, and what the engine does with what the work says. Plain data between the stages. */
import type { Container as SdkContainer } from "@azure/cosmos";
import type { ContainerDefinition, ErrorCode, JsonObject } from "@cosmoseal/core";
import type { BadDocumentPolicy } from "../sealing/bad-documents.js";
import type { JobLeases } from "./leases.js";

/**
 * What the work came to on one document. `skipped`: it is none of this job's. `destroyed`: its key was destroyed, so that nothing is
 * left to work on. `superseded`: another writer changed it meanwhile; the work is called again with what is stored now. `gone`: it was
 * deleted meanwhile.
 */
export type WorkOutcome = "changed" | "unchanged" | "skipped" | "destroyed" | "superseded" | "gone";

/** A document as the account holds it, not verified by anybody. */
export interface StoredDocument {
  /** The work's own: it may use it up. */
  readonly body: Record<string, unknown>;
  /** As stored: a token where it is sealed. */
  readonly id: string;
  /** As stored, one value for each path of the key; an empty object for an absent one. */
  readonly partitionKey: readonly unknown[];
  readonly etag: string;
}

/** What the engine does for the work: every request is under the job's budget, tried again where the service asks for it, and counted. */
export interface WorkContext {
  /** Aborted when the job gives up what is on its way. */
  readonly signal: AbortSignal;
  /** Replaces the document in its container, if it is still the one that was read: `changed`, `superseded` or `gone`. */
  replace(body: JsonObject): Promise<WorkOutcome>;
  /**
   * A request of the work's own, as to another container. It may be sent more than once, and so must be idempotent. Throws what the
   * request throws, when it is not for the service to be asked again.
   */
  send<R extends { readonly headers: object }>(request: (signal: AbortSignal) => Promise<R>): Promise<R>;
}

/**
 * Called for each document at least once, several at a time; after a process was killed, or another writer came between, again. So it
 * must find out by itself what is done already. What it throws is counted against the document where the document is at fault, and
 * ends the job otherwise.
 */
export type JobWork = (document: StoredDocument, context: WorkContext) => Promise<WorkOutcome>;

/** What is to be done, to which container. */
export interface Job {
  /** What it does, `reseal`: with the definition's name the name of the job, which all its workers share. */
  readonly kind: string;
  readonly definition: ContainerDefinition<unknown>;
  /** The container as the plain SDK sees it. */
  readonly container: SdkContainer;
  /**
   * What the job makes true, as a text; asked when a worker begins. Workers of one goal share the work, and go on with what others
   * left; one of another goal begins anew, and ends the round of those before.
   */
  readonly goal: (signal: AbortSignal | undefined) => Promise<JobGoal>;
  readonly work: JobWork;
  /** Roughly how many documents there are: for the time that is left. Undefined where nobody knows. */
  readonly estimate: (signal: AbortSignal | undefined) => Promise<number | undefined>;
}

export interface JobGoal {
  readonly text: string;
  /**
   * From when on whatever others write is as the job would make it, in milliseconds since 1970: until then the end of a range is no
   * end. `begun`: when the first worker began.
   */
  readonly settledAt: (begun: number) => number;
}

/** How a job is run; the same in every worker. */
export interface JobOptions {
  /**
   * Where the state of the job lies, so that it can be gone on with and several processes can share it; see jobLeases. Default: in
   * memory: then a job that was stopped begins at the first document again, and finds what is done.
   */
  readonly leases?: JobLeases;
  /**
   * Request units that all workers together use in a second, by the charges that the service tells. Default: no bound but the
   * service's own, which throttles the application, too.
   */
  readonly requestUnitsPerSecond?: number;
  /**
   * `throw` ends the job at the first document that doesn't open, or can't be sealed; `quarantine` counts and names it, and goes on.
   * Default: what the client's `seal.onBadDocument` says. Documents whose keys were destroyed are counted apart under either.
   */
  readonly onBadDocument?: BadDocumentPolicy;
  /** Told at the start, about once a second, and at the end. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** Stops the job cleanly: what was begun is finished, its place is kept, and JobStoppedError thrown. */
  readonly signal?: AbortSignal;
  /** Begins anew although the job is done already. */
  readonly again?: boolean;
  /** Ranges that this process works on at a time. Default 4. */
  readonly ranges?: number;
  /** Documents of one range that are worked on at a time. Default 8. */
  readonly documents?: number;
  /** Documents in a page, after each of which the place is kept. Default 100. */
  readonly pageSize?: number;
}

/** Numbers of documents. One that the job changed comes by again, and is not counted again. */
export interface JobCounts {
  readonly documents: number;
  readonly changed: number;
  readonly unchanged: number;
  /** None of the job's, or deleted meanwhile. */
  readonly skipped: number;
  /** Under destroyed keys: nobody can open them any more. */
  readonly destroyed: number;
  /** That don't open, or can't be written; see `failures`. */
  readonly failed: number;
  /** As the service told them. */
  readonly requestUnits: number;
}

/** A document that the job could not do its work on, by what is known of it without believing it. */
export interface JobFailure {
  /** As stored: a token where the id is sealed. */
  readonly id: string;
  /** As stored, one value for each path of the key. */
  readonly partitionKey: readonly unknown[];
  /** Of the error, or the service's status. */
  readonly code: ErrorCode | `HTTP ${number}`;
  /** In the schema, where the error tells. */
  readonly path?: string;
}

/** One range of the container's keys. */
export interface JobRange extends JobCounts {
  readonly minInclusive: string;
  readonly maxExclusive: string;
  /**
   * `waiting`: nobody works on it now. `settling`: its end was reached, and it is read on until every writer has learnt what the job is
   * for.
   */
  readonly state: "waiting" | "running" | "settling" | "done";
  /** Of the worker that has it. */
  readonly worker?: string;
}

/** How far a job is, of all its workers. */
export interface JobProgress extends JobCounts {
  /** Kind and container, `reseal customers`. */
  readonly job: string;
  readonly state: "running" | "settling" | "done" | "stopped";
  /** Roughly how many documents there were when the job began; undefined where nobody knows. */
  readonly estimated: number | undefined;
  /** Since the first worker began, in milliseconds. */
  readonly elapsed: number;
  /** Of late, of all workers. */
  readonly documentsPerSecond: number;
  readonly requestUnitsPerSecond: number;
  /** Undefined where it can't be told. */
  readonly secondsLeft: number | undefined;
  /** Requests that the service throttled, in this process. */
  readonly throttled: number;
  readonly ranges: readonly JobRange[];
  /** The first hundred of each range at the most; `failed` counts all. */
  readonly failures: readonly JobFailure[];
}

/** What a job came to, of all its workers, when every range is done. Where `failed` isn't 0, those documents are as they were. */
export interface JobResult extends JobProgress {
  readonly state: "done";
}
