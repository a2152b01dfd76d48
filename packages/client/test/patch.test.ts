/** A patch gives the results and the errors that a plaintext container gives, and sends nothing sealed. */
import type { PatchRequestBody, RequestOptions } from "@azure/cosmos";
import { ErrorResponse, ItemResponse } from "@azure/cosmos";
import { defineContainer, isSealed, type SealedContainerDefinition, sealed, signed, unsigned } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { directPatch } from "../src/patch/direct.js";
import { textOf } from "./support/traffic.js";
import { bare, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
let next = 0;

const BEFORE = {
  tenantId: "t-1",
  plan: "pro",
  rank: 1,
  visits: 10,
  labels: ["a", "b", "c"],
  email: "jane@example.org",
  name: null,
  age: 40,
  tags: ["x", "y"],
  address: { street: "1 Main", city: "Oslo" },
  cards: [{ brand: "visa", pan: "4111" }],
  diagnosis: "influenza",
};

/** The outcome as an application sees it: status and document, or the error's code. */
async function outcomeOf(
  name: "customers" | "plain",
  body: unknown,
  options?: RequestOptions,
  before: object = BEFORE,
) {
  const id = `p${++next}`;
  const container = world()[name];
  await container.items.create({ ...structuredClone(before), id });
  const item = container.item(id, "t-1");
  try {
    const response = await item.patch(structuredClone(body) as PatchRequestBody, options);
    expect(response).toBeInstanceOf(ItemResponse);
    expect((await item.read()).resource).toEqual(response.resource);
    return {
      status: response.statusCode,
      keys: Object.keys(response),
      document: { ...bare(response.resource), id: 0 },
    };
  } catch (error) {
    expect(error).toBeInstanceOf(ErrorResponse);
    expect({ ...bare((await item.read()).resource), id: 0 }).toEqual({ ...before, id: 0 });
    return { code: (error as ErrorResponse).code, body: (error as ErrorResponse).body?.code };
  }
}

const set = (path: string, value: unknown) => ({ op: "set", path, value });

describe("a patch", () => {
  test.each<readonly [string, unknown]>([
    ["sets a sealed value", [set("/email", "new@example.org")]],
    ["sets a signed value", [set("/plan", "free")]],
    ["sets an unsigned value", [set("/visits", 11)]],
    ["sets all three at once", [set("/email", "n@e.org"), set("/plan", "free"), set("/visits", 11)]],
    ["sets inside a sealed object", [set("/address/city", "Bergen")]],
    [
      "sets a whole object, and then inside it",
      [set("/address", { street: "2", city: "A" }), set("/address/city", "B")],
    ],
    ["sets in an array of objects with sealed members", [set("/cards/0/pan", "3700")]],
    [
      "adds to an array of objects with sealed members",
      [{ op: "add", path: "/cards/-", value: { brand: "amex", pan: "3" } }],
    ],
    ["inserts before the others", [{ op: "add", path: "/cards/0", value: { brand: "amex", pan: "3" } }]],
    ["appends to a sealed array", [{ op: "add", path: "/tags/-", value: "z" }]],
    ["inserts into a sealed array", [{ op: "add", path: "/tags/1", value: "z" }]],
    ["inserts at an array's end by its index", [{ op: "add", path: "/tags/2", value: "z" }]],
    ["takes an element's place in a sealed array", [set("/tags/0", "z")]],
    ["replaces an element of a sealed array", [{ op: "replace", path: "/tags/0", value: "z" }]],
    ["appends by set", [set("/labels/-", "d")]],
    ["removes an element of a sealed array", [{ op: "remove", path: "/tags/0" }]],
    [
      "removes a sealed member",
      [
        { op: "remove", path: "/note" },
        { op: "remove", path: "/email" },
      ],
    ],
    ["removes a sealed value", [{ op: "remove", path: "/email" }]],
    ["adds a sealed value that isn't there", [{ op: "add", path: "/note", value: "n" }]],
    ["replaces a sealed value", [{ op: "replace", path: "/name", value: "Jane" }]],
    ["increments a sealed number", [{ op: "incr", path: "/age", value: 2.5 }]],
    ["decrements a signed number", [{ op: "incr", path: "/rank", value: -3 }]],
    ["increments an unsigned number", [{ op: "incr", path: "/visits", value: 1 }]],
    [
      "increments a number that isn't there",
      [
        { op: "remove", path: "/age" },
        { op: "incr", path: "/age", value: 7 },
      ],
    ],
    ["moves a sealed value to another sealed path", [{ op: "move", from: "/email", path: "/note" }]],
    ["moves a sealed value to a signed path of its type", [{ op: "move", from: "/address/city", path: "/plan" }]],
    ["changes another group", [set("/diagnosis", "none")]],
    ["sets null", [set("/name", null)]],
    ["does operations in their order", [set("/age", 1), { op: "incr", path: "/age", value: 1 }, set("/rank", 5)]],
    ["takes ten operations", Array.from({ length: 10 }, () => ({ op: "incr", path: "/age", value: 1 }))],
    [
      "holds to a condition on a sealed path",
      { operations: [set("/plan", "x")], condition: "from c where c.email = 'jane@example.org'" },
    ],
    [
      "holds to a condition on a signed path",
      { operations: [set("/age", 5)], condition: "from c where c.rank < 2 and ARRAY_CONTAINS(c.tags, 'x')" },
    ],
    [
      "holds to a condition on an unsigned path",
      { operations: [set("/visits", 5)], condition: "from c where c.visits = 10" },
    ],
    [
      "holds to a condition with a sub-query",
      {
        operations: [set("/visits", 5)],
        condition: "from c where exists(select value t from t in c.tags where t = 'y')",
      },
    ],
    [
      "holds to a condition with another alias",
      { operations: [set("/age", 5)], condition: "FROM Customers root WHERE root.age = 40" },
    ],
    [
      "fails on a false condition on a sealed path",
      { operations: [set("/plan", "x")], condition: "from c where c.email = 'other'" },
    ],
    [
      "fails on a false condition on a signed path",
      { operations: [set("/visits", 5)], condition: "from c where c.rank > 7" },
    ],
    [
      "fails on a false condition on an unsigned path",
      { operations: [set("/visits", 5)], condition: "from c where c.visits = 11" },
    ],
    ["fails on an undefined condition", { operations: [set("/age", 5)], condition: "from c where c.note = 'x'" }],
    ["refuses a condition that isn't one", { operations: [set("/age", 5)], condition: "c.age = 40" }],
    [
      "refuses a condition with an order",
      { operations: [set("/age", 5)], condition: "from c where c.age = 40 order by c.age" },
    ],
    ["refuses a condition without where", { operations: [set("/age", 5)], condition: "from c" }],
    [
      "refuses a condition with a join",
      { operations: [set("/age", 5)], condition: "from c join t in c.tags where t = 'x'" },
    ],
    ["refuses a condition that is no text", { operations: [set("/age", 5)], condition: 5 }],
    ["refuses to replace what isn't there", [{ op: "replace", path: "/note", value: "n" }]],
    ["refuses to remove what isn't there", [{ op: "remove", path: "/note" }]],
    ["refuses to remove an element that isn't there", [{ op: "remove", path: "/tags/7" }]],
    ["refuses to remove the place behind the last", [{ op: "remove", path: "/tags/-" }]],
    ["refuses to set below what isn't there", [set("/note/x", 1)]],
    ["refuses to set below a scalar", [set("/email/x", 1)]],
    ["refuses an index behind the array", [{ op: "add", path: "/tags/9", value: "z" }]],
    ["refuses an index that is none", [set("/tags/x", "z")]],
    ["refuses an index with a leading zero", [set("/tags/00", "z")]],
    ["refuses to increment a text", [{ op: "incr", path: "/email", value: 1 }]],
    ["refuses to increment null", [{ op: "incr", path: "/name", value: 1 }]],
    ["refuses to increment by a text", [{ op: "incr", path: "/age", value: "1" }]],
    ["refuses to move what isn't there", [{ op: "move", from: "/note", path: "/email" }]],
    ["refuses to move into itself", [{ op: "move", from: "/address", path: "/address/city" }]],
    ["refuses a path without a slash", [set("email", "x")]],
    ["refuses a path with a wrong escape", [set("/em~2ail", "x")]],
    ["refuses the root", [set("/", {})]],
    ["refuses an unknown operation", [{ op: "frobnicate", path: "/age", value: 1 }]],
    ["refuses an operation that is none", [5]],
    ["refuses the id", [set("/id", "x")]],
    ["refuses the partition key", [set("/tenantId", "t-1")]],
    ["refuses system properties", [set("/_etag", "x")]],
    ["refuses to move the partition key away", [{ op: "move", from: "/tenantId", path: "/plan" }]],
    ["refuses eleven operations", Array.from({ length: 11 }, () => ({ op: "incr", path: "/age", value: 1 }))],
    ["refuses none", []],
    ["refuses no list", { operations: 5 }],
    ["does nothing where a later operation fails", [set("/age", 1), { op: "remove", path: "/note" }]],
    [
      "does nothing where a later unsigned operation fails",
      [set("/visits", 1), { op: "replace", path: "/note", value: 1 }],
    ],
  ])("%s, as over plaintext", async (_, body) => {
    expect(await outcomeOf("customers", body)).toEqual(await outcomeOf("plain", body));
  });

  test("keeps the caller's etag, as over plaintext", async () => {
    const wrong = { accessCondition: { type: "IfMatch", condition: '"wrong"' } };
    const any = { accessCondition: { type: "IfMatch", condition: "*" } };
    for (const body of [[set("/email", "n")], [set("/visits", 3)]]) {
      for (const options of [wrong, any]) {
        expect(await outcomeOf("customers", body, options)).toEqual(await outcomeOf("plain", body, options));
      }
    }
    const { item, etag } = await world().customers.items.create({ ...BEFORE, id: "tagged" });
    const right = { accessCondition: { type: "IfMatch", condition: etag } };
    expect((await item.patch([set("/age", 1)] as PatchRequestBody, right)).statusCode).toBe(200);
    const again = await failureOf(() => item.patch([set("/age", 1)] as PatchRequestBody, right));
    expect(again.code).toBe(412);
  });

  test("of a missing document fails with 404, as over plaintext", async () => {
    for (const body of [[set("/email", "n")], [set("/visits", 3)]]) {
      const failures = await Promise.all(
        [world().customers, world().plain].map((container) =>
          failureOf(() => container.item("missing", "t-1").patch(body as PatchRequestBody)),
        ),
      );
      expect(failures.map(({ code }) => code)).toEqual([404, 404]);
      expect(failures[0]).toBeInstanceOf(ErrorResponse);
    }
  });

  test("of unsigned paths alone is one request, which the server does", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "direct" });
    const since = world().sent().length;
    const { resource } = await item.patch([{ op: "incr", path: "/visits", value: 1 }]);
    expect(resource).toMatchObject({ ...BEFORE, visits: 11 });
    expect(
      world()
        .sent(since)
        .map(({ method }) => method),
    ).toEqual(["PATCH"]);
  });

  test("of anything else is a read and a replace, and sends no sealed value, nor its condition", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "hidden" });
    const since = world().sent().length;
    const operations = [{ op: "set" as const, path: "/email", value: "hidden-value" }];
    const response = await item.patch({ operations, condition: "from c where c.address.city = 'Oslo'" });
    const sent = world().sent(since);
    expect(sent.map(({ method }) => method)).toEqual(["GET", "PUT"]);
    expect(textOf(sent)).not.toMatch(/hidden-value|Oslo/);
    expect(response.requestCharge).toBeGreaterThan(1);
    expect(response.item).toBe(item);
    expect(isSealed((await world().stolen("customers").item("hidden", "t-1").read()).resource)).toBe(true);
    expect((await item.read()).resource).toMatchObject({ email: "hidden-value" });
  });

  test("leaves the values that it was given as they are", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "given" });
    const value = { street: "2", city: "A" };
    const body = [set("/address", value), set("/address/city", "B")];
    await item.patch(body as PatchRequestBody);
    expect(value).toEqual({ street: "2", city: "A" });
    expect(body).toEqual([set("/address", { street: "2", city: "A" }), set("/address/city", "B")]);
  });

  test("of a document that was tampered with changes nothing", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "tampered" });
    const stolen = world().stolen("customers").item("tampered", "t-1");
    const { resource } = await stolen.read();
    await stolen.replace({ ...resource, plan: "free" });
    const since = world().sent().length;
    expect((await failureOf(() => item.patch([{ op: "set", path: "/age", value: 1 }]))).code).toBe("ERR_INTEGRITY");
    expect(
      world()
        .sent(since)
        .map(({ method }) => method),
    ).toEqual(["GET"]);
    const direct = await failureOf(() => item.patch([{ op: "set", path: "/visits", value: 1 }]));
    expect([direct.code, direct.committed]).toEqual(["ERR_INTEGRITY", true]);
  });

  test("to a property that the schema doesn't declare is refused", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "undeclared" });
    const failure = await failureOf(() => item.patch([{ op: "set", path: "/emial", value: "secret-value" }]));
    expect(failure.code).toBe("ERR_PATH_UNDECLARED");
    expect(failure.message).not.toContain("secret-value");
  });

  test("finds a document by its sealed id and partition key", async () => {
    const { item } = await world().patients.items.create({ id: "p-1", ward: "w-1", plan: "a", finding: "flu" });
    const since = world().sent().length;
    const { resource } = await item.patch([{ op: "set", path: "/finding", value: "none" }]);
    expect(bare(resource)).toEqual({ id: "p-1", ward: "w-1", plan: "a", finding: "none" });
    expect(textOf(world().sent(since))).not.toMatch(/p-1|w-1/);
    expect((await failureOf(() => item.patch([{ op: "set", path: "/ward", value: "w-2" }]))).code).toBe(400);
  });

  test("by fifty writers at once loses no update", async () => {
    const { item } = await world().customers.items.create({ ...BEFORE, id: "contended", tags: [] });
    const patches = Array.from({ length: 50 }, (_, i) =>
      item.patch([
        { op: "incr", path: "/age", value: 1 },
        { op: "add", path: "/tags/-", value: `w${i}` },
      ]),
    );
    const responses = await Promise.all(patches);
    const { resource } = await item.read();
    expect(resource.age).toBe(BEFORE.age + 50);
    expect([...resource.tags].sort()).toEqual(Array.from({ length: 50 }, (_, i) => `w${i}`).sort());
    expect(new Set(responses.map(({ resource }) => resource.age)).size).toBe(50);
  });

  test("whose reply was lost, and which the SDK sent again, is done once", async () => {
    const { replaying } = await import("./support/replay.js");
    const { httpClient, replays } = replaying("PUT");
    const client = world().connect({}, { httpClient });
    const { item } = await client
      .database("shop")
      .container("customers")
      .items.create({ ...BEFORE, id: "replayed" });
    const { statusCode, resource } = await item.patch([{ op: "incr", path: "/age", value: 1 }]);
    expect([statusCode, resource.age, replays()]).toEqual([200, 41, 1]);
    expect((await item.read()).resource.age).toBe(41);
    client.dispose();
  });
});

