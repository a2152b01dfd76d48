// Users, permissions and resource tokens: who holds one can do what its permission says, where it says, for as long as it says.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEmulator } from "../src/index.js";
import { describeSetups, refusal, SDKS } from "./sdk.js";

describeSetups(
  "users and permissions",
  (setup) => {
    let count = 0;
    const newUser = async () => (await setup().database.users.create({ id: `user-${++count}` })).user;

    test("users are created, read, listed, queried, renamed and deleted, and their permissions go with them", async () => {
      const { database } = setup();
      const user = await newUser();
      expect((await refusal(database.users.create({ id: user.id }))).code).toBe(409);
      expect((await database.users.upsert({ id: user.id })).statusCode).toBe(200);
      expect((await database.users.readAll().fetchAll()).resources.map((one) => one.id)).toContain(user.id);
      const query = { query: "SELECT * FROM u WHERE u.id = @id", parameters: [{ name: "@id", value: user.id }] };
      expect((await database.users.query(query).fetchAll()).resources).toHaveLength(1);
      await user.permissions.create({ id: "p", permissionMode: sdkMode("Read"), resource: "dbs/shop/colls/x" });
      await user.replace({ id: `${user.id}-b` });
      const renamed = database.user(`${user.id}-b`);
      expect((await refusal(user.read())).code).toBe(404);
      expect((await renamed.permission("p").read()).resource?.id).toBe("p");
      await renamed.delete();
      expect((await refusal(renamed.read())).code).toBe(404);
      await database.users.create({ id: renamed.id });
      expect((await renamed.permissions.readAll().fetchAll()).resources).toEqual([]);
    });

    const sdkMode = (mode: "Read" | "All") => setup().sdk.PermissionMode[mode];

    test("a permission has a mode, a resource and a token; one without is 400, a second for the resource is 409", async () => {
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("All"),
        resource: "dbs/shop/colls/x",
      });
      expect(resource!._token).toMatch(/^type=resource&ver=1&sig=/);
      expect((await user.permission("p").read()).resource?._token).toMatch(/^type=resource&ver=1&sig=/);
      const second = { id: "q", permissionMode: sdkMode("Read"), resource: "dbs/shop/colls/x" };
      expect((await refusal(user.permissions.create(second))).code).toBe(409);
      const wrong = { id: "r", permissionMode: "Write" as never, resource: "dbs/shop/colls/y" };
      expect((await refusal(user.permissions.create(wrong))).code).toBe(400);
      const long = { resourceTokenExpirySeconds: 10 ** 6 };
      expect((await refusal(user.permission("p").read(long as never))).code).toBe(400);
    });

    const holder = (token: Record<string, string>) =>
      new (setup().sdk.CosmosClient)({ endpoint: setup().emulator.endpoint, resourceTokens: token });

    test("a Read token of a container reads, queries and follows it, and writes nothing", async () => {
      const container = await setup().container();
      const other = await setup().container();
      await container.items.create({ id: "a", pk: "k", n: 1 });
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("Read"),
        resource: container.url,
      });
      const client = holder({ [container.url]: resource!._token });
      const mine = client.database("shop").container(container.id);
      expect((await mine.item("a", "k").read()).resource?.["n"]).toBe(1);
      expect(
        (await mine.items.query("SELECT VALUE COUNT(1) FROM c", { partitionKey: "k" }).fetchAll()).resources,
      ).toEqual([1]);
      expect((await mine.items.query("SELECT VALUE c.n FROM c", { partitionKey: "k" }).fetchAll()).resources).toEqual([
        1,
      ]);
      for (const write of [
        () => mine.items.create({ id: "b", pk: "k" }),
        () => mine.items.upsert({ id: "a", pk: "k" }),
        () => mine.item("a", "k").replace({ id: "a", pk: "k" }),
        () => mine.item("a", "k").patch([{ op: "add", path: "/x", value: 1 }]),
        () => mine.item("a", "k").delete(),
      ]) {
        expect((await refusal(write())).code).toBe(403);
      }
      const batch = mine.items.batch([{ operationType: "Delete", id: "a" }], "k");
      expect((await refusal(batch)).message).toContain("Insufficient permissions");
      expect((await container.item("a", "k").read()).resource?.["n"]).toBe(1);
      client.dispose();
      const elsewhere = holder({ [other.url]: resource!._token });
      expect((await refusal(elsewhere.database("shop").container(other.id).item("a", "k").read())).code).toBe(403);
      elsewhere.dispose();
    });

    test("an All token of a container writes its items, and neither the container nor anything beside it", async () => {
      const container = await setup().container();
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("All"),
        resource: container.url,
      });
      const client = holder({ [container.id]: resource!._token, shop: resource!._token });
      const mine = client.database("shop").container(container.id);
      expect((await mine.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
      expect((await mine.item("a", "k").delete()).statusCode).toBe(204);
      expect((await refusal(mine.delete())).code).toBe(403);
      expect((await refusal(client.database("shop").containers.readAll().fetchAll())).code).toBe(403);
      expect((await refusal(client.database("shop").users.create({ id: "evil" }))).code).toBe(403);
      client.dispose();
    });

    test("a token of one item reaches that item alone", async () => {
      const container = await setup().container();
      for (const id of ["a", "b"]) await container.items.create({ id, pk: "k" });
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("All"),
        resource: container.item("a", "k").url,
      });
      const client = holder({ a: resource!._token, b: resource!._token });
      const mine = client.database("shop").container(container.id);
      expect((await mine.item("a", "k").read()).statusCode).toBe(200);
      expect((await refusal(mine.item("b", "k").read())).code).toBe(403);
      client.dispose();
    });

    test("a token of one partition key reaches that key alone", async () => {
      const container = await setup().container();
      for (const pk of ["k", "l"]) await container.items.create({ id: "a", pk });
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("All"),
        resource: container.url,
        resourcePartitionKey: ["k"] as never,
      });
      const client = holder({ [container.url]: resource!._token, [container.id]: resource!._token });
      const mine = client.database("shop").container(container.id);
      expect((await mine.item("a", "k").read()).statusCode).toBe(200);
      expect((await mine.items.upsert({ id: "b", pk: "k" })).statusCode).toBe(201);
      expect((await refusal(mine.item("a", "l").read())).code).toBe(403);
      expect((await refusal(mine.items.upsert({ id: "b", pk: "l" }))).code).toBe(403);
      expect((await mine.items.query("SELECT VALUE c.id FROM c", { partitionKey: "k" }).fetchAll()).resources).toEqual([
        "a",
        "b",
      ]);
      expect((await refusal(mine.items.query("SELECT * FROM c").fetchAll())).code).toBe(403);
      client.dispose();
    });

    test("a permission feed is as good as its tokens", async () => {
      const container = await setup().container();
      await container.items.create({ id: "a", pk: "k" });
      const user = await newUser();
      await user.permissions.create({ id: "p", permissionMode: sdkMode("Read"), resource: container.url });
      const { resources: permissionFeed } = await user.permissions.readAll().fetchAll();
      const client = new (setup().sdk.CosmosClient)({ endpoint: setup().emulator.endpoint, permissionFeed });
      expect((await client.database("shop").container(container.id).item("a", "k").read()).statusCode).toBe(200);
      client.dispose();
    });

    test("a token ends with its permission, and a forged one never begins", async () => {
      const container = await setup().container();
      await container.items.create({ id: "a", pk: "k" });
      const user = await newUser();
      const { resource } = await user.permissions.create({
        id: "p",
        permissionMode: sdkMode("Read"),
        resource: container.url,
      });
      const read = async (token: string) => {
        const client = holder({ [container.url]: token });
        try {
          return await client.database("shop").container(container.id).item("a", "k").read();
        } finally {
          client.dispose();
        }
      };
      const token = resource!._token;
      const [signature, payload] = token.split(";") as [string, string];
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
      const longer = Buffer.from(JSON.stringify({ ...claims, end: 4102444800 })).toString("base64url");
      expect((await refusal(read(`${signature};${longer};`))).code).toBe(401);
      expect((await refusal(read("type=resource&ver=1&sig=AAAA;BBBB;"))).code).toBe(401);
      expect((await read(token)).statusCode).toBe(200);
      await user.permission("p").delete();
      expect((await refusal(read(token))).code).toBe(403);
    });
  },
  { ranges: [2] },
);

