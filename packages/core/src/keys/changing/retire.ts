/** Retires generations that no document needs any more: from then on they are refused as replayed. */
import type { ScopeId } from "../../codec/place.js";
import { CosmosealError } from "../../errors.js";
import type { KeyEntry } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { changedRecord, inState, isOf, known, settled } from "./entries.js";

export interface RetireOptions {
  readonly kind: "group" | "integrity" | "index";
  /** Of group keys; default the default group, "". */
  readonly group?: string | undefined;
  /** This generation and all before it. */
  readonly generation: number;
}

/**
 * Does nothing where all are retired or destroyed already. `wait` is twice the maximum store age, in milliseconds. Throws
 * ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING for a generation that there is not, ERR_KEY_IN_USE for one that is active or announced, or
 * whose successor is so young that some process may still write under the old one.
 */
export async function retire(
  draft: Draft,
  scope: ScopeId,
  { kind, group = "", generation }: RetireOptions,
  wait: number,
): Promise<Outcome<void>> {
  const old = known(await draft.record(scope), scope);
  const entries = settled(old.keys, draft.now);
  const same = entries.filter((entry) => isOf(entry, kind, group));
  if (!same.some((entry) => entry.generation === generation)) {
    throw new CosmosealError("ERR_KEY_MISSING", `The scope has no ${kind} key of generation ${generation} there.`);
  }
  const chosen = same.filter((entry) => entry.generation <= generation);
  if (chosen.every(({ state }) => state === "retired" || state === "destroyed")) return { result: undefined };
  checkUnused(chosen, same, draft.now, kind === "index" ? 2 * wait : wait);
  const ids = new Set(chosen.filter(({ state }) => state === "readable").map(({ id }) => id));
  const keys = entries.map((entry) => (ids.has(entry.id) ? inState(entry, "retired") : entry));
  return { edit: { records: [changedRecord(draft.root, old, { keys })], raisesEpoch: true }, result: undefined };
}

/** An index key was used by nobody before its announcement had gone by: its age counts from there. */
function checkUnused(chosen: readonly KeyEntry[], same: readonly KeyEntry[], now: number, wait: number): void {
  const isUsed = chosen.some(({ state }) => state === "active" || state === "announced");
  const successor = same.find(({ state }) => state === "active");
  const age = successor === undefined ? Number.POSITIVE_INFINITY : now - successor.created;
  if (!isUsed && age >= wait) return;
  throw new CosmosealError(
    "ERR_KEY_IN_USE",
    isUsed
      ? "The generation is the one that new writes use."
      : "Some process may still write under the generation: its successor is younger than twice the maximum store age.",
    { remedy: isUsed ? "Call keys.rotate first." : `Retire it in ${Math.ceil((wait - age) / 1000)} seconds.` },
  );
}
