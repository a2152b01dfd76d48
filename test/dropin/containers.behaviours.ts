/** Containers: made, read, replaced, deleted; their handles, keys and ranges. */
import { PartitionKeyDefinitionVersion, PartitionKeyKind } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";

describeMember("Containers", (behaviour) => {
  behaviour("create answers 201 with definition and container", async ({ database, declare }) =>
    database.containers.create({ id: declare("a"), partitionKey: { paths: ["/pk"] } }),
  );
  behaviour(
    "create takes a partition key as a text",
    async ({ database, declare }) =>
      (await database.containers.create({ id: declare("b"), partitionKey: "/pk" })).resource?.partitionKey,
  );
  behaviour(
    "create with a nested partition key",
    async ({ database, declare }) =>
      (await database.containers.create({ id: declare("c", ["/a/b"]), partitionKey: "/a/b" })).resource?.partitionKey,
  );
  behaviour(
    "create with a hierarchical partition key",
    async ({ database, declare }) =>
      (
        await database.containers.create({
          id: declare("d", ["/pk", "/plan"]),
          partitionKey: {
            paths: ["/pk", "/plan"],
            kind: PartitionKeyKind.MultiHash,
            version: PartitionKeyDefinitionVersion.V2,
          },
        })
      ).resource?.partitionKey,
  );
  behaviour(
    "create without a partition key takes the SDK's own",
    async ({ database, declare }) =>
      (await database.containers.create({ id: declare("n", ["/_partitionKey"]) })).resource?.partitionKey,
  );
  behaviour("create of a taken id throws 409", async ({ database }) =>
    database.containers.create({ id: "shared", partitionKey: "/pk" }),
  );
  behaviour("create with an illegal id throws before it is sent", async ({ database }) =>
    database.containers.create({ id: "a/b", partitionKey: "/pk" }),
  );
  behaviour(
    "create with a default time to live keeps it",
    async ({ database, declare }) =>
      (await database.containers.create({ id: declare("e"), partitionKey: "/pk", defaultTtl: 100 })).resource
        ?.defaultTtl,
  );
  behaviour(
    "create with unique keys over public paths keeps them",
    async ({ database, declare }) =>
      (
        await database.containers.create({
          id: declare("f"),
          partitionKey: "/pk",
          uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/plan"] }] },
        })
      ).resource?.uniqueKeyPolicy,
  );
  behaviour(
    "create with an indexing policy over public paths gives it back",
    async ({ database, declare }) =>
      (
        await database.containers.create({
          id: declare("g"),
          partitionKey: "/pk",
          indexingPolicy: {
            indexingMode: "consistent",
            automatic: true,
            includedPaths: [{ path: "/*" }],
            excludedPaths: [{ path: "/plan/?" }],
          },
        })
      ).resource?.indexingPolicy,
  );
  behaviour("create with throughput and autoscale at once throws", async ({ database, declare }) =>
    database.containers.create({
      id: declare("h"),
      partitionKey: "/pk",
      throughput: 400,
      maxThroughput: 4000,
    } as never),
  );
  behaviour("createIfNotExists answers 201, then 200", async ({ database, declare }) => {
    const id = declare("i");
    return [
      await database.containers.createIfNotExists({ id, partitionKey: "/pk" }),
      await database.containers.createIfNotExists({ id, partitionKey: "/pk" }),
    ];
  });
  behaviour("createIfNotExists without an id throws", async ({ database }) =>
    database.containers.createIfNotExists({}),
  );
  behaviour("readAll lists containers", async ({ database }) => {
    const { resources } = await database.containers.readAll().fetchAll();
    return resources.filter(({ id }) => id === "shared");
  });
  behaviour("query finds a container by its id", async ({ database }) =>
    database.containers.query({ query: "SELECT * FROM r WHERE r.id = 'shared'" }).fetchAll(),
  );
  behaviour("query of ids gives values", async ({ database }) => {
    const query = "SELECT VALUE r.id FROM r WHERE r.id = 'shared'";
    const { resources } = await database.containers.query({ query }).fetchAll();
    return resources;
  });
});

