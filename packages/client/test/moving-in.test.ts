/** A container with plaintext documents moves in while the application runs: prepare, sealing, strict. */
import { ChangeFeedStartFrom, type Container, type ItemDefinition, CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  CosmosClient,
  createKeyStore,
  defineContainer,
  isSealed,
  type MovingInOptions,
  memoryKeyStore,
  type SealEvent,
  type SealedContainerDefinition,
  type SealOptions,
  sealed,
  staticKeyring,
  unsigned,
} from "cosmoseal";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { sightings } from "./support/canary.js";
import { replaying } from "./support/replay.js";
import { textOf } from "./support/traffic.js";
import { bare, codeOf, failureOf, KEYRING_SECRET } from "./support/world.js";

const schema = z.object({
  id: z.string(),
  tenantId: z.string(),
  plan: z.string().optional(),
  visits: unsigned(z.number()).optional(),
  email: sealed(z.string(), { equality: true }).optional(),
  age: sealed(z.number(), { range: { min: 0, max: 150, precision: 1 } }).optional(),
});

function definition(movingIn: MovingInOptions): SealedContainerDefinition<unknown> {
  return defineContainer({ name: "members", partitionKey: "/tenantId", schema, movingIn }) as never;
}

/** A whole second near the real time, which tokens of requests go by. */
const START = Math.floor(Date.now() / 1000) * 1000;
/** By then every instance seals. */
const SINCE = new Date(START + 10_000).toISOString();
const PHASES = {
  prepare: definition({ phase: "prepare" }),
  sealing: definition({ phase: "sealing", since: SINCE }),
  strict: definition({ phase: "strict" }),
} as const;
type Phase = keyof typeof PHASES;

const keyring = staticKeyring(KEYRING_SECRET);
const store = memoryKeyStore();
let now = START;
let emulator: Emulator;
let thief: SdkClient;
let pin: string;
const clients: CosmosClient[] = [];

beforeAll(async () => {
  emulator = await createEmulator({ record: true, ranges: 2, clock: () => now });
  thief = new SdkClient(emulator.connectionString);
  await thief.databases.create({ id: "shop" });
  ({ pin } = await createKeyStore({ keyring, store, containers: [PHASES.strict as never], now: () => now }));
});

afterAll(async () => {
  for (const client of clients) client.dispose();
  thief.dispose();
  await emulator.close();
});

let name: string;
let count = 0;
beforeEach(async () => {
  now = START;
  name = `members-${count++}`;
  await stolen().database.containers.create({ id: name, partitionKey: "/tenantId" });
});

/** The container as the plain SDK sees it. */
function stolen(): Container {
  return thief.database("shop").container(name);
}

/** The container as a new process in this phase sees it. */
function instance(phase: Phase, more: Partial<SealOptions> = {}, options: object = {}): Container {
  const client = new CosmosClient({
    connectionString: emulator.connectionString,
    ...options,
    seal: { keyring, store, pin, now: () => now, containers: { [`shop/${name}`]: PHASES[phase] }, ...more },
  });
  clients.push(client);
  return client.database("shop").container(name) as Container;
}

const member = (id: string, more: object = {}): ItemDefinition => ({
  id,
  tenantId: "t",
  plan: "pro",
  visits: 1,
  email: `${id}@example.org`,
  age: 40,
  ...more,
});

/** What the service stores. */
async function stored(id: string): Promise<Record<string, unknown>> {
  return (await stolen().item(id, "t").read()).resource as Record<string, unknown>;
}

/** Every way in which a document is written; each leaves `member(id)`. */
const WRITES: Readonly<Record<string, (container: Container, id: string) => Promise<unknown>>> = {
  create: (container, id) => container.items.create(member(id)),
  upsert: (container, id) => container.items.upsert(member(id)),
  batch: (container, id) =>
    container.items.batch([{ operationType: "Create", resourceBody: member(id) as never }], "t"),
  bulk: (container, id) => container.items.bulk([{ operationType: "Upsert", resourceBody: member(id) as never }]),
  executeBulkOperations: (container, id) =>
    container.items.executeBulkOperations([
      { operationType: "Create", partitionKey: "t", resourceBody: member(id) as never },
    ]),
};

