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

  behaviour("an answer carries charge, activity id and session token", async () => {
    const container = await setup().container();
    const created = await container.items.create({ id: "a", ...key });
    expect(created.requestCharge).toBeGreaterThan(0);
    expect(created.activityId).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.headers["x-ms-session-token"]).toMatch(/^\d+:-1#\d+$/);
    expect(created.headers["x-ms-alt-content-path"]).toBe(`dbs/${setup().database.id}/colls/${container.id}`);
    expect(created.headers["lsn"]).toMatch(/^\d+$/);
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

  behaviour("a unique value twice in one partition key is a conflict, in two it isn't", async () => {
    const container = await setup().container({
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/mail"] }, { paths: ["/a/b", "/c"] }] },
    });
    await container.items.create({ id: "1", pk: "k", mail: "x", a: { b: 1 }, c: 1 });
    expect((await refusal(container.items.create({ id: "2", pk: "k", mail: "x", a: { b: 2 } }))).code).toBe(409);
    expect((await refusal(container.items.create({ id: "2", pk: "k", mail: "y", a: { b: 1 }, c: 1 }))).code).toBe(409);
    await container.items.create({ id: "2", pk: "l", mail: "x", a: { b: 1 }, c: 1 });
    await container.items.upsert({ id: "1", pk: "k", mail: "z", a: { b: 1 }, c: 2 });
    await container.items.create({ id: "3", pk: "k", mail: "x", a: { b: 1 }, c: 1 });
  });

  behaviour("a missing unique value counts as null: only one document may lack it", async () => {
    const container = await setup().container({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/mail"] }] } });
    await container.items.create({ id: "1", ...key });
    expect((await refusal(container.items.create({ id: "2", ...key, mail: null }))).code).toBe(409);
    await container.item("1", "k").delete();
    await container.items.create({ id: "2", ...key, mail: null });
  });

  behaviour("deleting by partition key removes every item of that key, and no other", async () => {
    const container = await setup().container();
    for (let at = 0; at < 12; at++) await container.items.create({ id: `d${at}`, pk: `k${at % 3}` });
    expect((await container.deleteAllItemsForPartitionKey("k1")).statusCode).toBe(200);
    const { resources } = await container.items.query<string>("SELECT VALUE c.pk FROM c").fetchAll();
    expect(resources.sort()).toEqual(["k0", "k0", "k0", "k0", "k2", "k2", "k2", "k2"]);
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

  behaviour("a write that asks for a trigger is refused by name", async () => {
    const container = await setup().container();
    const error = await refusal(container.items.create({ id: "a", ...key }, { preTriggerInclude: "stamp" }));
    expect(error.code).toBe(501);
    expect(error.message).toContain("triggers");
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  });

  behaviour("a session token ahead of the server is 404 with substatus 1002", async () => {
    const { sdk, endpoint, key: accountKey } = setup();
    const { id } = await setup().container();
    // With endpoint discovery the SDK would drop the token and ask again.
    const connectionPolicy = { enableEndpointDiscovery: false };
    const client = new sdk.CosmosClient({ endpoint, key: accountKey, connectionPolicy });
    const container = client.database(setup().database.id).container(id);
    await container.items.create({ id: "a", ...key });
    const range = (await container.item("a", "k").read()).headers["x-ms-session-token"]!.toString().split(":")[0];
    const read = await container.item("a", "k").read({ sessionToken: `${range}:-1#1000` });
    expect([read.statusCode, read.substatus]).toEqual([404, 1002]);
    expect((await container.item("a", "k").read({ sessionToken: `${range}:-1#1` })).statusCode).toBe(200);
    client.dispose();
  });

  behaviour("a client with session consistency reads its own writes", async () => {
    const { sdk, endpoint, key: accountKey } = setup();
    const client = new sdk.CosmosClient({
      endpoint,
      key: accountKey,
      consistencyLevel: "Session",
    });
    const container = client.database(setup().database.id).container((await setup().container()).id);
    for (let n = 0; n < 10; n++) {
      await container.items.upsert({ id: "a", ...key, n });
      expect((await container.item("a", "k").read()).resource!.n).toBe(n);
    }
    client.dispose();
  });
});
