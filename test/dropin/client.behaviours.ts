/** The client, its databases, and what they hand out. */
import { CosmosDbDiagnosticLevel } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";

describeMember("CosmosClient", (behaviour) => {
  behaviour("getDatabaseAccount answers the account", async ({ client }) => {
    const { resource, ...rest } = await client.getDatabaseAccount();
    return { keys: Object.keys(rest), class: resource?.constructor.name, policy: resource?.consistencyPolicy };
  });
  behaviour("getWriteEndpoint and getReadEndpoint answer the endpoint", ({ client }) =>
    Promise.all([client.getWriteEndpoint(), client.getReadEndpoint()]),
  );
  behaviour("getWriteEndpoints and getReadEndpoints answer a list each", async ({ client }) => [
    (await client.getWriteEndpoints()).length,
    (await client.getReadEndpoints()).length,
  ]);
  behaviour("database is a handle that sends nothing", async ({ client }) => client.database("nowhere"));
  behaviour("has databases and offers as own members", async ({ client }) => [
    client.databases,
    client.offers,
    Object.hasOwn(client, "databases"),
  ]);
  behaviour("offer is a handle", async ({ client }) => client.offer("x"));
  behaviour("dispose can be called twice", async ({ connect }) => {
    const client = connect();
    client.dispose();
    client.dispose();
    return "disposed";
  });
  behaviour("a wrong key is refused with 401", async ({ connect, thrown }) => {
    const client = connect({ key: Buffer.alloc(64).toString("base64") });
    const error = (await thrown(() => client.database("x").read())) as { "<thrown>": { code: unknown } };
    return error["<thrown>"].code;
  });
  behaviour("an endpoint that is no URL is refused when the client is made", async ({ connect }) =>
    connect({ endpoint: "nonsense" }),
  );
  behaviour("consistencyLevel is sent with each read", async ({ connect, database, doc, pk }) => {
    const client = connect({ consistencyLevel: "Eventual" });
    const { items } = client.database(database.id).container("shared");
    await items.create(doc(1));
    return (await client.database(database.id).container("shared").item(doc(1).id, pk).read()).statusCode;
  });
  behaviour("defaultHeaders are sent", async ({ connect, database, doc }) => {
    const client = connect({ defaultHeaders: { "x-ms-tentative": "1" } });
    return (await client.database(database.id).container("shared").items.create(doc(1))).statusCode;
  });
  behaviour(
    "userAgentSuffix is taken",
    async ({ connect, database }) =>
      (await connect({ userAgentSuffix: "shop" }).database(database.id).read()).statusCode,
  );
  behaviour("diagnosticLevel debug gives diagnostic nodes with answers", async ({ connect, database, doc }) => {
    const client = connect({ diagnosticLevel: CosmosDbDiagnosticLevel.debug });
    const { diagnostics } = await client.database(database.id).container("shared").items.create(doc(1));
    return [typeof diagnostics.diagnosticNode, Object.keys(diagnostics), Object.keys(diagnostics.clientConfig ?? {})];
  });
  behaviour(
    "contentResponseOnWriteEnabled false gives writes without a resource",
    async ({ connect, database, doc }) => {
      const client = connect({ connectionPolicy: { requestTimeout: 30_000 }, ...NO_CONTENT });
      return client.database(database.id).container("shared").items.create(doc(1));
    },
  );
  behaviour(
    "a request policy without retries is taken",
    async ({ connect, database }) =>
      (
        await connect({ connectionPolicy: { retryOptions: NO_RETRIES } })
          .database(database.id)
          .read()
      ).statusCode,
  );
});

const NO_CONTENT = { contentResponseOnWriteEnabled: false };
const NO_RETRIES = { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 };

describeMember("Databases", (behaviour) => {
  behaviour("create answers 201 with definition and database", ({ client, databaseName }) =>
    client.databases.create({ id: databaseName("a") }),
  );
  behaviour("create of a taken id throws 409", async ({ client, database, thrown }) =>
    thrown(() => client.databases.create({ id: database.id })),
  );
  behaviour("createIfNotExists answers 201, then 200", async ({ client, databaseName }) => {
    const id = databaseName("b");
    return [await client.databases.createIfNotExists({ id }), await client.databases.createIfNotExists({ id })];
  });
  behaviour("create with an illegal id throws before it is sent", ({ client }) =>
    client.databases.create({ id: "a/b" }),
  );
  behaviour("createIfNotExists without an id throws", ({ client }) => client.databases.createIfNotExists({}));
  behaviour("create with throughput and autoscale at once throws", ({ client, databaseName }) =>
    client.databases.create({ id: databaseName("c"), throughput: 400, maxThroughput: 4000 } as never),
  );
  behaviour("readAll lists databases", async ({ client, database }) => {
    const { resources } = await client.databases.readAll().fetchAll();
    return resources.filter(({ id }) => id === database.id);
  });
  behaviour("query finds a database by its id", async ({ client, database }) =>
    client.databases
      .query({ query: "SELECT * FROM root r WHERE r.id = @id", parameters: [{ name: "@id", value: database.id }] })
      .fetchAll(),
  );
});

describeMember("Database", (behaviour) => {
  behaviour("read answers 200 with the definition", ({ database }) => database.read());
  behaviour("read of a missing one throws 404", ({ client }) => client.database("nowhere").read());
  behaviour("delete answers 204", async ({ client, databaseName }) => {
    const { database } = await client.databases.create({ id: databaseName("d") });
    return database.delete();
  });
  behaviour("delete of a missing one throws 404", ({ client }) => client.database("nowhere").delete());
  behaviour("url, id, client and containers are there", async ({ database, client }) => [
    database,
    database.client === client,
    database.containers,
    database.users,
  ]);
  behaviour("container is a handle that sends nothing", async ({ database }) => database.container("nothing-here"));
  behaviour("user is a handle", async ({ database }) => database.user("x"));
  behaviour("readOffer of a database without throughput of its own", ({ database }) => database.readOffer());
});

describeMember("Database.*ClientEncryptionKey", (behaviour) => {
  behaviour("readClientEncryptionKey of a missing key", ({ database }) => database.readClientEncryptionKey("key"));
  behaviour("createClientEncryptionKey without an algorithm", ({ database }) =>
    database.createClientEncryptionKey("key", undefined as never, undefined as never),
  );
  behaviour("rewrapClientEncryptionKey without metadata", ({ database }) =>
    database.rewrapClientEncryptionKey("key", undefined as never),
  );
});
