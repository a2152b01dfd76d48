/** One item: read, replace, delete; and the keys by which it is found. */
import { PartitionKeyBuilder, PartitionKeyDefinitionVersion, PartitionKeyKind } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";

describeMember("Item.read", (behaviour) => {
  behaviour("answers 200 with the document", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return container.item(doc(1).id, pk).read();
  });
  behaviour("of a missing item answers 404 without a resource and doesn't throw", async ({ container, pk }) =>
    container.item("nobody", pk).read(),
  );
  behaviour("in another partition answers 404", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, `${pk}-other`).read()).statusCode;
  });
  behaviour("unchanged since IfNoneMatch answers 304 with null", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    return item.read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
  });
  behaviour("changed since IfNoneMatch answers 200", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    await item.replace(doc(1, { n: 2 }));
    return item.read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
  });
  behaviour("in a missing container throws 404", async ({ database, declare }) =>
    database.container(declare("none")).item("x", "y").read(),
  );
  behaviour("etag is the one of the last write", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const { etag } = await item.replace(doc(1, { n: 2 }));
    const read = await item.read();
    return [read.etag === etag, read.resource?._etag === etag];
  });
  behaviour("headers are an object of its own with names in lower case", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const { headers } = await item.read();
    return [Object.keys(headers).every((name) => name === name.toLowerCase()), typeof headers["x-ms-session-token"]];
  });
  behaviour("without a partition key, of an item that has one, answers 404", async ({ container, doc }) => {
    await container.items.create(doc(1));
    return (await container.item(doc(1).id).read()).statusCode;
  });
  behaviour("as a typed document", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    const { resource } = await container.item(doc(1).id, pk).read<{ id: string; email: string }>();
    return resource?.email;
  });
  behaviour("in parallel answers each its own", async ({ container, doc, pk }) => {
    for (let n = 0; n < 5; n++) await container.items.create(doc(n));
    const all = await Promise.all([0, 1, 2, 3, 4].map((n) => container.item(doc(n).id, pk).read()));
    return all.map(({ resource }) => resource?.n);
  });
  behaviour("an illegal id throws when it is asked", async ({ container, pk, thrown }) =>
    thrown(() => container.item("a/b", pk).read()),
  );
  behaviour("an empty id throws", async ({ container, pk, thrown }) => thrown(() => container.item("", pk).read()));
  behaviour("a consistency level of the call is taken", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return (await item.read({ consistencyLevel: "Eventual" })).statusCode;
  });
});

describeMember("Item.replace", (behaviour) => {
  behaviour("answers 200 with the new document", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.replace(doc(1, { plan: "free", email: "new@example.org" }));
  });
  behaviour("of a missing item throws 404", async ({ container, doc, pk }) =>
    container.item(doc(1).id, pk).replace(doc(1)),
  );
  behaviour("with a stale IfMatch throws 412", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.replace(doc(1), { accessCondition: { type: "IfMatch", condition: '"stale"' } });
  });
  behaviour("with the right IfMatch answers 200", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    return (await item.replace(doc(1, { n: 7 }), { accessCondition: { type: "IfMatch", condition: etag } })).resource?.[
      "n"
    ];
  });
  behaviour("of what was read, changed, with all that the service added", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const { resource } = await item.read();
    resource!["email"] = "other@example.org";
    return item.replace(resource!);
  });
  behaviour("can change the id", async ({ container, doc, pk }) => {
    const { item } = await container.items.create(doc(1));
    const { statusCode } = await item.replace(doc(2));
    return [
      statusCode,
      (await container.item(doc(1).id, pk).read()).statusCode,
      (await container.item(doc(2).id, pk).read()).statusCode,
    ];
  });
  behaviour("can't change the partition key", async ({ container, doc, pk, thrown }) => {
    const { item } = await container.items.create(doc(1));
    const error = (await thrown(() => item.replace(doc(1, { pk: `${pk}-other` })))) as {
      "<thrown>"?: { code?: unknown };
    };
    return error["<thrown>"]?.code;
  });
  behaviour("without an id throws", async ({ container, doc, pk, thrown }) => {
    const { item } = await container.items.create(doc(1));
    const error = (await thrown(() => item.replace({ pk } as never))) as { "<thrown>"?: unknown };
    return error["<thrown>"] !== undefined;
  });
  behaviour("an illegal id throws in the SDK's words", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.replace(doc(1, { id: "a/b" }));
  });
  behaviour("changes the etag", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    return (await item.replace(doc(1))).etag !== etag;
  });
  behaviour("leaves the caller's body as it was", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    const body = doc(1, { n: 3 });
    const before = JSON.stringify(body);
    await item.replace(body);
    return JSON.stringify(body) === before;
  });
  behaviour("of two with one etag, one wins and the other throws 412", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    const accessCondition = { type: "IfMatch", condition: etag };
    const both = await Promise.allSettled([
      item.replace(doc(1, { n: 1 }), { accessCondition }),
      item.replace(doc(1, { n: 2 }), { accessCondition }),
    ]);
    return both.map((one) => (one.status === "fulfilled" ? "won" : (one.reason as { code: number }).code)).sort();
  });
  behaviour("contentResponseOnWriteEnabled of the call is heeded", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.replace(doc(1), { contentResponseOnWriteEnabled: false });
  });
});

