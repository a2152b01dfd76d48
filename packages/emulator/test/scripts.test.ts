// Stored procedures, triggers and user-defined functions: they run as they were written, whole or not at all, and not for ever.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container } from "@azure/cosmos";
import { expect, test } from "vitest";
import { createEmulator } from "../src/index.js";
import { describeSetups, refusal, SDKS } from "./sdk.js";

describeSetups(
  "stored procedures",
  (setup) => {
    let count = 0;
    const procedure = async (container: Container, body: string) => {
      const id = `sproc-${++count}`;
      await container.scripts.storedProcedures.create({ id, body });
      return container.scripts.storedProcedure(id);
    };

    test("they are created, read, listed, queried, replaced and deleted", async () => {
      const container = await setup().container();
      const { storedProcedures } = container.scripts;
      const body = "function () { getContext().getResponse().setBody(1); }";
      const { resource } = await storedProcedures.create({ id: "s", body });
      expect(resource).toMatchObject({ id: "s", body });
      expect((await refusal(storedProcedures.create({ id: "s", body }))).code).toBe(409);
      expect((await storedProcedures.readAll().fetchAll()).resources.map((one) => one.id)).toEqual(["s"]);
      expect(
        (await storedProcedures.query({ query: "SELECT * FROM s WHERE s.id = 't'" }).fetchAll()).resources,
      ).toEqual([]);
      const two = "() => getContext().getResponse().setBody(2)";
      expect((await container.scripts.storedProcedure("s").replace({ id: "s", body: two })).resource?.body).toBe(two);
      expect((await container.scripts.storedProcedure("s").execute("k")).resource).toBe(2);
      await container.scripts.storedProcedure("s").delete();
      expect((await refusal(container.scripts.storedProcedure("s").execute("k"))).code).toBe(404);
      expect((await refusal(storedProcedures.create({ id: "bad", body: "function ( {" }))).code).toBe(400);
    });

    test("a procedure gets its arguments and gives back what it sets", async () => {
      const container = await setup().container();
      const echo = await procedure(
        container,
        "function echo(a, b) { getContext().getResponse().setBody({ a, b, n: arguments.length }); }",
      );
      expect((await echo.execute("k", ["x", { y: [1, null] }])).resource).toEqual({
        a: "x",
        b: { y: [1, null] },
        n: 2,
      });
      const silent = await procedure(container, "function () {}");
      expect((await silent.execute("k")).statusCode).toBe(200);
    });

    test("what a procedure writes is there when it is done, and it sees what it wrote itself", async () => {
      const container = await setup().container();
      const write = await procedure(
        container,
        `function write(count) {
          const collection = getContext().getCollection();
          const response = getContext().getResponse();
          const next = (n) => {
            if (n === count) {
              collection.queryDocuments(collection.getSelfLink(), "SELECT VALUE c.n FROM c ORDER BY c.n", (error, rows) => {
                if (error) throw error;
                response.setBody(rows);
              });
              return;
            }
            const accepted = collection.createDocument(collection.getSelfLink(), { id: "d" + n, pk: "k", n }, (error, doc) => {
              if (error) throw error;
              if (doc._etag === undefined) throw new Error("no etag");
              next(n + 1);
            });
            if (!accepted) throw new Error("not accepted");
          };
          next(0);
        }`,
      );
      expect((await write.execute("k", [3])).resource).toEqual([0, 1, 2]);
      const { resources } = await container.items.query("SELECT VALUE c.id FROM c", { partitionKey: "k" }).fetchAll();
      expect(resources).toEqual(["d0", "d1", "d2"]);
    });

    test("read, replace, upsert, patch and delete work by link, and errors reach the callback with their number", async () => {
      const container = await setup().container();
      await container.items.create({ id: "a", pk: "k", n: 1 });
      await container.items.create({ id: "gone", pk: "k" });
      const all = await procedure(
        container,
        `function () {
          const c = getContext().getCollection(), link = c.getAltLink(), said = [];
          const done = () => getContext().getResponse().setBody(said);
          c.readDocument(link + "/docs/a", (e, a) => {
            a.n++;
            c.replaceDocument(a._self, a, { etag: a._etag }, (e, b) => {
              said.push(b.n);
              c.replaceDocument(a._self, a, { etag: a._etag }, (e) => {
                said.push(e.number);
                c.upsertDocument(link, { id: "new", pk: "k", n: 5 }, (e, n) => {
                  said.push(n.n);
                  c.patchDocument(n._self, [{ op: "incr", path: "/n", value: 1 }], (e, p) => {
                    said.push(p.n);
                    c.deleteDocument(link + "/docs/gone", (e) => {
                      c.readDocument(link + "/docs/gone", (e) => {
                        said.push(e.number);
                        c.createDocument(link, { id: "a", pk: "k" }, (e) => { said.push(e.number); done(); });
                      });
                    });
                  });
                });
              });
            });
          });
        }`,
      );
      expect((await all.execute("k")).resource).toEqual([2, 412, 5, 6, 404, 409]);
      expect(
        (
          await refusal(
            container
              .item("gone", "k")
              .read()
              .then((read) => {
                if (read.statusCode === 404) throw Object.assign(new Error("gone"), { code: 404 });
              }),
          )
        ).code,
      ).toBe(404);
      expect((await container.item("new", "k").read()).resource?.["n"]).toBe(6);
    });

    test("an exception, an unhandled refusal or another partition key undoes everything", async () => {
      const container = await setup().container();
      const after = (then: string) => `function () {
        const c = getContext().getCollection();
        c.createDocument(c.getSelfLink(), { id: "half", pk: "k" }, () => { ${then} });
      }`;
      for (const [then, said] of [
        ["throw new Error('no further')", "no further"],
        ["c.createDocument(c.getSelfLink(), { id: 'half', pk: 'k' })", "already exists"],
        [
          "c.createDocument(c.getSelfLink(), { id: 'x', pk: 'other' }, (e) => { if (e) throw e; })",
          "partition keys other than",
        ],
        ["return missing.name", "missing is not defined"],
      ] as const) {
        const failed = await refusal((await procedure(container, after(then))).execute("k"));
        expect([then, failed.code]).toEqual([then, 400]);
        expect(failed.message).toContain(said);
        expect((await container.item("half", "k").read()).statusCode).toBe(404);
      }
    });

    test("an asynchronous procedure is awaited, and its rejection undoes everything", async () => {
      const container = await setup().container();
      const body = (end: string) => `async function () {
        const c = getContext().getCollection();
        const create = (doc) => new Promise((resolve, reject) =>
          c.createDocument(c.getSelfLink(), doc, (error, made) => (error ? reject(new Error(error.body)) : resolve(made))));
        const one = await create({ id: "one", pk: "k" });
        const two = await create({ id: "two", pk: "k" });
        ${end}
        getContext().getResponse().setBody([one.id, two.id]);
      }`;
      const failed = await refusal((await procedure(container, body("throw new Error('late')"))).execute("k"));
      expect([failed.code, failed.message.includes("late")]).toEqual([400, true]);
      expect((await (await procedure(container, body(""))).execute("k")).resource).toEqual(["one", "two"]);
    });

    test("while a procedure runs no other request comes in between", async () => {
      const container = await setup().container();
      await container.items.create({ id: "counter", pk: "k", n: 0 });
      const increment = await procedure(
        container,
        `function () {
          const c = getContext().getCollection();
          c.readDocument(c.getAltLink() + "/docs/counter", (e, doc) => {
            c.replaceDocument(doc._self, { ...doc, n: doc.n + 1 }, (e) => { if (e) throw e; });
          });
        }`,
      );
      const patch = () => container.item("counter", "k").patch([{ op: "incr", path: "/n", value: 1 }]);
      await Promise.all([
        increment.execute("k"),
        patch(),
        increment.execute("k"),
        patch(),
        increment.execute("k"),
        patch(),
      ]);
      expect((await container.item("counter", "k").read()).resource?.["n"]).toBe(6);
    });

    test("a link that names no document is an error of the script's call, not of the emulator", async () => {
      const container = await setup().container();
      const links = ["", "dbs/x", "dbs/x/colls/y/docs/%E0%A4%A", "dbs/x/colls/y/docs/none", 5, null];
      const read = await procedure(
        container,
        `function (links) {
          const c = getContext().getCollection(), said = [];
          const next = () => {
            if (said.length === links.length) return getContext().getResponse().setBody(said);
            c.readDocument(links[said.length], (error) => { said.push(error.number); next(); });
          };
          next();
        }`,
      );
      expect((await read.execute("k", [links])).resource).toEqual([400, 400, 400, 404, 400, 400]);
    });

    test("a page of a script's query goes on with its continuation", async () => {
      const container = await setup().container();
      for (let n = 0; n < 7; n++) await container.items.create({ id: `d${n}`, pk: "k", n });
      const paged = await procedure(
        container,
        `function () {
          const c = getContext().getCollection(), pages = [];
          const next = (continuation) => c.queryDocuments(c.getSelfLink(),
            { query: "SELECT VALUE c.n FROM c WHERE c.n >= @from", parameters: [{ name: "@from", value: 1 }] },
            { pageSize: 4, continuation },
            (e, rows, options) => {
              pages.push(rows);
              if (options.continuation) next(options.continuation);
              else getContext().getResponse().setBody(pages);
            });
          next();
        }`,
      );
      expect((await paged.execute("k")).resource).toEqual([
        [1, 2, 3, 4],
        [5, 6],
      ]);
    });

    test("what a procedure logs is given back where it is asked for", async () => {
      const container = await setup().container();
      const logged = await procedure(container, "function () { console.log('seen', 1); }");
      const response = await logged.execute("k", [], { enableScriptLogging: true });
      expect(decodeURIComponent(String(response.headers["x-ms-documentdb-script-log-results"]))).toBe("seen 1");
    });

    test("a procedure has neither the process nor modules at hand", async () => {
      const container = await setup().container();
      const body =
        "function () { getContext().getResponse().setBody([typeof process, typeof require, typeof fetch, typeof setTimeout]); }";
      expect((await (await procedure(container, body)).execute("k")).resource).toEqual(Array(4).fill("undefined"));
    });
  },
  { ranges: [2] },
);

