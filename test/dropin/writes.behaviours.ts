/** Many writes at once, and parts of a document: batch, bulk in both forms, patch. */
import type { OperationInput, PatchOperation } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";
import type { Doc, Subject } from "./subject.js";

describeMember("Item.patch", (behaviour) => {
  /** Patches a document that is there, and reads it again. */
  const patched =
    (operations: readonly PatchOperation[], more: object = {}) =>
    async ({ container, doc }: Subject) => {
      const { item } = await container.items.create(doc(1, more));
      const response = await item.patch([...operations]);
      return [response.statusCode, response.resource, (await item.read()).resource];
    };
  const refused =
    (operations: readonly PatchOperation[]) =>
    async ({ container, doc, thrown }: Subject) => {
      const { item } = await container.items.create(doc(1));
      const error = (await thrown(() => item.patch([...operations]))) as { "<thrown>"?: { code?: unknown } };
      return [error["<thrown>"]?.code, (await item.read()).resource];
    };
  for (const [where, path, value] of [
    ["an unsigned", "/visits", 7],
    ["a signed", "/plan", "free"],
    ["a sealed", "/email", "new@example.org"],
  ] as const) {
    behaviour(`set of ${where} path`, patched([{ op: "set", path, value }]));
    behaviour(`add of ${where} path`, patched([{ op: "add", path, value }]));
    behaviour(`replace of ${where} path`, patched([{ op: "replace", path, value }]));
    behaviour(`remove of ${where} path`, patched([{ op: "remove", path }]));
  }
  behaviour("incr of an unsigned number", patched([{ op: "incr", path: "/visits", value: 2 }]));
  behaviour("incr of a signed number", patched([{ op: "incr", path: "/n", value: 2 }]));
  behaviour("incr of a sealed number", patched([{ op: "incr", path: "/age", value: 2 }]));
  behaviour("incr of a sealed text throws 400", refused([{ op: "incr", path: "/email", value: 1 }]));
  behaviour(
    "incr of an unsigned path that is missing makes it",
    patched([{ op: "incr", path: "/visits", value: 3 }], { visits: undefined }),
  );
  behaviour("set below a sealed object", patched([{ op: "set", path: "/address/city", value: "Bergen" }]));
  behaviour("set of a sealed object as a whole", patched([{ op: "set", path: "/address", value: { city: "Rome" } }]));
  behaviour("set of a new signed path", patched([{ op: "set", path: "/extra", value: { a: [1] } }]));
  behaviour("add at the end of a sealed array", patched([{ op: "add", path: "/tags/-", value: "green" }]));
  behaviour("add in the midst of a sealed array", patched([{ op: "add", path: "/tags/1", value: "green" }]));
  behaviour("remove of a member of a sealed array", patched([{ op: "remove", path: "/tags/0" }]));
  behaviour(
    "add of an element with a sealed member",
    patched([{ op: "add", path: "/cards/-", value: { brand: "jcb", pan: "3500" } }]),
  );
  behaviour("set inside an element", patched([{ op: "set", path: "/cards/0/pan", value: "9999" }]));
  behaviour("remove of an element", patched([{ op: "remove", path: "/cards/0" }]));
  behaviour(
    "several operations in order",
    patched([
      { op: "set", path: "/plan", value: "free" },
      { op: "set", path: "/email", value: "x@example.org" },
      { op: "incr", path: "/age", value: -1 },
      { op: "remove", path: "/note" },
    ]),
  );
  behaviour("remove of a missing path throws 400", refused([{ op: "remove", path: "/nothing" }]));
  behaviour("remove of a missing sealed path throws 400", refused([{ op: "remove", path: "/address/nothing" }]));
  behaviour("replace of a missing path throws 400", refused([{ op: "replace", path: "/nothing", value: 1 }]));
  behaviour("an index beyond the array throws 400", refused([{ op: "add", path: "/tags/9", value: "x" }]));
  behaviour("of the id throws 400", refused([{ op: "set", path: "/id", value: "x" }]));
  behaviour("of the partition key throws 400", refused([{ op: "set", path: "/pk", value: "x" }]));
  behaviour("none at all", refused([]));
  behaviour(
    "eleven operations throw 400",
    refused(Array.from({ length: 11 }, (_, i) => ({ op: "set", path: `/x${i}`, value: i }))),
  );
  behaviour("of a missing item throws 404", async ({ container, pk, thrown }) => {
    const error = (await thrown(() =>
      container.item("nobody", pk).patch([{ op: "set", path: "/email", value: "x" }]),
    )) as { "<thrown>"?: { code?: unknown } };
    return error["<thrown>"]?.code;
  });
  behaviour("of a missing item at an unsigned path throws 404", async ({ container, pk }) =>
    container.item("nobody", pk).patch([{ op: "set", path: "/visits", value: 1 }]),
  );
  behaviour("answers an ItemResponse with its members", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.patch([{ op: "set", path: "/visits", value: 2 }]);
  });
  behaviour("at a sealed path answers an ItemResponse with its members", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.patch([{ op: "set", path: "/email", value: "x@example.org" }]);
  });
  behaviour("with a condition that holds", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return (
      await item.patch({
        condition: "FROM c WHERE c.plan = 'pro'",
        operations: [{ op: "set", path: "/visits", value: 2 }],
      })
    ).resource?.visits;
  });
  behaviour("with a condition that doesn't hold throws 412", async ({ container, doc, thrown }) => {
    const { item } = await container.items.create(doc(1));
    const error = await thrown(() =>
      item.patch({ condition: "FROM c WHERE c.plan = 'free'", operations: [{ op: "set", path: "/visits", value: 2 }] }),
    );
    return (error as { "<thrown>"?: { code?: unknown } })["<thrown>"]?.code;
  });
  behaviour("with a condition on a sealed path that holds", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const condition = "FROM c WHERE c.email = 'jane@example.org'";
    return (await item.patch({ condition, operations: [{ op: "set", path: "/visits", value: 2 }] })).resource?.visits;
  });
  behaviour("with a condition on a sealed path that doesn't hold throws 412", async ({ container, doc, thrown }) => {
    const { item } = await container.items.create(doc(1));
    const condition = "FROM c WHERE c.age > 100";
    const error = await thrown(() => item.patch({ condition, operations: [{ op: "set", path: "/age", value: 2 }] }));
    return (error as { "<thrown>"?: { code?: unknown } })["<thrown>"]?.code;
  });
  behaviour("with a stale IfMatch throws 412", async ({ container, doc, thrown }) => {
    const { item } = await container.items.create(doc(1));
    const accessCondition = { type: "IfMatch", condition: '"stale"' };
    const code = async (path: string) =>
      (
        (await thrown(() => item.patch([{ op: "set", path, value: 2 }], { accessCondition }))) as {
          "<thrown>"?: { code?: unknown };
        }
      )["<thrown>"]?.code;
    return [await code("/visits"), await code("/age")];
  });
  behaviour("with the right IfMatch at a sealed path", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    return (
      await item.patch([{ op: "incr", path: "/age", value: 1 }], {
        accessCondition: { type: "IfMatch", condition: etag },
      })
    ).resource?.age;
  });
  behaviour("of five writers at once at a sealed number loses none", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1, { age: 0 }));
    await Promise.all([1, 2, 3, 4, 5].map(() => item.patch([{ op: "incr", path: "/age", value: 1 }])));
    return (await item.read()).resource?.["age"];
  });
  behaviour("leaves the caller's operations as they are", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const operations: PatchOperation[] = [{ op: "set", path: "/address", value: { city: "Rome" } }];
    const before = JSON.stringify(operations);
    await item.patch(operations);
    return JSON.stringify(operations) === before;
  });
  behaviour("aborted before it begins rejects", async ({ container, pk, thrown }) => {
    const error = await thrown(() =>
      container.item("x", pk).patch([{ op: "set", path: "/age", value: 1 }], { abortSignal: AbortSignal.abort() }),
    );
    return (error as { "<thrown>": Error })["<thrown>"].name;
  });
  behaviour("contentResponseOnWriteEnabled of the call is heeded", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.patch([{ op: "set", path: "/visits", value: 2 }], { contentResponseOnWriteEnabled: false });
  });
});

