// Stored procedures, triggers and user-defined functions: kept, run, and undone whole when they fail.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("scripts", (setup, behaviour) => {
  const withProcedure = async (body: string) => {
    const container = await setup().container();
    await container.scripts.storedProcedures.create({ id: "p", body });
    const run = async (...values: unknown[]) =>
      (await container.scripts.storedProcedure("p").execute("k", values)).resource as unknown;
    return { container, run };
  };

  behaviour("a stored procedure is created, read, listed, replaced and deleted", async () => {
    const { storedProcedures } = (await setup().container()).scripts;
    const created = await storedProcedures.create({ id: "p", body: "function () {}" });
    expect([created.statusCode, created.resource!.id]).toEqual([201, "p"]);
    expect((await refusal(storedProcedures.create({ id: "p", body: "function () {}" }))).code).toBe(409);
    expect((await storedProcedures.readAll().fetchAll()).resources.map((one) => one.id)).toEqual(["p"]);
    const { resource } = await created.storedProcedure.replace({ id: "p", body: "function () { return 1; }" });
    expect(resource!.body).toContain("return 1");
    expect((await created.storedProcedure.delete()).statusCode).toBe(204);
    expect((await refusal(created.storedProcedure.read())).code).toBe(404);
  });

  behaviour("a stored procedure gets its arguments and answers with a body", async () => {
    const { run } = await withProcedure("function (a, b) { getContext().getResponse().setBody({ sum: a + b }); }");
    expect(await run(2, 3)).toEqual({ sum: 5 });
  }, ["scripts"]);

  behaviour("a stored procedure creates and finds documents of its partition key", async () => {
    const { container, run } = await withProcedure(`function (n) {
      const collection = getContext().getCollection();
      collection.createDocument(collection.getSelfLink(), { id: "made", pk: "k", n: n }, (error) => {
        if (error) throw error;
        collection.queryDocuments(collection.getSelfLink(), "SELECT VALUE c.n FROM c", (failed, rows) => {
          if (failed) throw failed;
          getContext().getResponse().setBody(rows);
        });
      });
    }`);
    await container.items.create({ id: "other", pk: "another", n: 1 });
    expect(await run(7)).toEqual([7]);
    expect((await container.item("made", "k").read()).resource!.n).toBe(7);
  }, ["scripts"]);

  behaviour("a stored procedure that throws undoes what it wrote", async () => {
    const { container, run } = await withProcedure(`function () {
      const collection = getContext().getCollection();
      collection.createDocument(collection.getSelfLink(), { id: "made", pk: "k" }, () => { throw new Error("no"); });
    }`);
    expect((await refusal(run())).code).toBe(400);
    expect((await container.item("made", "k").read()).statusCode).toBe(404);
  }, ["scripts"]);

  behaviour("a stored procedure writes no document of another partition key", async () => {
    const { container, run } = await withProcedure(`function () {
      const collection = getContext().getCollection();
      collection.createDocument(collection.getSelfLink(), { id: "made", pk: "other" }, (error) => { if (error) throw error; });
    }`);
    await refusal(run());
    expect((await container.item("made", "other").read()).statusCode).toBe(404);
  }, ["scripts"]);

  behaviour("a stored procedure that isn't there is 404", async () => {
    const container = await setup().container();
    expect((await refusal(container.scripts.storedProcedure("none").execute("k"))).code).toBe(404);
  });

  behaviour("a trigger is created, read, listed and deleted", async () => {
    const { sdk } = setup();
    const { triggers } = (await setup().container()).scripts;
    const definition = {
      id: "t",
      body: "function () {}",
      triggerType: sdk.TriggerType.Pre,
      triggerOperation: sdk.TriggerOperation.All,
    };
    const { statusCode, trigger } = await triggers.create(definition);
    expect(statusCode).toBe(201);
    expect((await triggers.readAll().fetchAll()).resources.map((one) => one.id)).toEqual(["t"]);
    expect((await trigger.read()).resource!.triggerType.toLowerCase()).toBe("pre");
    expect((await trigger.delete()).statusCode).toBe(204);
  });

  const stamped = async (body: string, type: "Pre" | "Post") => {
    const { sdk } = setup();
    const container = await setup().container();
    const triggerOperation = sdk.TriggerOperation.All;
    await container.scripts.triggers.create({ id: "t", body, triggerType: sdk.TriggerType[type], triggerOperation });
    return container;
  };

  behaviour("a trigger before a write changes the document", async () => {
    const body = `function () {
      const request = getContext().getRequest();
      const document = request.getBody();
      document.stamp = "here";
      request.setBody(document);
    }`;
    const container = await stamped(body, "Pre");
    await container.items.create({ id: "a", pk: "k" }, { preTriggerInclude: "t" });
    expect((await container.item("a", "k").read()).resource!.stamp).toBe("here");
  }, ["scripts"]);

  behaviour("a trigger runs only where it is asked for", async () => {
    const container = await stamped("function () { throw new Error('no'); }", "Pre");
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
  }, ["scripts"]);

  behaviour("a trigger after a write that throws undoes the write", async () => {
    const container = await stamped("function () { throw new Error('no'); }", "Post");
    expect((await refusal(container.items.create({ id: "a", pk: "k" }, { postTriggerInclude: "t" }))).code).toBe(400);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  }, ["scripts"]);

  behaviour("a trigger that isn't there is refused, and nothing is written", async () => {
    const container = await setup().container();
    expect((await refusal(container.items.create({ id: "a", pk: "k" }, { preTriggerInclude: "none" }))).code).toBe(400);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
  });

  behaviour("a user-defined function is created, read, replaced and deleted", async () => {
    const { userDefinedFunctions } = (await setup().container()).scripts;
    const created = await userDefinedFunctions.create({ id: "f", body: "function (x) { return x; }" });
    expect(created.statusCode).toBe(201);
    expect((await userDefinedFunctions.readAll().fetchAll()).resources.map((one) => one.id)).toEqual(["f"]);
    const { userDefinedFunction } = created;
    expect((await userDefinedFunction.replace({ id: "f", body: "function () { return 2; }" })).statusCode).toBe(200);
    expect((await userDefinedFunction.delete()).statusCode).toBe(204);
  });

  const squaring = async () => {
    const container = await setup().container();
    await container.scripts.userDefinedFunctions.create({ id: "square", body: "function (x) { return x * x; }" });
    for (let n = 0; n < 6; n++) await container.items.create({ id: `${n}`, pk: `k${n}`, n });
    return async (query: string) => (await container.items.query<number>(query).fetchAll()).resources;
  };

  behaviour("a user-defined function computes what is selected", async () => {
    const query = await squaring();
    expect((await query("SELECT VALUE udf.square(c.n) FROM c")).sort((a, b) => a - b)).toEqual([0, 1, 4, 9, 16, 25]);
  }, ["scripts"]);

  behaviour("a user-defined function decides a condition", async () => {
    const query = await squaring();
    expect(await query("SELECT VALUE c.n FROM c WHERE udf.square(c.n) = 16")).toEqual([4]);
  }, ["scripts"]);

  behaviour("a user-defined function that isn't there is 400", async () => {
    const query = await squaring();
    expect((await refusal(query("SELECT VALUE udf.none(c.n) FROM c"))).code).toBe(400);
  });
});

