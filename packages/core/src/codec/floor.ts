/** The version floor: what keeps writers of an earlier schema from putting in the clear what a later one seals. SPEC §4.8. */
import { CosmosealError } from "../errors.js";
import type { SchemaRecord } from "../keys/store.js";
import type { Plan } from "../plan/plan.js";

/** Throws ERR_SCHEMA_OUTDATED where the plan's version is below the container's floor. */
export function checkFloor({ name, version }: Plan, { floor }: SchemaRecord): void {
  if (floor === undefined || floor <= version) return;
  throw new CosmosealError(
    "ERR_SCHEMA_OUTDATED",
    `The container takes writes of schema version ${floor} and later alone; this is version ${version}.`,
    {
      container: name,
      remedy:
        "Deploy the application of that version. After the floor was raised, writers of earlier ones go on for `maxStoreAge` at the longest.",
    },
  );
}
