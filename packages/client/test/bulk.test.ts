/** Bulk requests are sealed operation by operation, and answer as the SDK's do. */
import type { BulkOperationResult, JSONObject, OperationInput } from "@azure/cosmos";
import { BadDocumentError, isCosmosealError, isSealed, sealErrorsOf } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { wavesOf } from "../src/operations/waves.js";
import { swapping } from "./support/swap.js";
import { bodyText, textOf } from "./support/traffic.js";
import { bare, codeOf, customers, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
let next = 0;
const id = (): string => `k${++next}-`;
const secret = "jane@example.org";

const incr = (path: string) => ({ operations: [{ op: "incr" as const, path, value: 1 }] });

/** One of each kind, and each kind of failure; the same for both containers. */
function mixed(prefix: string): OperationInput[] {
  return [
    {
      operationType: "Create",
      partitionKey: "t-1",
      resourceBody: { id: `${prefix}1`, tenantId: "t-1", email: secret },
    },
    { operationType: "Upsert", partitionKey: "t-2", resourceBody: { id: `${prefix}2`, tenantId: "t-2", age: 1 } },
    { operationType: "Read", partitionKey: "t-0", id: `${prefix}0` },
    {
      operationType: "Replace",
      partitionKey: "t-0",
      id: `${prefix}0`,
      resourceBody: { id: `${prefix}0`, tenantId: "t-0", email: "b@e.org", visits: 1, age: 3 },
    },
    { operationType: "Patch", partitionKey: "t-0", id: `${prefix}0`, resourceBody: incr("/visits") },
    { operationType: "Patch", partitionKey: "t-0", id: `${prefix}0`, resourceBody: incr("/age") },
    { operationType: "Patch", partitionKey: "t-0", id: `${prefix}0`, resourceBody: incr("/email") },
    { operationType: "Patch", partitionKey: "t-9", id: "missing", resourceBody: incr("/age") },
    { operationType: "Read", partitionKey: "t-9", id: "missing" },
    { operationType: "Create", partitionKey: "t-0", resourceBody: { id: `${prefix}0`, tenantId: "t-0" } },
    { operationType: "Read", partitionKey: "t-0", id: `${prefix}0` },
    { operationType: "Delete", partitionKey: "t-0", id: `${prefix}0` },
    {
      operationType: "Patch",
      partitionKey: "t-1",
      id: `${prefix}1`,
      ifMatch: '"wrong"',
      resourceBody: { operations: [{ op: "set", path: "/email", value: "c@e.org" }] },
    },
  ];
}

async function prepare(name: "customers" | "plain", prefix: string): Promise<OperationInput[]> {
  await world()[name].items.create({ id: `${prefix}0`, tenantId: "t-0", email: "a@e.org", visits: 0, age: 1 });
  return mixed(prefix);
}

describe("bulk", () => {
  test("answers as the plain container's, result by result, and stores sealed", async () => {
    const prefix = id();
    const [ours, theirs] = [await prepare("customers", prefix), await prepare("plain", prefix)];
    const sealed = await world().customers.items.bulk(ours);
    const plain = await world().plain.items.bulk(theirs);
    const view = (results: typeof sealed) =>
      results.map(({ statusCode, eTag, resourceBody }) => [
        statusCode,
        typeof eTag,
        resourceBody === undefined ? undefined : bare(resourceBody),
      ]);
    expect(view(sealed)).toEqual(view(plain));
    expect(view(sealed).map(([status]) => status)).toEqual([
      201, 201, 200, 200, 200, 200, 400, 404, 404, 409, 200, 204, 412,
    ]);
    expect(sealed).toBeInstanceOf(Array);
    expect(Object.keys(sealed)).toEqual(Object.keys(plain));
    expect(sealed.diagnostics?.constructor).toBe(plain.diagnostics.constructor);
    expect(ours).toEqual(theirs);
    expect(isSealed((await world().stolen("customers").item(`${prefix}1`, "t-1").read()).resource)).toBe(true);
  });

  test("generates ids before sealing, finds partition keys in documents, and writes ids back", async () => {
    const documents: JSONObject[] = [
      { tenantId: "t-1", email: secret },
      { email: secret, tenantId: "t-2" },
    ];
    const operations = documents.map((resourceBody): OperationInput => ({ operationType: "Create", resourceBody }));
    const results = await world().customers.items.bulk(operations);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(results.map(({ resourceBody }) => resourceBody!["id"])).toEqual(documents.map((document) => document["id"]));
  });

  test("that isn't to go on after an error leaves what comes later, patches included", async () => {
    const { items } = world().customers;
    const there = id();
    await items.create({ id: there, tenantId: "t-1", age: 1 });
    const results = await items.bulk(
      [
        { operationType: "Create", resourceBody: { id: there, tenantId: "t-1" } },
        { operationType: "Patch", id: there, partitionKey: "t-1", resourceBody: incr("/age") },
      ],
      { continueOnError: false },
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([409, 424]);
  });

  test("is split by the size of what is sealed", async () => {
    const note = "x".repeat(60_000);
    const operations = Array.from({ length: 8 }, (): OperationInput => {
      return { operationType: "Create", partitionKey: "t-1", resourceBody: { id: id(), tenantId: "t-1", note } };
    });
    const since = world().sent().length;
    const results = await world().customers.items.bulk(operations);
    expect(results.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(201));
    const bodies = world()
      .sent(since)
      .map(bodyText)
      .filter((text) => text.startsWith("["));
    // Three of 60,000 bytes would fit in plaintext; of sealed ones, which have 80,000, two.
    expect(bodies.map((text) => (JSON.parse(text) as unknown[]).length)).toEqual([2, 2, 2, 2]);
  });

  test("with a document that doesn't open throws by default, and leaves it out on demand", async () => {
    const { items } = world().customers;
    const [good, bad] = [id(), id()];
    for (const name of [good, bad]) await items.create({ id: name, tenantId: "t-1", email: secret, plan: "a" });
    const stolen = world().stolen("customers").item(bad, "t-1");
    await stolen.replace({ ...(await stolen.read()).resource, plan: "b" });
    const reads = [good, bad].map((name): OperationInput => ({ operationType: "Read", id: name, partitionKey: "t-1" }));
    const failure = (await failureOf(() => items.bulk(reads))) as BadDocumentError;
    expect(failure).toBeInstanceOf(BadDocumentError);
    expect([failure.code, failure.id, failure.committed, failure.sealErrors.length]).toEqual([
      "ERR_INTEGRITY",
      bad,
      undefined,
      1,
    ]);
    const results = await items.bulk(reads, { onBadDocument: "quarantine" } as object);
    expect(results.map(({ resourceBody }) => resourceBody?.["email"])).toEqual([secret, undefined]);
    expect(sealErrorsOf(results).map(({ code, id }) => [code, id])).toEqual([["ERR_INTEGRITY", bad]]);
  });

  test("with a document that can't be sealed sends nothing", async () => {
    const since = world().sent().length;
    const work = () =>
      world().customers.items.bulk([{ operationType: "Create", resourceBody: { tenantId: "t-1", emial: secret } }]);
    expect(await codeOf(work)).toBe("ERR_PATH_UNDECLARED");
    expect(world().sent().length).toBe(since);
  });

  test("finds documents by sealed id and partition key, and sends neither", async () => {
    const since = world().sent().length;
    const key = { partitionKey: "bulk-ward", id: "bulk-patient" };
    const results = await world().patients.items.bulk([
      { operationType: "Create", resourceBody: { id: "bulk-patient", ward: "bulk-ward", finding: "flu" } },
      { operationType: "Read", ...key },
      { operationType: "Patch", ...key, resourceBody: [{ op: "set", path: "/finding", value: "none" }] },
      { operationType: "Delete", ...key },
    ]);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 200, 200, 204]);
    expect(results[2]!.resourceBody).toMatchObject({ id: "bulk-patient", ward: "bulk-ward", finding: "none" });
    expect(textOf(world().sent(since))).not.toMatch(/bulk-ward|bulk-patient|flu/);
  });
});