/** Every way in which a stored document is changed; each raises the age to 41. */
const CHANGES: Readonly<Record<string, (container: Container, id: string) => Promise<unknown>>> = {
  replace: async (container, id) => {
    const { resource } = await container.item(id, "t").read();
    return container.item(id, "t").replace({ ...resource, age: 41 });
  },
  patch: (container, id) => container.item(id, "t").patch([{ op: "incr", path: "/age", value: 1 }]),
  "batch with a patch": (container, id) =>
    container.items.batch(
      [{ operationType: "Patch", id, resourceBody: { operations: [{ op: "incr", path: "/age", value: 1 }] } }],
      "t",
    ),
  "bulk with a patch": (container, id) =>
    container.items.bulk([
      {
        operationType: "Patch",
        id,
        partitionKey: "t",
        resourceBody: { operations: [{ op: "incr", path: "/age", value: 1 }] },
      },
    ]),
  "bulk with a replace": (container, id) =>
    container.items.bulk([
      { operationType: "Replace", id, partitionKey: "t", resourceBody: member(id, { age: 41 }) as never },
    ]),
};

/** Every way in which a document is read. */
const READS: Readonly<Record<string, (container: Container, id: string) => Promise<unknown>>> = {
  "a point read": async (container, id) => (await container.item(id, "t").read()).resource,
  "all documents": async (container, id) =>
    find(id, (await container.items.query("SELECT * FROM c").fetchAll()).resources),
  "a query by a sealed path": async (container, id) => {
    const query = {
      query: "SELECT * FROM c WHERE c.email = @e",
      parameters: [{ name: "@e", value: `${id}@example.org` }],
    };
    return find(id, (await container.items.query(query).fetchAll()).resources);
  },
  "a query by a range": async (container, id) =>
    find(id, (await container.items.query("SELECT * FROM c WHERE c.age >= 40").fetchAll()).resources),
  "a query by a signed path": async (container, id) =>
    find(id, (await container.items.query("SELECT * FROM c WHERE c.plan = 'pro'").fetchAll()).resources),
  "a projection of signed paths": async (container, id) =>
    find(id, (await container.items.query("SELECT c.id, c.plan FROM c").fetchAll()).resources),
  "the change feed": async (container, id) => {
    const iterator = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    const documents: unknown[] = [];
    for (let quiet = 0; quiet < 2; ) {
      const { result, statusCode } = await iterator.readNext();
      documents.push(...(result ?? []));
      quiet = statusCode === 304 ? quiet + 1 : 0;
    }
    return find(id, documents);
  },
  "a batch": async (container, id) => {
    const { result } = await container.items.batch([{ operationType: "Read", id }], "t");
    return result?.[0]?.resourceBody;
  },
  "a bulk read": async (container, id) => {
    const [result] = await container.items.bulk([{ operationType: "Read", id, partitionKey: "t" }]);
    return result?.resourceBody;
  },
};

const BY_TOKENS: ReadonlySet<string> = new Set(["a query by a sealed path", "a query by a range"]);

function find(id: string, documents: readonly unknown[]): unknown {
  return documents.find((document) => (document as { readonly id: string }).id === id);
}

