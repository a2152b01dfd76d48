// Batches: all operations of one partition key, or none.

import type { OperationInput } from "@azure/cosmos";
import { expect } from "vitest";
import { plain, refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("batch", (setup, behaviour) => {
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

  const filled = async () => {
    const container = await setup().container();
    await container.items.create({ id: "there", pk: "k", n: 1 });
    return container;
  };
  const run = async (operations: unknown[], container?: Awaited<ReturnType<typeof filled>>) =>
    (container ?? (await filled())).items.batch(operations as OperationInput[], "k");

  behaviour("an operation later in a batch sees what an earlier one wrote", async () => {
    const { result } = await run([
      { operationType: "Create", resourceBody: { id: "a", pk: "k", n: 5 } },
      { operationType: "Read", id: "a" },
      { operationType: "Delete", id: "a" },
      { operationType: "Create", resourceBody: { id: "a", pk: "k", n: 6 } },
    ]);
    expect(statuses(result)).toEqual([201, 200, 204, 201]);
  });

  behaviour("a batch that creates an id twice is a conflict", async () => {
    const create = { operationType: "Create", resourceBody: { id: "a", pk: "k" } };
    expect(statuses((await run([create, create])).result)).toEqual([424, 409]);
  });

  behaviour("a batch whose read finds nothing is 404, and writes nothing", async () => {
    const container = await filled();
    const { result } = await run(
      [
        { operationType: "Delete", id: "there" },
        { operationType: "Read", id: "none" },
      ],
      container,
    );
    expect(statuses(result)).toEqual([424, 404]);
    expect((await container.item("there", "k").read()).statusCode).toBe(200);
  });

  behaviour("a failed patch condition fails the batch with 412", async () => {
    const body = { condition: "from c where c.n > 10", operations: [{ op: "incr", path: "/n", value: 1 }] };
    expect(statuses((await run([{ operationType: "Patch", id: "there", resourceBody: body }])).result)).toEqual([412]);
  });

  behaviour("each result carries its etag and its charge", async () => {
    const { result } = await run([{ operationType: "Create", resourceBody: { id: "a", pk: "k" } }]);
    expect(result![0]!.requestCharge).toBeGreaterThan(0);
    expect(result![0]!.eTag).toMatch(/^".+"$/);
  });

  behaviour("a hundred operations are taken", async () => {
    const operations = Array.from({ length: 100 }, (_, at) => ({
      operationType: "Create",
      resourceBody: { id: `d${at}`, pk: "k" },
    }));
    const { code, result } = await run(operations);
    expect([code, new Set(statuses(result))]).toEqual([200, new Set([201])]);
  });

  behaviour("a hundred and one operations are refused", async () => {
    const operations = Array.from({ length: 101 }, (_, at) => ({
      operationType: "Create",
      resourceBody: { id: `d${at}`, pk: "k" },
    }));
    const container = await filled();
    await refusal(run(operations, container));
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(1);
  });

  behaviour("a batch under a hierarchical key does all of its operations", async () => {
    const container = await setup().container({
      partitionKey: { paths: ["/a", "/b"], kind: "MultiHash", version: 2 } as never,
    });
    const { code, result } = await container.items.batch(
      [
        { operationType: "Create", resourceBody: { id: "1", a: "x", b: 1 } },
        { operationType: "Upsert", resourceBody: { id: "2", a: "x", b: 1 } },
        { operationType: "Delete", id: "1" },
      ] as OperationInput[],
      ["x", 1],
    );
    expect([code, statuses(result)]).toEqual([200, [201, 201, 204]]);
  });

  behaviour("a batch's replace of what isn't there is 404", async () => {
    const replace = { operationType: "Replace", id: "none", resourceBody: { id: "none", pk: "k" } };
    expect(statuses((await run([replace])).result)).toEqual([404]);
  });

  behaviour("the change feed shows a batch's writes", async () => {
    const container = await filled();
    await run([{ operationType: "Upsert", resourceBody: { id: "there", pk: "k", n: 9 } }], container);
    const iterator = container.items.changeFeed<{ n: number }>("k", { startFromBeginning: true });
    expect((await iterator.fetchNext()).result.map((one) => one.n)).toEqual([9]);
  });
});