describeMember("Items.batch", (behaviour) => {
  const of = (operations: (subject: Subject) => OperationInput[]) => async (subject: Subject) => {
    await subject.container.items.create(subject.doc("old"));
    const { code, substatus, result } = await subject.container.items.batch(operations(subject), subject.pk);
    return [code ?? null, substatus ?? null, result?.map(strip)];
  };
  behaviour("answers a response with its members", async ({ container, doc, pk }) =>
    container.items.batch([{ operationType: "Create", resourceBody: doc(1) }], pk),
  );
  behaviour(
    "create, upsert, read, replace, patch and delete, in order",
    of(({ doc }) => [
      { operationType: "Create", resourceBody: doc(1) },
      { operationType: "Upsert", resourceBody: doc(2) },
      { operationType: "Read", id: doc("old").id },
      { operationType: "Replace", id: doc("old").id, resourceBody: doc("old", { email: "new@example.org" }) },
      { operationType: "Delete", id: doc(1).id },
    ]),
  );
  behaviour(
    "an unsigned path is patched",
    of(({ doc }) => [
      {
        operationType: "Patch",
        id: doc("old").id,
        resourceBody: { operations: [{ op: "incr", path: "/visits", value: 4 }] },
      },
    ]),
  );
  behaviour(
    "a sealed path is patched",
    of(({ doc }) => [
      {
        operationType: "Patch",
        id: doc("old").id,
        resourceBody: { operations: [{ op: "incr", path: "/age", value: 4 }] },
      },
      { operationType: "Create", resourceBody: doc(1) },
    ]),
  );
  behaviour("a conflict fails all: 409 and 424", async ({ container, doc, pk }) => {
    await container.items.create(doc("old"));
    const { result, code } = await container.items.batch(
      [
        { operationType: "Create", resourceBody: doc(1) },
        { operationType: "Create", resourceBody: doc("old") },
        { operationType: "Create", resourceBody: doc(2) },
      ],
      pk,
    );
    return [code, result?.map(({ statusCode }) => statusCode), (await container.item(doc(1).id, pk).read()).statusCode];
  });
  behaviour(
    "a missing item fails all: 404 and 424",
    of(({ doc }) => [
      { operationType: "Create", resourceBody: doc(1) },
      { operationType: "Read", id: "nobody" },
    ]),
  );
  behaviour(
    "a stale ifMatch fails all: 412 and 424",
    of(({ doc }) => [
      { operationType: "Replace", id: doc("old").id, resourceBody: doc("old"), ifMatch: '"stale"' },
      { operationType: "Create", resourceBody: doc(1) },
    ]),
  );
  behaviour("without an id generates one into the caller's operation", async ({ container, pk }) => {
    const body: { id?: string; pk: string } = { pk };
    const { result } = await container.items.batch([{ operationType: "Create", resourceBody: body as Doc }], pk);
    return [typeof body.id, result?.[0]?.resourceBody?.["id"] === body.id];
  });
  behaviour("leaves the caller's bodies as they are", async ({ container, doc, pk }) => {
    const body = doc(1);
    const before = JSON.stringify(body);
    await container.items.batch([{ operationType: "Create", resourceBody: body }], pk);
    return JSON.stringify(body) === before;
  });
  behaviour("rewrites the partition key in the caller's operations", async ({ container, doc, pk }) => {
    const operation: OperationInput = { operationType: "Create", resourceBody: doc(1), partitionKey: pk };
    await container.items.batch([operation], pk);
    return typeof operation.partitionKey === "string" && operation.partitionKey.startsWith("[");
  });
  behaviour("of none", async ({ container, pk, thrown }) => thrown(() => container.items.batch([], pk)));
  behaviour("of more than a hundred throws", async ({ container, doc, pk, thrown }) => {
    const operations = Array.from(
      { length: 101 },
      (_, n): OperationInput => ({ operationType: "Create", resourceBody: doc(n) }),
    );
    return thrown(() => container.items.batch(operations, pk));
  });
  behaviour("aborted before it begins rejects", async ({ container, doc, pk, thrown }) => {
    const operations: OperationInput[] = [{ operationType: "Create", resourceBody: doc(1) }];
    const error = await thrown(() => container.items.batch(operations, pk, { abortSignal: AbortSignal.abort() }));
    return (error as { "<thrown>": Error })["<thrown>"].name;
  });
});

