// Users, their permissions, and the tokens that open a part of an account; throughput and its offers.

import type { Container } from "@azure/cosmos";
import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("users and permissions", (setup, behaviour) => {
  const user = async () => (await setup().database.users.create({ id: setup().name("user") })).user;

  /** A client that holds the token of a permission alone. */
  const permitted = async (mode: "Read" | "All", use: (container: Container, own: Container) => Promise<void>) => {
    const { sdk, endpoint, database } = setup();
    const own = await setup().container();
    await own.items.create({ id: "a", pk: "k", n: 1 });
    const { resource } = await own.read();
    const owner = await user();
    const { resource: permission } = await owner.permissions.create({
      id: "p",
      permissionMode: sdk.PermissionMode[mode],
      resource: (resource as unknown as { _self: string })._self,
    });
    const resourceTokens = { [`dbs/${database.id}/colls/${own.id}`]: permission!._token };
    const client = new sdk.CosmosClient({ endpoint, resourceTokens });
    await use(client.database(database.id).container(own.id), own);
    client.dispose();
  };

  behaviour("a user is created, read, listed, renamed and deleted", async () => {
    const { users } = setup().database;
    const id = setup().name("user");
    const created = await users.create({ id });
    expect([created.statusCode, created.resource!.id]).toEqual([201, id]);
    expect((await created.user.read()).resource!.id).toBe(id);
    expect((await users.readAll().fetchAll()).resources.map((one) => one.id)).toContain(id);
    const { resource } = await created.user.replace({ ...created.resource!, id: `${id}-new` });
    expect(resource!.id).toBe(`${id}-new`);
    const renamed = setup().database.user(`${id}-new`);
    expect((await renamed.delete()).statusCode).toBe(204);
    expect((await refusal(renamed.read())).code).toBe(404);
  });

  behaviour("a user of an id that is taken is a conflict, an upsert of it is not", async () => {
    const one = await user();
    expect((await refusal(setup().database.users.create({ id: one.id }))).code).toBe(409);
    expect((await setup().database.users.upsert({ id: one.id })).resource!.id).toBe(one.id);
  });

  behaviour("users are found by a query", async () => {
    const one = await user();
    const query = { query: "SELECT * FROM root r WHERE r.id = @id", parameters: [{ name: "@id", value: one.id }] };
    expect((await setup().database.users.query(query).fetchAll()).resources.map((found) => found.id)).toEqual([one.id]);
  });

  behaviour("a permission is created with its token, read, listed and deleted", async () => {
    const one = await user();
    const { resource: container } = await (await setup().container()).read();
    const definition = {
      id: "p",
      permissionMode: setup().sdk.PermissionMode.Read,
      resource: (container as unknown as { _self: string })._self,
    };
    const { resource, statusCode, permission } = await one.permissions.create(definition);
    expect([statusCode, resource!.id, resource!.permissionMode.toLowerCase()]).toEqual([201, "p", "read"]);
    expect(resource!._token).toMatch(/^type=resource&ver=1/);
    expect((await one.permissions.readAll().fetchAll()).resources.map((found) => found.id)).toEqual(["p"]);
    expect((await permission.read()).resource!.resource).toBe(definition.resource);
    expect((await permission.delete()).statusCode).toBe(204);
  });

  behaviour("a permission of the same id, or for the same resource, is a conflict", async () => {
    const one = await user();
    const { resource } = await (await setup().container()).read();
    const link = (resource as unknown as { _self: string })._self;
    const permissionMode = setup().sdk.PermissionMode.Read;
    await one.permissions.create({ id: "p", permissionMode, resource: link });
    expect((await refusal(one.permissions.create({ id: "p", permissionMode, resource: link }))).code).toBe(409);
  });

  behaviour("a token for reading reads and queries", () =>
    permitted("Read", async (container) => {
      expect((await container.item("a", "k").read()).resource!.n).toBe(1);
      const { resources } = await container.items.query("SELECT VALUE c.n FROM c", { partitionKey: "k" }).fetchAll();
      expect(resources).toEqual([1]);
    }),
  );

  behaviour("a token for reading is 403 to every writer", () =>
    permitted("Read", async (container, own) => {
      expect((await refusal(container.items.create({ id: "b", pk: "k" }))).code).toBe(403);
      expect((await refusal(container.items.upsert({ id: "a", pk: "k", n: 2 }))).code).toBe(403);
      expect((await refusal(container.item("a", "k").delete())).code).toBe(403);
      expect((await own.item("a", "k").read()).resource!.n).toBe(1);
    }),
  );

  behaviour("a token for all writes too", () =>
    permitted("All", async (container) => {
      expect((await container.items.create({ id: "b", pk: "k" })).statusCode).toBe(201);
      expect((await container.item("b", "k").delete()).statusCode).toBe(204);
    }),
  );

  behaviour("a token for one container opens no other", async () => {
    const other = await setup().container();
    await other.items.create({ id: "a", pk: "k" });
    await permitted("All", async (container) => {
      const foreign = container.database.container(other.id);
      await refusal(foreign.items.create({ id: "b", pk: "k" }));
    });
    expect((await other.items.readAll().fetchAll()).resources).toHaveLength(1);
  });

  behaviour("a deleted user's permissions are gone with it", async () => {
    const one = await user();
    await one.delete();
    expect((await refusal(one.permissions.readAll().fetchAll())).code).toBe(404);
  });
});

