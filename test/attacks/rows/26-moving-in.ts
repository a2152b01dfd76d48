/** Row 26: during moving in, `_seal` stripped and plaintext written, or a plaintext document injected. */
import {
  type CosmosClient,
  defineContainer,
  type MovingInOptions,
  type SealedContainerDefinition,
  sealed,
} from "cosmoseal";
import { z } from "zod";
import { bare } from "../bed/documents.js";
import { createStoredKeys } from "../bed/key-store.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 26,
  attacker: "during moving-in: strips `_seal` and writes plaintext, or injects a plaintext document",
  must: "detected: its `_ts` is after the pinned start",
  notApplicable: "it has no moving in: encrypting a property takes a new container",
  run: async (bed) => {
    const keys = await createStoredKeys(bed, { customers: definitionOf({ phase: "strict" }) });
    const stolen = keys.stolen("customers");
    const containers = (definition: Definition) => ({ [`${keys.id}/customers`]: definition });
    const inPhase = (movingIn: MovingInOptions): CosmosClient =>
      keys.connect({ containers: containers(definitionOf(movingIn)) });
    // The start lies before everything that the thief writes, and after what was there.
    const since = new Date(Date.now() - 60_000).toISOString();
    const prepare = inPhase({ phase: "prepare" }).database(keys.id).container("customers");
    const sealing = inPhase({ phase: "sealing", since }).database(keys.id).container("customers");
    const strict = inPhase({ phase: "strict" }).database(keys.id).container("customers");
    await sealing.items.create(documentOf("stripped"));

    const { resource } = await stolen.item("stripped", "t").read();
    const { _seal: _, ...stripped } = bare(resource);
    await stolen.items.upsert({ ...stripped, email: "forged@example.org" });
    await stolen.items.create(documentOf("injected"));
    // `_ts` is the service's: what a writer says of it is not kept.
    await stolen.items.create({ ...documentOf("dated"), _ts: 1 });

    const attempts: Attempt[] = [];
    for (const id of ["stripped", "injected", "dated"]) {
      const read = (container: typeof prepare, way: Way): Promise<Outcome> =>
        outcomeOf(
          () => way(container, id),
          (seen) => (seen === undefined ? PREVENTED : accepted("read as data")),
        );
      const ours: Record<string, Outcome> = {};
      const control: Record<string, Outcome> = {};
      for (const [name, way] of Object.entries(WAYS_OF)) {
        ours[`sealing, ${name}`] = await read(sealing, way);
        ours[`strict, ${name}`] = await read(strict, way);
        // Before anything is sealed plaintext is all there is: what the thief writes is believed.
        control[`prepare, ${name}`] = await read(prepare, way);
      }
      attempts.push({ name: NAMES[id]!, control, ours });
    }
    return attempts;
  },
};

const NAMES: Readonly<Record<string, string>> = {
  stripped: "`_seal` stripped",
  injected: "a document injected",
  dated: "a document injected that gives an early `_ts`",
};

type Definition = SealedContainerDefinition<unknown>;

function definitionOf(movingIn: MovingInOptions): Definition {
  return defineContainer({
    name: "customers",
    partitionKey: "/tenantId",
    movingIn,
    schema: z.object({ id: z.string(), tenantId: z.string(), plan: z.string(), email: sealed(z.string()) }),
  }) as never;
}

const documentOf = (id: string): { id: string; tenantId: string; plan: string; email: string } => ({
  id,
  tenantId: "t",
  plan: "pro",
  email: "owner@example.org",
});

type Way = (container: ReturnType<ReturnType<CosmosClient["database"]>["container"]>, id: string) => Promise<unknown>;

const WAYS_OF: Readonly<Record<string, Way>> = {
  "point read": async (container, id) => (await container.item(id, "t").read()).resource,
  query: async (container, id) =>
    (
      await container.items
        .query(
          { query: "SELECT * FROM c WHERE c.id = @id", parameters: [{ name: "@id", value: id }] },
          { partitionKey: "t" },
        )
        .fetchAll()
    ).resources[0],
};
