/** Rebuilding indexes, and what hangs on which key: what queries ask before and after, and that no row is missed on the way. */
import type { Container, ItemDefinition } from "@azure/cosmos";
import {
  type CosmosClient,
  createKeyStore,
  defineContainer,
  memoryKeyStore,
  type SealedContainerDefinition,
  sealed,
  versionFacts,
} from "cosmoseal";
import { expect, test } from "vitest";
import { z } from "zod";
import { codeOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 2 });
const AGE = 60_000;

type Definition = SealedContainerDefinition<unknown>;

const shape = (email: z.ZodType<string>) => z.object({ id: z.string(), tenant: z.string(), email });
const first = defineContainer({
  name: "members",
  partitionKey: "/tenant",
  schema: shape(sealed(z.string(), { equality: true })),
});
/** The email can be searched by its beginning, too. */
const second = defineContainer({
  name: "members",
  partitionKey: "/tenant",
  version: 2,
  history: [versionFacts(first.plan)],
  schema: shape(sealed(z.string(), { equality: true, prefix: true })),
});

interface Scene {
  readonly id: string;
  instance(definition: Definition): { readonly client: CosmosClient; readonly container: Container };
  pass(milliseconds: number): void;
}

let scenes = 0;

async function setScene(): Promise<Scene> {
  const { connect, keyring } = world();
  const id = `members-${++scenes}`;
  const store = memoryKeyStore();
  let time = Date.now();
  const now = (): number => time;
  const { pin } = await createKeyStore({ keyring, store, containers: [first], now });
  const instance = (definition: Definition) => {
    const client = connect({ store, pin, now, maxStoreAge: AGE, containers: { [`shop/${id}`]: definition } });
    return { client, container: client.database("shop").container(id) };
  };
  const { client } = instance(first);
  await client.database("shop").containers.create({ id, partitionKey: "/tenant" });
  return {
    id,
    instance,
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

const member = (i: number): ItemDefinition => ({
  id: `m-${i}`,
  tenant: `t-${i % 3}`,
  email: `jane${i % 4}@example.org`,
});

const JANES = {
  query: "SELECT VALUE c.id FROM c WHERE c.email = @e",
  parameters: [{ name: "@e", value: "jane1@example.org" }],
};
const BEGINNING = {
  query: "SELECT VALUE c.id FROM c WHERE STARTSWITH(c.email, @e)",
  parameters: [{ name: "@e", value: "jane1" }],
};

/** What is found, and what was sent to find it. */
async function ask(
  container: Container,
  query: typeof JANES,
): Promise<{ readonly found: readonly string[]; readonly sent: string }> {
  const at = world().sent().length;
  const { resources } = await container.items.query<string>(query).fetchAll();
  const sent = world()
    .sent(at)
    .map(({ requestBody }) => String(requestBody))
    .join("\n");
  return { found: resources.toSorted(), sent };
}

/** Progress says when the end of every range was reached, and only time is missing. */
async function settled(
  job: (told: (state: string) => void) => Promise<unknown>,
  pass: () => void | Promise<void>,
): Promise<unknown> {
  let state = "";
  const running = job((next) => {
    state = next;
  });
  while (state !== "settling") {
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 20))]);
    if (state === "done") break;
  }
  await pass();
  return running;
}

test("after an index was added every document has its tokens, and queries ask for nothing else", async () => {
  const { instance, pass } = await setScene();
  const old = instance(first);
  for (let i = 0; i < 12; i++) await old.container.items.create(member(i));
  const { client, container } = instance(second);
  const before = await ask(container, BEGINNING);
  expect(before.found).toEqual(["m-1", "m-5", "m-9"]);
  expect(before.sent).toMatch(/_seal\W+s\W+< 2/);
  const result = await settled(
    (told) => client.jobs.rebuild(second, { raiseFloor: true, onProgress: ({ state }) => told(state) }),
    () => pass(2 * AGE),
  );
  expect(result).toMatchObject({ state: "done", changed: 12, failed: 0, complete: true });
  const after = await ask(container, BEGINNING);
  expect(after.found).toEqual(before.found);
  expect(after.sent).not.toMatch(/_seal\W+s\W+<\s*\d/);
  // Who is below the floor can't add a document without the index any more.
  expect(await codeOf(() => old.container.items.create(member(99)))).toBe("ERR_SCHEMA_OUTDATED");
});

test("while instances of earlier versions may write, a rebuild is refused", async () => {
  const { instance } = await setScene();
  await instance(first).container.items.create(member(1));
  const { client } = instance(second);
  const at = world().sent().length;
  expect(await codeOf(() => client.jobs.rebuild(second))).toBe("ERR_SCHEMA_OUTDATED");
  expect(world().sent(at)).toEqual([]);
});

test("what an instance below the floor writes before it learns of it is found, and rebuilt before the end", async () => {
  const { instance, pass } = await setScene();
  const before = instance(first);
  await before.container.items.create(member(1));
  const { client, container } = instance(second);
  const result = await settled(
    (told) => client.jobs.rebuild(second, { raiseFloor: true, onProgress: ({ state }) => told(state) }),
    async () => {
      // Its view of the key store is of before the floor was raised, and may be for a while.
      await before.container.items.create(member(5));
      pass(2 * AGE);
    },
  );
  expect(result).toMatchObject({ changed: 2, complete: true });
  expect((await ask(container, BEGINNING)).found).toEqual(["m-1", "m-5"]);
});

