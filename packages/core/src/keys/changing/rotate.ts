/** New generations of a scope's keys: data keys for new writes at once, index keys announced before writers use them. */
import type { ScopeId } from "../../codec/place.js";
import { CosmosealError } from "../../errors.js";
import type { Plan } from "../../plan/plan.js";
import { groupKeyMissing } from "../loading/group-roots.js";
import { makeEntry } from "../records.js";
import type { KeyEntry } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { changedRecord, inState, isOf, known, settled } from "./entries.js";

export interface RotateOptions {
  /**
   * Which keys: those that seal (`group`), those that sign (`integrity`), or the container's index keys. Default: group and
   * integrity keys. Identity keys are never rotated.
   */
  readonly kind?: "group" | "integrity" | "index" | undefined;
  /** Of the group keys that of one group alone. */
  readonly group?: string | undefined;
}

/** A key that was made. */
export interface Rotation {
  readonly kind: "group" | "integrity" | "index";
  readonly group: string;
  readonly generation: number;
  /** Of an index key: from when on writers use it, in milliseconds since 1970. Queries ask for its tokens at once. */
  readonly from?: number;
}

/**
 * Throws ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING where the scope has no such keys, ERR_GROUP_KEY_MISSING where a group has a root of its own
 * that this process lacks: then nothing is rotated. ERR_NOT_SUPPORTED for index keys of a definition with
 * unique indexes: two generations have two tokens for one value, and the service would take both.
 */
export async function rotate(
  draft: Draft,
  plan: Plan,
  scope: ScopeId,
  { kind, group }: RotateOptions,
  announceFor: number,
): Promise<Outcome<readonly Rotation[]>> {
  if (kind === "index") refuseUnique(plan);
  const { root, now } = draft;
  const old = known(await draft.record(scope), scope);
  const keys = [...settled(old.keys, now)];
  const made: Rotation[] = [];
  for (const target of targetsOf(keys, kind, group)) {
    const { generation } = keys.findLast((entry) => isOf(entry, target.kind, target.group))!;
    const wrapping = target.kind === "group" ? await draft.wrappingOf(target.group) : { key: root };
    if (wrapping === undefined) throw groupKeyMissing(target.group);
    const { key, ...under } = wrapping;
    const next = makeEntry(key, { scope, ...target, generation: generation + 1, created: now, ...under });
    if (target.kind === "index") {
      const from = now + announceFor;
      keys.push({ ...next, state: "announced", from });
      made.push({ ...target, generation: next.generation, from });
      continue;
    }
    for (const [i, entry] of keys.entries()) {
      if (isOf(entry, target.kind, target.group) && entry.state === "active") keys[i] = inState(entry, "readable");
    }
    keys.push(next);
    made.push({ ...target, generation: next.generation });
  }
  if (made.length === 0) throw noSuchKeys();
  return { edit: { records: [changedRecord(root, old, { keys })], raisesEpoch: true }, result: Object.freeze(made) };
}

interface Target {
  readonly kind: "group" | "integrity" | "index";
  readonly group: string;
}

/** Each kind and group that the scope has keys of, and that was asked for. */
function targetsOf(entries: readonly KeyEntry[], kind: RotateOptions["kind"], group: string | undefined): Target[] {
  const targets = new Map<string, Target>();
  for (const entry of entries) {
    if (entry.kind === "identity") continue;
    const isAsked = kind === undefined ? entry.kind !== "index" : entry.kind === kind;
    if (isAsked && (group === undefined || (entry.kind === "group" && entry.group === group))) {
      targets.set(`${entry.kind} ${entry.group}`, { kind: entry.kind, group: entry.group });
    }
  }
  return [...targets.values()];
}

function refuseUnique(plan: Plan): void {
  if (!plan.indexes.some((index) => index.kind === "unique")) return;
  throw new CosmosealError(
    "ERR_NOT_SUPPORTED",
    "The index keys of a definition with unique indexes can't be rotated.",
    {
      container: plan.name,
      remedy:
        "Under two generations one value has two tokens, and the service would take both. Move to a new container.",
    },
  );
}

function noSuchKeys(): CosmosealError {
  return new CosmosealError("ERR_KEY_MISSING", "The scope has no keys of that kind and group.", {
    remedy: "Index keys lie with the container, group and integrity keys with the scope of the documents.",
  });
}