/** Charges differ by nature. */
function strip({ requestCharge: _, ...rest }: { requestCharge?: unknown }): object {
  return rest;
}

describeMember("Items.bulk", (behaviour) => {
  behaviour("answers an array with diagnostics, in the order of the operations", async ({ container, doc }) =>
    container.items.bulk(
      [3, 1, 2].map((n) => ({
        operationType: "Create",
        resourceBody: doc(n, { pk: `${doc(0).pk}-${n}` }),
        partitionKey: `${doc(0).pk}-${n}`,
      })),
    ),
  );
  behaviour("operations of every kind", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc("old"));
    await container.items.create(doc("gone"));
    return container.items.bulk([
      { operationType: "Create", resourceBody: doc(1), partitionKey },
      { operationType: "Upsert", resourceBody: doc(2), partitionKey },
      { operationType: "Read", id: doc("old").id, partitionKey },
      { operationType: "Delete", id: doc("gone").id, partitionKey },
    ]);
  });
  behaviour("a replace and a patch of an unsigned path", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc("old"));
    await container.items.create(doc("other"));
    return container.items.bulk([
      { operationType: "Replace", id: doc("old").id, resourceBody: doc("old", { plan: "free" }), partitionKey },
      {
        operationType: "Patch",
        id: doc("other").id,
        resourceBody: { operations: [{ op: "incr", path: "/visits", value: 1 }] },
        partitionKey,
      },
    ]);
  });
  behaviour("a patch of a sealed path", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc("old"));
    const response = await container.items.bulk([
      {
        operationType: "Patch",
        id: doc("old").id,
        resourceBody: { operations: [{ op: "set", path: "/email", value: "x@example.org" }] },
        partitionKey,
      },
    ]);
    return [response[0]?.statusCode, (await container.item(doc("old").id, partitionKey).read()).resource?.["email"]];
  });
  behaviour("a failure is told by its operation", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc("old"));
    const response = await container.items.bulk(
      [
        { operationType: "Create", resourceBody: doc("old"), partitionKey },
        { operationType: "Create", resourceBody: doc(1), partitionKey },
        { operationType: "Read", id: "nobody", partitionKey },
      ],
      { continueOnError: true },
    );
    return response.map(({ statusCode }) => statusCode);
  });
  behaviour("the partition key is taken from the body", async ({ container, doc }) => {
    const response = await container.items.bulk([{ operationType: "Create", resourceBody: doc(1) }]);
    return response.map(({ statusCode }) => statusCode);
  });
  behaviour("without an id generates one into the caller's body", async ({ container, pk }) => {
    const body: { id?: string; pk: string } = { pk };
    const response = await container.items.bulk([
      { operationType: "Create", resourceBody: body as Doc, partitionKey: pk },
    ]);
    return [response[0]?.statusCode, typeof body.id];
  });
  behaviour("of none answers an empty array", async ({ container }) => container.items.bulk([]));
  behaviour("leaves the caller's bodies as they are", async ({ container, doc, pk }) => {
    const body = doc(1);
    const before = JSON.stringify(body);
    await container.items.bulk([{ operationType: "Create", resourceBody: body, partitionKey: pk }]);
    return JSON.stringify(body) === before;
  });
});