describeBehaviours("computed properties", (setup, behaviour) => {
  const computing = async () => {
    const computedProperties = [{ name: "lower", query: "SELECT VALUE LOWER(c.name) FROM c" }];
    const container = await setup().container({ computedProperties } as never);
    for (const [at, name] of ["Ann", "BOB", "carl"].entries()) {
      await container.items.create({ id: `${at}`, pk: `k${at}`, name });
    }
    const query = async (text: string) => (await container.items.query(text).fetchAll()).resources;
    return { container, query, computedProperties };
  };

  behaviour("their definition is kept", async () => {
    const { container, computedProperties } = await computing();
    expect((await container.read()).resource).toMatchObject({ computedProperties });
  });

  behaviour("a query selects them by name", async () => {
    const { query } = await computing();
    expect([...(await query("SELECT VALUE c.lower FROM c"))].sort()).toEqual(["ann", "bob", "carl"]);
  });

  behaviour("a condition and an order use them", async () => {
    const { query } = await computing();
    expect(await query("SELECT VALUE c.name FROM c WHERE c.lower = 'bob'")).toEqual(["BOB"]);
    expect(await query("SELECT VALUE c.name FROM c ORDER BY c.lower DESC")).toEqual(["carl", "BOB", "Ann"]);
  });

  behaviour("they are not part of the document", async () => {
    const { container, query } = await computing();
    expect((await container.item("0", "k0").read()).resource!.lower).toBeUndefined();
    const [row] = (await query("SELECT * FROM c WHERE c.id = '0'")) as { lower?: string }[];
    expect(row!.lower).toBeUndefined();
  });

  behaviour("a definition whose query isn't of one value is refused", async () => {
    const computedProperties = [{ name: "bad", query: "SELECT c.name FROM c" }];
    expect((await refusal(setup().container({ computedProperties } as never))).code).toBe(400);
  });
});

