// Time to live: an item whose time is over is gone, from every way of reading, when the emulator's clock says so.

import { expect, test } from "vitest";
import { describeSetups } from "./sdk.js";

// Shared by all emulators of this file: seconds ahead of the real clock, well within the fifteen minutes of a signature.
let ahead = 0;

describeSetups(
  "expiry",
  (setup) => {
    test("an item expires after its own ttl, or else the container's; -1 never", async () => {
      ahead = 0;
      const container = await setup().container({ defaultTtl: 100 });
      await container.items.create({ id: "default", pk: "k" });
      await container.items.create({ id: "short", pk: "k", ttl: 10 });
      await container.items.create({ id: "never", pk: "k", ttl: -1 });
      const alive = async () => {
        const { resources } = await container.items.query<string>("SELECT VALUE c.id FROM c").fetchAll();
        for (const id of ["default", "short", "never"]) {
          expect((await container.item(id, "k").read()).statusCode).toBe(resources.includes(id) ? 200 : 404);
        }
        return resources.sort();
      };
      expect(await alive()).toEqual(["default", "never", "short"]);
      ahead = 20;
      expect(await alive()).toEqual(["default", "never"]);
      ahead = 120;
      expect(await alive()).toEqual(["never"]);
      expect((await container.items.create({ id: "short", pk: "k" })).statusCode).toBe(201);
      expect(await alive()).toEqual(["never", "short"]);
      expect((await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll()).resources).toEqual([2]);
      ahead = 0;
    });

    test("a write begins the time anew", async () => {
      ahead = 0;
      const container = await setup().container({ defaultTtl: 60 });
      await container.items.create({ id: "a", pk: "k" });
      ahead = 50;
      await container.item("a", "k").patch([{ op: "set", path: "/n", value: 1 }]);
      ahead = 100;
      expect((await container.item("a", "k").read()).statusCode).toBe(200);
      ahead = 120;
      expect((await container.item("a", "k").read()).statusCode).toBe(404);
      ahead = 0;
    });

    test("without a ttl of the container an item's own has no effect", async () => {
      ahead = 0;
      const container = await setup().container();
      await container.items.create({ id: "a", pk: "k", ttl: 1 });
      ahead = 100;
      expect((await container.item("a", "k").read()).statusCode).toBe(200);
      ahead = 0;
    });

    test("an expired item gives its unique value back", async () => {
      ahead = 0;
      const container = await setup().container({
        defaultTtl: 10,
        uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/mail"] }] },
      });
      await container.items.create({ id: "a", pk: "k", mail: "x" });
      ahead = 20;
      expect((await container.items.create({ id: "b", pk: "k", mail: "x" })).statusCode).toBe(201);
      ahead = 0;
    });
  },
  { ranges: [2], emulator: { clock: () => Date.now() + ahead * 1000 } },
);