describeSetups(
  "script limits",
  (setup) => {
    test("a procedure that doesn't end is 408, one that takes too much memory is 400, and the emulator goes on", async () => {
      const container = await setup().container();
      const { storedProcedures } = container.scripts;
      await storedProcedures.create({ id: "endless", body: "function () { for (;;); }" });
      await storedProcedures.create({
        id: "waiting",
        body: "async function () { await new Promise(() => {}); const c = getContext().getCollection(); }",
      });
      await storedProcedures.create({
        id: "greedy",
        body: "function () { const kept = []; for (;;) kept.push(new Array(100000).fill(1)); }",
      });
      const run = (id: string) => refusal(container.scripts.storedProcedure(id).execute("k"));
      expect((await run("endless")).code).toBe(408);
      expect([400, 408]).toContain((await run("greedy")).code);
      expect((await container.scripts.storedProcedure("waiting").execute("k")).statusCode).toBe(200);
      expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    });
  },
  { ranges: [1], emulator: { scriptTimeoutMs: 700 } },
);

describeSetups(
  "triggers",
  (setup) => {
    const { TriggerType, TriggerOperation } = SDKS[0]![1];

    test("a pre-trigger changes the document that is written", async () => {
      const container = await setup().container();
      await container.scripts.triggers.create({
        id: "stamp",
        triggerType: TriggerType.Pre,
        triggerOperation: TriggerOperation.All,
        body: "function () { const r = getContext().getRequest(); r.setBody({ ...r.getBody(), stamped: true }); }",
      });
      const { resource } = await container.items.create({ id: "a", pk: "k" }, { preTriggerInclude: "stamp" });
      expect((resource as unknown as { stamped: boolean }).stamped).toBe(true);
      expect((await container.item("a", "k").read()).resource?.["stamped"]).toBe(true);
      const plain = await container.items.create({ id: "b", pk: "k" });
      expect(plain.resource).not.toHaveProperty("stamped");
    });

    test("a post-trigger writes beside the document, and its exception undoes the write", async () => {
      const container = await setup().container();
      const log = `function () {
        const made = getContext().getResponse().getBody(), c = getContext().getCollection();
        c.createDocument(c.getSelfLink(), { id: "log-" + made.id, pk: made.pk }, (e) => { if (e) throw e; if (made.bad) throw new Error("bad"); });
      }`;
      await container.scripts.triggers.create({
        id: "log",
        triggerType: TriggerType.Post,
        triggerOperation: TriggerOperation.Create,
        body: log,
      });
      await container.items.create({ id: "a", pk: "k" }, { postTriggerInclude: ["log"] });
      expect((await container.item("log-a", "k").read()).statusCode).toBe(200);
      expect(
        (await refusal(container.items.create({ id: "b", pk: "k", bad: true }, { postTriggerInclude: "log" }))).code,
      ).toBe(400);
      for (const id of ["b", "log-b"]) expect((await container.item(id, "k").read()).statusCode).toBe(404);
    });

    test("a trigger that isn't there, or is for something else, is 400 and nothing is written", async () => {
      const container = await setup().container();
      await container.scripts.triggers.create({
        id: "del",
        triggerType: TriggerType.Pre,
        triggerOperation: TriggerOperation.Delete,
        body: "function () {}",
      });
      const create = (options: object) => refusal(container.items.create({ id: "a", pk: "k" }, options));
      for (const name of ["nobody", "%E0%A4%A", "__proto__"]) {
        expect([name, (await create({ preTriggerInclude: name })).code]).toEqual([name, 400]);
      }
      expect((await create({ preTriggerInclude: "del" })).code).toBe(400);
      expect((await create({ postTriggerInclude: "del" })).code).toBe(400);
      expect((await container.item("a", "k").read()).statusCode).toBe(404);
      await container.items.create({ id: "a", pk: "k" });
      expect((await container.item("a", "k").delete({ preTriggerInclude: "del" })).statusCode).toBe(204);
      const odd = {
        id: "x",
        triggerType: "Never" as never,
        triggerOperation: TriggerOperation.All,
        body: "function () {}",
      };
      expect((await refusal(container.scripts.triggers.create(odd))).code).toBe(400);
    });
  },
  { ranges: [2] },
);

