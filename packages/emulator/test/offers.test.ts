// Throughput: declared with a database or a container, read and changed through its offer, and enforced where that is asked for.

import { expect, test } from "vitest";
import { createEmulator } from "../src/index.js";
import { describeSetups, refusal, SDKS } from "./sdk.js";

describeSetups(
  "offers",
  (setup) => {
    const throughput = (content: unknown) => (content as { offerThroughput: number }).offerThroughput;

    test("a container has the throughput that it was created with, and 400 where it declared none", async () => {
      const plain = await (await setup().container()).readOffer();
      expect(throughput(plain.resource?.content)).toBe(400);
      const declared = await setup().container({ throughput: 1200 });
      const offer = (await declared.readOffer()).resource!;
      const { resource: definition } = await declared.read();
      expect([throughput(offer.content), offer["resource"], offer.offerResourceId, offer.offerVersion]).toEqual([
        1200,
        definition!._self,
        definition!._rid,
        "V2",
      ]);
    });

    test("an autoscale container's offer names its maximum, and a tenth of it as what it starts with", async () => {
      const container = await setup().container({ maxThroughput: 5000 });
      const content = (await container.readOffer()).resource?.content as Record<string, unknown>;
      expect(content["offerThroughput"]).toBe(500);
      expect(content["offerAutopilotSettings"]).toMatchObject({ maxThroughput: 5000 });
    });

    test("a replaced offer stands, and a stale one doesn't replace it", async () => {
      const container = await setup().container();
      const { offer, resource } = await container.readOffer();
      const next = { ...resource!, content: { ...resource!.content!, offerThroughput: 900 } };
      expect((await offer!.replace(next)).resource?.content?.offerThroughput).toBe(900);
      expect(throughput((await container.readOffer()).resource?.content)).toBe(900);
      const stale = { accessCondition: { type: "IfMatch", condition: resource!._etag } };
      expect((await refusal(offer!.replace(next, stale))).code).toBe(412);
      expect((await offer!.read()).resource?.content?.offerThroughput).toBe(900);
    });

    test("throughput that the service doesn't sell is 400, at creation and in a replace", async () => {
      const { database } = setup();
      for (const sold of [{ throughput: 399 }, { throughput: 450 }, { maxThroughput: 1500 }, { maxThroughput: 400 }]) {
        const created = database.containers.create({ id: "odd", partitionKey: { paths: ["/pk"] }, ...sold });
        expect((await refusal(created)).code).toBe(400);
      }
      const container = await setup().container();
      const { offer, resource } = await container.readOffer();
      const next = { ...resource!, content: { ...resource!.content!, offerThroughput: 50 } };
      expect((await refusal(offer!.replace(next))).code).toBe(400);
    });

    test("a database's throughput is shared: its containers have none of their own unless they declare it", async () => {
      const { client } = setup();
      const { database } = await client.databases.create({ id: `shared-${Math.random()}`, throughput: 800 });
      expect(throughput((await database.readOffer()).resource?.content)).toBe(800);
      const { container } = await database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
      expect((await container.readOffer()).resource).toBeUndefined();
      const own = await database.containers.create({ id: "own", partitionKey: { paths: ["/pk"] }, throughput: 600 });
      expect(throughput((await own.container.readOffer()).resource?.content)).toBe(600);
    });

    test("offers are listed and queried, and go with what they are for", async () => {
      const { client } = setup();
      const container = await setup().container({ throughput: 700 });
      const { resource: offer } = await container.readOffer();
      const listed = async () => (await client.offers.readAll().fetchAll()).resources.map((one) => one.id);
      expect(await listed()).toContain(offer!.id);
      const { resources } = await client.offers
        .query({
          query: "SELECT * FROM root r WHERE r.offerResourceId = @rid",
          parameters: [{ name: "@rid", value: offer!.offerResourceId! }],
        })
        .fetchAll();
      expect(resources.map((one) => one.id)).toEqual([offer!.id]);
      await container.delete();
      expect(await listed()).not.toContain(offer!.id);
      expect((await refusal(client.offer(offer!.id!).read())).code).toBe(404);
    });
  },
  { ranges: [2] },
);

for (const [name, sdk] of SDKS) {
  test(`with throttle on, what goes beyond the declared throughput is 429 until the second is over (${name})`, async () => {
    let now = Date.now();
    const emulator = await createEmulator({ throttle: true, clock: () => now, record: true });
    const client = new sdk.CosmosClient({
      endpoint: emulator.endpoint,
      key: emulator.key,
      connectionPolicy: {
        retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 },
      },
    });
    const { database } = await client.databases.create({ id: "shop" });
    const { container } = await database.containers.create({
      id: "c",
      partitionKey: { paths: ["/pk"] },
      throughput: 400,
    });
    let written = 0;
    let refused: Awaited<ReturnType<typeof refusal>> | undefined;
    while (refused === undefined && written < 1000) {
      try {
        await container.items.create({ id: `d${written}`, pk: "k" });
        written++;
      } catch (error) {
        refused = error as Awaited<ReturnType<typeof refusal>>;
      }
    }
    // A small write is estimated to cost 5.71 units.
    expect(written).toBe(Math.ceil(400 / 5.71));
    expect([refused?.code, refused?.substatus]).toEqual([429, 3200]);
    const wait = Number(emulator.requests.at(-1)!.responseHeaders["x-ms-retry-after-ms"]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(1000);
    now += wait;
    expect((await container.items.create({ id: "later", pk: "k" })).statusCode).toBe(201);
    client.dispose();
    await emulator.close();
  });
}

test("without throttle a declared throughput has no effect", async () => {
  const emulator = await createEmulator();
  const client = new SDKS[0]![1].CosmosClient(emulator.connectionString);
  const { database } = await client.databases.create({ id: "shop" });
  const { container } = await database.containers.create({
    id: "c",
    partitionKey: { paths: ["/pk"] },
    throughput: 400,
  });
  for (let n = 0; n < 100; n++) await container.items.create({ id: `d${n}`, pk: "k" });
  client.dispose();
  await emulator.close();
});
