/** What a container's record says of schema versions: which ones may write, and which indexes every document carries. SPEC §2.4. */
import { containerScope } from "../../codec/place.js";
import { CosmosealError } from "../../errors.js";
import type { Plan } from "../../plan/plan.js";
import { INDEX_NAME } from "../forms.js";
import type { ScopeRecord } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { changedRecord, known, settled } from "./entries.js";

/** The lowest version that may write; does nothing where it is as high already. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN. */
export async function raiseFloor(draft: Draft, plan: Plan, version: number): Promise<Outcome<void>> {
  checkVersion(version);
  const old = await containerRecord(draft, plan);
  if ((old.schema?.floor ?? 1) >= version) return { result: undefined };
  return changed(draft, old, { schema: { ...old.schema, floor: version } });
}

/**
 * That every document carries the indexes as of this version. With it an announced index key whose time has come becomes the active one.
 * Does nothing where all is recorded already. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN.
 */
export async function recordComplete(
  draft: Draft,
  plan: Plan,
  indexNames: readonly string[],
  version: number,
): Promise<Outcome<void>> {
  checkVersion(version);
  if (!indexNames.every((name) => INDEX_NAME.test(name))) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "That is not the name of an index.", { container: plan.name });
  }
  const old = await containerRecord(draft, plan);
  const complete = old.schema?.complete ?? {};
  const missing = indexNames.filter((name) => (complete[name] ?? 0) < version);
  const keys = settled(old.keys, draft.now);
  if (missing.length === 0 && keys === old.keys) return { result: undefined };
  const added = Object.fromEntries(missing.map((name) => [name, version]));
  return changed(draft, old, {
    keys,
    ...(missing.length > 0 && { schema: { ...old.schema, complete: { ...complete, ...added } } }),
  });
}

async function containerRecord(draft: Draft, plan: Plan): Promise<ScopeRecord> {
  const scope = containerScope(plan);
  return known(await draft.record(scope), scope);
}

function changed(draft: Draft, old: ScopeRecord, change: Parameters<typeof changedRecord>[2]): Outcome<void> {
  return { edit: { records: [changedRecord(draft.root, old, change)], raisesEpoch: true }, result: undefined };
}

function checkVersion(version: number): void {
  if (Number.isSafeInteger(version) && version >= 1) return;
  throw new CosmosealError("ERR_OPTIONS_INVALID", "A schema version is a whole number from 1.");
}