describeBehaviours("delete by partition key", (setup, behaviour) => {
  behaviour("every item of the key goes, and no other", async () => {
    const container = await setup().container();
    for (let at = 0; at < 9; at++) await container.items.create({ id: `${at}`, pk: `k${at % 3}` });
    await container.deleteAllItemsForPartitionKey("k1");
    const { resources } = await container.items.query<string>("SELECT VALUE c.pk FROM c").fetchAll();
    expect(resources.sort()).toEqual(["k0", "k0", "k0", "k2", "k2", "k2"]);
  }, ["delete by key"]);

  behaviour("a key without items is no error", async () => {
    const container = await setup().container();
    expect((await container.deleteAllItemsForPartitionKey("none")).statusCode).toBeLessThan(300);
  }, ["delete by key"]);

  behaviour("what is written afterwards under the key stays", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k" });
    await container.deleteAllItemsForPartitionKey("k");
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
  }, ["delete by key"]);
});

describeBehaviours("containers without a partition key", (setup, behaviour) => {
  /** As made by a client of 2018; used by the present one. */
  const unpartitioned = async () => {
    const { sdk, endpoint, key, database } = setup();
    const id = setup().name("old");
    const plugins = [
      {
        on: "request",
        plugin: (
          context: { method: string; resourceType: string; body: string; headers: Record<string, string> },
          _node: unknown,
          next: (context: unknown) => unknown,
        ) => {
          if (context.resourceType === "colls" && context.method === "POST") context.body = JSON.stringify({ id });
          context.headers["x-ms-version"] = "2018-06-18";
          return next(context);
        },
      },
    ];
    const old = new sdk.CosmosClient({ endpoint, key, plugins } as never);
    await old.database(database.id).containers.create({ id });
    old.dispose();
    return database.container(id);
  };

  behaviour("its items are created, read, replaced and deleted without a key", async () => {
    const container = await unpartitioned();
    expect((await container.items.create({ id: "a", n: 1 })).statusCode).toBe(201);
    expect((await container.item("a", undefined).read()).resource!.n).toBe(1);
    expect((await container.item("a", undefined).replace({ id: "a", n: 2 })).statusCode).toBe(200);
    expect((await container.item("a", undefined).delete()).statusCode).toBe(204);
    expect((await container.item("a", undefined).read()).statusCode).toBe(404);
  }, ["limits"]);

  behaviour("its items are listed and queried", async () => {
    const container = await unpartitioned();
    await container.items.create({ id: "a" });
    await container.items.upsert({ id: "b" });
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(2);
    expect((await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll()).resources).toEqual([2]);
  }, ["limits"]);
});
