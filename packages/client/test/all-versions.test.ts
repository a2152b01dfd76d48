/** The feed of all versions and deletes: both sides of a change opened, deletes named by what is stored. The rows are as the service documents them, answered to the real SDK. */
import {
  ChangeFeedMode,
  ChangeFeedPolicy,
  type ChangeFeedPullModelIterator,
  ChangeFeedRetentionTimeSpan,
  ChangeFeedStartFrom,
} from "@azure/cosmos";
import { type Container, defineContainer, sealErrorsOf, sealed } from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { detour } from "./support/detour.js";
import { bare, codeOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 1 });

let before: Record<string, unknown>;
let after: Record<string, unknown>;
let other: Record<string, unknown>;
let patient: Record<string, unknown>;

async function storedIn(
  container: Container,
  name: string,
  body: { readonly id: string; readonly [name: string]: unknown },
) {
  const { resource } = await container.items.upsert<{ id: string }>({ ...body });
  const { resources } = await world()
    .stolen(name)
    .items.query({ query: "SELECT * FROM c WHERE c._rid = @r", parameters: [{ name: "@r", value: resource!._rid }] })
    .fetchAll();
  return resources[0];
}

beforeAll(async () => {
  const { customers, patients } = world();
  before = await storedIn(customers, "customers", { id: "a", tenantId: "t", email: "before@example.org" });
  after = await storedIn(customers, "customers", { id: "a", tenantId: "t", email: "after@example.org" });
  other = await storedIn(customers, "customers", { id: "b", tenantId: "t", email: "other@example.org" });
  patient = await storedIn(patients, "patients", { id: "p-1", ward: "w-1", finding: "none" });
});

/** One page with these rows, as the service would answer. */
function feedOf(rows: readonly unknown[], name = "customers", onBadDocument?: "quarantine") {
  const modes: (string | undefined)[] = [];
  const httpClient = detour((request) => {
    if (request.headers.get("a-im") === undefined) return undefined;
    modes.push(request.headers.get("a-im"));
    return { status: 200, body: { _rid: "r", Documents: rows, _count: rows.length }, headers: { etag: '"9"' } };
  });
  const { items } = world().connect({}, { httpClient }).database("shop").container(name);
  const iterator = items.getChangeFeedIterator<Record<string, unknown>>({
    changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes,
    changeFeedStartFrom: ChangeFeedStartFrom.Now(),
    ...(onBadDocument && { onBadDocument }),
  });
  return { iterator, modes };
}

const metadata = (operationType: string, more: object = {}) => ({ operationType, lsn: 9, crts: 1, ...more });
const emailOf = (side: unknown): unknown => (side as { readonly email?: unknown }).email;

