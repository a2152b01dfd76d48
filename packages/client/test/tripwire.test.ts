/** The tripwire stops what goes around the client: nothing unsealed reaches a container that has a definition. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import * as sdk from "@azure/cosmos";
import { isSealed } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { contextOf } from "../src/sdk/internals.js";
import { addressOf } from "../src/tripwire/address.js";
import { codeOf, customers, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
const plaintext = { id: "around", tenantId: "t-1", email: "around@example.org" };

/** The SDK's own container on our client's connection: no subclass is in the way. */
function around(name = "customers"): sdk.Container {
  const { client } = world();
  return new sdk.Container(new sdk.Database(client, "shop", contextOf(client)), name, contextOf(client));
}

/** Whatever the SDK makes of the error on its way up. */
async function stops(work: () => unknown): Promise<void> {
  const since = world().sent().length;
  const failure = await failureOf(work);
  expect(`${String(failure.code)} ${failure.message}`).toContain("ERR_TRIPWIRE");
  expect(failure.message).not.toContain("around@example.org");
  const written = world()
    .sent(since)
    .filter(({ requestBody }) => requestBody.length > 0);
  expect(written).toEqual([]);
}

describe("behind the client's back", () => {
  test("creating, upserting and replacing plaintext is stopped", async () => {
    await stops(() => around().items.create({ ...plaintext }));
    await stops(() => around().items.upsert({ ...plaintext }));
    await stops(() =>
      around()
        .item("around", "t-1")
        .replace({ ...plaintext }),
    );
  });

  test("so is it by the base class's methods on our own objects", async () => {
    const { items } = world().customers;
    await stops(() => sdk.Items.prototype.create.call(items, { ...plaintext }));
    await stops(() => sdk.Items.prototype.upsert.call(items, { ...plaintext }));
    await stops(() => sdk.Item.prototype.replace.call(world().customers.item("x", "t-1"), { ...plaintext }));
    await stops(() =>
      sdk.Item.prototype.patch.call(world().customers.item("x", "t-1"), [
        { op: "set", path: "/email", value: "around@example.org" },
      ]),
    );
  });

  test("batch, bulk and patch are stopped", async () => {
    const create = { operationType: "Create" as const, resourceBody: { ...plaintext }, partitionKey: "t-1" };
    await stops(() => around().items.batch([{ operationType: "Create", resourceBody: { ...plaintext } }], "t-1"));
    await stops(() => around().items.bulk([{ ...create }]));
    await stops(() =>
      around().items.batch([{ operationType: "Patch", id: "x", resourceBody: { operations: [] } }], "t-1"),
    );
    await stops(() =>
      around()
        .item("x", "t-1")
        .patch([{ op: "add", path: "/email", value: "around@example.org" }]),
    );
    const [result] = await around().items.executeBulkOperations([{ ...create }]);
    expect(`${String(result?.error?.code)} ${result?.error?.message}`).toContain("ERR_TRIPWIRE");
    expect((await world().stolen("customers").item("around", "t-1").read()).statusCode).toBe(404);
  });

  test("a batch operation with more than is known of one, or with an id or key in clear, is stopped", async () => {
    const batch = (name: string, operation: object, key = "AAAAAAAAAAAAAAAAAAAAAA") =>
      around(name).items.batch([operation as sdk.OperationInput], key);
    await stops(() => batch("customers", { operationType: "Read", id: "x", resourceBody: { ...plaintext } }, "t-1"));
    await stops(() => batch("customers", { operationType: "Delete", id: "x", note: plaintext.email }, "t-1"));
    await stops(() => batch("patients", { operationType: "Read", id: plaintext.email }));
    await stops(() =>
      batch("patients", { operationType: "Delete", id: "A".repeat(22), partitionKey: plaintext.email }),
    );
  });

  test("a patch of unsigned paths alone goes through, and no more than that", async () => {
    await world().customers.items.create({ id: "patched", tenantId: "t-1", visits: 1 });
    const patch = (body: unknown) =>
      around()
        .item("patched", "t-1")
        .patch(body as sdk.PatchRequestBody);
    const incr = { op: "incr", path: "/visits", value: 1 };
    expect((await patch([incr])).statusCode).toBe(200);
    await stops(() => patch([incr, { op: "set", path: "/plan", value: plaintext.email }]));
    await stops(() => patch([{ ...incr, note: plaintext.email }]));
    await stops(() => patch({ operations: [incr], note: plaintext.email }));
    await stops(() => patch({ operations: [incr], condition: "from c where c.visits = 1" }));
    await stops(() => patch({ operations: [incr], condition: `from c where c.email = '${plaintext.email}'` }));
    await stops(() => patch([{ op: "move", from: "/plan", path: "/visits" }]));
    await stops(() => patch([{ op: "set", path: "/_seal", value: plaintext.email }]));
    await stops(() => patch([]));
  });

  test("a document that only looks sealed is stopped", async () => {
    const sealed = await world().client.container(customers).seal({ id: "around", tenantId: "t-1", email: "a@b.c" });
    await stops(() => around().items.create({ ...plaintext, _seal: {} }));
    await stops(() => around().items.create({ ...plaintext, _seal: sealed["_seal"] }));
    await stops(() => around().items.create({ ...sealed, cards: [{ brand: "visa", pan: "4111" }] }));
    await stops(() => around().items.create({ ...sealed, _seal: { ...(sealed["_seal"] as object), s: 2 } }));
    expect((await around().items.create(sealed)).statusCode).toBe(201);
  });

  test("a query is stopped, and so is its plan", async () => {
    const query = {
      query: "SELECT * FROM c WHERE c.email = @e",
      parameters: [{ name: "@e", value: "around@example.org" }],
    };
    await stops(() => around().items.query(query).fetchAll());
    await stops(() => around().getQueryPlan(query));
    const approved = { initialHeaders: { "x-cosmoseal-approved": "guess" } };
    await stops(() => around().items.query(query, approved).fetchAll());
  });

  test("a stored procedure is not run", async () => {
    await stops(() => around().scripts.storedProcedure("p").execute("t-1", ["around@example.org"]));
  });

  test("a sealed id or partition key doesn't leave in URL or header", async () => {
    await stops(() => around("patients").item("around@example.org", "w").read());
    await stops(() => around("patients").item("AAAAAAAAAAAAAAAAAAAAAA", "around@example.org").delete());
    await stops(() => around("patients").deleteAllItemsForPartitionKey("around@example.org"));
  });

  test("containers that are plaintext, and reads, go through", async () => {
    expect((await around("plain").items.create({ ...plaintext })).statusCode).toBe(201);
    expect((await around("plain").items.query("SELECT * FROM c").fetchAll()).resources.length).toBe(1);
    await world().customers.items.upsert({ id: "read", tenantId: "t-1" });
    expect(isSealed((await around().item("read", "t-1").read()).resource)).toBe(true);
  });

  test("the approval never leaves", async () => {
    await world().customers.items.query("SELECT * FROM c").fetchAll();
    const names = world()
      .sent()
      .flatMap(({ requestHeaders }) => requestHeaders)
      .map((text) => text.toLowerCase());
    expect(names.filter((name) => name.includes("cosmoseal"))).toEqual([]);
  });

  test("an HTTP client of the application's is used, and wrapped", async () => {
    const urls: string[] = [];
    const inner = createDefaultHttpClient();
    const httpClient: HttpClient = {
      sendRequest: (request) => {
        urls.push(request.url);
        return inner.sendRequest(request);
      },
    };
    const client = world().connect({}, { httpClient });
    await client.container(customers).items.create({ tenantId: "t-1" });
    expect(urls.length).toBeGreaterThan(0);
    const container = new sdk.Container(
      new sdk.Database(client, "shop", contextOf(client)),
      "customers",
      contextOf(client),
    );
    expect(await codeOf(() => container.items.create({ ...plaintext }))).toBe("ERR_TRIPWIRE");
    client.dispose();
  });
});

