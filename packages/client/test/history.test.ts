/** A search finds documents that were written before its index was declared. */
import { defineContainer, sealed, versionFacts } from "cosmoseal";
import { expect, test } from "vitest";
import { z } from "zod";
import { bare, useWorld } from "./support/world.js";

const world = useWorld();

test("under an earlier schema version, without the index, are found like those with it", async () => {
  const base = { id: z.string(), tenantId: z.string(), plan: z.string() };
  const first = defineContainer({
    name: "aging",
    partitionKey: "/tenantId",
    schema: z.object({ ...base, email: sealed(z.string()) }),
  });
  const second = defineContainer({
    name: "aging",
    partitionKey: "/tenantId",
    version: 2,
    history: [versionFacts(first.plan)],
    schema: z.object({ ...base, email: sealed(z.string(), { equality: true }) }),
  });
  await world().thief.database("shop").containers.create({ id: "aging", partitionKey: "/tenantId" });
  const before = world().connect({ containers: { "shop/aging": first }, createScopes: true });
  const after = world().connect({ containers: { "shop/aging": second } });
  const document = (id: string, email: string) => ({ id, tenantId: "t", plan: "pro", email });
  await before.container(first).items.create(document("old-a", "a@x"));
  await before.container(first).items.create(document("old-b", "b@x"));
  await after.container(second).items.create(document("new-a", "a@x"));
  await after.container(second).items.create(document("new-b", "b@x"));
  const query = {
    query: "SELECT * FROM c WHERE c.email = @e ORDER BY c.id",
    parameters: [{ name: "@e", value: "a@x" }],
  };
  const { resources } = await after.container(second).items.query(query).fetchAll();
  expect(resources.map(bare)).toEqual([document("new-a", "a@x"), document("old-a", "a@x")]);
  before.dispose();
  after.dispose();
});