test("after a new index key every document has its tokens, and the old key can be retired without a row missed", async () => {
  const { instance, pass } = await setScene();
  const { client, container } = instance(first);
  for (let i = 0; i < 12; i++) await container.items.create(member(i));
  const other = instance(first);
  await client.keys.rotate(first, undefined, { kind: "index" });
  const tokens = (sent: string): number => new Set(sent.match(/[A-Za-z0-9_-]{22}(?=\\?")/g) ?? []).size;
  expect(tokens((await ask(container, JANES)).sent)).toBe(2);
  // Announced, and used by nobody yet: the job waits for it.
  const running = settled(
    (told) => client.jobs.rebuild(first, { onProgress: ({ state }) => told(state) }),
    () => pass(2 * AGE),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(
    (await client.keys.usage(first)).keys.filter(({ kind }) => kind === "index").map(({ documents }) => documents),
  ).toEqual([12, 0]);
  pass(2 * AGE);
  expect(await running).toMatchObject({ changed: 12, complete: true });
  const index = (await client.keys.usage(first)).keys.filter(({ kind }) => kind === "index");
  expect(index.map(({ state, documents }) => [state, documents])).toEqual([
    ["readable", 0],
    ["active", 12],
  ]);
  // All that retiring asks for has been waited for.
  await client.keys.retire(first, undefined, { kind: "index", generation: 1 });
  pass(AGE + 1);
  for (const side of [container, other.container]) {
    const { found, sent } = await ask(side, JANES);
    expect(found).toEqual(["m-1", "m-5", "m-9"]);
    expect(tokens(sent)).toBe(1);
  }
});

test("a rebuild in which a document failed is not recorded as complete", async () => {
  const { id, instance, pass } = await setScene();
  await instance(first).container.items.create(member(1));
  await instance(first).container.items.create(member(5));
  const stolen = world().stolen(id).item("m-1", "t-1");
  await stolen.replace({ ...(await stolen.read()).resource, more: "forged" });
  const { client, container } = instance(second);
  const result = await settled(
    (told) =>
      client.jobs.rebuild(second, {
        raiseFloor: true,
        onBadDocument: "quarantine",
        onProgress: ({ state }) => told(state),
      }),
    () => pass(2 * AGE),
  );
  expect(result).toMatchObject({
    changed: 1,
    failed: 1,
    complete: false,
    failures: [{ id: "m-1", code: "ERR_INTEGRITY" }],
  });
  const at = world().sent().length;
  await container.items.query(BEGINNING, { onBadDocument: "quarantine" } as object).fetchAll();
  const sent = world()
    .sent(at)
    .map(({ requestBody }) => String(requestBody))
    .join("\n");
  expect(sent).toMatch(/_seal\W+s\W+< 2/);
});

test("usage tells by an index how many documents hang on each key", async () => {
  const { id, instance, pass } = await setScene();
  const { client, container } = instance(first);
  for (let i = 0; i < 6; i++) await container.items.create(member(i));
  await client.keys.rotate(first);
  pass(AGE);
  for (let i = 6; i < 10; i++) await container.items.create(member(i));
  const { keys, requestUnits } = await client.keys.usage(first);
  const told = keys.map(({ kind, generation, state, documents }) => [kind, generation, state, documents]);
  expect(told).toEqual([
    ["group", 1, "readable", undefined],
    ["group", 2, "active", undefined],
    ["identity", 1, "active", 10],
    ["index", 1, "active", 10],
    ["integrity", 1, "readable", 6],
    ["integrity", 2, "active", 4],
  ]);
  expect(requestUnits).toBeGreaterThan(0);
  const stored = (await world().stolen(id).read()).resource;
  expect(stored?.indexingPolicy?.includedPaths?.map(({ path }) => path)).toContain("/_seal/k/?");
});

test("a container that was made without the index of key ids is counted all the same, and said to lack it", async () => {
  const { connect, thief, keyring } = world();
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [first] });
  await thief.database("shop").containers.create({
    id: "elsewhere",
    partitionKey: "/tenant",
    indexingPolicy: {
      includedPaths: [{ path: "/*" }, { path: "/_seal/x/*" }, { path: "/_seal/s/?" }, { path: "/_seal/t/?" }],
      excludedPaths: [{ path: "/_seal/*" }],
    },
  });
  const warnings: string[] = [];
  const client = connect({
    store,
    pin,
    containers: { "shop/elsewhere": first },
    onEvent: (event) => {
      if (event.type === "warning") warnings.push(event.message);
    },
  });
  const container = client.database("shop").container("elsewhere");
  await container.items.create(member(1));
  await container.read();
  const { keys } = await client.keys.usage(first);
  expect(keys.find(({ kind }) => kind === "integrity")?.documents).toBe(1);
  expect(warnings).toEqual(["The indexing policy doesn't include /_seal/k/?."]);
});
