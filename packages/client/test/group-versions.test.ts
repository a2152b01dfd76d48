/** Clients that lack a group's key, while schema versions and index keys change: what they write is found, and loses nothing. */
import type { Container } from "@azure/cosmos";
import { type ContainerDefinition, defineContainer, type VersionFacts, versionFacts } from "@cosmoseal/core";
import { sealed } from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { useGroupWorld } from "./support/group-world.js";
import { bare, codeOf } from "./support/world.js";

const world = useGroupWorld();

const base = { id: z.string(), tenantId: z.string(), plan: z.string().optional() };

function version(
  number: number,
  shape: z.ZodRawShape,
  history: readonly VersionFacts[] = [],
  more: object = {},
): ContainerDefinition<unknown> {
  const schema = z.object({ ...base, ...shape });
  return defineContainer({ name: "grown", partitionKey: "/tenantId", version: number, history, schema, ...more });
}

const medical = (index: boolean) =>
  sealed(z.string(), { group: "medical", ...(index && { equality: true }) }).optional();

const first = version(1, { diagnosis: medical(false) });
const second = version(2, { diagnosis: medical(true) }, [versionFacts(first.plan)]);

function grown(definition: ContainerDefinition<unknown>, holds: boolean, now?: () => number): Container {
  const { connect, groups } = world();
  const client = connect({
    containers: { "shop/grown": definition },
    missingGroups: "omit",
    ...(holds && { groups }),
    ...(now && { now }),
  });
  return client.database("shop").container("grown");
}

async function search(container: Container, value: string): Promise<unknown[]> {
  const query = `SELECT VALUE c.id FROM c WHERE c.diagnosis = '${value}'`;
  return (await container.items.query(query, { partitionKey: "t-1" }).fetchAll()).resources;
}

async function storedOf(id: string): Promise<Record<string, unknown>> {
  const { resource } = await world().thief.database.container("grown").item(id, "t-1").read();
  return resource as Record<string, unknown>;
}

const versionOf = (stored: Record<string, unknown>) => (stored["_seal"] as { s: number }).s;

beforeAll(async () => {
  const { connect, groups } = world();
  const client = connect({ groups, containers: { "shop/grown": first } });
  await client.database("shop").containers.create({ id: "grown", partitionKey: "/tenantId" });
  await client.keys.createScope(first);
});

describe("schema versions", () => {
  test("a document that was carried before its new index was made is found by whoever searches that index", async () => {
    const body = { id: "1", tenantId: "t-1", plan: "a" };
    await grown(first, true).items.create({ ...body, diagnosis: "asthma" });
    await grown(second, false)
      .item("1", "t-1")
      .replace({ ...body, plan: "b" });
    expect(versionOf(await storedOf("1"))).toBe(1);
    expect(await search(grown(second, true), "asthma")).toEqual(["1"]);
    await grown(second, true)
      .item("1", "t-1")
      .replace({ ...body, diagnosis: "asthma" });
    expect(versionOf(await storedOf("1"))).toBe(2);
    await grown(second, false)
      .item("1", "t-1")
      .replace({ ...body, plan: "c" });
    expect(versionOf(await storedOf("1"))).toBe(2);
    expect(await search(grown(second, true), "asthma")).toEqual(["1"]);
  });

  test("a group of a later version that the writer doesn't know is neither lost nor carried: the write is refused", async () => {
    const { connect, groups, thief } = world();
    const own = { ...base, note: sealed(z.string()).optional() };
    const plain = defineContainer({ name: "later", partitionKey: "/tenantId", schema: z.object(own) });
    const later = defineContainer({
      name: "later",
      partitionKey: "/tenantId",
      version: 2,
      history: [versionFacts(plain.plan)],
      schema: z.object({ ...own, diagnosis: medical(false) }),
    });
    const owner = connect({ groups, containers: { "shop/later": later } });
    await owner.database("shop").containers.create({ id: "later", partitionKey: "/tenantId" });
    await owner.keys.createScope(later);
    const body = { id: "1", tenantId: "t-1", note: "n" };
    await owner
      .database("shop")
      .container("later")
      .items.create({ ...body, diagnosis: "asthma" });
    const client = connect({ containers: { "shop/later": plain }, missingGroups: "omit" });
    const container = client.database("shop").container("later");
    expect(bare((await container.item("1", "t-1").read()).resource)).toEqual(body);
    for (const write of [
      () => container.item("1", "t-1").replace({ ...body, plan: "x" }),
      () => container.items.upsert({ ...body, plan: "x" }),
      () => container.item("1", "t-1").patch([{ op: "set", path: "/plan", value: "x" }]),
    ]) {
      expect(await codeOf(write)).toBe("ERR_SCHEMA_OUTDATED");
    }
    const { resource } = await thief.database.container("later").item("1", "t-1").read();
    expect(versionOf(resource as Record<string, unknown>)).toBe(2);
  });
});

