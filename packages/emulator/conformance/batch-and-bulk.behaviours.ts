// Batches are atomic, bulk requests are not; both tell for each operation how it went.

import type { OperationInput } from "@azure/cosmos";
import { expect } from "vitest";
import { plain, refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("batch and bulk", (setup, behaviour) => {
  const statuses = (results: readonly { statusCode?: number }[] | undefined) => results?.map((one) => one.statusCode);

  behaviour("a batch does all of its operations, in their order", async () => {
    const container = await setup().container();
    await container.items.create({ id: "old", pk: "k", n: 1 });
    const response = await container.items.batch(
      [
        { operationType: "Create", resourceBody: { id: "a", pk: "k", n: 1 } },
        { operationType: "Upsert", resourceBody: { id: "old", pk: "k", n: 2 } },
        { operationType: "Read", id: "old" },
        { operationType: "Patch", id: "a", resourceBody: { operations: [{ op: "incr", path: "/n", value: 5 }] } },
        { operationType: "Replace", id: "old", resourceBody: { id: "old", pk: "k", n: 3 } },
        { operationType: "Delete", id: "old" },
      ] as OperationInput[],
      "k",
    );
    expect(response.code).toBe(200);
    expect(statuses(response.result)).toEqual([201, 200, 200, 200, 200, 204]);
    expect((response.result![2]!.resourceBody as unknown as { n: number }).n).toBe(2);
    expect(plain((await container.item("a", "k").read()).resource)).toEqual({ id: "a", pk: "k", n: 6 });
    expect((await container.item("old", "k").read()).statusCode).toBe(404);
  });

  behaviour("a batch with one failing operation writes nothing, and says which failed", async () => {
    const container = await setup().container();
    await container.items.create({ id: "there", pk: "k", n: 1 });
    const response = await container.items.batch(
      [
        { operationType: "Create", resourceBody: { id: "a", pk: "k" } },
        { operationType: "Upsert", resourceBody: { id: "there", pk: "k", n: 2 } },
        { operationType: "Create", resourceBody: { id: "there", pk: "k" } },
        { operationType: "Create", resourceBody: { id: "b", pk: "k" } },
      ] as OperationInput[],
      "k",
    );
    expect(response.code).toBe(207);
    expect(statuses(response.result)).toEqual([424, 424, 409, 424]);
    expect((await container.item("a", "k").read()).statusCode).toBe(404);
    expect((await container.item("there", "k").read()).resource!.n).toBe(1);
  });

  behaviour("a batch keeps If-Match", async () => {
    const container = await setup().container();
    const { etag } = await container.items.create({ id: "a", pk: "k", n: 1 });
    const replace = (ifMatch: string) =>
      container.items.batch(
        [{ operationType: "Replace", id: "a", ifMatch, resourceBody: { id: "a", pk: "k", n: 2 } }] as OperationInput[],
        "k",
      );
    expect(statuses((await replace('"old"')).result)).toEqual([412]);
    expect(statuses((await replace(etag)).result)).toEqual([200]);
  });

  behaviour("a document of another partition key fails a batch with 400 and substatus 1001", async () => {
    const container = await setup().container();
    const response = await container.items.batch(
      [{ operationType: "Create", resourceBody: { id: "a", pk: "other" } }] as OperationInput[],
      "k",
    );
    expect(response.code).toBe(207);
    expect(response.result![0]).toMatchObject({ statusCode: 400, subStatusCode: 1001 });
  });

  behaviour("two creates of one unique value in a batch are a conflict", async () => {
    const container = await setup().container({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/mail"] }] } });
    const create = (id: string, mail: string) => ({ operationType: "Create", resourceBody: { id, pk: "k", mail } });
    const response = await container.items.batch([create("a", "x"), create("b", "x")] as OperationInput[], "k");
    expect(statuses(response.result)).toEqual([424, 409]);
    expect(
      statuses((await container.items.batch([create("a", "x"), create("b", "y")] as OperationInput[], "k")).result),
    ).toEqual([201, 201]);
  });

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

  behaviour("return=minimal leaves the bodies out", async () => {
    const container = await setup().container();
    const response = await container.items.batch(
      [{ operationType: "Create", resourceBody: { id: "a", pk: "k" } }] as OperationInput[],
      "k",
      { contentResponseOnWriteEnabled: false } as object,
    );
    expect(response.result![0]!.resourceBody).toBeUndefined();
    expect(statuses(response.result)).toEqual([201]);
  });

  behaviour("an empty batch is refused", async () => {
    const container = await setup().container();
    await refusal(container.items.batch([], "k"));
  });
});
