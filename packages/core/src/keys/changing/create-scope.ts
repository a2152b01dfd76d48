/** Makes a scope, or adds the keys that it lacks for a definition. The one change that doesn't raise the epoch. */
import { hasLoneSurrogate } from "../../codec/json.js";
import { containerScope, type ScopeId } from "../../codec/place.js";
import { CosmosealError } from "../../errors.js";
import type { Plan } from "../../plan/plan.js";
import { makeEntry, makeRecord } from "../records.js";
import type { KeyEntry, KeyKind, SchemaRecord } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { destroyedScope, isOf } from "./entries.js";

/** Does nothing where nothing is lacking but keys of groups whose root this process lacks. Throws ERR_KEY_DESTROYED for a scope whose keys were destroyed. */
export async function createScope(draft: Draft, plan: Plan, scope: ScopeId): Promise<Outcome<void>> {
  const { root, now } = draft;
  const old = await draft.record(scope);
  const keys: KeyEntry[] = [...(old?.keys ?? [])];
  for (const [kind, group] of wantedKeys(plan, scope)) {
    const same = keys.filter((entry) => isOf(entry, kind, group));
    if (same.length > 0 && same.every(({ state }) => state === "destroyed")) throw destroyedScope();
    if (same.length > 0) continue;
    const wrapping = kind === "group" ? await draft.wrappingOf(group) : { key: root };
    // Whoever holds the group's root adds its key later.
    if (wrapping === undefined) continue;
    const { key, ...under } = wrapping;
    keys.push(makeEntry(key, { scope, kind, group, generation: 1, created: now, ...under }));
  }
  if (keys.length === (old?.keys.length ?? 0)) return { result: undefined };
  // Nothing was ever sealed in a container without keys: of its first indexes no document lacks any.
  const schema = old === undefined && scope[0] === "container" ? firstSchema(plan) : old?.schema;
  const record = makeRecord(root, scope, (old?.revision ?? 0) + 1, keys, schema);
  return { edit: { records: [record], raisesEpoch: false }, result: undefined };
}

/** The scope of documents with this value at the declared path, or the container's without one. Throws ERR_OPTIONS_INVALID. */
export function scopeFor(plan: Plan, value: string | number | boolean | undefined): ScopeId {
  if (value === undefined) return containerScope(plan);
  if (plan.scope === undefined) {
    throw new CosmosealError(
      "ERR_OPTIONS_INVALID",
      "The definition declares no scope, so that there is none for a value.",
      {
        container: plan.name,
      },
    );
  }
  const ok =
    typeof value === "string" ? !hasLoneSurrogate(value) : typeof value === "boolean" || Number.isFinite(value);
  // A record of anything else could never be read again, nor those beside it.
  if (!ok) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "A scope's value is a text, a finite number or a boolean.", {
      container: plan.name,
      path: plan.scope.path,
    });
  }
  return [plan.scope.family, value];
}

/** Index and identity keys lie with the container; group and integrity keys with the documents' scope. SPEC §2.2. */
function wantedKeys(plan: Plan, scope: ScopeId): readonly (readonly [KeyKind, string])[] {
  const wanted: (readonly [KeyKind, string])[] = [];
  const isContainer = scope[0] === "container";
  if (isContainer) wanted.push(["index", ""], ["identity", ""]);
  if (!isContainer || plan.scope === undefined) {
    wanted.push(["integrity", ""], ...plan.groups.map((group) => ["group", group] as const));
  }
  return wanted;
}

function firstSchema(plan: Plan): SchemaRecord | undefined {
  if (plan.indexes.length === 0) return undefined;
  return { complete: Object.fromEntries(plan.indexes.map(({ name }) => [name, plan.version])) };
}
