/** What an instance does about other schema versions once it has met them, and what queries ask for on their account. */
import type { Container, ItemDefinition } from "@azure/cosmos";
import { publicAt } from "@cosmoseal/core";
import {
  type CosmosClient,
  defineContainer,
  type LockedVersion,
  type SealEvent,
  type SealedContainerDefinition,
  type SealOptions,
  sealed,
  signed,
  type Treatment,
  unsigned,
  versionFacts,
} from "cosmoseal";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Sightings } from "../src/sealing/sightings.js";
import { textOf } from "./support/traffic.js";
import { bare, codeOf, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
const clients: CosmosClient[] = [];
let name: string;
let count = 0;

beforeEach(async () => {
  name = `versions-${count++}`;
  await world().thief.database("shop").containers.create({ id: name, partitionKey: "/tenantId" });
});

afterAll(() => {
  for (const client of clients) client.dispose();
});

type Definition = SealedContainerDefinition<unknown>;

function define(version: number, paths: Readonly<Record<string, Treatment>>, more: object = {}): Definition {
  return defineContainer({ name, partitionKey: "/tenantId", version, paths, ...more }) as never;
}

function lock(...definitions: readonly Definition[]): readonly LockedVersion[] {
  return JSON.parse(JSON.stringify(definitions.map(({ plan }) => versionFacts(plan)))) as readonly LockedVersion[];
}

async function instance(
  definition: Definition,
  more: Partial<SealOptions> = {},
): Promise<Container & { client: CosmosClient }> {
  const client = world().connect({ containers: { [`shop/${name}`]: definition }, ...more });
  clients.push(client);
  await client.keys.createScope(definition);
  return Object.assign(client.database("shop").container(name) as Container, { client });
}

const document = (id: string, more: object = {}): ItemDefinition => ({ id, tenantId: "t", ...more });

/** Bodies of the queries that a step sends. */
async function queriesOf(step: () => Promise<unknown>): Promise<string> {
  const since = world().sent().length;
  await step();
  return textOf(world().sent(since));
}

describe("an index that documents may lack", () => {
  const query = { query: "SELECT * FROM c WHERE c.email = @e", parameters: [{ name: "@e", value: "a" }] };

  test("is believed once a rebuild is recorded and no earlier version may write, and not before", async () => {
    const first = define(1, { "/email": sealed() });
    const second = define(2, { "/email": sealed({ equality: true }) }, { history: lock(first) });
    const before = await instance(first);
    const container = await instance(second);
    await before.items.create(document("old", { email: "a" }));
    await container.items.create(document("new", { email: "a" }));
    const { keys } = container.client;
    const [index] = second.plan.indexes;
    const asks = (): Promise<string> => queriesOf(() => container.items.query(query).fetchAll());
    expect(await asks()).toMatch(/_seal\W+s\W+< 2/);
    await keys.recordComplete(second, index!.name, 2);
    expect(await asks()).toMatch(/_seal\W+s\W+< 2/);
    await keys.raiseFloor(second, 2);
    expect(await asks()).not.toMatch(/_seal\W+s\W+<\s*\d/);
  });

  test("is believed of a later version that is known ahead and has it as it is", async () => {
    const first = define(1, { "/email": sealed({ equality: true }) });
    const second = define(2, { "/email": sealed({ equality: true }), "/more": signed() }, { history: lock(first) });
    const container = await instance(
      define(1, { "/email": sealed({ equality: true }) }, { history: lock(first, second) }),
    );
    expect(await queriesOf(() => container.items.query(query).fetchAll())).toMatch(/_seal\W+s\W+> 2/);
  });
});

describe("an instance that meets a later version which it doesn't know", () => {
  const old = (): Definition => define(1, { "/email": sealed({ equality: true }), "/visits": unsigned() });
  const next = (): Definition =>
    define(
      2,
      { "/email": sealed({ equality: true }), "/visits": unsigned(), "/phone": sealed({ equality: true }) },
      { history: lock(old()) },
    );

  test("says so once, by numbers alone", async () => {
    const events: SealEvent[] = [];
    const container = await instance(old(), { onEvent: (event) => events.push(event) });
    const newer = await instance(next());
    await newer.items.create(document("a", { phone: "a-secret" }));
    await container.item("a", "t").read();
    await container.item("a", "t").read();
    const told = events.filter((event) => event.type === "warning" && event.code === "ERR_SCHEMA_OUTDATED");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ container: name });
    expect(JSON.stringify(told)).not.toContain("a-secret");
  });

  test("refuses queries over what only that version seals, and answers all others", async () => {
    const container = await instance(define(1, { "/email": sealed({ equality: true }), "/phone": signed() }));
    const newer = await instance(
      define(
        2,
        { "/email": sealed({ equality: true }), "/phone": sealed({ equality: true }) },
        { history: lock(define(1, { "/email": sealed({ equality: true }), "/phone": signed() })) },
      ),
    );
    await container.items.create(document("a", { email: "e", phone: "1" }));
    await newer.items.create(document("b", { email: "e", phone: "2" }));
    expect((await container.items.readAll().fetchAll()).resources.map(bare)).toHaveLength(2);
    const failure = await failureOf(() => container.items.query("SELECT * FROM c WHERE c.phone = '2'").fetchAll());
    expect([failure.code, (failure as { path?: string }).path]).toEqual(["ERR_SCHEMA_OUTDATED", "/phone"]);
    expect(await codeOf(() => container.items.query("SELECT c.id FROM c ORDER BY c.phone").fetchAll())).toBe(
      "ERR_SCHEMA_OUTDATED",
    );
    const { resources } = await container.items.query("SELECT * FROM c WHERE c.email = 'e'").fetchAll();
    expect(resources.map(({ phone }) => phone).sort()).toEqual(["1", "2"]);
  });

  test("drops from an answer a document whose sealed part fails the query, and accuses nobody", async () => {
    const container = await instance(define(1, { "/phone": signed() }));
    const newer = await instance(
      define(2, { "/phone": sealed() }, { history: lock(define(1, { "/phone": signed() })) }),
    );
    await container.items.create(document("a", {}));
    await newer.items.create(document("b", { phone: "2" }));
    const { resources } = await container.items.query("SELECT * FROM c WHERE NOT IS_DEFINED(c.phone)").fetchAll();
    expect(resources.map(({ id }) => id)).toEqual(["a"]);
  });

  test("has its patches done by the client from then on, since the server would patch what is signed there", async () => {
    const container = await instance(old());
    const newer = await instance(next());
    await newer.items.create(document("a", { visits: 1, phone: "1" }));
    await container.items.create(document("b", { visits: 1 }));
    const direct = await queriesOf(() => container.item("b", "t").patch([{ op: "incr", path: "/visits", value: 1 }]));
    expect(direct).toContain("PATCH");
    await container.item("a", "t").read();
    const rewritten = await queriesOf(() =>
      container.item("b", "t").patch([{ op: "incr", path: "/visits", value: 1 }]),
    );
    expect(rewritten).not.toContain("PATCH");
    expect((await container.item("b", "t").read()).resource).toMatchObject({ visits: 3 });
    expect(await codeOf(() => container.item("a", "t").patch([{ op: "incr", path: "/visits", value: 1 }]))).toBe(
      "ERR_SCHEMA_OUTDATED",
    );
  });

  test.each<readonly [string, (container: Container, body: ItemDefinition) => Promise<unknown>]>([
    ["a replace", (container, body) => container.item("a", "t").replace(body)],
    ["an upsert", (container, body) => container.items.upsert(body)],
    [
      "a batch",
      (container, body) =>
        container.items.batch([{ operationType: "Replace", id: "a", resourceBody: body as never }], "t"),
    ],
    [
      "a bulk request",
      (container, body) => container.items.bulk([{ operationType: "Upsert", resourceBody: body as never }]),
    ],
  ])("writes nothing in public that it has read sealed, by %s", async (_, write) => {
    const before = define(1, { "/phone": signed() });
    const container = await instance(before);
    const newer = await instance(define(2, { "/phone": sealed() }, { history: lock(before) }));
    await newer.items.create(document("a", { phone: "a-canary" }));
    const { resource } = await container.item("a", "t").read();
    const sent = await queriesOf(async () =>
      expect(await codeOf(() => write(container, resource as ItemDefinition))).toBe("ERR_SCHEMA_OUTDATED"),
    );
    expect(sent).not.toContain("a-canary");
    // Without it, it may: nothing is given away.
    const { phone: _1, ...rest } = bare(resource) as { phone: string };
    await write(container, rest);
    expect(bare((await container.item("a", "t").read()).resource)).toEqual(document("a"));
  });
});

