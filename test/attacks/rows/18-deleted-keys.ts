/** Row 18: the key store deleted. */
import { cosmosKeyStore, exportKeyStore, importKeyStore, isCosmosealError, keyStoreContainer } from "cosmoseal";
import type { Bed } from "../bed/bed.js";
import { bare, customers, victimOf } from "../bed/documents.js";
import { ordered } from "../bed/forge.js";
import { createStoredKeys } from "../bed/key-store.js";
import { accepted, type Outcome, outcomeOf, prevented } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 18,
  attacker: "deletes the key store",
  must: "nothing is lost where a mirror or export exists; a clear error that says how to restore",
  notApplicable: "its keys can be deleted with the database alone",
  run: async (bed) => {
    const { lost, restored, unclear } = await deleteAndRestore(bed);
    return [
      {
        name: "the container of the key store deleted",
        control: { "without a copy": lost },
        ours: { "the error": unclear, "with a copy": restored },
      },
    ];
  },
};

interface Outcomes {
  readonly lost: Outcome;
  readonly unclear: Outcome;
  readonly restored: Outcome;
}

async function deleteAndRestore(bed: Bed): Promise<Outcomes> {
  const keys = await createStoredKeys(bed, { customers });
  const { kek, pin } = keys;
  await keys.connect().database(keys.id).container("customers").items.create(victimOf("t"));
  const copy = JSON.stringify(await exportKeyStore({ keyring: kek.keyring, store: keys.store, pin }));
  await keys.stolenKeys.delete();

  const read = async (): Promise<Record<string, unknown>> =>
    bare((await keys.connect().database(keys.id).container("customers").item("victim", "t").read()).resource);
  const failure: unknown = await read().catch((error: unknown) => error);
  const says = isCosmosealError(failure) && `${failure.message} ${failure.remedy ?? ""}`;
  const lost = isCosmosealError(failure) ? accepted(failure.code) : prevented("read all the same");
  const unclear: Outcome =
    says !== false && /container|store/.test(says) && /restore|import|make|check/i.test(says)
      ? prevented("an error that says how to restore")
      : { kind: "failed", what: "the error doesn't say how to restore" };

  await bed.thief.database(keys.id).containers.create(keyStoreContainer("keys"));
  const store = cosmosKeyStore({ container: bed.connectPlain().database(keys.id).container("keys") });
  await importKeyStore({ keyring: kek.keyring, store, pin }, JSON.parse(copy));
  const restored = await outcomeOf(read, (seen) =>
    JSON.stringify(ordered(seen)) === JSON.stringify(ordered(victimOf("t")))
      ? prevented("everything opens again")
      : accepted("something is lost"),
  );
  return { lost, unclear, restored };
}
