// Partition keys of every kind and type: a document is found under its own key, and under no other.

import type { PartitionKey, PartitionKeyDefinition } from "@azure/cosmos";
import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

const DEFINITIONS: readonly (readonly [string, PartitionKeyDefinition])[] = [
  ["version 1", { paths: ["/a/b"] }],
  ["version 2", { paths: ["/a/b"], version: 2 }],
];

const VALUES = ["text", "", "ü😀", "x".repeat(300), 0, -1.5, 2 ** 53, true, false, null, undefined] as const;

describeBehaviours("partition keys", (setup, behaviour) => {
  for (const [name, partitionKey] of DEFINITIONS) {
    behaviour(`${name}: a document is found under its key, whatever the key's type`, async () => {
      const container = await setup().container({ partitionKey });
      for (const [at, value] of VALUES.entries()) {
        await container.items.create({ id: `d${at}`, a: value === undefined ? {} : { b: value } });
      }
      for (const [at, value] of VALUES.entries()) {
        const read = await container.item(`d${at}`, value as PartitionKey).read();
        expect([value, read.statusCode]).toEqual([value, 200]);
      }
      expect((await container.item("d0", "another").read()).statusCode).toBe(404);
      expect((await container.item("d9", undefined).read()).statusCode).toBe(404);
    });

    behaviour(`${name}: a query under a key gives that key's documents alone`, async () => {
      const container = await setup().container({ partitionKey });
      for (const [at, value] of VALUES.entries()) {
        await container.items.create({ id: `d${at}`, a: value === undefined ? {} : { b: value } });
      }
      for (const [at, value] of VALUES.entries()) {
        if (value === undefined) continue; // The SDK takes an undefined key for no key.
        const { resources } = await container.items
          .query("SELECT VALUE c.id FROM c", { partitionKey: value as PartitionKey })
          .fetchAll();
        expect([value, resources]).toEqual([value, [`d${at}`]]);
      }
    });

    behaviour(`${name}: bulk operations reach the ranges that the SDK has computed`, async () => {
      const container = await setup().container({ partitionKey });
      const results = await container.items.bulk(
        VALUES.map((value, at) => ({
          operationType: "Create" as const,
          resourceBody: { id: `d${at}`, a: value === undefined ? {} : { b: value } },
        })) as never,
      );
      expect(results.map((result) => result.statusCode)).toEqual(VALUES.map(() => 201));
      const { resources } = await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
      expect(resources).toEqual([VALUES.length]);
    });
  }

  const partitionKey = {
    paths: ["/tenant", "/user", "/session"],
    version: 2,
    kind: "MultiHash",
  } as PartitionKeyDefinition;

  async function fill() {
    const container = await setup().container({ partitionKey });
    for (let at = 0; at < 36; at++) {
      const document = { id: `d${at}`, tenant: `t${at % 3}`, user: `u${at % 4}`, session: at % 9, n: at };
      await container.items.create(document);
    }
    return container;
  }

  behaviour("hierarchical: a document is read under its whole key", async () => {
    const container = await fill();
    expect((await container.item("d7", ["t1", "u3", 7]).read()).resource!.n).toBe(7);
    expect((await container.item("d7", ["t1", "u3", 8]).read()).statusCode).toBe(404);
  });

  behaviour("hierarchical: a prefix of the key selects all below it, with every clause", async () => {
    const container = await fill();
    const tenant = Array.from({ length: 36 }, (_, at) => at).filter((at) => at % 3 === 1);
    const query = async (text: string, prefix: PartitionKey) =>
      (await container.items.query(text, { partitionKey: prefix }).fetchAll()).resources as unknown[];
    expect(new Set(await query("SELECT VALUE c.n FROM c", ["t1"]))).toEqual(new Set(tenant));
    expect(await query("SELECT VALUE c.n FROM c ORDER BY c.n DESC", ["t1"])).toEqual([...tenant].reverse());
    expect(await query("SELECT VALUE COUNT(1) FROM c", ["t1"])).toEqual([tenant.length]);
    const user = tenant.filter((at) => at % 4 === 3);
    expect(await query("SELECT VALUE c.n FROM c ORDER BY c.n", ["t1", "u3"])).toEqual(user);
    expect(await query("SELECT VALUE c.n FROM c", ["t9"])).toEqual([]);
  });

  behaviour("hierarchical: a query over all tenants merges as any other", async () => {
    const container = await fill();
    const { resources } = await container.items.query("SELECT VALUE c.n FROM c ORDER BY c.n").fetchAll();
    expect(resources).toEqual(Array.from({ length: 36 }, (_, at) => at));
  });

  behaviour("hierarchical: levels may be null or missing", async () => {
    const container = await setup().container({ partitionKey });
    await container.items.create({ id: "a", tenant: "t", user: null });
    expect((await container.item("a", ["t", null, {}] as PartitionKey).read()).statusCode).toBe(200);
    expect((await container.item("a", ["t", null, null] as PartitionKey).read()).statusCode).toBe(404);
  });

  behaviour("hierarchical: a point read under a prefix is refused", async () => {
    const container = await fill();
    const error = await refusal(container.item("d7", ["t1", "u3"]).read());
    expect([error.code, error.substatus]).toEqual([400, 1001]);
  });

  behaviour("hierarchical: bulk operations reach their ranges", async () => {
    const container = await setup().container({ partitionKey });
    const results = await container.items.bulk(
      Array.from({ length: 30 }, (_, at) => ({
        operationType: "Create" as const,
        resourceBody: { id: `d${at}`, tenant: `t${at}`, user: `u${at}`, session: at },
      })) as never,
    );
    expect(new Set(results.map((result) => result.statusCode))).toEqual(new Set([201]));
  });
});
