// Routing by partition key: a plan says where a query's rows can lie, and a bulk operation is answered where its key is.

import { expect, test } from "vitest";
import { describeSetups } from "./sdk.js";
import { send } from "./wire.js";

describeSetups(
  "routing",
  (setup) => {
    const plan = async (container: string, query: string, parameters: object[] = []) => {
      const answer = await send(setup().emulator, {
        method: "POST",
        path: `/dbs/shop/colls/${container}/docs`,
        headers: {
          "content-type": "application/query+json",
          "x-ms-cosmos-is-query-plan-request": "True",
          "x-ms-cosmos-supported-query-features": "Aggregate,NonValueAggregate,OrderBy,GroupBy",
        },
        body: JSON.stringify({ query, parameters }),
      });
      return (JSON.parse(answer.text) as { queryRanges: { min: string; max: string; isMaxInclusive: boolean }[] })
        .queryRanges;
    };
    const WHOLE = [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }];

    test("a condition that fixes the partition key narrows the plan to its effective key", async () => {
      const container = await setup().container();
      const [fixed] = await plan(container.id, "SELECT * FROM c WHERE c.pk = 'k1' AND c.n > 2 ORDER BY c.n");
      expect([fixed!.min, fixed!.isMaxInclusive]).toEqual([fixed!.max, true]);
      const byParameter = await plan(container.id, "SELECT * FROM x WHERE @pk = x.pk", [{ name: "@pk", value: "k1" }]);
      expect(byParameter).toEqual([fixed]);
      for (const open of [
        "SELECT * FROM c",
        "SELECT * FROM c WHERE c.pk = 'k1' OR c.n = 1",
        "SELECT VALUE p FROM c.part p WHERE p.pk = 'k1'",
        "SELECT VALUE p FROM p IN c.parts WHERE p.pk = 'k1'",
        "SELECT * FROM c WHERE c.pk > 'k1'",
        "SELECT * FROM c WHERE c.pk = c.n",
        "SELECT * FROM c WHERE c.other = 'k1'",
        "SELECT * FROM c WHERE NOT (c.pk = 'k1')",
        "SELECT * FROM c WHERE c.pk = 'k1' AND c.pk = 'k2'",
      ]) {
        expect([open, await plan(container.id, open)]).toEqual([open, WHOLE]);
      }
    });

    test("a query that fixes the partition key has the same rows as one under that key, and asks one range alone", async () => {
      const container = await setup().container();
      for (let n = 0; n < 40; n++) await container.items.create({ id: `d${n}`, pk: `k${n % 8}`, n });
      for (let key = 0; key < 8; key++) {
        const under = await container.items
          .query("SELECT VALUE c.n FROM c ORDER BY c.n", { partitionKey: `k${key}` })
          .fetchAll();
        const fixed = await container.items
          .query(`SELECT VALUE c.n FROM c WHERE c.pk = 'k${key}' ORDER BY c.n`)
          .fetchAll();
        expect(fixed.resources).toEqual(under.resources);
        expect(fixed.resources).toHaveLength(5);
        const count = await container.items.query(`SELECT VALUE COUNT(1) FROM c WHERE c.pk = 'k${key}'`).fetchAll();
        expect(count.resources).toEqual([5]);
      }
    });

    test("a hierarchical key narrows the plan where every level is fixed", async () => {
      const container = await setup().container({
        partitionKey: { paths: ["/a", "/b"], kind: "MultiHash" as never, version: 2 },
      });
      expect(await plan(container.id, "SELECT * FROM c WHERE c.a = 1")).toEqual(WHOLE);
      const [both] = await plan(container.id, "SELECT * FROM c WHERE c.a = 1 AND c.b = true");
      expect([both!.min, both!.min.length]).toEqual([both!.max, 64]);
    });

    test("a bulk operation that was sent to another range than its key's is 410, and the others are done", async () => {
      const container = await setup().container();
      const ranges = (await container.readPartitionKeyRanges().fetchAll()).resources;
      const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
      const answer = await send(setup().emulator, {
        method: "POST",
        path: `/dbs/shop/colls/${container.id}/docs`,
        headers: {
          "x-ms-cosmos-is-batch-request": "true",
          "x-ms-cosmos-batch-atomic": "false",
          "x-ms-cosmos-batch-continue-on-error": "true",
          "x-ms-documentdb-partitionkeyrangeid": ranges[0]!.id,
        },
        body: JSON.stringify(
          keys.map((pk) => ({
            operationType: "Create",
            partitionKey: JSON.stringify([pk]),
            resourceBody: { id: pk, pk },
          })),
        ),
      });
      expect(answer.status).toBe(207);
      const results = JSON.parse(answer.text) as { statusCode: number; subStatusCode?: number }[];
      for (const [at, result] of results.entries()) {
        const stored = (await container.item(keys[at]!, keys[at]!).read()).statusCode;
        expect([result.statusCode, result.subStatusCode, stored]).toEqual(
          result.statusCode === 201 ? [201, undefined, 200] : [410, 1002, 404],
        );
      }
      expect(new Set(results.map((result) => result.statusCode))).toEqual(new Set([201, 410]));
    });
  },
  { ranges: [2, 3] },
);