describe("while a version has an end", () => {
  test("patches are done by the client, since the service would store the old version anew", async () => {
    const first = define(1, { "/phone": signed(), "/visits": unsigned() });
    const until = new Date(Date.now() + 1500).toISOString();
    const second = define(
      2,
      { "/phone": sealed(), "/visits": unsigned() },
      { history: [{ ...lock(first)[0]!, until }] },
    );
    const before = await instance(first);
    await before.items.create(document("a", { phone: "1", visits: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 2600));
    const container = await instance(second);
    await container.item("a", "t").patch([{ op: "incr", path: "/visits", value: 1 }]);
    expect(bare((await container.item("a", "t").read()).resource)).toEqual(document("a", { phone: "1", visits: 2 }));
    // Who holds the old version's keys can't go on as before.
    await before.items.create(document("b", { phone: "forged" }));
    expect(await codeOf(() => container.item("b", "t").read())).toBe("ERR_SCHEMA_VERSION");
  });
});

describe("sightings", () => {
  const place = (id: string) =>
    ({ container: "c", partitionKey: '["t"]', id, scope: ["container", "c"], scopeText: "" }) as const;
  const newer = (id: string) => ({ version: 2, known: false, place: place(id), sealed: ["/phone"] });

  test("tell documents apart up to a bound, and past it hold every one for sealed", () => {
    const seen = new Sightings(2);
    seen.note("c", newer("a"));
    seen.note("c", newer("b"));
    expect(["a", "b", "x"].map((id) => seen.isSealedAhead("c", place(id)))).toEqual([true, true, false]);
    seen.note("c", newer("d"));
    expect(["a", "x"].map((id) => seen.isSealedAhead("c", place(id)))).toEqual([true, true]);
    expect(seen.isSealedAhead("other", place("a"))).toBe(false);
  });

  test("hold every place for sealed where there are too many to be told apart", () => {
    const seen = new Sightings();
    const many = Array.from({ length: 1001 }, (_, i) => `/attributes/n${i}`);
    seen.note("c", { ...newer("a"), sealed: many });
    const { ahead } = seen.of("c");
    expect([ahead.length, ahead.at(-1)]).toEqual([1001, ""]);
    expect(publicAt({ id: "a", other: 1 }, ahead)).toBe("");
  });

  test("ask for the floor again once for each later version", () => {
    const seen = new Sightings();
    expect(seen.unread("c")).toBeUndefined();
    seen.note("c", newer("a"));
    expect(seen.unread("c")).toBe(2);
    seen.noteRead("c", 2);
    seen.note("c", newer("b"));
    expect(seen.unread("c")).toBeUndefined();
    seen.note("c", { ...newer("b"), version: 3 });
    expect(seen.unread("c")).toBe(3);
  });
});
