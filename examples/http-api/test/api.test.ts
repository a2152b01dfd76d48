/** The application's own tests, run with the plain import and with ours: they know nothing of either. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CosmosClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import { createKeyStore, passphraseKeyring } from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../src/app.js";

const PASSPHRASE = "correct horse battery staple";
const folder = mkdtempSync(join(tmpdir(), "http-api-"));

beforeAll(async () => {
  process.env["SEAL_KEYS"] = join(folder, "shop.keys");
  process.env["SEAL_PASSPHRASE"] = PASSPHRASE;
  const keyring = passphraseKeyring(process.env["SEAL_KEYS"], { passphrase: () => PASSPHRASE });
  await createKeyStore({ keyring });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ["plain", "../src/client.plain.js"],
  ["sealed", "../src/client.sealed.js"],
])("the API on the %s client", (kind, module) => {
  let emulator: Emulator;
  let client: CosmosClient;
  let server: Server;
  let base: string;

  beforeAll(async () => {
    emulator = await createEmulator({ record: true, ranges: 3 });
    const { createClient } = (await import(module)) as { createClient: (connectionString: string) => CosmosClient };
    client = createClient(emulator.connectionString);
    server = await createApp(client);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    client.dispose();
    await emulator.close();
  });

  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(base + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text === "" ? undefined : (JSON.parse(text) as Record<string, never>);
    return { status: response.status, body: json as Record<string, unknown>, etag: response.headers.get("etag") ?? "" };
  };
  const jane = {
    plan: "pro",
    email: "Jane@Example.org",
    name: "Jane Döe",
    address: { street: "1 Main", city: "Oslo" },
  };
  const create = (tenant: string, more: object = {}) =>
    call("POST", `/tenants/${tenant}/customers`, { ...jane, ...more });

  test("a customer is created and read as given", async () => {
    const created = await create("a");
    expect(created.status).toBe(201);
    const read = await call("GET", `/tenants/a/customers/${created.body["id"]}`);
    expect(read.body).toEqual({ ...jane, tenantId: "a", visits: 0, id: created.body["id"] });
    expect(read.etag).toBe(created.etag);
  });

  test("an unknown customer is 404, to read, to change and to remove", async () => {
    for (const [method, body] of [["GET"], ["PATCH", { plan: "free" }], ["DELETE"]] as const) {
      expect((await call(method, "/tenants/a/customers/nobody", body)).status).toBe(404);
    }
  });

  test("a list comes page by page and holds everyone once", async () => {
    for (let i = 0; i < 7; i++) await create("list", { name: `n${i}` });
    const names: unknown[] = [];
    const sizes: number[] = [];
    let cursor: unknown;
    do {
      const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await call("GET", `/tenants/list/customers?size=3${query}`);
      const rows = body["rows"] as { name: string }[];
      sizes.push(rows.length);
      names.push(...rows.map(({ name }) => name));
      cursor = body["cursor"];
    } while (cursor !== undefined);
    expect(sizes).toEqual([3, 3, 1]);
    expect(names.sort()).toEqual(["n0", "n1", "n2", "n3", "n4", "n5", "n6"]);
  });

  test("a search finds by e-mail whatever its letter case, in its own tenant", async () => {
    await create("search", { email: "John@Example.org", name: "John" });
    await create("search", { email: "other@example.org" });
    await create("elsewhere", { email: "john@example.org" });
    const { body } = await call("GET", "/tenants/search/customers?email=JOHN%40example.org");
    expect((body["rows"] as { name: string }[]).map(({ name }) => name)).toEqual(["John"]);
    expect((await call("GET", "/tenants/search/customers?email=nobody%40example.org")).body).toEqual({ rows: [] });
  });

  test("a change changes what it names, and a stale etag nothing", async () => {
    const { body: customer, etag } = await create("change");
    const path = `/tenants/change/customers/${customer["id"]}`;
    const changed = await call(
      "PATCH",
      path,
      { plan: "free", email: "new@example.org", address: { street: "2 Side", city: "Rome" } },
      { "if-match": etag },
    );
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({
      ...customer,
      plan: "free",
      email: "new@example.org",
      address: { street: "2 Side", city: "Rome" },
    });
    expect((await call("PATCH", path, { name: "lost" }, { "if-match": etag })).status).toBe(412);
    expect((await call("GET", path)).body).toEqual(changed.body);
    const found = await call("GET", "/tenants/change/customers?email=new%40example.org");
    expect(found.body["rows"]).toHaveLength(1);
  });

  test("visits of ten at once are ten", async () => {
    const { body: customer } = await create("visits");
    const path = `/tenants/visits/customers/${customer["id"]}`;
    await Promise.all(Array.from({ length: 10 }, () => call("POST", `${path}/visits`)));
    expect((await call("GET", path)).body["visits"]).toBe(10);
  });

  test("a removed customer is gone", async () => {
    const { body: customer } = await create("remove");
    const path = `/tenants/remove/customers/${customer["id"]}`;
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  const order = (product: string, quantity: number, amount: number) => ({
    product,
    quantity,
    amount,
    deliverTo: "1 Main, Oslo",
  });

  test("a checkout writes its orders and the account at once, or nothing", async () => {
    await call("POST", "/accounts/c-1", { limit: 100 });
    const done = await call("POST", "/accounts/c-1/orders", [order("tea", 2, 30), order("cup", 1, 20)]);
    expect([done.status, (done.body["ids"] as string[]).length]).toEqual([201, 2]);
    expect((await call("GET", "/accounts/c-1")).body).toEqual({ owed: 50 });
    expect((await call("POST", "/accounts/c-1/orders", [order("gold", 1, 51)])).status).toBe(402);
    expect((await call("GET", "/accounts/c-1")).body).toEqual({ owed: 50 });
    const { body } = await call("GET", "/accounts/c-1/orders");
    const rows = body["rows"] as { product: string }[];
    expect(rows.sort((a, b) => a.product.localeCompare(b.product))).toEqual([order("cup", 1, 20), order("tea", 2, 30)]);
  });

  test("a checkout without an account is 404", async () => {
    expect((await call("POST", "/accounts/nobody/orders", [order("tea", 1, 1)])).status).toBe(404);
  });

  test("the projector follows the orders, goes on where it ended, and repeats nothing", async () => {
    await call("POST", "/accounts/c-2", { limit: 1000 });
    await call("POST", "/projections");
    const before = (await call("GET", "/sales/pot")).body["sold"];
    await call("POST", "/accounts/c-2/orders", [order("pot", 3, 30), order("pot", 4, 40)]);
    expect((await call("POST", "/projections")).body).toEqual({ projected: 2 });
    expect((await call("POST", "/projections")).body).toEqual({ projected: 0 });
    expect([before, (await call("GET", "/sales/pot")).body["sold"]]).toEqual([0, 7]);
  });

  test("what is private crosses the wire in the clear by the plain client, and never by ours", () => {
    const sent = emulator.requests
      .map(({ requestBody, path }) => `${path}\n${requestBody.toString("utf8")}`)
      .join("\n");
    const isSealed = kind === "sealed";
    for (const secret of ["Jane@Example.org", "john@example.org", "1 Main", "Rome", '"amount":30', '"owed"']) {
      expect([secret, sent.includes(secret)]).toEqual([secret, !isSealed]);
    }
  });
});

test("the two clients differ in the import and the schema alone, and nothing else of the application knows of either", () => {
  const read = (name: string) => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8");
  const lines = (name: string) =>
    read(name)
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("/**"));
  const [plain, sealed] = [lines("client.plain.ts"), lines("client.sealed.ts")];
  expect(sealed.filter((line) => !plain.includes(line))).toEqual([
    'import { CosmosClient } from "cosmoseal";',
    'import { containers, keys } from "./schema.js";',
    "  return new CosmosClient(connectionString, { seal: { ...keys(), containers } });",
  ]);
  expect(plain.filter((line) => !sealed.includes(line))).toEqual([
    'import { CosmosClient } from "@azure/cosmos";',
    "  return new CosmosClient(connectionString);",
  ]);
  for (const name of ["app.ts", "customers.ts", "database.ts", "orders.ts", "projector.ts", "server.ts"]) {
    expect(read(name)).not.toMatch(/cosmoseal|schema\.js|client\.(plain|sealed)/);
  }
});