describeBehaviours("offers", (setup, behaviour) => {
  const withThroughput = async (throughput: number) => {
    const { container } = await setup().database.containers.create({
      id: setup().name("offer"),
      partitionKey: "/pk",
      throughput,
    });
    return container;
  };
  const throughputOf = (resource: unknown) =>
    (resource as { content: { offerThroughput: number } }).content.offerThroughput;

  behaviour("a container's throughput is what it was created with", async () => {
    const { resource } = await (await withThroughput(500)).readOffer();
    expect(throughputOf(resource)).toBe(500);
  });

  behaviour("an offer names its resource by link and by resource id", async () => {
    const container = await withThroughput(400);
    const { resource: definition } = await container.read();
    const { resource } = await container.readOffer();
    expect(resource!.offerResourceId).toBe(definition!._rid);
    expect(resource!.resource).toBe((definition as unknown as { _self: string })._self);
  });

  behaviour("a throughput that was replaced is the new one", async () => {
    const container = await withThroughput(400);
    const { resource, offer } = await container.readOffer();
    const changed = { ...resource!, content: { ...resource!.content!, offerThroughput: 600 } };
    await offer!.replace(changed as never);
    expect(throughputOf((await container.readOffer()).resource)).toBe(600);
  });

  behaviour("a database may have a throughput of its own", async () => {
    const { database } = await setup().client.databases.create({ id: setup().name("offer"), throughput: 400 });
    const { resource } = await database.readOffer();
    expect(throughputOf(resource)).toBe(400);
    await database.delete();
  });

  behaviour("a database without one has no offer", async () => {
    const { database } = await setup().client.databases.create({ id: setup().name("offer") });
    expect((await database.readOffer()).resource).toBeUndefined();
    await database.delete();
  });

  behaviour("offers are listed, read and found by a query", async () => {
    const container = await withThroughput(400);
    const { resource } = await container.readOffer();
    const { client } = setup();
    expect((await client.offers.readAll().fetchAll()).resources.map((one) => one.id)).toContain(resource!.id);
    expect((await client.offer(resource!.id!).read()).resource!.id).toBe(resource!.id);
    const query = {
      query: "SELECT * FROM root r WHERE r.id = @id",
      parameters: [{ name: "@id", value: resource!.id! }],
    };
    expect((await client.offers.query(query).fetchAll()).resources).toHaveLength(1);
  });

  behaviour("a deleted container's offer is gone with it", async () => {
    const container = await withThroughput(400);
    const { resource } = await container.readOffer();
    await container.delete();
    expect((await setup().client.offers.readAll().fetchAll()).resources.map((one) => one.id)).not.toContain(
      resource!.id,
    );
  });

  behaviour("a throughput that follows the load keeps its maximum", async () => {
    const { container } = await setup().database.containers.create({
      id: setup().name("offer"),
      partitionKey: "/pk",
      maxThroughput: 4000,
    });
    const { resource } = await container.readOffer();
    const { content } = resource as unknown as { content: { offerAutopilotSettings: { maxThroughput: number } } };
    expect(content.offerAutopilotSettings.maxThroughput).toBe(4000);
  });

  behaviour("a throughput and a maximum together are refused", async () => {
    const definition = { id: setup().name("offer"), partitionKey: "/pk", throughput: 400, maxThroughput: 4000 };
    await refusal(setup().database.containers.create(definition));
  });
});