describe("the address of a request", () => {
  const customersDocs = { databaseId: "shop", containerId: "customers", below: ["docs"] };
  test.each([
    ["https://h/dbs/shop/colls/customers/docs", customersDocs],
    ["https://h//dbs//shop/colls///customers/docs/", customersDocs],
    ["https://h:8081/prefix/dbs/shop/colls/customers/docs?x=1", customersDocs],
    ["https://h/DBS/shop/Colls/customers/docs", customersDocs],
    ["https://h/dbs/sh%6Fp/colls/customers/docs", customersDocs],
    ["https://h/dbs/x/../shop/colls/customers/docs", customersDocs],
    ["https://h/dbs/dbs/colls/colls/docs/docs", { databaseId: "dbs", containerId: "colls", below: ["docs", "docs"] }],
    ["https://h/dbs/shop/colls/customers", { ...customersDocs, below: [] }],
    ["https://h/dbs/shop/colls/customers/docs/a%2Fb", { ...customersDocs, below: ["docs", "a/b"] }],
    ["https://h/", "outside"],
    ["https://h/dbs", "outside"],
    ["https://h/dbs/shop/colls", "outside"],
    ["https://h/dbs/shop/users/u/permissions/p", "outside"],
    ["https://h/offers/o", "outside"],
    ["https://h/colls/customers/docs", undefined],
    ["https://h/dbs/shop/collections/customers/docs", undefined],
    ["https://h/dbs/%E0%A4%A/colls/customers/docs", undefined],
    ["https://h/somewhere/new", undefined],
    ["no url", undefined],
  ])("%s is read as the service reads it, or not at all", (url, address) => {
    expect(addressOf(url)).toEqual(address);
  });
});