describeSetups(
  "user-defined functions",
  (setup) => {
    test("a query calls them wherever an expression stands, and a replaced one has effect at once", async () => {
      const container = await setup().container();
      for (let n = 0; n < 6; n++) await container.items.create({ id: `d${n}`, pk: `k${n}`, n });
      const { userDefinedFunctions } = container.scripts;
      await userDefinedFunctions.create({ id: "square", body: "function square(x) { return x * x; }" });
      await userDefinedFunctions.create({ id: "kind", body: "(x) => x === undefined ? 'none' : typeof x" });
      const query = async (text: string) => (await container.items.query(text).fetchAll()).resources;
      expect(await query("SELECT VALUE udf.square(c.n) FROM c ORDER BY c.n")).toEqual([0, 1, 4, 9, 16, 25]);
      expect(await query("SELECT VALUE c.n FROM c WHERE udf.square(c.n) > 10 ORDER BY c.n")).toEqual([4, 5]);
      expect(await query("SELECT VALUE SUM(udf.square(c.n)) FROM c")).toEqual([55]);
      expect(
        await query("SELECT VALUE [udf.kind(c.n), udf.kind(c.missing), udf.kind([c.id])] FROM c WHERE c.n = 0"),
      ).toEqual([["number", "none", "object"]]);
      await container.scripts
        .userDefinedFunction("square")
        .replace({ id: "square", body: "function (x) { return -x; }" });
      expect(await query("SELECT VALUE udf.square(c.n) FROM c WHERE c.n = 2")).toEqual([-2]);
      await container.scripts.userDefinedFunction("square").delete();
      expect((await refusal(query("SELECT VALUE udf.square(c.n) FROM c"))).code).toBe(400);
    });

    test("one that throws is 400 and one that doesn't end is 408, and the emulator goes on", async () => {
      const container = await setup().container();
      await container.items.create({ id: "a", pk: "k" });
      const { userDefinedFunctions } = container.scripts;
      await userDefinedFunctions.create({ id: "boom", body: "function () { throw new Error('boom'); }" });
      await userDefinedFunctions.create({ id: "endless", body: "function () { for (;;); }" });
      const query = (text: string) => refusal(container.items.query(text, { partitionKey: "k" }).fetchAll());
      expect((await query("SELECT VALUE udf.boom(c.id) FROM c")).code).toBe(400);
      expect((await query("SELECT VALUE udf.endless(c.id) FROM c")).code).toBe(408);
      expect((await container.item("a", "k").read()).statusCode).toBe(200);
    });
  },
  { ranges: [2] },
);

for (const [name, sdk] of SDKS) {
  test(`scripts outlast a restart, and go with their container (${name})`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "cosmoseal-scripts-"));
    let emulator = await createEmulator({ directory });
    let client = new sdk.CosmosClient(emulator.connectionString);
    const { database } = await client.databases.create({ id: "shop" });
    const definition = { id: "c", partitionKey: { paths: ["/pk"] } };
    const { container } = await database.containers.create(definition);
    await container.scripts.storedProcedures.create({
      id: "s",
      body: "function () { getContext().getResponse().setBody('still here'); }",
    });
    client.dispose();
    await emulator.close();
    emulator = await createEmulator({ directory });
    client = new sdk.CosmosClient(emulator.connectionString);
    const again = client.database("shop").container("c");
    expect((await again.scripts.storedProcedure("s").execute("k")).resource).toBe("still here");
    await again.delete();
    await client.database("shop").containers.create(definition);
    expect((await again.scripts.storedProcedures.readAll().fetchAll()).resources).toEqual([]);
    client.dispose();
    await emulator.close();
    rmSync(directory, { recursive: true });
  });
}