describe("executeBulkOperations", () => {
  /** Without what differs from run to run. */
  function view({ operationInput, response, error }: BulkOperationResult): unknown {
    return {
      operationInput,
      response: response && [response.statusCode, response.resourceBody && bare(response.resourceBody)],
      error: error?.code,
    };
  }

  test("answers as the plain container's, and echoes the application's operations", async () => {
    const prefix = id();
    const [ours, theirs] = [await prepare("customers", prefix), await prepare("plain", prefix)];
    // What may go together is not ordered: one operation on an item in one call.
    const once = (list: readonly OperationInput[]) => [0, 1, 3, 7, 8, 12].map((i) => list[i]!);
    const [sealed, plain] = await Promise.all([
      world().customers.items.executeBulkOperations(once(ours)),
      world().plain.items.executeBulkOperations(once(theirs)),
    ]);
    expect(sealed.map(view)).toEqual(plain.map(view));
    expect(sealed.map((result) => Object.keys(result))).toEqual(plain.map((result) => Object.keys(result)));
    expect(sealed[0]!.operationInput).toEqual(mixed(prefix)[0]);
    expect(sealed[0]!.operationInput).not.toBe(ours[0]);
  });

  test("tells of each operation that the SDK refuses, as the SDK does", async () => {
    const operations = (): OperationInput[] => [
      { operationType: "Create", partitionKey: "t-1", resourceBody: { tenantId: "t-1" } },
      { operationType: "Read", id: "x" },
    ];
    const [sealed, plain] = await Promise.all([
      world().customers.items.executeBulkOperations(operations()),
      world().plain.items.executeBulkOperations(operations()),
    ]);
    expect(sealed).toEqual(plain);
    const [none, bodiless] = await world().customers.items.executeBulkOperations([
      undefined,
      { operationType: "Create", partitionKey: "t-1" },
    ] as unknown as OperationInput[]);
    expect([none!.error?.code, bodiless!.error?.code]).toEqual([500, 500]);
  });

  test("tells of an operation that can't be sealed or opened, and does the others", async () => {
    const [fresh, bad] = [id(), id()];
    await world().customers.items.create({ id: bad, tenantId: "t-1", plan: "a" });
    const stolen = world().stolen("customers").item(bad, "t-1");
    await stolen.replace({ ...(await stolen.read()).resource, plan: "b" });
    const results = await world().customers.items.executeBulkOperations([
      { operationType: "Create", partitionKey: "t-1", resourceBody: { id: id(), tenantId: "t-1", emial: secret } },
      { operationType: "Read", partitionKey: "t-1", id: bad },
      { operationType: "Patch", partitionKey: "t-1", id: bad, resourceBody: incr("/visits") },
      { operationType: "Create", partitionKey: "t-1", resourceBody: { id: fresh, tenantId: "t-1", email: secret } },
    ]);
    expect(
      results.map(({ error }) => [error?.code, (error as { committed?: boolean } | undefined)?.committed]),
    ).toEqual([
      ["ERR_PATH_UNDECLARED", undefined],
      ["ERR_INTEGRITY", undefined],
      ["ERR_INTEGRITY", true],
      [undefined, undefined],
    ]);
    expect(isCosmosealError(results[0]!.error, "ERR_PATH_UNDECLARED")).toBe(true);
    expect(results[1]!.response).toBeUndefined();
    expect(results[0]!.operationInput).toMatchObject({ resourceBody: { emial: secret } });
    expect(results[3]!.response?.resourceBody).toMatchObject({ email: secret });
  });

  test("answered with another document says so of that operation, and that it was done", async () => {
    const { httpClient, exchange } = swapping();
    const client = world().connect({}, { httpClient });
    exchange(([first, second]) => [{ ...first!, resourceBody: second!.resourceBody! }, second!]);
    const create = (name: string): OperationInput => ({
      operationType: "Create",
      partitionKey: "t-1",
      resourceBody: { id: name, tenantId: "t-1", email: secret },
    });
    const results = await client.container(customers).items.executeBulkOperations([create(id()), create(id())]);
    expect(
      results.map(({ error }) => [error?.code, (error as { committed?: boolean } | undefined)?.committed]),
    ).toEqual([
      ["ERR_ANSWER_MISMATCH", true],
      [undefined, undefined],
    ]);
    client.dispose();
  });

  test("of a thousand documents leaves the event loop to others, keeps their order, and sends no sealed value", async () => {
    const operations = Array.from({ length: 1000 }, (_, i): OperationInput => {
      const tenantId = `t-${i % 7}`;
      return {
        operationType: "Create",
        partitionKey: tenantId,
        resourceBody: { id: id(), tenantId, email: secret, age: i },
      };
    });
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const since = world().sent().length;
    const results = await world().customers.items.executeBulkOperations(operations);
    clearInterval(timer);
    expect(results.map(({ response }) => response?.resourceBody?.["age"])).toEqual(operations.map((_, i) => i));
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(textOf(world().sent(since))).not.toContain(secret);
  });

  test("finds documents by sealed id and partition key", async () => {
    const since = world().sent().length;
    const key = { partitionKey: "exec-ward", id: "exec-patient" };
    const { items } = world().patients;
    await items.create({ id: "exec-patient", ward: "exec-ward", finding: "flu" });
    const [patched] = await items.executeBulkOperations([
      { operationType: "Patch", ...key, resourceBody: [{ op: "set", path: "/finding", value: "none" }] },
    ]);
    expect(patched!.response?.resourceBody).toMatchObject({ id: "exec-patient", ward: "exec-ward", finding: "none" });
    const [read] = await items.executeBulkOperations([{ operationType: "Read", ...key }]);
    expect(read!.response?.resourceBody).toMatchObject({ finding: "none" });
    expect(textOf(world().sent(since))).not.toMatch(/exec-ward|exec-patient|flu/);
  });
});

describe("the order of a list", () => {
  test("is kept on one item, and everything else goes together", () => {
    const op = (kind: "send" | "rewrite", place: string) => ({ kind, place });
    expect(
      wavesOf([op("send", "a"), op("rewrite", "a"), op("send", "b"), undefined, op("send", "a"), op("rewrite", "c")]),
    ).toEqual([
      { kind: "send", indexes: [0, 2] },
      { kind: "rewrite", indexes: [1, 5] },
      { kind: "send", indexes: [4] },
    ]);
  });
});