describeMember("Container", (behaviour) => {
  behaviour("read answers 200 with the definition", async ({ container }) => container.read());
  behaviour("read of a missing one throws 404", async ({ database, declare }) =>
    database.container(declare("none")).read(),
  );
  behaviour("read tells quota where it is asked for", async ({ container }) => {
    const { headers } = await container.read({ populateQuotaInfo: true });
    return typeof headers;
  });
  behaviour("replace changes the time to live", async ({ fresh }) => {
    const container = await fresh();
    const { resource } = await container.read();
    const replaced = await container.replace({ ...resource!, defaultTtl: 60 });
    return [replaced, replaced.resource?.defaultTtl, replaced.container === container];
  });
  behaviour("replace of another partition key throws", async ({ fresh, thrown }) => {
    const container = await fresh();
    const error = await thrown(() => container.replace({ id: container.id, partitionKey: { paths: ["/plan"] } }));
    return (error as { "<thrown>"?: object })["<thrown>"] !== undefined;
  });
  behaviour("replace without an id throws", async ({ container }) => container.replace({} as never));
  behaviour("delete answers 204, then it is missing", async ({ fresh, thrown }) => {
    const container = await fresh();
    return [await container.delete(), await thrown(() => container.read())];
  });
  behaviour(
    "getPartitionKeyDefinition answers the key",
    async ({ container }) => (await container.getPartitionKeyDefinition()).resource,
  );
  behaviour("readPartitionKeyRanges lists the ranges", async ({ container }) => {
    const { resources } = await container.readPartitionKeyRanges().fetchAll();
    return resources.map(({ id, minInclusive, maxExclusive }) => [id, minInclusive, maxExclusive]);
  });
  behaviour("getFeedRanges lists one per range", async ({ container }) => container.getFeedRanges());
  behaviour("readOffer answers what the account answers", async ({ container }) => {
    const { statusCode, resource, offer } = await container.readOffer();
    return [statusCode, Object.keys(resource ?? {}), offer?.constructor.name];
  });
  behaviour(
    "initializeEncryption asks nothing of a container without a policy",
    async ({ container }) => (await container.initializeEncryption()) ?? "done",
  );
  behaviour("items, scripts, conflicts and database are there", async ({ container, database }) => [
    container,
    container.items,
    container.scripts,
    container.conflicts,
    container.database === database,
  ]);
  behaviour("items is one object", async ({ container }) => new Set([container.items, container.items]).size);
  behaviour("item is a handle that sends nothing", async ({ container }) => container.item("x", "y"));
  behaviour("conflict is a handle", async ({ container }) => container.conflict("x", "y"));
  behaviour("getQueryPlan answers a plan for a query over public paths", async ({ container }) => {
    const { result } = await container.getQueryPlan("SELECT * FROM c ORDER BY c.plan");
    return [Object.keys(result!), result?.queryInfo?.orderBy];
  });
});

describeMember("Container.deleteAllItemsForPartitionKey", (behaviour) => {
  behaviour(
    "empties one partition and no other",
    async ({ fresh, doc }) => {
      const container = await fresh();
      await container.items.create(doc(1, { pk: "a" }));
      await container.items.create(doc(2, { pk: "b" }));
      const { statusCode } = await container.deleteAllItemsForPartitionKey("a");
      const { resources } = await container.items.readAll().fetchAll();
      return [statusCode, resources.map(({ id }) => id)];
    },
    "own account",
  );
});

describeMember("Container.semanticRerank", (behaviour) => {
  behaviour("without the service's endpoint", async ({ container }) => container.semanticRerank("x", ["y"]), "4.10");
});

describeMember("back references", (behaviour) => {
  behaviour(
    "client.database().client is the client",
    async ({ client, database }) => client.database(database.id).client === client,
  );
  behaviour(
    "databases.create's database has a containers of its own kind",
    async ({ client, databaseName, declare }) => {
      const { database } = await client.databases.createIfNotExists({ id: databaseName("r") });
      declare("unused");
      return [database, database.containers.database === database, database.client === client];
    },
  );
  behaviour(
    "response.database of read is the database asked",
    async ({ database }) => (await database.read()).database === database,
  );
  behaviour(
    "response.container of read is the container asked",
    async ({ container }) => (await container.read()).container === container,
  );
  behaviour("response.container of createIfNotExists reads and writes", async ({ database, doc, declare }) => {
    const { container } = await database.containers.createIfNotExists({ id: declare("x"), partitionKey: "/pk" });
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, doc(1).pk).read()).resource;
  });
  behaviour("items.container and item.container are the container", async ({ container }) => [
    container.items.container === container,
    container.item("a", "b").container === container,
  ]);
  behaviour(
    "container.database.containers.database is the database",
    async ({ container, database }) => container.database.containers.database === database,
  );
  behaviour("response.item of create reads what was created", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return [item, (await item.read()).resource];
  });
  behaviour("response.item of upsert replaces and deletes", async ({ container, doc }) => {
    const { item } = await container.items.upsert(doc(1));
    return [(await item.replace(doc(1, { plan: "free" }))).statusCode, (await item.delete()).statusCode];
  });
  behaviour("response.item of read is the item asked, many times over", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    const item = container.item(doc(1).id, pk);
    const first = await item.read();
    const second = await first.item.read();
    const third = await second.item.replace({ ...second.resource, plan: "free" });
    return [first.item === item, second.item === item, third.item === item, (await third.item.read()).resource];
  });
  behaviour("container.scripts.container and conflicts.container are the container", async ({ container }) => [
    container.scripts.container === container,
    container.conflicts.container === container,
    container.conflict("x").container === container,
  ]);
});
