/** What a container's record says of schema versions: which ones may write, and which indexes every document carries. SPEC §2.4. */
import { containerScope } from "../../codec/place.js";
import { CosmosealError } from "../../errors.js";
import type { Plan } from "../../plan/plan.js";
import { INDEX_NAME } from "../forms.js";
import type { SchemaRecord } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { changedRecord, known } from "./entries.js";

/** The lowest version that may write; does nothing where it is as high already. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN. */
export async function raiseFloor(draft: Draft, plan: Plan, version: number): Promise<Outcome<void>> {
  checkVersion(version);
  return changeSchema(draft, plan, (schema) =>
    (schema.floor ?? 1) >= version ? undefined : { ...schema, floor: version },
  );
}

/** That every document carries the index as of this version. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN. */
export async function recordComplete(
  draft: Draft,
  plan: Plan,
  indexName: string,
  version: number,
): Promise<Outcome<void>> {
  checkVersion(version);
  if (!INDEX_NAME.test(indexName)) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "That is not the name of an index.", { container: plan.name });
  }
  return changeSchema(draft, plan, (schema) =>
    (schema.complete?.[indexName] ?? 0) >= version
      ? undefined
      : { ...schema, complete: { ...schema.complete, [indexName]: version } },
  );
}

async function changeSchema(
  draft: Draft,
  plan: Plan,
  change: (schema: SchemaRecord) => SchemaRecord | undefined,
): Promise<Outcome<void>> {
  const scope = containerScope(plan);
  const old = known(await draft.record(scope), scope);
  const schema = change(old.schema ?? {});
  if (schema === undefined) return { result: undefined };
  return { edit: { records: [changedRecord(draft.root, old, { schema })], raisesEpoch: true }, result: undefined };
}

function checkVersion(version: number): void {
  if (Number.isSafeInteger(version) && version >= 1) return;
  throw new CosmosealError("ERR_OPTIONS_INVALID", "A schema version is a whole number from 1.");
}
