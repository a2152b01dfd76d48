// Bulk: many operations, each in its own range, each with its own outcome; by both of the SDK's ways.

import type { OperationInput } from "@azure/cosmos";
import { expect } from "vitest";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("bulk", (setup, behaviour) => {
  const statuses = (results: readonly { statusCode?: number }[] | undefined) => results?.map((one) => one.statusCode);

  behaviour("a bulk request does what it can, each operation in its own range", async () => {
    const container = await setup().container();
    const creates = Array.from({ length: 60 }, (_, at) => ({
      operationType: "Create",
      resourceBody: { id: `d${at}`, pk: `k${at % 13}`, n: at },
    }));
    const first = await container.items.bulk(creates as OperationInput[]);
    expect(new Set(statuses(first))).toEqual(new Set([201]));
    const second = await container.items.bulk([
      { operationType: "Create", resourceBody: { id: "d1", pk: "k1" } },
      { operationType: "Read", id: "d2", partitionKey: "k2" },
      { operationType: "Delete", id: "d3", partitionKey: "k3" },
      {
        operationType: "Patch",
        id: "d4",
        partitionKey: "k4",
        resourceBody: { operations: [{ op: "set", path: "/n", value: -1 }] },
      },
      { operationType: "Delete", id: "missing", partitionKey: "k5" },
    ] as OperationInput[]);
    expect(statuses(second)).toEqual([409, 200, 204, 200, 404]);
    expect((await container.item("d4", "k4").read()).resource!.n).toBe(-1);
    expect((await container.item("d3", "k3").read()).statusCode).toBe(404);
  });

  behaviour("executeBulkOperations tells success and failure of each operation", async () => {
    const container = await setup().container();
    await container.items.create({ id: "there", pk: "k" });
    const results = await container.items.executeBulkOperations([
      ...Array.from({ length: 250 }, (_, at) => ({
        operationType: "Create" as const,
        partitionKey: `k${at % 13}`,
        resourceBody: { id: `d${at}`, pk: `k${at % 13}` },
      })),
      { operationType: "Create" as const, partitionKey: "k", resourceBody: { id: "there", pk: "k" } },
    ]);
    expect(results.slice(0, 250).every((one) => one.response?.statusCode === 201)).toBe(true);
    expect(results[250]!.error?.code).toBe(409);
    const { resources } = await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
    expect(resources).toEqual([251]);
  });

  behaviour("a patch in bulk takes its condition", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const patch = (condition: string) => ({
      operationType: "Patch",
      id: "a",
      partitionKey: "k",
      resourceBody: { condition, operations: [{ op: "incr", path: "/n", value: 1 }] },
    });
    const results = await container.items.bulk(
      [patch("from c where c.n = 7"), patch("from c where c.n = 1")] as OperationInput[],
      { continueOnError: true },
    );
    expect(statuses(results)).toEqual([412, 200]);
  });

  behaviour("a replace in bulk keeps If-Match", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const results = await container.items.bulk([
      { operationType: "Replace", id: "a", partitionKey: "k", ifMatch: '"old"', resourceBody: { id: "a", pk: "k" } },
    ] as OperationInput[]);
    expect(statuses(results)).toEqual([412]);
  });

  behaviour("an upsert in bulk is 201 the first time and 200 the second", async () => {
    const container = await setup().container();
    const upsert = { operationType: "Upsert", partitionKey: "k", resourceBody: { id: "a", pk: "k" } } as OperationInput;
    expect(statuses(await container.items.bulk([upsert]))).toEqual([201]);
    expect(statuses(await container.items.bulk([upsert]))).toEqual([200]);
  });

  behaviour("a read in bulk gives the document", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 7 });
    const [result] = await container.items.bulk([{ operationType: "Read", id: "a", partitionKey: "k" }]);
    expect((result!.resourceBody as unknown as { n: number }).n).toBe(7);
  });

  behaviour("keys of every type find their range in bulk: numbers, booleans, null, missing", async () => {
    const container = await setup().container({ partitionKey: { paths: ["/pk"], version: 2 } });
    const documents = [{ pk: 5 }, { pk: true }, { pk: false }, { pk: null }, {}, { pk: "" }, { pk: -0.5 }];
    const operations = documents.map((document, at) => ({
      operationType: "Create",
      resourceBody: { id: `${at}`, ...document },
    }));
    expect(new Set(statuses(await container.items.bulk(operations as OperationInput[])))).toEqual(new Set([201]));
    expect((await container.item("0", 5).read()).statusCode).toBe(200);
    expect((await container.item("3", null).read()).statusCode).toBe(200);
  });

  behaviour("without continueOnError what follows a failure in its range is not done", async () => {
    const container = await setup().container();
    await container.items.create({ id: "there", pk: "k" });
    const create = (id: string) => ({ operationType: "Create", partitionKey: "k", resourceBody: { id, pk: "k" } });
    const results = await container.items.bulk([create("a"), create("there"), create("b")] as OperationInput[], {
      continueOnError: false,
    });
    expect(statuses(results)).toEqual([201, 409, 424]);
  });

  behaviour("a document of another key than the operation's is 400 for that operation alone", async () => {
    const container = await setup().container();
    const results = await container.items.bulk(
      [
        { operationType: "Create", partitionKey: "k", resourceBody: { id: "a", pk: "k" } },
        { operationType: "Upsert", partitionKey: "k", resourceBody: { id: "b", pk: "other" } },
      ] as OperationInput[],
      { continueOnError: true },
    );
    expect(statuses(results)).toEqual([201, 400]);
  });

  behaviour("the older bulk takes documents of a hundred kilobytes", async () => {
    const container = await setup().container();
    const operations = Array.from({ length: 30 }, (_, at) => ({
      operationType: "Create",
      resourceBody: { id: `${at}`, pk: "k", text: "x".repeat(100_000) },
    }));
    expect(new Set(statuses(await container.items.bulk(operations as OperationInput[])))).toEqual(new Set([201]));
  });

  behaviour("executeBulkOperations reads, patches and deletes", async () => {
    const container = await setup().container();
    for (let at = 0; at < 3; at++) await container.items.create({ id: `${at}`, pk: `k${at}`, n: at });
    const results = await container.items.executeBulkOperations([
      { operationType: "Read", id: "0", partitionKey: "k0" },
      {
        operationType: "Patch",
        id: "1",
        partitionKey: "k1",
        resourceBody: { operations: [{ op: "incr", path: "/n", value: 9 }] },
      },
      { operationType: "Delete", id: "2", partitionKey: "k2" },
    ] as never);
    expect(results.map((one) => one.response?.statusCode)).toEqual([200, 200, 204]);
    expect((await container.item("1", "k1").read()).resource!.n).toBe(10);
  });
});