describeMember("Item.delete", (behaviour) => {
  behaviour("answers 204 without a resource", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.delete();
  });
  behaviour("of a missing item throws 404", async ({ container, pk }) => container.item("nobody", pk).delete());
  behaviour("with a stale IfMatch throws 412", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    return item.delete({ accessCondition: { type: "IfMatch", condition: '"stale"' } });
  });
  behaviour("with the right IfMatch answers 204", async ({ container, doc }) => {
    const { item, etag } = await container.items.create(doc(1));
    return (await item.delete({ accessCondition: { type: "IfMatch", condition: etag } })).statusCode;
  });
  behaviour("makes room for a new item of the same id", async ({ container, doc }) => {
    const { item } = await container.items.create(doc(1));
    await item.delete();
    return (await container.items.create(doc(1))).statusCode;
  });
});

describeMember("Item", (behaviour) => {
  behaviour("id, url and container are there before anything is sent", async ({ container, pk }) => {
    const item = container.item("some id", pk);
    return [item.id, item.url, item.container === container];
  });
  behaviour("own keys are the SDK's", async ({ container, pk }) => Object.keys(container.item("x", pk)).sort());
});

describeMember("PartitionKey", (behaviour) => {
  behaviour("as a list of one value finds the item", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, [pk]).read()).statusCode;
  });
  behaviour("of PartitionKeyBuilder finds the item", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, new PartitionKeyBuilder().addValue(pk).build()).read()).statusCode;
  });
  for (const [what, value] of [
    ["null", null],
    ["a number", 5],
    ["zero", 0],
    ["true", true],
    ["false", false],
    ["an empty text", ""],
    ["a long text", "x".repeat(300)],
    ["a text beyond ASCII", "Ünïcödé 😀"],
  ] as const) {
    behaviour(`of ${what} is written and read`, async ({ container, doc }) => {
      await container.items.create(doc(1, { pk: value }));
      const { statusCode, resource } = await container.item(doc(1).id, value as string).read();
      return [statusCode, resource?.pk];
    });
  }
  behaviour("that the document lacks is None, read by undefined", async ({ container, doc }) => {
    await container.items.create(doc(1, { pk: undefined }));
    const { statusCode, resource } = await container.item(doc(1).id, undefined).read();
    return [statusCode, "pk" in resource!];
  });
  behaviour("None of PartitionKeyBuilder reads it too", async ({ container, doc }) => {
    await container.items.create(doc(1, { pk: undefined }));
    return (await container.item(doc(1).id, new PartitionKeyBuilder().addNoneValue().build()).read()).statusCode;
  });
  behaviour("nested is taken from inside the document", async ({ fresh, doc }) => {
    const container = await fresh({ partitionKey: { paths: ["/inner/key"] } });
    await container.items.create(doc(1, { inner: { key: "k" } }));
    return (await container.item(doc(1).id, "k").read()).resource;
  });
  behaviour("nested, of a document without its parent, is None", async ({ fresh, doc }) => {
    const container = await fresh({ partitionKey: { paths: ["/inner/key"] } });
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, undefined).read()).statusCode;
  });
  behaviour("hierarchical is written, read, replaced and deleted", async ({ fresh, doc }) => {
    const container = await fresh({ partitionKey: HIERARCHY });
    const { item } = await container.items.create(doc(1));
    const again = container.item(doc(1).id, [doc(1).pk, "pro"]);
    return [
      (await again.read()).statusCode,
      (await item.replace(doc(1, { n: 2 }))).statusCode,
      (await again.delete()).statusCode,
    ];
  });
  behaviour("hierarchical, with a part missing, is written and read", async ({ fresh, doc }) => {
    const container = await fresh({ partitionKey: HIERARCHY });
    await container.items.create(doc(1, { plan: undefined }));
    const key = new PartitionKeyBuilder().addValue(doc(1).pk).addNoneValue().build();
    return (await container.item(doc(1).id, key).read()).statusCode;
  });
  behaviour("hierarchical, a prefix finds all below it in a query", async ({ fresh, doc, pk }) => {
    const container = await fresh({ partitionKey: HIERARCHY });
    await container.items.create(doc(1));
    await container.items.create(doc(2, { plan: "free" }));
    await container.items.create(doc(3, { pk: "other" }));
    const { resources } = await container.items.query("SELECT * FROM c", { partitionKey: [pk] }).fetchAll();
    return resources.map(({ n }) => n).sort();
  });
  behaviour("hierarchical, whole finds one in a query", async ({ fresh, doc, pk }) => {
    const container = await fresh({ partitionKey: HIERARCHY });
    await container.items.create(doc(1));
    await container.items.create(doc(2, { plan: "free" }));
    const { resources } = await container.items.query("SELECT * FROM c", { partitionKey: [pk, "free"] }).fetchAll();
    return resources.map(({ n }) => n);
  });
  behaviour("of version 1 is written and read", async ({ fresh, doc, pk }) => {
    const container = await fresh({ partitionKey: { paths: ["/pk"], version: PartitionKeyDefinitionVersion.V1 } });
    await container.items.create(doc(1));
    return (await container.item(doc(1).id, pk).read()).statusCode;
  });
});

const HIERARCHY = {
  paths: ["/pk", "/plan"],
  kind: PartitionKeyKind.MultiHash,
  version: PartitionKeyDefinitionVersion.V2,
};