describe.each<Phase>(["prepare", "sealing"])("in phase %s", (phase) => {
  test.each(Object.keys(READS))("plaintext of before and sealed documents are read alike, by %s", async (how) => {
    await stolen().items.create(member("old"));
    await instance("strict").items.create(member("new"));
    const container = instance(phase);
    for (const id of ["old", "new"]) expect(await READS[how]!(container, id)).toMatchObject({ id, plan: "pro" });
  });

  test.each(Object.keys(WRITES))(
    `documents are stored ${phase === "prepare" ? "plain" : "sealed"}, by %s`,
    async (how) => {
      const container = instance(phase);
      await WRITES[how]!(container, "a");
      expect(isSealed(await stored("a"))).toBe(phase === "sealing");
      expect(bare((await container.item("a", "t").read()).resource)).toEqual(member("a"));
    },
  );

  test.each(Object.keys(CHANGES))(
    `a plaintext document is ${phase === "prepare" ? "changed" : "changed and sealed"}, by %s`,
    async (how) => {
      await stolen().items.create(member("a"));
      if (phase === "sealing") now = START + 20_000;
      const container = instance(phase);
      await CHANGES[how]!(container, "a");
      expect(isSealed(await stored("a"))).toBe(phase === "sealing");
      expect(bare((await container.item("a", "t").read()).resource)).toEqual(member("a", { age: 41 }));
    },
  );

  test("queries answer over both what they answer over plaintext", async () => {
    for (const [i, id] of ["a", "b", "c", "d", "e", "f"].entries()) {
      const document = member(id, { age: 30 + i, email: `${id < "d" ? "one" : "two"}@example.org` });
      await (i % 2 === 0 ? stolen() : instance("strict")).items.create(document);
      await thief.database("shop").containers.createIfNotExists({ id: "mirror", partitionKey: "/tenantId" });
      await thief.database("shop").container("mirror").items.upsert(document);
    }
    const container = instance(phase);
    const mirror = thief.database("shop").container("mirror");
    for (const query of [
      "SELECT c.id FROM c WHERE c.email = 'one@example.org' ORDER BY c.id",
      "SELECT VALUE c.id FROM c WHERE NOT (c.email = 'one@example.org') ORDER BY c.id",
      "SELECT VALUE COUNT(1) FROM c WHERE c.age > 31 AND c.age <= 34",
      "SELECT c.email, COUNT(1) AS n FROM c GROUP BY c.email",
      "SELECT TOP 2 c.id, c.age FROM c WHERE c.age BETWEEN 0 AND 150 ORDER BY c.age DESC",
      "SELECT VALUE MAX(c.age) FROM c WHERE c.plan = 'pro'",
      "SELECT c.id FROM c WHERE IS_DEFINED(c.email) AND c.email != 'two@example.org' ORDER BY c.id",
    ]) {
      const answer = await container.items.query(query, { unindexed: "scan" } as object).fetchAll();
      expect([query, answer.resources]).toEqual([query, (await mirror.items.query(query).fetchAll()).resources]);
    }
  });

  test("a value that a query compares with a sealed path does not travel", async () => {
    await stolen().items.create(member("a"));
    const container = instance(phase);
    const since = emulator.requests.length;
    const canary = "a-canary-in-a-query@example.org";
    for (const text of [
      `SELECT * FROM c WHERE c.email = '${canary}'`,
      `SELECT * FROM c WHERE c.email IN ('x', '${canary}')`,
    ]) {
      await container.items.query(text).fetchAll();
    }
    const traffic = [{ where: "a request", text: textOf(emulator.requests.slice(since)) }];
    expect(sightings(traffic, { canary })).toEqual([]);
  });
});

describe("while documents are being sealed", () => {
  const injected = member("evil");
  const late = (): Container => {
    now = START + 10_000;
    return instance("sealing");
  };

  test.each(Object.keys(READS))("plaintext that came after the start is no document, by %s", async (how) => {
    const container = late();
    await stolen().items.create(injected);
    expect(await codeOf(() => READS[how]!(container, "evil"))).toBe("ERR_NOT_SEALED");
  });

  test.each(Object.keys(READS))("a document whose seal was taken off is none, by %s", async (how) => {
    const container = late();
    await container.items.create(injected);
    await stolen().items.upsert(member("evil", { age: 1 }));
    expect(await codeOf(() => READS[how]!(container, "evil"))).toBe("ERR_NOT_SEALED");
  });

  test("plaintext that was changed after the start is none, and isn't sealed for the thief", async () => {
    await stolen().items.create(injected);
    const container = late();
    await stolen().items.upsert({ ...injected, age: 1 });
    expect(await codeOf(() => container.item("evil", "t").patch([{ op: "incr", path: "/age", value: 1 }]))).toBe(
      "ERR_NOT_SEALED",
    );
    expect(isSealed(await stored("evil"))).toBe(false);
  });

  test("a patch of an unsigned path seals the document, since the service would store the plaintext anew", async () => {
    await stolen().items.create(member("a"));
    const container = late();
    await container.item("a", "t").patch([{ op: "incr", path: "/visits", value: 1 }]);
    expect(isSealed(await stored("a"))).toBe(true);
    expect(bare((await container.item("a", "t").read()).resource)).toEqual(member("a", { visits: 2 }));
  });

  test("lists tell plaintext that isn't believed apart from what is", async () => {
    await stolen().items.create(member("old"));
    const container = late();
    await stolen().items.create(injected);
    const page = await container.items.readAll({ onBadDocument: "quarantine" } as object).fetchAll();
    expect(page.resources.map(({ id }) => id)).toEqual(["old"]);
    expect((page as unknown as { sealErrors: unknown }).sealErrors).toMatchObject([
      { code: "ERR_NOT_SEALED", id: "evil" },
    ]);
  });
});

