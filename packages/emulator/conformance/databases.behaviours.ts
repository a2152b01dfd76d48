// Databases: created, found, listed, queried and deleted.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("databases", (setup, behaviour) => {
  const fresh = async (start = "db") => {
    const id = setup().name(start);
    const { database, resource, statusCode } = await setup().client.databases.create({ id });
    return { id, database, resource: resource!, statusCode };
  };

  behaviour("a create is 201 and says what was created", async () => {
    const { id, database, resource, statusCode } = await fresh();
    expect([statusCode, resource.id]).toEqual([201, id]);
    expect(resource._self).toBe(`dbs/${resource._rid}/`);
    expect(resource._etag).toMatch(/^".+"$/);
    await database.delete();
  });

  behaviour("a resource id is four bytes in base64", async () => {
    const { database, resource } = await fresh();
    expect(Buffer.from(resource._rid.replaceAll("-", "/"), "base64")).toHaveLength(4);
    await database.delete();
  });

  behaviour("a second one of the same id is a conflict", async () => {
    const { id, database } = await fresh();
    expect((await refusal(setup().client.databases.create({ id }))).code).toBe(409);
    await database.delete();
  });

  behaviour("createIfNotExists is 201 the first time, 200 the second, with the same resource", async () => {
    const id = setup().name("db");
    const first = await setup().client.databases.createIfNotExists({ id });
    const second = await setup().client.databases.createIfNotExists({ id });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.resource!._rid).toBe(first.resource!._rid);
    await first.database.delete();
  });

  behaviour("ids differ by the case of their letters", async () => {
    const one = await fresh("Case");
    const other = await setup().client.databases.create({ id: one.id.toLowerCase() });
    expect(other.resource!._rid).not.toBe(one.resource._rid);
    await one.database.delete();
    await other.database.delete();
  });

  behaviour("an id may hold spaces and letters of any script", async () => {
    const { id, database } = await fresh("sample 中文 database é");
    expect((await database.read()).resource!.id).toBe(id);
    await database.delete();
  });

  for (const [what, spoil] of [
    ["a slash", (id: string) => `${id}/x`],
    ["a backslash", (id: string) => `${id}\\x`],
    ["a question mark", (id: string) => `${id}?x`],
    ["a number sign", (id: string) => `${id}#x`],
    ["a space at its end", (id: string) => `${id} `],
    ["256 letters", (id: string) => id.padEnd(256, "x")],
  ] as const) {
    behaviour(`an id with ${what} is refused`, async () => {
      const error = await refusal(setup().client.databases.create({ id: spoil(setup().name("db")) }));
      // The SDK itself refuses some of them.
      expect([undefined, 400]).toContain(error.code);
    }, ["limits"]);
  }

  behaviour("a read of one that isn't there is 404, with the service's words", async () => {
    const error = await refusal(setup().client.database("nowhere").read());
    expect([error.code, error.body?.code]).toEqual([404, "NotFound"]);
    expect(error.message).toContain("Resource Not Found");
  });

  behaviour("a delete is 204, and of one that isn't there 404", async () => {
    const { database } = await fresh();
    expect((await database.delete()).statusCode).toBe(204);
    expect((await refusal(database.delete())).code).toBe(404);
    expect((await refusal(database.read())).code).toBe(404);
  });

  behaviour("the list holds every database once", async () => {
    const made = [await fresh(), await fresh(), await fresh()];
    const listed = (await setup().client.databases.readAll().fetchAll()).resources.map((one) => one.id);
    for (const { id } of made) expect(listed.filter((one) => one === id)).toHaveLength(1);
    for (const { database } of made) await database.delete();
  });

  behaviour("the list comes in pages of the size that was asked for", async () => {
    const made = [await fresh(), await fresh(), await fresh()];
    const seen: string[] = [];
    for await (const { resources } of setup().client.databases.readAll({ maxItemCount: 1 }).getAsyncIterator()) {
      expect(resources.length).toBeLessThanOrEqual(1);
      seen.push(...resources.map((one) => one.id));
    }
    expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    for (const { database } of made) await database.delete();
  });

  behaviour("a query finds databases by id, with a parameter", async () => {
    const { id, database } = await fresh();
    const query = { query: "SELECT * FROM root r WHERE r.id = @id", parameters: [{ name: "@id", value: id }] };
    expect((await setup().client.databases.query(query).fetchAll()).resources.map((one) => one.id)).toEqual([id]);
    await database.delete();
  });

  behaviour("a query over databases that finds none is an empty answer", async () => {
    const query = "SELECT * FROM root r WHERE r.id = 'nowhere'";
    expect((await setup().client.databases.query(query).fetchAll()).resources).toEqual([]);
  });

  behaviour("a read with the current etag is 304", async () => {
    const { database, resource } = await fresh();
    const answer = await database.read({ accessCondition: { type: "IfNoneMatch", condition: resource._etag } });
    expect(answer.statusCode).toBe(304);
    await database.delete();
  });

  behaviour("a deleted database takes its containers with it", async () => {
    const { id, database } = await fresh();
    await database.containers.create({ id: "c", partitionKey: "/pk" });
    await database.delete();
    await setup().client.databases.create({ id });
    expect((await refusal(setup().client.database(id).container("c").read())).code).toBe(404);
    await setup().client.database(id).delete();
  });

  behaviour("created anew under its old id it is another resource", async () => {
    const { id, database, resource } = await fresh();
    await database.delete();
    const again = await setup().client.databases.create({ id });
    expect(again.resource!._rid).not.toBe(resource._rid);
    await again.database.delete();
  });

  behaviour("throughput of its own is taken", async () => {
    const id = setup().name("db");
    const { statusCode, database } = await setup().client.databases.create({ id, throughput: 400 });
    expect(statusCode).toBe(201);
    await database.delete();
  });
});
