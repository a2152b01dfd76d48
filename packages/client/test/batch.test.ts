/** A batch is sealed operation by operation, and answers as the SDK's does. */
import type { JSONObject, OperationInput } from "@azure/cosmos";
import { isSealed } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { textOf } from "./support/traffic.js";
import { bare, codeOf, customers, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
let next = 0;
const id = (): string => `b${++next}`;
const secret = "jane@example.org";

function statusesOf(result: readonly { statusCode: number }[] | undefined): readonly number[] | undefined {
  return result?.map(({ statusCode }) => statusCode);
}

describe("a batch", () => {
  test("creates, upserts, reads, replaces and deletes in order, and opens what comes back", async () => {
    const { items } = world().customers;
    const [a, b] = [id(), id()];
    await items.create({ id: b, tenantId: "t-1", email: "old@example.org" });
    const { code, result } = await items.batch(
      [
        { operationType: "Create", resourceBody: { id: a, tenantId: "t-1", email: secret } },
        { operationType: "Upsert", resourceBody: { id: b, tenantId: "t-1", email: secret } },
        { operationType: "Read", id: b },
        { operationType: "Replace", id: b, resourceBody: { id: b, tenantId: "t-1", note: "n" } },
        { operationType: "Delete", id: a },
      ],
      "t-1",
    );
    expect(code).toBe(200);
    expect(statusesOf(result)).toEqual([201, 200, 200, 200, 204]);
    expect(result!.map(({ resourceBody }) => resourceBody && bare(resourceBody))).toEqual([
      { id: a, tenantId: "t-1", email: secret },
      { id: b, tenantId: "t-1", email: secret },
      { id: b, tenantId: "t-1", email: secret },
      { id: b, tenantId: "t-1", note: "n" },
      undefined,
    ]);
    expect(isSealed((await world().stolen("customers").item(b, "t-1").read()).resource)).toBe(true);
    expect(result![0]!.eTag).toBe((result![0]!.resourceBody as { _etag?: string })._etag);
  });

  test("answers as the plain container's, member by member", async () => {
    const operations = (name: string): OperationInput[] => [
      { operationType: "Create", resourceBody: { id: name, tenantId: "t-1", plan: "pro" }, partitionKey: "t-1" },
      { operationType: "Read", id: name },
      { operationType: "Delete", id: name, partitionKey: ["t-1"] },
    ];
    const name = id();
    const [ours, theirs] = [operations(name), operations(name)];
    const sealed = await world().customers.items.batch(ours, "t-1");
    const plain = await world().plain.items.batch(theirs, "t-1");
    expect(Object.keys(sealed)).toEqual(Object.keys(plain));
    expect(sealed.result!.map((one) => Object.keys(one).sort())).toEqual(
      plain.result!.map((one) => Object.keys(one).sort()),
    );
    expect(sealed.constructor).toBe(plain.constructor);
    expect(ours).toEqual(theirs);
  });

  test("that fails in one operation does nothing, and says which failed", async () => {
    const { items, database } = world().customers;
    const there = id();
    const fresh = id();
    await items.create({ id: there, tenantId: "t-1", email: secret });
    const { code, result } = await database.container("customers").items.batch(
      [
        { operationType: "Create", resourceBody: { id: fresh, tenantId: "t-1", email: secret } },
        { operationType: "Create", resourceBody: { id: there, tenantId: "t-1", email: secret } },
        { operationType: "Delete", id: there },
      ],
      "t-1",
    );
    expect([code, statusesOf(result)]).toEqual([207, [424, 409, 424]]);
    expect((await world().customers.item(fresh, "t-1").read()).statusCode).toBe(404);
  });

  test("generates ids before sealing and writes them into the caller's documents", async () => {
    const document: JSONObject = { tenantId: "t-1", email: secret };
    const { result } = await world().customers.items.batch(
      [{ operationType: "Create", resourceBody: document }],
      "t-1",
    );
    expect(document["id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(result![0]!.resourceBody!["id"]).toBe(document["id"]);
    expect(document["email"]).toBe(secret);
    const disabled = { disableAutomaticIdGeneration: true };
    const work = () =>
      world().customers.items.batch([{ operationType: "Create", resourceBody: { tenantId: "t-1" } }], "t-1", disabled);
    expect(await codeOf(work)).toBe("ERR_DOCUMENT_INVALID");
  });

  test("keeps If-Match", async () => {
    const { items } = world().customers;
    const name = id();
    const { etag } = await items.create({ id: name, tenantId: "t-1" });
    const replace = async (ifMatch: string) => {
      const body = { id: name, tenantId: "t-1", email: secret };
      return (await items.batch([{ operationType: "Replace", id: name, ifMatch, resourceBody: body }], "t-1")).result;
    };
    expect(statusesOf(await replace('"old"'))).toEqual([412]);
    expect(statusesOf(await replace(etag))).toEqual([200]);
  });

  test("of a container that seals id and partition key finds its documents, and sends neither", async () => {
    const { items } = world().patients;
    const since = world().sent().length;
    const { result } = await items.batch(
      [
        { operationType: "Create", resourceBody: { id: "p-secret", ward: "w-secret", finding: "flu" } },
        { operationType: "Read", id: "p-secret", partitionKey: "w-secret" },
        { operationType: "Upsert", resourceBody: { id: "p-secret", ward: "w-secret", finding: "none" } },
        { operationType: "Replace", id: "p-secret", resourceBody: { id: "p-secret", ward: "w-secret", finding: "?" } },
      ],
      "w-secret",
    );
    expect(statusesOf(result)).toEqual([201, 200, 200, 200]);
    expect(bare(result![1]!.resourceBody)).toEqual({ id: "p-secret", ward: "w-secret", finding: "flu" });
    expect(textOf(world().sent(since))).not.toMatch(/p-secret|w-secret|flu/);
    expect(statusesOf((await items.batch([{ operationType: "Delete", id: "p-secret" }], "w-secret")).result)).toEqual([
      204,
    ]);
  });

  test("with a document that can't be sealed sends nothing", async () => {
    const since = world().sent().length;
    const work = () =>
      world().customers.items.batch(
        [
          { operationType: "Create", resourceBody: { id: id(), tenantId: "t-1" } },
          { operationType: "Create", resourceBody: { id: id(), tenantId: "t-1", emial: secret } },
        ],
        "t-1",
      );
    expect(await codeOf(work)).toBe("ERR_PATH_UNDECLARED");
    expect(world().sent().length).toBe(since);
  });

  test("answered with another document than the one written fails, and says that it was done", async () => {
    const names = [id(), id()];
    const { httpClient, exchange } = await import("./support/swap.js").then(({ swapping }) => swapping());
    const client = world().connect({}, { httpClient });
    const { items } = client.container(customers);
    exchange(([first, second]) => [{ ...first!, resourceBody: second!.resourceBody! }, second!]);
    const create = (name: string): OperationInput => ({
      operationType: "Create",
      resourceBody: { id: name, tenantId: "t-1", email: secret },
    });
    const failure = await failureOf(() => items.batch(names.map(create), "t-1"));
    expect([failure.code, failure.committed]).toEqual(["ERR_ANSWER_MISMATCH", true]);
    exchange(([first]) => [first!]);
    const fewer = await failureOf(() =>
      items.batch(
        [
          { operationType: "Read", id: names[0]! },
          { operationType: "Read", id: names[1]! },
        ],
        "t-1",
      ),
    );
    expect([fewer.code, fewer.committed]).toEqual(["ERR_ANSWER_MISMATCH", undefined]);
    client.dispose();
  });

  test("of more than a hundred operations is refused as by the SDK", async () => {
    const many = Array.from({ length: 101 }, (): OperationInput => ({ operationType: "Read", id: "x" }));
    const [ours, theirs] = await Promise.all([
      failureOf(() => world().customers.items.batch(many, "t-1")),
      failureOf(() => world().plain.items.batch(many, "t-1")),
    ]);
    expect(ours.message).toBe(theirs.message);
  });
});

describe("a patch in a batch", () => {
  const patch = (name: string, body: unknown, more: object = {}): OperationInput =>
    ({ operationType: "Patch", id: name, resourceBody: body, ...more }) as OperationInput;
  const age = [{ op: "incr", path: "/age", value: 1 }];

  test("goes along atomically, whatever it touches, as over plaintext", async () => {
    const [a, b] = [id(), id()];
    const outcomes = [];
    for (const container of [world().customers, world().plain]) {
      for (const name of [a, b]) await container.items.create({ id: name, tenantId: "t-1", age: 1, visits: 1 });
      const { code, result } = await container.items.batch(
        [
          patch(a, { operations: age, condition: "from c where c.age = 1" }),
          patch(b, { operations: [{ op: "incr", path: "/visits", value: 1 }], condition: "from c where c.visits = 1" }),
          { operationType: "Read", id: a },
          { operationType: "Create", resourceBody: { id: `${a}-new`, tenantId: "t-1", email: secret } },
        ],
        "t-1",
      );
      outcomes.push([code, result!.map(({ statusCode, resourceBody }) => [statusCode, bare(resourceBody)])]);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]![0]).toBe(200);
  });

  test.each<readonly [string, unknown, object]>([
    ["whose condition is false", { operations: age, condition: "from c where c.age = 7" }, {}],
    ["that can't be done", [{ op: "remove", path: "/note" }], {}],
    ["under another etag", age, { ifMatch: '"wrong"' }],
    ["of a missing item", age, { id: "missing" }],
    ["of no operations", [], {}],
  ])("%s fails the whole batch, as over plaintext", async (_, body, more) => {
    const name = id();
    const outcomes = [];
    for (const container of [world().customers, world().plain]) {
      await container.items.create({ id: name, tenantId: "t-1", age: 1 });
      const response = await container.items.batch(
        [{ operationType: "Create", resourceBody: { id: `${name}-new`, tenantId: "t-1" } }, patch(name, body, more)],
        "t-1",
      );
      expect((await container.item(`${name}-new`, "t-1").read()).statusCode).toBe(404);
      outcomes.push([response.code, Object.keys(response), statusesOf(response.result)]);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  test("of an item that is touched earlier in the batch is refused, and nothing is sent", async () => {
    const name = id();
    const work = () =>
      world().customers.items.batch(
        [{ operationType: "Upsert", resourceBody: { id: name, tenantId: "t-1", age: 1 } }, patch(name, age)],
        "t-1",
      );
    const since = world().sent().length;
    expect(await codeOf(work)).toBe("ERR_NOT_SUPPORTED");
    expect(world().sent().length).toBe(since);
  });

  test("tries again where another writer came between, and loses no update", async () => {
    const name = id();
    const { items } = world().customers;
    await items.create({ id: name, tenantId: "t-1", age: 0 });
    const writers = Array.from({ length: 10 }, () => items.batch([patch(name, age)], "t-1"));
    expect((await Promise.all(writers)).map(({ result }) => statusesOf(result))).toEqual(Array(10).fill([200]));
    expect((await world().customers.item(name, "t-1").read()).resource.age).toBe(10);
  });

  test("whose reply was lost, and which the SDK sent again, is not done twice", async () => {
    const name = id();
    await world().customers.items.create({ id: name, tenantId: "t-1", age: 0 });
    const { replaying } = await import("./support/replay.js");
    const { httpClient } = replaying("POST");
    const client = world().connect({}, { httpClient });
    const failure = await failureOf(() => client.container(customers).items.batch([patch(name, age)], "t-1"));
    expect([failure.code, failure.committed]).toEqual([408, true]);
    expect((await world().customers.item(name, "t-1").read()).resource.age).toBe(1);
    client.dispose();
  });
});
