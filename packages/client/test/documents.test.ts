/** The point operations behave as the SDK's, and what they store is sealed. */
import { Container, Database, Item, ItemResponse, Items, PartitionKeyBuilder } from "@azure/cosmos";
import { CosmosClient, defineContainer, isSealed } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { bare, codeOf, customerSchema, customers, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
let next = 0;

function document(more: object = {}): { id: string; tenantId: string; [name: string]: unknown } {
  return {
    id: `d${++next}`,
    tenantId: "t-1",
    plan: "pro",
    visits: 1,
    email: `Jane${next}@Example.org`,
    name: "Jane Döe 😀",
    address: { street: "1 Main", city: "Oslo" },
    cards: [
      { brand: "visa", pan: "4111" },
      { brand: "amex", pan: "3700" },
    ],
    diagnosis: "influenza",
    ...more,
  };
}

describe("a document of a sealed container", () => {
  test("comes back from create as it was given, with what the service adds", async () => {
    const given = document();
    const response = await world().customers.items.create(given);
    expect(response).toBeInstanceOf(ItemResponse);
    expect(response.statusCode).toBe(201);
    expect(bare(response.resource)).toEqual(given);
    expect(response.resource?._etag).toBe(response.etag);
    expect(response.requestCharge).toBeGreaterThan(0);
    expect(Object.keys(response)).toEqual(["resource", "headers", "statusCode", "diagnostics", "substatus", "item"]);
  });

  test("is read, replaced, upserted and deleted", async () => {
    const { items } = world().customers;
    const given = document();
    const { item } = await items.create(given);
    expect(bare((await item.read()).resource)).toEqual(given);
    const replaced = await item.replace({ ...given, email: "new@example.org" });
    expect([replaced.statusCode, replaced.resource?.["email"]]).toEqual([200, "new@example.org"]);
    const again = await items.upsert({ ...given, name: null });
    expect([again.statusCode, again.resource?.["name"]]).toEqual([200, null]);
    expect((await items.upsert(document())).statusCode).toBe(201);
    expect((await item.delete()).statusCode).toBe(204);
    expect((await item.read()).statusCode).toBe(404);
  });

  test("is stored sealed: no value of a sealed path, no name of one", async () => {
    const given = document();
    await world().customers.items.create(given);
    const { resource } = await world().stolen("customers").item(given.id, "t-1").read();
    expect(isSealed(resource)).toBe(true);
    expect(Object.keys(bare(resource)).sort()).toEqual(["_seal", "cards", "id", "plan", "tenantId", "visits"]);
    expect(resource.cards).toEqual([{ brand: "visa" }, { brand: "amex" }]);
  });

  test("that was read can be changed and replaced with all that the service added", async () => {
    const { item } = await world().customers.items.create(document());
    const { resource } = await item.read();
    const response = await item.replace({ ...resource, plan: "free" });
    expect(response.resource?.["plan"]).toBe("free");
  });

  test("without an id gets one before it is sealed, written into the caller's body and nothing else", async () => {
    const { id: _, ...given } = document();
    const before = structuredClone(given);
    const { resource } = await world().customers.items.create(given);
    const { id, ...rest } = given as typeof given & { id?: string };
    expect(rest).toEqual(before);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(resource?.id).toBe(id);
  });

  test("without an id and without generation is refused before it is sent", async () => {
    const { id: _, ...given } = document();
    const since = world().sent().length;
    expect(await codeOf(() => world().customers.items.create(given, { disableAutomaticIdGeneration: true }))).toBe(
      "ERR_DOCUMENT_INVALID",
    );
    expect(world().sent(since)).toEqual([]);
  });

  test("is answered as a fresh object with JSON's meaning", async () => {
    const given = document({ plan: undefined, labels: ["a"], rank: -0 });
    const { resource } = await world().customers.items.create(given);
    expect(resource).not.toBe(given);
    expect("plan" in resource!).toBe(false);
    expect(Object.is(resource?.["rank"], 0)).toBe(true);
  });

  test("with an id that the SDK refuses is refused by the SDK, in its own words", async () => {
    const failure = await failureOf(() => world().customers.items.create(document({ id: "a/b" })));
    expect(failure.message).toBe("Id contains illegal chars.");
  });
});

describe("the service's own answers", () => {
  test("a missing item is 404 without a resource; deleting or replacing it throws 404", async () => {
    const item = world().customers.item("nobody", "t-1");
    const read = await item.read();
    expect([read.statusCode, read.resource, read.item === item]).toEqual([404, undefined, true]);
    expect(await codeOf(() => item.delete())).toBe(404);
    expect(await codeOf(() => item.replace(document({ id: "nobody" })))).toBe(404);
  });

  test("an unchanged item is 304 with null", async () => {
    const { item, etag } = await world().customers.items.create(document());
    const response = await item.read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
    expect([response.statusCode, response.resource]).toEqual([304, null]);
  });

  test("a stale etag is 412, a taken id 409", async () => {
    const given = document();
    const { item } = await world().customers.items.create(given);
    const accessCondition = { type: "IfMatch", condition: '"stale"' };
    expect(await codeOf(() => item.replace(given, { accessCondition }))).toBe(412);
    expect(await codeOf(() => item.delete({ accessCondition }))).toBe(412);
    expect(await codeOf(() => world().customers.items.create(given))).toBe(409);
  });

  test("what the SDK refuses of its options it refuses still", async () => {
    const failure = await failureOf(() =>
      world().customers.items.create(document(), { contentResponseOnWriteEnabled: false }),
    );
    expect(failure.message).toContain("contentResponseOnWriteEnabled");
  });

  test("a write that asks for no document back gets none", async () => {
    const given = document();
    const { item } = await world().customers.items.create(given);
    const response = await item.replace(given, { initialHeaders: { Prefer: "return=minimal" } });
    expect(response.statusCode).toBe(200);
    expect(response.resource === null || bare(response.resource)["email"] === given["email"]).toBe(true);
  });

  test("a partition key is none, null or a value, as with the SDK", async () => {
    const loose = world().patients;
    for (const [ward, key] of [
      [undefined, undefined],
      [null, null],
      ["w-1", "w-1"],
      ["w-2", ["w-2"]],
      ["w-3", new PartitionKeyBuilder().addValue("w-3").build()],
    ] as const) {
      const id = `p${++next}`;
      await loose.items.create({ id, ...(ward === undefined ? {} : { ward }), finding: "x" });
      const { resource } = await loose.item(id, key as string).read();
      expect(bare(resource)).toEqual({ id, ...(ward === undefined ? {} : { ward }), finding: "x" });
    }
  });
});

describe("every way back to an object", () => {
  test("leads to ours, and each is an instance of the SDK's class", async () => {
    const { client } = world();
    const created = await client.databases.createIfNotExists({ id: "shop" });
    expect(created.database).toBeInstanceOf(Database);
    expect(created.database.client).toBe(client);
    const { container } = await created.database.containers.createIfNotExists({
      id: "customers",
      partitionKey: "/tenantId",
    });
    expect(container).toBeInstanceOf(Container);
    expect(container.items).toBeInstanceOf(Items);
    expect(container.items.container).toBe(container);
    expect(container.database).toBe(created.database);
    expect(container.database.containers.database).toBe(created.database);
    const { container: read } = await container.read();
    expect(read).toBe(container);
    const { item } = await container.items.create(document());
    expect(item).toBeInstanceOf(Item);
    expect(item.container).toBe(container);
    expect((await item.read()).item).toBe(item);
    expect(client).toBeInstanceOf(CosmosClient);
    for (const ours of [container, container.items, item, created.database]) {
      expect(Object.getPrototypeOf(ours)).not.toBe(Object.getPrototypeOf(Object.getPrototypeOf(ours)));
      expect(Object.getPrototypeOf(ours).constructor.name).toBe(
        Object.getPrototypeOf(Object.getPrototypeOf(ours)).constructor.name,
      );
    }
  });

  test("of a new database and a new container too", async () => {
    const people = defineContainer({ name: "people", partitionKey: "/tenantId", schema: customerSchema });
    const fresh = world().connect({ containers: { "fresh/people": people }, createScopes: true });
    const { database } = await fresh.databases.create({ id: "fresh" });
    const { container } = await database.containers.create({ id: "people", partitionKey: "/tenantId" });
    const given = document();
    await container.items.create(given);
    const stolen = await world().thief.database("fresh").container("people").item(given.id, "t-1").read();
    expect(isSealed(stolen.resource)).toBe(true);
    fresh.dispose();
  });

  test("response.item serves many times", async () => {
    const { item } = await world().customers.items.create(document());
    for (let i = 0; i < 3; i++) {
      const { resource, item: again } = await item.read();
      await again.replace({ ...resource, rank: i });
    }
    expect((await item.read()).resource?.["rank"]).toBe(2);
  });
});

describe("a container that is declared plaintext", () => {
  test("is the SDK's own, with our database behind it", async () => {
    const { plain } = world();
    expect(Object.getPrototypeOf(plain)).toBe(Container.prototype);
    const given = { id: "p", tenantId: "t-1", anything: { goes: 1 } };
    await plain.items.create(given);
    const { resource } = await plain.item("p", "t-1").patch([{ op: "incr", path: "/anything/goes", value: 1 }]);
    expect(resource.anything).toEqual({ goes: 2 });
    expect(plain.database.client).toBe(world().client);
    expect(isSealed((await world().stolen("plain").item("p", "t-1").read()).resource)).toBe(false);
  });
});

describe("a sealed id and partition key", () => {
  test("never leave the process, in URL, header or body", async () => {
    const since = world().sent().length;
    const given = { id: "canary-id-4711", ward: "canary-ward-0815", finding: "flu" };
    const { item, resource } = await world().patients.items.create(given);
    expect(bare(resource)).toEqual(given);
    expect(item.id).toBe(given.id);
    const again = world().patients.item(given.id, given.ward);
    expect(bare((await again.read()).resource)).toEqual(given);
    await again.replace({ ...given, finding: "cold" });
    const { resources } = await world()
      .patients.items.query("SELECT * FROM c", { partitionKey: given.ward })
      .fetchAll();
    expect(resources.map(bare)).toEqual([{ ...given, finding: "cold" }]);
    await again.delete();
    const bytes = world()
      .sent(since)
      .map((exchange) => [exchange.path, ...exchange.requestHeaders, exchange.requestBody.toString()].join("\n"));
    expect(bytes.length).toBeGreaterThan(4);
    for (const text of bytes) expect(text).not.toMatch(/canary/i);
  });
});

describe("raw documents", () => {
  test("seal and open without the service, and stay as they are", async () => {
    const typed = world().client.container(customers);
    const given = document();
    const stored = await typed.seal(given as never);
    expect(isSealed(stored)).toBe(true);
    const copy = structuredClone(stored);
    expect(await typed.open(stored)).toEqual(given);
    expect(stored).toEqual(copy);
    expect(await typed.openAll([stored, stored])).toEqual([given, given]);
    expect(await codeOf(() => typed.open(given))).toBe("ERR_NOT_SEALED");
  });
});
