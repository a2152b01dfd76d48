/** The roles that keyrings make, one by one: what each can do, and what it can't. The table is in docs/keys.md. */
import { createRoot, isPlaceholder } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { charts, MAIN, MEDICAL, useGroupWorld, wards } from "./support/group-world.js";
import { bare, codeOf } from "./support/world.js";

const world = useGroupWorld({ rooted: ["", "medical"] });

const CHART = { tenantId: "t-1", plan: "pro", email: "ada@example.com", diagnosis: "asthma" };

let count = 0;
async function made(): Promise<string> {
  const id = `r-${++count}`;
  await world().full.items.create({ id, ...CHART });
  return id;
}

describe("full", () => {
  test("reads, writes, searches, and makes scopes and generations", async () => {
    const id = await made();
    const { connect, full, groups } = world();
    const query = "SELECT VALUE c.email FROM c WHERE c.diagnosis = 'asthma'";
    expect((await full.items.query(query).fetchAll()).resources).toContain("ada@example.com");
    expect(bare((await full.item(id, "t-1").read()).resource)).toEqual({ id, ...CHART });
    expect(await connect({ groups }).keys.rotate(charts)).toHaveLength(3);
    expect(bare((await full.item(id, "t-1").read()).resource)).toEqual({ id, ...CHART });
  });
});

describe("without a group", () => {
  test("reads and writes the rest, and makes nothing new", async () => {
    const id = await made();
    const { by, connect, full, groups } = world();
    const own = { "": groups[""]! };
    const container = by({ groups: own, missingGroups: "omit" });
    const { diagnosis: _, ...rest } = CHART;
    expect(bare((await container.item(id, "t-1").read()).resource)).toEqual({ id, ...rest });
    await container.item(id, "t-1").replace({ id, ...rest, email: "new@example.com" });
    expect((await full.item(id, "t-1").read()).resource).toMatchObject({ ...CHART, email: "new@example.com" });
    expect(await codeOf(() => container.items.create({ id: "new", tenantId: "t-1" }))).toBe("ERR_GROUP_KEY_MISSING");
    const { keys } = connect({ groups: own });
    expect(await codeOf(() => keys.rotate(charts))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await keys.rotate(charts, undefined, { kind: "group", group: "" })).toHaveLength(1);
  });

  test("the other way round: only that group, with the default group closed", async () => {
    const id = await made();
    const { by, groups } = world();
    const container = by({ groups: { medical: groups["medical"]! }, missingGroups: "omit" });
    const { email: _, ...rest } = CHART;
    expect(bare((await container.item(id, "t-1").read()).resource)).toEqual({ id, ...rest });
  });
});

describe("verifier", () => {
  test("verifies every document and opens nothing sealed", async () => {
    const id = await made();
    const { by, partial, thief } = world();
    const open = { id, tenantId: "t-1", plan: "pro" };
    expect(bare((await partial.item(id, "t-1").read()).resource)).toEqual(open);
    const marked = (await by({ missingGroups: "placeholder" }).item(id, "t-1").read()).resource;
    expect([marked["email"], marked["diagnosis"]].every(isPlaceholder)).toBe(true);
    const { resource: stored } = await thief.item(id, "t-1").read();
    await thief.items.upsert({ ...stored, plan: "free" });
    expect(await codeOf(() => partial.item(id, "t-1").read())).toBe("ERR_INTEGRITY");
    await thief.items.upsert(stored as object);
  });

  test("counts and projects what is signed, and searches nothing that is sealed", async () => {
    const id = await made();
    const container = world().by();
    const query = { query: "SELECT c.id, c.plan FROM c WHERE c.id = @id", parameters: [{ name: "@id", value: id }] };
    expect((await container.items.query(query).fetchAll()).resources).toEqual([{ id, plan: "pro" }]);
    const search = "SELECT c.id FROM c WHERE c.email = 'ada@example.com'";
    expect(await codeOf(() => container.items.query(search).fetchAll())).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("finds documents by sealed id and partition key, and sees their tokens", async () => {
    const { connect, groups } = world();
    const full = connect({ groups }).database("shop").container("wards");
    await full.items.create({ id: "ward-7", ward: "north", beds: 12 });
    const verifier = connect({ missingGroups: "omit" }).database("shop").container("wards");
    const { resource } = await verifier.item("ward-7", "north").read();
    expect(resource).toMatchObject({ beds: 12 });
    expect(resource.id).toMatch(/^[\w-]{22}$/);
    expect(resource.ward).toMatch(/^[\w-]{22}$/);
    expect((await full.item("ward-7", "north").read()).resource).toMatchObject({ id: "ward-7", ward: "north" });
    const replaced = { id: "ward-7", ward: "north", beds: 13 };
    expect(await codeOf(() => verifier.item("ward-7", "north").replace(replaced))).toBe("ERR_GROUP_KEY_MISSING");
    expect(wards.plan.identity).toHaveLength(2);
  });

  test("stated limit: it holds the integrity key, and can change what is signed", async () => {
    const id = await made();
    await world().partial.item(id, "t-1").replace({ id, tenantId: "t-1", plan: "free" });
    expect(bare((await world().full.item(id, "t-1").read()).resource)).toEqual({ id, ...CHART, plan: "free" });
  });

  test("destroys scopes, which needs no key, and gives a scope no keys to seal with", async () => {
    const id = await made();
    const { by, connect, groups } = world();
    const { keys } = connect();
    expect((await keys.groups()).map(({ group, held }) => [group, held])).toEqual([
      ["", false],
      ["medical", false],
    ]);
    await keys.createScope(charts); // nothing that it could add
    const next = await createRoot(MAIN);
    expect(await codeOf(() => keys.rekey(next, { group: "" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await codeOf(() => keys.rewrap(MEDICAL, { group: "medical" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await keys.destroy(charts, undefined, { group: "medical" })).toBeGreaterThan(0);
    expect(await codeOf(() => by({ groups }).item(id, "t-1").read())).toBe("ERR_KEY_DESTROYED");
  });
});
