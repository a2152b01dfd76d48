/** Moving in: the phases in which a container goes from plaintext to sealed documents while the application runs. */
import { CosmosealError } from "../errors.js";
import type { Plan } from "../plan/plan.js";

/**
 * `prepare`: reads plaintext and sealed documents, writes plaintext. `sealing`: reads both, writes sealed; a plaintext document is
 * believed only if the service stored it before `since`, ISO 8601 in UTC, by which time every instance is in this phase. `strict`,
 * as without moving in: sealed documents alone.
 */
export type MovingInOptions =
  | { readonly phase: "prepare" | "strict" }
  | { readonly phase: "sealing"; readonly since: string };

/** A phase in which plaintext is still believed. */
export type MovingIn =
  | { readonly phase: "prepare" }
  /** In whole seconds since 1970, as `_ts`. */
  | { readonly phase: "sealing"; readonly since: number };

/** Undefined in `strict`. Throws ERR_SCHEMA_INVALID. */
export function readMovingIn(plan: Plan, options: MovingInOptions | undefined): MovingIn | undefined {
  if (options === undefined || options.phase === "strict") return undefined;
  const [identity] = plan.identity;
  if (identity !== undefined) {
    throw new CosmosealError("ERR_SCHEMA_INVALID", "An id or a partition key can't be sealed in place.", {
      container: plan.name,
      path: identity,
      remedy: "Move the documents to a new container; or leave the id and the partition key signed.",
    });
  }
  if (options.phase === "prepare") return Object.freeze({ phase: "prepare" });
  const { phase, since } = options as { readonly phase: unknown; readonly since?: unknown };
  const isTime =
    phase === "sealing" && typeof since === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(since);
  if (!isTime || Number.isNaN(Date.parse(since))) {
    throw new CosmosealError(
      "ERR_SCHEMA_INVALID",
      "Moving in has a phase it doesn't know, or no time from which it seals.",
      {
        container: plan.name,
        remedy:
          'Give { phase: "prepare" }, { phase: "sealing", since: "2026-11-24T12:00:00Z" } or { phase: "strict" }.',
      },
    );
  }
  return Object.freeze({ phase: "sealing", since: Math.floor(Date.parse(since) / 1000) });
}
