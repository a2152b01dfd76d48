// Computed properties: found by their names in every clause of a query, and in no document.

import { expect, test } from "vitest";
import { describeSetups, plain, refusal } from "./sdk.js";

describeSetups(
  "computed properties",
  (setup) => {
    const computedProperties = [
      { name: "lower", query: "SELECT VALUE LOWER(c.name) FROM c" },
      { name: "total", query: "SELECT VALUE c.price * c.count FROM c" },
    ];
    const filled = async () => {
      const container = await setup().container({ computedProperties } as never);
      for (const [n, name] of ["Zoë", "ADA", "Bob", "ada"].entries()) {
        await container.items.create({ id: `d${n}`, pk: `k${n}`, name, price: n + 1, count: 10 });
      }
      await container.items.create({ id: "bare", pk: "k" });
      return container;
    };

    test("a query finds them in its conditions, its selection, its order and its groups", async () => {
      const container = await filled();
      const query = async (text: string) => (await container.items.query(text).fetchAll()).resources;
      expect(((await query("SELECT VALUE c.id FROM c WHERE c.lower = 'ada'")) as string[]).sort()).toEqual([
        "d1",
        "d3",
      ]);
      expect(await query("SELECT c.id, c.total FROM c WHERE c.id = 'd2'")).toEqual([{ id: "d2", total: 30 }]);
      expect(await query("SELECT VALUE c.total FROM c WHERE IS_DEFINED(c.total) ORDER BY c.total DESC")).toEqual([
        40, 30, 20, 10,
      ]);
      const groups = (await query(
        "SELECT c.lower, COUNT(1) AS n FROM c WHERE IS_DEFINED(c.lower) GROUP BY c.lower",
      )) as { lower: string; n: number }[];
      expect(groups.sort((a, b) => (a.lower < b.lower ? -1 : 1))).toEqual([
        { lower: "ada", n: 2 },
        { lower: "bob", n: 1 },
        { lower: "zoë", n: 1 },
      ]);
      expect(await query("SELECT VALUE SUM(c.total) FROM c")).toEqual([100]);
    });

    test("they are in no document: not in SELECT *, not in a read", async () => {
      const container = await filled();
      const { resources } = await container.items.query("SELECT * FROM c WHERE c.lower = 'bob'").fetchAll();
      expect(resources.map(plain)).toEqual([{ id: "d2", pk: "k2", name: "Bob", price: 3, count: 10 }]);
      expect(
        (await container.items.query("SELECT c FROM c WHERE c.lower = 'bob'").fetchAll()).resources[0].c,
      ).not.toHaveProperty("lower");
      expect((await container.item("d2", "k2").read()).resource).not.toHaveProperty("total");
    });

    test("the definition is kept word for word, and a replaced one has effect at once", async () => {
      const container = await filled();
      const { resource } = await container.read();
      expect((resource as { computedProperties?: unknown }).computedProperties).toEqual(computedProperties);
      await container.replace({
        ...resource!,
        computedProperties: [{ name: "twice", query: "SELECT VALUE c.price * 2 FROM c" }],
      } as never);
      const query = "SELECT VALUE [c.twice, c.lower] FROM c WHERE c.id = 'd1'";
      expect((await container.items.query(query).fetchAll()).resources).toEqual([[4]]);
    });

    test("a definition that can't be computed is 400", async () => {
      for (const [name, query] of [
        ["a", "SELECT VALUE FROM"],
        ["a", "SELECT c.x FROM c"],
        ["a", "SELECT VALUE c.x FROM c WHERE c.y"],
        ["a", "SELECT VALUE c.x FROM c ORDER BY c.x"],
        ["a", "SELECT VALUE p.x FROM c.part p"],
        ["id", "SELECT VALUE c.x FROM c"],
        ["_ts", "SELECT VALUE c.x FROM c"],
        ["pk", "SELECT VALUE c.x FROM c"],
        ["a b", "SELECT VALUE c.x FROM c"],
      ]) {
        const created = setup().container({ computedProperties: [{ name, query }] } as never);
        expect([name, query, (await refusal(created)).code]).toEqual([name, query, 400]);
      }
      const many = Array.from({ length: 21 }, (_, n) => ({ name: `p${n}`, query: "SELECT VALUE c.x FROM c" }));
      expect((await refusal(setup().container({ computedProperties: many } as never))).code).toBe(400);
      const twice = [many[0], many[0]];
      expect((await refusal(setup().container({ computedProperties: twice } as never))).code).toBe(400);
    });
  },
  { ranges: [1, 3] },
);

describeSetups(
  "conflicts",
  (setup) => {
    test("the policy is kept, an unknown mode is 400, and one region has no conflicts", async () => {
      const policy = { mode: "Custom", conflictResolutionProcedure: "dbs/shop/colls/c/sprocs/resolve" };
      const container = await setup().container({ conflictResolutionPolicy: policy } as never);
      expect((await container.read()).resource?.conflictResolutionPolicy).toMatchObject(policy);
      expect((await refusal(setup().container({ conflictResolutionPolicy: { mode: "Best" } } as never))).code).toBe(
        400,
      );
      expect((await container.conflicts.readAll().fetchAll()).resources).toEqual([]);
      expect((await container.conflicts.query("SELECT * FROM c").fetchAll()).resources).toEqual([]);
      expect((await refusal(container.conflict("x", "k").delete())).code).toBe(404);
    });
  },
  { ranges: [2] },
);
