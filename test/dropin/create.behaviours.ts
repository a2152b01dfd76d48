/** What is written: create and upsert. */
import { describeMember } from "./behaviours.js";
import type { Doc } from "./subject.js";

describeMember("Items.create", (behaviour) => {
  behaviour("answers 201 with the document and what the service adds", async ({ container, doc }) =>
    container.items.create(doc(1)),
  );
  behaviour("the same id again throws 409", async ({ container, doc }) => {
    await container.items.create(doc(1));
    return container.items.create(doc(1));
  });
  behaviour("the same id in another partition is another item", async ({ container, doc, pk }) => {
    await container.items.create(doc(1));
    return (await container.items.create(doc(1, { pk: `${pk}-other` }))).statusCode;
  });
  behaviour("without an id generates one into the caller's body", async ({ container, doc }) => {
    const body = withoutId(doc(1));
    const before = Object.keys(body);
    const { resource } = await container.items.create(body);
    return [before, Object.keys(body), resource?.id === body.id, typeof body.id];
  });
  behaviour("an empty id is generated too", async ({ container, doc }) => {
    const body = doc(1, { id: "" });
    const { statusCode, resource } = await container.items.create(body);
    return [statusCode, body.id === resource?.id, body.id !== ""];
  });
  behaviour("without an id and without generation throws", async ({ container, doc, thrown }) => {
    const error = await thrown(() => container.items.create(withoutId(doc(1)), { disableAutomaticIdGeneration: true }));
    return (error as { "<thrown>"?: unknown })["<thrown>"] !== undefined;
  });
  behaviour("leaves the caller's body as it was", async ({ container, doc }) => {
    const body = doc(1);
    const before = JSON.stringify(body);
    await container.items.create(body);
    return JSON.stringify(body) === before;
  });
  behaviour(
    "takes a frozen body",
    async ({ container, doc }) => (await container.items.create(Object.freeze(doc(1)))).statusCode,
  );
  behaviour("answers with a fresh object", async ({ container, doc }) => {
    const body = doc(1);
    const { resource } = await container.items.create(body);
    return (resource as unknown) !== body;
  });
  behaviour("keeps the order of properties", async ({ container, doc }) => {
    const { resource } = await container.items.create(doc(1));
    return Object.keys(resource!).filter((name) => !name.startsWith("_"));
  });
  behaviour("keeps the order of properties in nested objects", async ({ container, doc }) => {
    const { resource } = await container.items.create(
      doc(1, { plain: { z: 1, a: 2 }, address: { z: 1, a: { y: 1, b: 2 } } }),
    );
    return JSON.stringify([resource?.["plain"], resource?.["address"]]);
  });
  behaviour("a Date becomes a text, at public and sealed paths", async ({ container, doc }) => {
    const { resource } = await container.items.create(doc(1, { when: new Date(0), note: new Date(1) }));
    return [resource?.["when"], resource?.["note"]];
  });
  behaviour("undefined is left out, null is kept", async ({ container, doc }) => {
    const { resource } = await container.items.create(
      doc(1, { plan: undefined, note: undefined, name: null, extra: null }),
    );
    return ["plan" in resource!, "note" in resource!, resource?.["name"], resource?.["extra"]];
  });
  behaviour("NaN and Infinity become null", async ({ container, doc }) => {
    const { resource } = await container.items.create(doc(1, { n: Number.NaN, rank: Number.POSITIVE_INFINITY }));
    return [resource?.["n"], resource?.["rank"]];
  });
  behaviour("undefined in an array becomes null", async ({ container, doc }) => {
    const { resource } = await container.items.create(doc(1, { list: [1, undefined, 2] }));
    return resource?.["list"];
  });
  behaviour("toJSON of a value is used", async ({ container, doc }) => {
    const { resource } = await container.items.create(
      doc(1, { money: { toJSON: () => "3 EUR" }, note: { toJSON: () => "4 EUR" } }),
    );
    return [resource?.["money"], resource?.["note"]];
  });
  behaviour("a bigint throws a TypeError", async ({ container, doc, thrown }) => {
    const error = (await thrown(() => container.items.create(doc(1, { n: 1n })))) as { "<thrown>": Error };
    return error["<thrown>"].name;
  });
  behaviour("a body with a cycle throws a TypeError", async ({ container, doc, thrown }) => {
    const body: Doc = doc(1);
    body["self"] = body;
    const error = (await thrown(() => container.items.create(body))) as { "<thrown>": Error };
    return error["<thrown>"] instanceof Error;
  });
  behaviour("texts of all planes of Unicode come back", async ({ container, doc }) => {
    const texts = { plan: 'üñ😀\u0000\u2028"\\', note: 'üñ😀\u0000\u2028"\\', name: "中文" };
    const { resource } = await container.items.create(doc(1, texts));
    return [resource?.["plan"] === texts.plan, resource?.["note"] === texts.note, resource?.["name"] === texts.name];
  });
  behaviour("numbers come back exactly", async ({ container, doc }) => {
    const numbers = [0, -0, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, -1];
    const { resource } = await container.items.create(doc(1, { numbers, note: numbers }));
    return [resource?.["numbers"], resource?.["note"]];
  });
  behaviour("empty objects, arrays and texts come back", async ({ container, doc }) => {
    const { resource } = await container.items.create(
      doc(1, { extra: {}, list: [], plan: "", address: {}, tags: [], note: "" }),
    );
    const { extra, list, plan, address, tags, note } = resource!;
    return [extra, list, plan, address, tags, note];
  });
  for (const [what, id] of [
    ["a slash", "a/b"],
    ["a backslash", "a\\b"],
    ["a question mark", "a?b"],
    ["a hash", "a#b"],
    ["a space at the end", "a "],
  ] as const) {
    behaviour(`an id with ${what} is judged as the SDK judges`, async ({ container, doc }) =>
      container.items.create(doc(1, { id })),
    );
  }
  for (const [what, id] of [
    ["spaces and letters beyond ASCII", "bücher und mehr"],
    ["a percent sign", "a%20b"],
    ["a plus", "a+b"],
    ["symbols", "WithAllowed!@$^&*()_-=[]{};':,.<>"],
    ["255 characters", "x".repeat(255)],
  ] as const) {
    behaviour(`an id with ${what} is created, read and deleted`, async ({ container, doc, pk }) => {
      const { item, resource } = await container.items.create(doc(1, { id }));
      const read = await container.item(id, pk).read();
      return [resource?.id, read.resource?.id, (await item.delete()).statusCode];
    });
  }
  behaviour("an id that is no text throws", async ({ container, doc }) => container.items.create(doc(1, { id: 5 })));
  behaviour("an id of 256 characters throws", async ({ container, doc, thrown }) => {
    const error = await thrown(() => container.items.create(doc(1, { id: "x".repeat(256) })));
    return (error as { "<thrown>"?: { code?: unknown } })["<thrown>"] !== undefined;
  });
  behaviour("a document over 2 MB throws 413", async ({ container, doc, thrown }) => {
    const error = await thrown(() => container.items.create(doc(1, { plan: "x".repeat(2_200_000) })));
    return (error as { "<thrown>"?: { code?: unknown } })["<thrown>"]?.code;
  });
  behaviour("no body at all throws", async ({ container, thrown }) => {
    const error = await thrown(() => container.items.create(undefined as never));
    return (error as { "<thrown>"?: unknown })["<thrown>"] !== undefined;
  });
  behaviour(
    "a time to live of the document is kept",
    async ({ container, doc }) => (await container.items.create(doc(1, { ttl: 1000 }))).resource?.["ttl"],
  );
  behaviour("contentResponseOnWriteEnabled of the call is heeded", async ({ container, doc }) =>
    container.items.create(doc(1), { contentResponseOnWriteEnabled: false }),
  );
  behaviour("initialHeaders with Prefer: return=minimal give no resource", async ({ container, doc }) =>
    container.items.create(doc(1), { initialHeaders: { Prefer: "return=minimal" } }),
  );
  behaviour("IfNoneMatch * on create of a taken id", async ({ container, doc }) => {
    await container.items.create(doc(1));
    return container.items.create(doc(1), { accessCondition: { type: "IfNoneMatch", condition: "*" } });
  });
  behaviour("a session token of another write is taken", async ({ container, doc }) => {
    const { headers } = await container.items.create(doc(1));
    return (await container.items.create(doc(2), { sessionToken: String(headers["x-ms-session-token"]) })).statusCode;
  });
  behaviour("system properties of another document are replaced by its own", async ({ container, doc }) => {
    const { resource } = await container.items.create(doc(1));
    const copy = await container.items.create({ ...resource, id: doc(2).id });
    return [copy.statusCode, copy.resource?._rid !== resource?._rid, copy.resource?._etag !== resource?._etag];
  });
});