for (const [name, sdk] of SDKS) {
  test(`a token is good for the time that was asked for, by the emulator's clock, and after a restart (${name})`, async () => {
    let now = Date.now();
    const directory = mkdtempSync(join(tmpdir(), "cosmoseal-tokens-"));
    let emulator = await createEmulator({ clock: () => now, directory });
    const client = new sdk.CosmosClient(emulator.connectionString);
    const { database } = await client.databases.create({ id: "shop" });
    const { container } = await database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
    await container.items.create({ id: "a", pk: "k" });
    const { user } = await database.users.create({ id: "u" });
    const permission = { id: "p", permissionMode: sdk.PermissionMode.Read, resource: container.url };
    const { resource } = await user.permissions.create(permission, { resourceTokenExpirySeconds: 120 });
    client.dispose();
    await emulator.close();
    emulator = await createEmulator({ clock: () => now, directory });
    const holder = new sdk.CosmosClient({
      endpoint: emulator.endpoint,
      resourceTokens: { [container.url]: resource!._token },
    });
    const item = holder.database("shop").container("c").item("a", "k");
    now += 118_000;
    expect((await item.read()).statusCode).toBe(200);
    now += 3_000;
    expect((await refusal(item.read())).code).toBe(403);
    holder.dispose();
    await emulator.close();
    rmSync(directory, { recursive: true });
  });
}
