// Time to live: an item whose time is over is gone, from every way of reading.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("expiry", (setup, behaviour) => {
  const ids = async (container: Awaited<ReturnType<ReturnType<typeof setup>["container"]>>) =>
    (await container.items.query<string>("SELECT VALUE c.id FROM c").fetchAll()).resources.sort();

  behaviour("an item expires after the container's time to live", async () => {
    const container = await setup().container({ defaultTtl: 2 });
    await container.items.create({ id: "a", pk: "k" });
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
    await setup().elapse(3);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  });

  behaviour("an item's own ttl goes before the container's", async () => {
    const container = await setup().container({ defaultTtl: 100 });
    await container.items.create({ id: "short", pk: "k", ttl: 2 });
    await container.items.create({ id: "long", pk: "k" });
    await setup().elapse(3);
    expect(await ids(container)).toEqual(["long"]);
  });

  behaviour("an item whose ttl is -1 never expires", async () => {
    const container = await setup().container({ defaultTtl: 2 });
    await container.items.create({ id: "never", pk: "k", ttl: -1 });
    await container.items.create({ id: "gone", pk: "k" });
    await setup().elapse(3);
    expect(await ids(container)).toEqual(["never"]);
  });

  behaviour("with a default of -1 only items with a ttl expire", async () => {
    const container = await setup().container({ defaultTtl: -1 });
    await container.items.create({ id: "stays", pk: "k" });
    await container.items.create({ id: "gone", pk: "k", ttl: 2 });
    await setup().elapse(3);
    expect(await ids(container)).toEqual(["stays"]);
  });

  behaviour("without a ttl of the container an item's own has no effect", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", ttl: 1 });
    await setup().elapse(3);
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
  });

  behaviour("a write begins the time anew", async () => {
    const container = await setup().container({ defaultTtl: 6 });
    await container.items.create({ id: "a", pk: "k" });
    await setup().elapse(4);
    await container.item("a", "k").patch([{ op: "set", path: "/n", value: 1 }]);
    await setup().elapse(4);
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
    await setup().elapse(4);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  }, ["clock"]);

  behaviour("an expired item is 404 to replace, patch and delete", async () => {
    const container = await setup().container({ defaultTtl: 2 });
    await container.items.create({ id: "a", pk: "k" });
    await setup().elapse(3);
    const item = container.item("a", "k");
    expect((await refusal(item.replace({ id: "a", pk: "k" }))).code).toBe(404);
    expect((await refusal(item.patch([{ op: "set", path: "/n", value: 1 }]))).code).toBe(404);
    expect((await refusal(item.delete())).code).toBe(404);
  });

  behaviour("an expired item's id is free: a create is 201, an upsert is 201", async () => {
    const container = await setup().container({ defaultTtl: 2 });
    await container.items.create({ id: "a", pk: "k" });
    await container.items.create({ id: "b", pk: "k" });
    await setup().elapse(3);
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    expect((await container.items.upsert({ id: "b", pk: "k" })).statusCode).toBe(201);
  });

  behaviour("expired items are not counted", async () => {
    const container = await setup().container({ defaultTtl: 100 });
    for (let at = 0; at < 8; at++) await container.items.create({ id: `${at}`, pk: `k${at}`, ttl: at < 3 ? 2 : 90 });
    await setup().elapse(3);
    expect((await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll()).resources).toEqual([5]);
  });

  behaviour("an expired item gives its unique value back", async () => {
    const uniqueKeyPolicy = { uniqueKeys: [{ paths: ["/mail"] }] };
    const container = await setup().container({ defaultTtl: 2, uniqueKeyPolicy });
    await container.items.create({ id: "a", pk: "k", mail: "x" });
    await setup().elapse(3);
    expect((await container.items.create({ id: "b", pk: "k", mail: "x" })).statusCode).toBe(201);
  });

  behaviour("a ttl of zero, of a fraction or of text is refused", async () => {
    const container = await setup().container({ defaultTtl: 100 });
    for (const ttl of [0, 1.5, "10", -2]) {
      expect([ttl, (await refusal(container.items.create({ id: "a", pk: "k", ttl: ttl as number }))).code]).toEqual([
        ttl,
        400,
      ]);
    }
  });

  behaviour("a container's default of zero is refused", async () => {
    expect((await refusal(setup().container({ defaultTtl: 0 }))).code).toBe(400);
  });

  behaviour("a default set by a replace takes effect on the items that are there", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k" });
    const { resource } = await container.read();
    await container.replace({ ...resource!, defaultTtl: 2 } as never);
    await setup().elapse(3);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  });
});