describe("a patch that the server may do itself", () => {
  const plan = defineContainer({
    name: "direct",
    version: 2,
    history: [{ version: 1, groups: { "": ["/sealed"] }, unsigned: ["/both"] }],
    partitionKey: "/tenantId",
    paths: {
      "/tenantId": signed(),
      "/sealed": sealed(),
      "/both": unsigned(),
      "/late": unsigned(),
      "/signed": signed(),
    },
  });
  const array = defineContainer({
    name: "array",
    partitionKey: "/tenantId",
    schema: z.object({ tenantId: z.string(), rows: z.array(z.object({ n: unsigned(z.number()), s: z.string() })) }),
  });

  test.each<readonly [string, SealedContainerDefinition<unknown>, unknown, boolean]>([
    ["touches an unsigned path", plan, [set("/both", 1)], true],
    ["touches below an unsigned path", plan, [set("/both/deep/-", 1)], true],
    ["touches a path that an earlier version signed", plan, [set("/late", 1)], false],
    ["touches a signed path", plan, [set("/signed", 1)], false],
    ["touches a sealed path", plan, [set("/sealed", 1)], false],
    ["touches what is reserved", plan, [set("/_seal/m", "x")], false],
    ["moves from a signed path", plan, [{ op: "move", from: "/signed", path: "/both" }], false],
    ["names a signed path beside", plan, [{ op: "set", from: "/signed", path: "/both", value: 1 }], false],
    ["touches an unsigned member of an element", array, [set("/rows/0/n", 1)], true],
    ["touches a signed member of an element", array, [set("/rows/0/s", 1)], false],
    ["touches an element", array, [set("/rows/0", {})], false],
    ["touches the array", array, [{ op: "add", path: "/rows/-", value: {} }], false],
    [
      "has a condition on an unsigned path",
      plan,
      { operations: [set("/both", 1)], condition: "from c where c.both = 1" },
      true,
    ],
    [
      "has a condition on a signed path",
      plan,
      { operations: [set("/both", 1)], condition: "from c where c.signed = 1" },
      false,
    ],
    [
      "has a condition on a sealed path in a sub-query",
      plan,
      { operations: [set("/both", 1)], condition: "from c where exists(select value x from x in c.sealed)" },
      false,
    ],
    [
      "has a condition on the whole document",
      plan,
      { operations: [set("/both", 1)], condition: "from c where is_defined(c)" },
      false,
    ],
    [
      "has a condition on any property",
      plan,
      { operations: [set("/both", 1)], condition: "from c where c[c.both] = 1" },
      false,
    ],
  ])("%s, or not: %#", (_, plan, body, is) => {
    expect(directPatch(plan, body) !== undefined).toBe(is);
  });
});