describe("index keys", () => {
  test("what is carried under an older one is found before and after that is retired", async () => {
    let clock = Date.now();
    const now = () => clock;
    const { connect, groups } = world();
    const owner = connect({ groups, containers: { "shop/grown": second }, now });
    const full = owner.database("shop").container("grown");
    const partial = grown(second, false, now);
    const body = { id: "2", tenantId: "t-1", plan: "a" };
    await full.items.create({ ...body, diagnosis: "eczema" });
    await owner.keys.rotate(second, undefined, { kind: "index" });
    clock += 121_000;
    await partial.item("2", "t-1").replace({ ...body, plan: "b" });
    expect(((await storedOf("2"))["_seal"] as { t: number }).t).toBe(1);
    expect(await search(full, "eczema")).toEqual(["2"]);
    await owner.keys.recordComplete(second, second.plan.indexes[0]!.name, 2);
    clock += 500_000;
    await owner.keys.retire(second, undefined, { kind: "index", generation: 1 });
    clock += 61_000;
    expect(await search(full, "eczema")).toEqual(["2"]);
    await partial.item("2", "t-1").replace({ ...body, plan: "c" });
    expect(await search(full, "eczema")).toEqual(["2"]);
    await full.item("2", "t-1").replace({ ...body, diagnosis: "eczema" });
    expect(((await storedOf("2"))["_seal"] as { t: number }).t).toBe(2);
    expect(await search(full, "eczema")).toEqual(["2"]);
  });
});

describe("moving in", () => {
  test("plaintext is read by who lacks the group, and sealed by who has it", async () => {
    const { connect, groups, thief } = world();
    const definition = defineContainer({
      name: "moving",
      partitionKey: "/tenantId",
      movingIn: { phase: "sealing", since: new Date(Date.now() + 60_000).toISOString() },
      schema: z.object({ ...base, diagnosis: medical(false) }),
    });
    const owner = connect({ groups, containers: { "shop/moving": definition } });
    await owner.keys.createScope(definition);
    await thief.database.containers.create({ id: "moving", partitionKey: "/tenantId" });
    const body = { id: "1", tenantId: "t-1", diagnosis: "asthma" };
    await thief.database.container("moving").items.create(body);
    const client = connect({ containers: { "shop/moving": definition }, missingGroups: "omit" });
    const container = client.database("shop").container("moving");
    expect(bare((await container.item("1", "t-1").read()).resource)).toEqual(body);
    const { diagnosis: _, ...rest } = body;
    expect(await codeOf(() => container.item("1", "t-1").replace(rest))).toBe("ERR_GROUP_KEY_MISSING");
    await owner.database("shop").container("moving").item("1", "t-1").replace(body);
    await container.item("1", "t-1").replace({ ...rest, plan: "x" });
    const { resource } = await owner.database("shop").container("moving").item("1", "t-1").read();
    expect(bare(resource)).toEqual({ ...body, plan: "x" });
  });
});
