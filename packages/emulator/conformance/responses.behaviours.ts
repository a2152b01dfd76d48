// What every answer from within a container carries: charge, session, versions, and a refusal's form.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("headers and errors", (setup, behaviour) => {
  const filled = async () => {
    const container = await setup().container();
    const created = await container.items.create({ id: "a", pk: "k", n: 1 });
    return { container, created, item: container.item("a", "k") };
  };

  behaviour("a write carries its etag as a header and in the document", async () => {
    const { created } = await filled();
    expect(created.headers["etag"]).toBe(created.resource!._etag);
    expect(created.etag).toBe(created.resource!._etag);
  });

  behaviour("a point read of up to 1 KB costs one unit", async () => {
    const { item } = await filled();
    expect((await item.read()).requestCharge).toBeCloseTo(1, 0);
  });

  behaviour("a write costs more than a read", async () => {
    const { item, created } = await filled();
    expect(created.requestCharge).toBeGreaterThan((await item.read()).requestCharge);
  });

  behaviour("a larger document costs more", async () => {
    const { container, created } = await filled();
    const large = await container.items.create({ id: "b", pk: "k", text: "x".repeat(50_000) });
    expect(large.requestCharge).toBeGreaterThan(created.requestCharge);
  });

  behaviour("a query says its charge, and over pages the charges add up", async () => {
    const { container } = await filled();
    const answer = await container.items.query("SELECT * FROM c").fetchAll();
    expect(answer.requestCharge).toBeGreaterThan(0);
  });

  behaviour("an answer names the container by its path and by its resource id", async () => {
    const { container, created } = await filled();
    const { resource } = await container.read();
    expect(created.headers["x-ms-alt-content-path"]).toBe(
      `dbs/${encodeURIComponent(setup().database.id)}/colls/${container.id}`,
    );
    expect(created.headers["x-ms-content-path"]).toBe(resource!._rid);
  });

  behaviour("an answer tells the quota and the usage of its container", async () => {
    const { created } = await filled();
    expect(created.headers["x-ms-resource-quota"]).toMatch(/documentSize=\d+/);
    expect(created.headers["x-ms-resource-usage"]).toMatch(/documentsCount=\d+/);
  });

  behaviour("an answer names the range that gave it", async () => {
    const { container, created } = await filled();
    const { resources } = await container.readPartitionKeyRanges().fetchAll();
    expect(resources.map((range) => range.id)).toContain(created.headers["x-ms-documentdb-partitionkeyrangeid"]);
  });

  behaviour("each write raises the range's sequence number", async () => {
    const { item, created } = await filled();
    const second = await item.replace({ id: "a", pk: "k", n: 2 });
    expect(Number(second.headers["lsn"])).toBeGreaterThan(Number(created.headers["lsn"]));
  });

  behaviour("a session token names the range and the sequence number", async () => {
    const { created } = await filled();
    expect(created.headers["x-ms-session-token"]).toMatch(/^\d+:(-?\d+#)?\d+/);
  });

  behaviour("a missing item is 404 NotFound with a message", async () => {
    const { container } = await filled();
    const error = await refusal(container.item("b", "k").delete());
    expect([error.code, error.body?.code]).toEqual([404, "NotFound"]);
    expect(error.message).toMatch(/Resource Not Found|does not exist/);
  });

  behaviour("a conflict is 409 Conflict with a message", async () => {
    const { container } = await filled();
    const error = await refusal(container.items.create({ id: "a", pk: "k" }));
    expect([error.code, error.body?.code]).toEqual([409, "Conflict"]);
    expect(error.message).toContain("Entity with the specified id already exists in the system");
  });

  behaviour("a failed condition is 412 PreconditionFailed with a message", async () => {
    const { item } = await filled();
    const error = await refusal(item.delete({ accessCondition: { type: "IfMatch", condition: '"old"' } }));
    expect([error.code, error.body?.code]).toEqual([412, "PreconditionFailed"]);
    expect(error.message).toContain("pre-condition is not met");
  });

  behaviour("a document past its limit is 413 RequestEntityTooLarge", async () => {
    const { container } = await filled();
    const error = await refusal(container.items.create({ id: "b", pk: "k", text: "x".repeat(2_200_000) }));
    expect([error.code, error.body?.code]).toEqual([413, "RequestEntityTooLarge"]);
  });

  behaviour("a refused write carries activity id and charge too", async () => {
    const { container } = await filled();
    const error = await refusal(container.items.create({ id: "a", pk: "k" }));
    expect(error.headers?.["x-ms-activity-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(error.headers?.["x-ms-request-charge"])).toBeGreaterThanOrEqual(0);
  });

  behaviour("an item request under a container that isn't there is 404", async () => {
    const error = await refusal(setup().database.container("nowhere").items.create({ id: "a", pk: "k" }));
    expect(error.code).toBe(404);
  });

  behaviour("an item request under a database that isn't there is 404", async () => {
    const container = setup().client.database("nowhere").container("c");
    expect((await refusal(container.items.query("SELECT * FROM c").fetchAll())).code).toBe(404);
  });
});

describeBehaviours("session tokens", (setup, behaviour) => {
  const withClient = async (
    options: object,
    use: (container: ReturnType<ReturnType<typeof setup>["database"]["container"]>) => Promise<void>,
  ) => {
    const { sdk, endpoint, key, database } = setup();
    const client = new sdk.CosmosClient({ endpoint, key, ...options });
    const { id } = await setup().container();
    await use(client.database(database.id).container(id));
    client.dispose();
  };
  // With endpoint discovery the SDK would drop the token and ask again.
  const asSent = { connectionPolicy: { enableEndpointDiscovery: false } };

  behaviour(
    "a token ahead of the server is 404 with substatus 1002",
    () =>
      withClient(asSent, async (container) => {
        await container.items.create({ id: "a", pk: "k" });
        const read = await container.item("a", "k").read();
        const range = String(read.headers["x-ms-session-token"]).split(":")[0];
        const ahead = await container.item("a", "k").read({ sessionToken: `${range}:-1#100000` });
        expect([ahead.statusCode, ahead.substatus]).toEqual([404, 1002]);
      }),
    ["clock"],
  );

  behaviour("a token that the server has reached lets a read through", () =>
    withClient(asSent, async (container) => {
      const { headers } = await container.items.create({ id: "a", pk: "k" });
      const read = await container.item("a", "k").read({ sessionToken: String(headers["x-ms-session-token"]) });
      expect(read.statusCode).toBe(200);
    }),
  );

  behaviour(
    "a token of another range is passed over",
    () =>
      withClient(asSent, async (container) => {
        await container.items.create({ id: "a", pk: "k" });
        expect((await container.item("a", "k").read({ sessionToken: "77:-1#100000" })).statusCode).toBe(200);
      }),
    ["limits"],
  );

  behaviour("a token that isn't one is refused", () =>
    withClient(asSent, async (container) => {
      await container.items.create({ id: "a", pk: "k" });
      expect((await refusal(container.item("a", "k").read({ sessionToken: "nonsense" }))).code).toBe(400);
    }),
  );

  behaviour("a client with session consistency reads its own writes", () =>
    withClient({ consistencyLevel: "Session" }, async (container) => {
      for (let n = 0; n < 10; n++) {
        await container.items.upsert({ id: "a", pk: "k", n });
        expect((await container.item("a", "k").read()).resource!.n).toBe(n);
      }
    }),
  );

  behaviour("a client with session consistency queries its own writes, over all ranges", () =>
    withClient({ consistencyLevel: "Session" }, async (container) => {
      for (let n = 0; n < 10; n++) {
        await container.items.create({ id: `${n}`, pk: `k${n}` });
        const { resources } = await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
        expect(resources).toEqual([n + 1]);
      }
    }),
  );

  behaviour("a client with session consistency finds a container that was created anew", () =>
    withClient({ consistencyLevel: "Session" }, async (container) => {
      await container.items.create({ id: "a", pk: "k" });
      await container.delete();
      await container.database.containers.create({ id: container.id, partitionKey: "/pk" });
      expect((await container.item("a", "k").read()).statusCode).toBe(404);
      expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    }),
  );
});