describe("the feed of all versions and deletes", () => {
  test("opens the document after a change and the one before it, and leaves what happened as it is", async () => {
    const { iterator, modes } = feedOf([
      { current: before, metadata: metadata("create") },
      { current: after, previous: before, metadata: metadata("replace", { previousImageLSN: 8 }) },
      { previous: after, metadata: metadata("delete", { previousImageLSN: 9, timeToLiveExpired: false }) },
    ]);
    const { result, count, continuationToken } = await iterator.readNext();
    expect(modes).toEqual([ChangeFeedMode.AllVersionsAndDeletes]);
    expect(count).toBe(3);
    expect(JSON.parse(continuationToken).Continuation[0].continuationToken).toBe('"9"');
    const [created, replaced, deleted] = result as Record<string, unknown>[];
    expect(bare(created!["current"])).toEqual({ id: "a", tenantId: "t", email: "before@example.org" });
    expect([emailOf(replaced!["current"]), emailOf(replaced!["previous"])]).toEqual([
      "after@example.org",
      "before@example.org",
    ]);
    expect(replaced!["metadata"]).toEqual(metadata("replace", { previousImageLSN: 8 }));
    expect([Object.keys(deleted!), emailOf(deleted!["previous"])]).toEqual([
      ["previous", "metadata"],
      "after@example.org",
    ]);
  });

  test.each([
    ["absent", {}],
    ["null", { current: null }],
    ["empty", { current: {} }],
  ])("gives a delete without a body as it is: %s", async (_, body) => {
    const row = { ...body, metadata: metadata("delete", { id: "a", partitionKey: { tenantId: "t" } }) };
    expect((await feedOf([row]).iterator.readNext()).result).toEqual([row]);
  });

  test("gives the id and partition key of a delete as their tokens where they are sealed, and marks them", async () => {
    const { id, ward } = patient as { readonly id: string; readonly ward: string };
    const row = { metadata: metadata("delete", { id, partitionKey: { ward } }) };
    const { result } = await feedOf([row], "patients").iterator.readNext();
    expect(result).toEqual([{ metadata: { ...row.metadata, tokens: ["/id", "/ward"] } }]);
    const opened = await feedOf([{ current: patient, metadata: metadata("create") }], "patients").iterator.readNext();
    expect(bare((opened.result[0] as Record<string, unknown>)["current"])).toEqual({
      id: "p-1",
      ward: "w-1",
      finding: "none",
    });
    expect((opened.result[0] as Record<string, unknown>)["metadata"]).toEqual(metadata("create"));
  });

  test("takes no change from one document to another, and no row that is no change", async () => {
    const mixed = feedOf([{ current: after, previous: other, metadata: metadata("replace") }]);
    expect(await codeOf(() => mixed.iterator.readNext())).toBe("ERR_ANSWER_MISMATCH");
    expect(await codeOf(() => feedOf(["row"]).iterator.readNext())).toBe("ERR_ANSWER_MISMATCH");
  });

  test.each([
    ["forged", () => ({ ...after, plan: "forged" }), "ERR_INTEGRITY"],
    ["plaintext", () => ({ id: "a", tenantId: "t", email: "x" }), "ERR_NOT_SEALED"],
  ])("leaves a row out whole where a side of it is %s, or throws, as the policy says", async (_, side, code) => {
    for (const row of [
      { current: side() },
      { current: after, previous: side() },
      { current: side(), previous: before },
    ]) {
      const rows = [structuredClone({ current: other }), structuredClone(row)];
      expect(await codeOf(() => feedOf(rows).iterator.readNext())).toBe(code);
      const page = await feedOf(structuredClone(rows), "customers", "quarantine").iterator.readNext();
      expect(page.result.map((one) => (one as unknown as { current: { id: string } }).current.id)).toEqual(["b"]);
      expect(sealErrorsOf(page).map((bad) => [bad.code, bad.id])).toEqual([[code, "a"]]);
    }
  });
});

describe("all versions and deletes, end to end", () => {
  const schema = z.object({ id: sealed(z.string()), ward: sealed(z.string()), finding: sealed(z.string()) });
  const kept = defineContainer({ name: "kept", partitionKey: "/ward", schema });
  type Row = { current?: { finding: string }; previous?: { finding: string }; metadata: { operationType: string } };

  async function drain(iterator: ChangeFeedPullModelIterator<Row>): Promise<{ rows: Row[]; token: string }> {
    const rows: Row[] = [];
    for (;;) {
      const { statusCode, result, continuationToken } = await iterator.readNext();
      if (statusCode === 304) return { rows, token: continuationToken };
      rows.push(...result);
    }
  }

  test("each change of a document comes with both its sides opened, a delete with what it took, and tokens go on", async () => {
    const client = world().connect({ containers: { "shop/kept": kept }, createScopes: true });
    const changeFeedPolicy = new ChangeFeedPolicy(ChangeFeedRetentionTimeSpan.fromMinutes(10));
    const { database } = await client.databases.createIfNotExists({ id: "shop" });
    await database.containers.create({ id: "kept", partitionKey: "/ward", changeFeedPolicy });
    const container = client.container(kept);
    const { items } = container;
    const feed = (changeFeedStartFrom: ChangeFeedStartFrom) =>
      items.getChangeFeedIterator<Row>({ changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes, changeFeedStartFrom });
    const now = feed(ChangeFeedStartFrom.Now("w-7"));
    const { token } = await drain(now);
    await items.create({ id: "p-7", ward: "w-7", finding: "first" });
    await items.create({ id: "p-8", ward: "w-8", finding: "elsewhere" });
    await items.upsert({ id: "p-7", ward: "w-7", finding: "second" });
    await container.item("p-7", "w-7").delete();
    const expected = [
      ["create", "first", undefined],
      ["replace", "second", "first"],
      ["delete", undefined, "second"],
    ];
    for (const iterator of [now, feed(ChangeFeedStartFrom.Continuation(token))]) {
      const { rows } = await drain(iterator);
      expect(
        rows.map(({ current, previous, metadata: { operationType } }) => [
          operationType,
          current?.finding,
          previous?.finding,
        ]),
      ).toEqual(expected);
    }
    expect(token).not.toContain("w-7");
    client.dispose();
  });
});
