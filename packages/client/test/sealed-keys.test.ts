/** A sealed id and a sealed partition key, hierarchical ones and prefixes of them included, work in every call that takes a key. */
import { type Container, type OperationInput, PartitionKeyKind } from "@azure/cosmos";
import { type CosmosClient, createKeyStore, defineContainer, memoryKeyStore, sealed } from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { textOf } from "./support/traffic.js";
import { bare, useWorld } from "./support/world.js";

const world = useWorld();

/** The first and the last component sealed, the one between them public, and the id sealed. */
const visits = defineContainer({
  name: "visits",
  partitionKey: ["/clinic", "/year", "/person/name"],
  schema: z.object({
    id: sealed(z.string()),
    clinic: sealed(z.string()),
    year: z.number(),
    person: z.object({ name: sealed(z.string()) }),
    finding: sealed(z.string(), { equality: true }),
  }),
});

let client: CosmosClient;
let container: Container;

beforeAll(async () => {
  const { keyring } = world();
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [visits] });
  client = world().connect({ store, pin, containers: { "shop/visits": visits } });
  const { container: made } = await client.database("shop").containers.create({
    id: "visits",
    partitionKey: { paths: ["/clinic", "/year", "/person/name"], version: 2, kind: PartitionKeyKind.MultiHash },
  });
  container = made;
});

afterAll(() => client.dispose());

const CLINICS = ["clinic-north", "clinic-south"];
const NAMES = ["person-jane", "person-joe"];

function visit(clinic: string, year: number, name: string, finding = "finding-flu") {
  return { id: `visit-${name}`, clinic, year, person: { name }, finding };
}

const all = CLINICS.flatMap((clinic) => [2025, 2026].flatMap((year) => NAMES.map((name) => visit(clinic, year, name))));
const SECRETS = /clinic-|person-j|visit-|finding-/;

describe("a container whose id and hierarchical partition key are sealed", () => {
  test("takes its documents in bulk, with keys given and with keys found in documents", async () => {
    const since = world().sent().length;
    const given = all.map((resourceBody, i): OperationInput => {
      const { clinic, year, person } = resourceBody;
      return {
        operationType: "Create",
        resourceBody,
        ...(i % 2 === 0 && { partitionKey: [clinic, year, person.name] }),
      };
    });
    const results = await container.items.bulk(given);
    expect(results.map(({ statusCode }) => statusCode)).toEqual(all.map(() => 201));
    expect(results.map(({ resourceBody }) => bare(resourceBody))).toEqual(all);
    expect(textOf(world().sent(since))).not.toMatch(SECRETS);
  });

  test("reads, patches and batches by the whole key", async () => {
    const since = world().sent().length;
    const key = ["clinic-north", 2026, "person-jane"];
    const item = container.item("visit-person-jane", key);
    expect(bare((await item.read()).resource)).toEqual(visit("clinic-north", 2026, "person-jane"));
    expect((await item.patch([{ op: "set", path: "/finding", value: "finding-new" }])).resource.finding).toBe(
      "finding-new",
    );
    const { result } = await container.items.batch(
      [
        { operationType: "Read", id: "visit-person-jane", partitionKey: key },
        { operationType: "Upsert", resourceBody: visit("clinic-north", 2026, "person-jane") },
      ],
      key,
    );
    expect(result!.map(({ statusCode, resourceBody }) => [statusCode, resourceBody?.["finding"]])).toEqual([
      [200, "finding-new"],
      [200, "finding-flu"],
    ]);
    const [read] = await container.items.executeBulkOperations([
      { operationType: "Read", id: "visit-person-jane", partitionKey: key },
    ]);
    expect(read!.response?.resourceBody).toMatchObject({ clinic: "clinic-north" });
    expect(textOf(world().sent(since))).not.toMatch(SECRETS);
  });

  test.each([
    [["clinic-north"], 4],
    [["clinic-north", 2026], 2],
    [["clinic-north", 2026, "person-joe"], 1],
    [["clinic-nowhere"], 0],
  ])("lists by the key or a prefix of it: %j", async (partitionKey, count) => {
    const since = world().sent().length;
    const { resources } = await container.items.readAll({ partitionKey }).fetchAll();
    expect(resources.length).toBe(count);
    const query = { query: "SELECT * FROM c WHERE c.finding = @f", parameters: [{ name: "@f", value: "finding-flu" }] };
    expect((await container.items.query(query, { partitionKey }).fetchAll()).resources.length).toBe(count);
    expect(textOf(world().sent(since))).not.toMatch(SECRETS);
  });

  test("deletes all documents of one key, and no others", async () => {
    const since = world().sent().length;
    await container.deleteAllItemsForPartitionKey(["clinic-south", 2025, "person-joe"]);
    const { resources } = await container.items.readAll({ partitionKey: ["clinic-south"] }).fetchAll();
    expect(resources.map((document) => bare(document))).toEqual(
      expect.arrayContaining([visit("clinic-south", 2025, "person-jane"), visit("clinic-south", 2026, "person-joe")]),
    );
    expect(resources.length).toBe(3);
    expect(textOf(world().sent(since))).not.toMatch(SECRETS);
  });
});

test("all documents of a sealed partition key are deleted by the key as it is in documents", async () => {
  const { patients } = world();
  for (const ward of ["ward-a", "ward-b"]) await patients.items.create({ id: "x", ward, finding: "f" });
  const since = world().sent().length;
  await patients.deleteAllItemsForPartitionKey("ward-a");
  expect((await patients.item("x", "ward-a").read()).statusCode).toBe(404);
  expect((await patients.item("x", "ward-b").read()).statusCode).toBe(200);
  expect(textOf(world().sent(since))).not.toMatch(/ward-/);
});