describeMember("Items.upsert", (behaviour) => {
  behaviour("answers 201 for a new item", async ({ container, doc }) => container.items.upsert(doc(1)));
  behaviour("answers 200 for a known one", async ({ container, doc }) => {
    await container.items.upsert(doc(1));
    return container.items.upsert(doc(1, { plan: "free", email: "new@example.org" }));
  });
  behaviour("replaces the whole document", async ({ container, doc, pk }) => {
    await container.items.upsert(doc(1));
    await container.items.upsert({ id: doc(1).id, pk, plan: "free" });
    return (await container.item(doc(1).id, pk).read()).resource;
  });
  behaviour("without an id generates one into the caller's body", async ({ container, doc }) => {
    const body = withoutId(doc(1));
    const { resource, statusCode } = await container.items.upsert(body);
    return [statusCode, resource?.id === body.id];
  });
  behaviour("without an id and without generation throws", async ({ container, doc, thrown }) => {
    const error = await thrown(() => container.items.upsert(withoutId(doc(1)), { disableAutomaticIdGeneration: true }));
    return (error as { "<thrown>"?: unknown })["<thrown>"] !== undefined;
  });
  behaviour("with a stale IfMatch throws 412", async ({ container, doc }) => {
    await container.items.upsert(doc(1));
    return container.items.upsert(doc(1), { accessCondition: { type: "IfMatch", condition: '"stale"' } });
  });
  behaviour("with the right IfMatch answers 200", async ({ container, doc }) => {
    const { etag } = await container.items.upsert(doc(1));
    return (await container.items.upsert(doc(1, { n: 2 }), { accessCondition: { type: "IfMatch", condition: etag } }))
      .resource?.["n"];
  });
  behaviour("leaves the caller's body as it was", async ({ container, doc }) => {
    const body = doc(1);
    const before = JSON.stringify(body);
    await container.items.upsert(body);
    return JSON.stringify(body) === before;
  });
  behaviour("an illegal id throws in the SDK's words", async ({ container, doc }) =>
    container.items.upsert(doc(1, { id: "a/b" })),
  );
  behaviour("of a document that was read, with all that the service added", async ({ container, doc, pk }) => {
    await container.items.upsert(doc(1));
    const { resource } = await container.item(doc(1).id, pk).read();
    return container.items.upsert({ ...resource, plan: "free" });
  });
  behaviour("contentResponseOnWriteEnabled of the call is heeded", async ({ container, doc }) =>
    container.items.upsert(doc(1), { contentResponseOnWriteEnabled: false }),
  );
});

function withoutId(document: Doc): { id?: string; pk: string } {
  const { id: _, ...rest } = document;
  return rest;
}