describe("in phase prepare", () => {
  test("what sealing would refuse is written and told once, by path alone", async () => {
    const events: SealEvent[] = [];
    const container = instance("prepare", { onEvent: (event) => events.push(event) });
    await container.items.create(member("a", { emial: "a-secret" }));
    await container.items.create(member("b", { emial: "a-secret" }));
    const told = events.filter((event) => event.type === "warning" && event.code === "ERR_PATH_UNDECLARED");
    expect(told).toMatchObject([{ code: "ERR_PATH_UNDECLARED", path: "/emial", container: "members" }]);
    expect(JSON.stringify(told)).not.toContain("a-secret");
    expect(await stored("a")).toMatchObject({ emial: "a-secret" });
    expect(await codeOf(() => instance("sealing").items.create(member("c", { emial: "x" })))).toBe(
      "ERR_PATH_UNDECLARED",
    );
  });

  test("an instance that has met a sealed document seals what it writes", async () => {
    const container = instance("prepare");
    await container.items.create(member("a"));
    await instance("sealing").items.create(member("b"));
    await container.item("b", "t").read();
    await container.items.upsert(member("a", { age: 50 }));
    const { resource } = await container.item("b", "t").read();
    await container.item("b", "t").replace({ ...resource, age: 41 });
    expect([isSealed(await stored("a")), isSealed(await stored("b"))]).toEqual([true, true]);
  });

  test("a patch whose reply was lost isn't done twice", async () => {
    await stolen().items.create(member("a"));
    const { httpClient, replays } = replaying("PUT");
    const container = instance("prepare", {}, { httpClient });
    await container.item("a", "t").patch([{ op: "incr", path: "/age", value: 1 }]);
    expect([replays(), (await stored("a"))["age"]]).toEqual([1, 41]);
  });

  test("a document that names what is reserved is refused", async () => {
    expect(await codeOf(() => instance("prepare").items.create(member("a", { _seal: 1 })))).toBe("ERR_PATH_RESERVED");
  });

  test("container.seal seals all the same", async () => {
    const container = instance("prepare") as Container & { seal(document: unknown): Promise<unknown> };
    expect(isSealed(await container.seal(member("a")))).toBe(true);
  });

  test("an event tells how many of the documents are plaintext still", async () => {
    const events: SealEvent[] = [];
    await stolen().items.create(member("a"));
    await instance("strict").items.create(member("b"));
    const container = instance("prepare", { onEvent: (event) => events.push(event) });
    await container.items.readAll().fetchAll();
    const opened = events.filter((event) => event.type === "opened");
    expect(opened.reduce((sum, { documents }) => sum + documents, 0)).toBe(2);
    expect(opened.reduce((sum, { plaintext = 0 }) => sum + plaintext, 0)).toBe(1);
  });
});

describe("afterwards", () => {
  test.each(Object.keys(READS))("plaintext of before is none, by %s", async (how) => {
    await stolen().items.create(member("old"));
    const read = (): Promise<unknown> => READS[how]!(instance("strict"), "old");
    // By tokens it isn't even asked for.
    if (BY_TOKENS.has(how)) expect(await read()).toBeUndefined();
    else expect(await codeOf(read)).toBe("ERR_NOT_SEALED");
  });

  test("an answer that is no document of the id asked for is refused in every phase", async () => {
    await stolen().items.create(member("a"));
    const failure = await failureOf(async () => {
      const container = instance("prepare") as Container & { open(stored: unknown): Promise<unknown> };
      await container.open({ ...(await stored("a")), id: 7 });
    });
    expect(failure.code).toBe("ERR_NOT_SEALED");
  });
});