describeMember("Items.executeBulkOperations", (behaviour) => {
  behaviour(
    "answers a result for each operation, in their order, with the operation as it was given",
    async ({ container, doc, pk: partitionKey }) =>
      container.items.executeBulkOperations(
        [3, 1].map((n) => ({ operationType: "Create", resourceBody: doc(n), partitionKey })),
      ),
  );
  behaviour("operations of every kind", async ({ container, doc, pk: partitionKey }) => {
    for (const name of ["read", "replace", "delete", "patch"]) await container.items.create(doc(name));
    const results = await container.items.executeBulkOperations([
      { operationType: "Create", resourceBody: doc(1), partitionKey },
      { operationType: "Upsert", resourceBody: doc(2), partitionKey },
      { operationType: "Read", id: doc("read").id, partitionKey },
      {
        operationType: "Replace",
        id: doc("replace").id,
        resourceBody: doc("replace", { email: "n@example.org" }),
        partitionKey,
      },
      { operationType: "Delete", id: doc("delete").id, partitionKey },
      {
        operationType: "Patch",
        id: doc("patch").id,
        resourceBody: { operations: [{ op: "set", path: "/visits", value: 3 }] },
        partitionKey,
      },
    ]);
    return results.map(({ response, error }) => [response?.statusCode, response?.resourceBody, error?.code]);
  });
  behaviour("a patch of a sealed path", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc(1));
    const [result] = await container.items.executeBulkOperations([
      {
        operationType: "Patch",
        id: doc(1).id,
        resourceBody: { operations: [{ op: "incr", path: "/age", value: 1 }] },
        partitionKey,
      },
    ]);
    return [result?.response?.statusCode, (await container.item(doc(1).id, partitionKey).read()).resource?.["age"]];
  });
  behaviour("a failure is the error of its operation and no other's", async ({ container, doc, pk: partitionKey }) => {
    await container.items.create(doc("old"));
    const results = await container.items.executeBulkOperations([
      { operationType: "Create", resourceBody: doc("old"), partitionKey },
      { operationType: "Create", resourceBody: doc(1), partitionKey },
    ]);
    return results.map(({ response, error }) => [response?.statusCode, error?.code, error?.constructor.name]);
  });
  behaviour("operationInput is a copy", async ({ container, doc, pk: partitionKey }) => {
    const operation = { operationType: "Create" as const, resourceBody: doc(1), partitionKey };
    const [result] = await container.items.executeBulkOperations([operation]);
    return [
      result?.operationInput === operation,
      (result?.operationInput as { resourceBody?: { email?: string } } | undefined)?.resourceBody?.email,
    ];
  });
  behaviour("without an id tells an error of the operation", async ({ container, pk }) => {
    const [result] = await container.items.executeBulkOperations([
      { operationType: "Create", resourceBody: { pk } as unknown as Doc, partitionKey: pk },
    ]);
    return [result?.response?.statusCode, result?.error !== undefined];
  });
  behaviour("of none answers an empty list", async ({ container }) => container.items.executeBulkOperations([]));
  behaviour("contentResponseOnWriteEnabled of the call is heeded", async ({ container, doc, pk: partitionKey }) => {
    const [result] = await container.items.executeBulkOperations(
      [{ operationType: "Create", resourceBody: doc(1), partitionKey }],
      { contentResponseOnWriteEnabled: false },
    );
    return [result?.response?.statusCode, result?.response?.resourceBody];
  });
  behaviour(
    "a document that is too large is the error of its operation",
    async ({ container, doc, pk: partitionKey }) => {
      const results = await container.items.executeBulkOperations([
        { operationType: "Create", resourceBody: doc(1, { plan: "x".repeat(2_300_000) }), partitionKey },
        { operationType: "Create", resourceBody: doc(2), partitionKey },
      ]);
      return results.map(({ response, error }) => [response?.statusCode, error?.code]);
    },
  );
  behaviour("many partitions at once", async ({ container, doc, pk }) => {
    const results = await container.items.executeBulkOperations(
      Array.from({ length: 20 }, (_, n) => ({
        operationType: "Create" as const,
        resourceBody: doc(n, { pk: `${pk}-${n}` }),
        partitionKey: `${pk}-${n}`,
      })),
    );
    return results.map(({ response }) => response?.statusCode);
  });
});
