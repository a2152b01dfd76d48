// Items through the SDK: what is written is read back, and every precondition is kept.

import { expect } from "vitest";
import { send } from "../test/wire.js";
import { plain, refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

const key = { pk: "k" };

describeBehaviours("items", (setup, behaviour) => {
  behaviour("a created item is read back as it was written, with the service's properties", async () => {
    const container = await setup().container();
    const document = {
      id: "a",
      ...key,
      deep: { list: [1, "zwei", null, { "": false }] },
      number: 2 ** 53,
      text: "\u2028 ü 😀",
    };
    const created = await container.items.create(document);
    expect(created.statusCode).toBe(201);
    const { resource, statusCode } = await container.item("a", "k").read();
    expect(statusCode).toBe(200);
    expect(plain(resource)).toEqual(document);
    expect(Buffer.from(resource!._rid.replaceAll("-", "/"), "base64")).toHaveLength(16);
    expect(resource!._self).toMatch(/^dbs\/[^/]+\/colls\/[^/]+\/docs\/[^/]+\/$/);
    expect(resource!._etag).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(Math.abs(resource!._ts - Date.now() / 1000)).toBeLessThan(30);
    expect(resource!._attachments).toBe("attachments/");
    expect(created.etag).toBe(resource!._etag);
  });

  behaviour("an item that isn't there reads as 404 and is refused to writers", async () => {
    const container = await setup().container();
    const read = await container.item("a", "k").read();
    expect(read.statusCode).toBe(404);
    expect(read.resource).toBeUndefined();
    expect((await refusal(container.item("a", "k").replace({ id: "a", ...key }))).code).toBe(404);
    expect((await refusal(container.item("a", "k").delete())).code).toBe(404);
    expect((await refusal(container.item("a", "k").patch([{ op: "set", path: "/x", value: 1 }]))).code).toBe(404);
  });

  behaviour("the same id twice in one partition key is a conflict, in two it is two items", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k" });
    await container.items.create({ id: "a", pk: "l" });
    expect((await refusal(container.items.create({ id: "a", pk: "k" }))).code).toBe(409);
    expect((await container.item("a", "l").read()).resource!.pk).toBe("l");
  });

  behaviour("an upsert creates with 201 and replaces with 200, under a new etag", async () => {
    const container = await setup().container();
    const first = await container.items.upsert({ id: "a", ...key, n: 1 });
    const second = await container.items.upsert({ id: "a", ...key, n: 2 });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.etag).not.toBe(first.etag);
    expect((await container.item("a", "k").read()).resource!.n).toBe(2);
    expect(second.resource!._rid).toBe(first.resource!._rid);
  });

  behaviour("a replace takes the place of the whole document", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key, old: 1 });
    const { resource, statusCode } = await container.item("a", "k").replace({ id: "a", ...key, fresh: 2 });
    expect(statusCode).toBe(200);
    expect(plain(resource)).toEqual({ id: "a", ...key, fresh: 2 });
  });

  behaviour("a document that was read, changed and written back keeps its identity", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key, n: 1 });
    const { resource } = await container.item("a", "k").read();
    const { resource: after } = await container.item("a", "k").replace({ ...resource!, n: 2 });
    expect(plain(after)).toEqual({ id: "a", ...key, n: 2 });
    expect(after!._rid).toBe(resource!._rid);
    expect(after!._etag).not.toBe(resource!._etag);
  });

  behaviour(
    "If-Match of an old version is 412 for replace, upsert, patch and delete, and changes nothing",
    async () => {
      const container = await setup().container();
      const { etag: old } = await container.items.create({ id: "a", ...key, n: 1 });
      await container.items.upsert({ id: "a", ...key, n: 2 });
      const options = { accessCondition: { type: "IfMatch", condition: old } };
      const item = container.item("a", "k");
      expect((await refusal(item.replace({ id: "a", ...key, n: 3 }, options))).code).toBe(412);
      expect((await refusal(container.items.upsert({ id: "a", ...key, n: 3 }, options))).code).toBe(412);
      expect((await refusal(item.patch([{ op: "set", path: "/n", value: 3 }], options))).code).toBe(412);
      expect((await refusal(item.delete(options))).code).toBe(412);
      expect((await item.read()).resource!.n).toBe(2);
    },
  );

  behaviour("If-Match of the current version lets the write through", async () => {
    const container = await setup().container();
    const { etag } = await container.items.create({ id: "a", ...key, n: 1 });
    const item = container.item("a", "k");
    const options = (condition: string) => ({ accessCondition: { type: "IfMatch", condition } });
    const replaced = await item.replace({ id: "a", ...key, n: 2 }, options(etag));
    expect(replaced.statusCode).toBe(200);
    expect((await item.delete(options(replaced.etag))).statusCode).toBe(204);
  });

  behaviour("If-Match on an upsert of an item that isn't there creates it, as in the service", async () => {
    const container = await setup().container();
    const options = { accessCondition: { type: "IfMatch", condition: '"none"' } };
    expect((await container.items.upsert({ id: "a", ...key }, options)).statusCode).toBe(201);
  });

  behaviour("If-None-Match of the current version reads as 304 without a body", async () => {
    const container = await setup().container();
    const { etag } = await container.items.create({ id: "a", ...key });
    const current = await container.item("a", "k").read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
    expect(current.statusCode).toBe(304);
    expect(current.resource).toBeNull();
    const other = await container.item("a", "k").read({ accessCondition: { type: "IfNoneMatch", condition: '"x"' } });
    expect(other.statusCode).toBe(200);
  });

  behaviour("a deleted item is gone, and created anew it is another resource", async () => {
    const container = await setup().container();
    const { resource: first } = await container.items.create({ id: "a", ...key });
    expect((await container.item("a", "k").delete()).statusCode).toBe(204);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
    const { resource: second } = await container.items.create({ id: "a", ...key });
    expect(second!._rid).not.toBe(first!._rid);
  });

  behaviour("a partition key that isn't the document's is 400 with substatus 1001", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key });
    const error = await refusal(container.item("a", "k").replace({ id: "a", pk: "other" }));
    expect([error.code, error.substatus]).toEqual([400, 1001]);
    expect((await container.item("a", "other").read()).statusCode).toBe(404);
  });

  behaviour("a replace under another id is refused", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key });
    expect((await refusal(container.item("a", "k").replace({ id: "b", ...key }))).code).toBe(400);
  });

  behaviour("ids may hold spaces, percent signs, question marks, quotes and any letter", async () => {
    const container = await setup().container();
    for (const id of [
      "with space",
      "100%",
      "%2541",
      "a?b=c",
      "'single' \"double\"",
      "ключ",
      "😀",
      "a+b&c=d",
      "x:y@z",
      "1023".padEnd(1023, "x"),
    ]) {
      await container.items.create({ id, ...key });
      const { resource, statusCode } = await container.item(id, "k").read();
      expect([statusCode, resource?.id]).toEqual([200, id]);
      expect((await container.item(id, "k").delete()).statusCode).toBe(204);
    }
  });

  behaviour("an id that is no text, too long, or holds a slash is 400", async () => {
    const container = await setup().container();
    // A number passes the SDK's own check only when it is falsy.
    expect((await refusal(container.items.create({ id: 0 as never, ...key }))).code).toBe(400);
    expect((await refusal(container.items.create({ id: "x".repeat(1024), ...key }))).code).toBe(400);
  });

  behaviour("a document past 2 MB is 413, one just below is stored", async () => {
    const container = await setup().container();
    const large = (bytes: number) => ({ id: "a", ...key, text: "x".repeat(bytes) });
    expect((await refusal(container.items.create(large(2 * 1024 * 1024)))).code).toBe(413);
    expect((await container.items.create(large(2 * 1024 * 1024 - 1000))).statusCode).toBe(201);
    expect((await container.item("a", "k").read()).resource!.text).toHaveLength(2 * 1024 * 1024 - 1000);
  });

  behaviour("__proto__ and constructor are properties like any other", async () => {
    const container = await setup().container();
    const document = JSON.parse('{"id":"a","pk":"k","__proto__":{"polluted":1},"constructor":2}') as { id: string };
    await container.items.create(document);
    const { resource } = await container.item("a", "k").read();
    expect(Object.hasOwn(resource!, "__proto__")).toBe(true);
    expect(resource!["constructor"]).toBe(2);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    const { resources } = await container.items.query("SELECT * FROM c").fetchAll();
    expect(Object.hasOwn(resources[0], "__proto__")).toBe(true);
  });

  behaviour("a number beyond the doubles is refused, not stored as another value", async () => {
    const container = await setup().container();
    const response = await send(setup(), {
      method: "POST",
      path: `/dbs/${setup().database.id}/colls/${container.id}/docs`,
      headers: { "x-ms-documentdb-partitionkey": '["k"]' },
      body: '{"id":"a","pk":"k","n":1e999}',
    });
    expect(response.status).toBe(400);
    await container.items.create({ id: "a", ...key, n: Number.MAX_VALUE });
    const patch = container.item("a", "k").patch([{ op: "incr", path: "/n", value: Number.MAX_VALUE }]);
    expect((await refusal(patch)).code).toBe(400);
  });

  behaviour("an item without an id gets one from the SDK", async () => {
    const container = await setup().container();
    const { resource, item } = await container.items.create({ ...key, n: 1 });
    expect(resource!.id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await item.read()).resource!.n).toBe(1);
  });

  behaviour("an item without an id is refused when the SDK is told not to make one", async () => {
    const container = await setup().container();
    await refusal(container.items.create({ ...key, n: 1 }, { disableAutomaticIdGeneration: true }));
    expect((await container.items.readAll().fetchAll()).resources).toEqual([]);
  });

  behaviour("an item may be 1.9 MB", async () => {
    const container = await setup().container();
    const text = "x".repeat(1_900_000);
    expect((await container.items.create({ id: "a", ...key, text })).statusCode).toBe(201);
    expect((await container.item("a", "k").read()).resource!.text).toBe(text);
  });

  behaviour("a replace or a patch past 2 MB is 413, and the item stays as it was", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key, n: 1 });
    const text = "x".repeat(2_200_000);
    const item = container.item("a", "k");
    expect((await refusal(item.replace({ id: "a", ...key, text }))).code).toBe(413);
    expect((await refusal(item.patch([{ op: "add", path: "/text", value: text }]))).code).toBe(413);
    expect((await item.read()).resource!.n).toBe(1);
  });

  behaviour("an item nested sixty levels deep is kept", async () => {
    const container = await setup().container();
    let deep: unknown = "bottom";
    for (let level = 0; level < 60; level++) deep = { down: deep };
    await container.items.create({ id: "a", ...key, deep });
    expect((await container.item("a", "k").read()).resource!.deep).toEqual(deep);
  });

  behaviour("null, empty texts, empty arrays and empty objects are kept", async () => {
    const container = await setup().container();
    const document = { id: "a", ...key, none: null, text: "", list: [], object: {}, mixed: [null, [], {}] };
    await container.items.create(document);
    expect(plain((await container.item("a", "k").read()).resource)).toEqual(document);
  });

  behaviour("numbers are kept as doubles", async () => {
    const container = await setup().container();
    const numbers = [0, -1, 0.1, 1e-300, 1e300, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE];
    await container.items.create({ id: "a", ...key, numbers });
    expect((await container.item("a", "k").read()).resource!.numbers).toEqual(numbers);
  });

  behaviour("names of properties may hold any letters", async () => {
    const container = await setup().container();
    const document = { id: "a", ...key, "with space": 1, ключ: 2, "a.b/c": 3, '"quoted"': 4, "": 5, $1: 6 };
    await container.items.create(document);
    expect(plain((await container.item("a", "k").read()).resource)).toEqual(document);
  });

  behaviour("the time stamp does not fall from one write to the next", async () => {
    const container = await setup().container();
    const first = await container.items.create({ id: "a", ...key });
    const second = await container.item("a", "k").replace({ id: "a", ...key, n: 1 });
    expect(second.resource!._ts).toBeGreaterThanOrEqual(first.resource!._ts);
  });

  behaviour("If-None-Match of an old version reads the item", async () => {
    const container = await setup().container();
    const { etag } = await container.items.create({ id: "a", ...key });
    await container.items.upsert({ id: "a", ...key, n: 1 });
    const read = await container.item("a", "k").read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
    expect([read.statusCode, read.resource!.n]).toEqual([200, 1]);
  });

  behaviour("If-Match of any version lets a write through", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key });
    const options = { accessCondition: { type: "IfMatch", condition: "*" } };
    expect((await container.item("a", "k").replace({ id: "a", ...key, n: 1 }, options)).statusCode).toBe(200);
  });

  behaviour("If-Match on the delete of an item that isn't there is 404", async () => {
    const container = await setup().container();
    const options = { accessCondition: { type: "IfMatch", condition: "*" } };
    expect((await refusal(container.item("a", "k").delete(options))).code).toBe(404);
  });

  behaviour("of ten writers under If-Match one at a time wins, and no write is lost", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key, n: 0 });
    const item = container.item("a", "k");
    const raise = async (): Promise<void> => {
      for (;;) {
        const { resource } = await item.read();
        const options = { accessCondition: { type: "IfMatch", condition: resource!._etag } };
        try {
          await item.replace({ ...resource!, n: resource!.n + 1 }, options);
          return;
        } catch (error) {
          expect((error as { code: number }).code).toBe(412);
        }
      }
    };
    await Promise.all(Array.from({ length: 10 }, raise));
    expect((await item.read()).resource!.n).toBe(10);
  });

  behaviour("a delete answers without a resource", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key });
    const { statusCode, resource } = await container.item("a", "k").delete();
    expect([statusCode, resource ?? undefined]).toEqual([204, undefined]);
  });

  behaviour("readAll gives every item with the service's properties", async () => {
    const container = await setup().container();
    for (let at = 0; at < 5; at++) await container.items.create({ id: `${at}`, pk: `k${at}` });
    const { resources } = await container.items.readAll<{ id: string; _etag: string }>().fetchAll();
    expect(resources.map((one) => one.id).sort()).toEqual(["0", "1", "2", "3", "4"]);
    for (const one of resources) expect(one._etag).toMatch(/^".+"$/);
  });

  behaviour("an upsert under another id makes a second item", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", ...key, n: 1 });
    expect((await container.items.upsert({ id: "b", ...key, n: 1 })).statusCode).toBe(201);
    expect((await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll()).resources).toEqual([2]);
  });

  behaviour("system properties that the caller sends are the service's to set", async () => {
    const container = await setup().container();
    const { resource } = await container.items.create({ id: "a", ...key, _ts: 1, _etag: "mine", _rid: "mine" });
    expect(resource!._ts).toBeGreaterThan(1_000_000_000);
    expect(resource!._etag).not.toBe("mine");
    expect(resource!._rid).not.toBe("mine");
  });
});
