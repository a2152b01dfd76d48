/** The lifecycle of keys as two applications on one account meet it, with the keys in a container of the same account: documents, searches, erasure. */
import type { Container } from "@azure/cosmos";
import {
  type CosmosClient,
  cosmosKeyStore,
  createKeyStore,
  createRoot,
  defineContainer,
  keyStoreContainer,
  type NewRoot,
  sealed,
  staticKeyring,
} from "cosmoseal";
import { expect, test } from "vitest";
import { z } from "zod";
import { bare, codeOf, KEYRING_SECRET, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 2 });
const AGE = 60_000;
const keyring = staticKeyring(KEYRING_SECRET);

const people = defineContainer({
  name: "people",
  partitionKey: "/tenantId",
  scope: { path: "/tenantId", family: "tenant" },
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    plan: z.string(),
    email: sealed(z.string(), { equality: true }),
  }),
});
const person = (id: string, tenantId = "t-1") => ({ id, tenantId, plan: "pro", email: "jane@example.org" });

interface Side {
  readonly client: CosmosClient;
  readonly shop: Container;
}

interface Scene {
  readonly a: Side;
  readonly b: Side;
  readonly next: NewRoot;
  /** Lets time go by for both. */
  pass(milliseconds: number): void;
  /** What the account holds of the document. */
  raw(id: string): Promise<{ readonly _seal: { readonly t: number; readonly k: string } }>;
}

let scenes = 0;

async function setScene(): Promise<Scene> {
  const { thief, connect } = world();
  const shop = thief.database("shop");
  const { container: keys } = await shop.containers.create(keyStoreContainer(`keys-${++scenes}`));
  const { container } = await shop.containers.create({ id: `people-${scenes}`, partitionKey: "/tenantId" });
  let now = Date.now();
  const clock = (): number => now;
  const { pin } = await createKeyStore({
    keyring,
    store: cosmosKeyStore({ container: keys }),
    containers: [people],
    now: clock,
  });
  const next = await createRoot(keyring);
  const side = (): Side => {
    const client = connect({
      store: cosmosKeyStore({ container: keys }),
      pin: [{ pin }, { pin: next.pin }],
      containers: { [`shop/${container.id}`]: people },
      maxStoreAge: AGE,
      now: clock,
    });
    return { client, shop: client.database("shop").container(container.id) };
  };
  const scene = {
    a: side(),
    b: side(),
    next,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    raw: async (id: string) => (await container.item(id, "t-1").read()).resource,
  };
  for (const tenant of ["t-1", "t-2"]) await scene.b.client.keys.createScope(people, tenant);
  return scene;
}

async function janes({ shop }: Side): Promise<unknown[]> {
  const query = {
    query: "SELECT * FROM c WHERE c.email = @e",
    parameters: [{ name: "@e", value: "jane@example.org" }],
  };
  const { resources } = await shop.items.query<{ id: string }>(query).fetchAll();
  return resources.map(({ id }) => id).toSorted();
}

test("a rotation in one application is met by the other without a restart, and both open what either writes", async () => {
  const { a, b, raw } = await setScene();
  await a.shop.items.create(person("1"));
  await b.client.keys.rotate(people, "t-1");
  await b.shop.items.create(person("2"));
  for (const side of [a, b]) {
    for (const id of ["1", "2"]) {
      const { resource } = await side.shop.item(id, "t-1").read();
      expect(bare(resource)).toEqual(person(id));
    }
  }
  await a.shop.items.create(person("3"));
  expect((await raw("3"))._seal.k).toBe((await raw("2"))._seal.k);
  expect((await raw("1"))._seal.k).not.toBe((await raw("2"))._seal.k);
});

test("while index keys are rotated a search finds every document, whoever wrote it and whoever asks", async () => {
  const { a, b, pass, raw } = await setScene();
  await a.shop.items.create(person("1"));
  const [announced] = await b.client.keys.rotate(people, undefined, { kind: "index" });
  expect(announced).toMatchObject({ kind: "index", generation: 2 });
  await a.shop.items.create(person("2"));
  await b.shop.items.create(person("3"));
  for (const side of [a, b]) expect(await janes(side)).toEqual(["1", "2", "3"]);
  pass(AGE + 1);
  await a.shop.items.create(person("4"));
  for (const side of [a, b]) expect(await janes(side)).toEqual(["1", "2", "3", "4"]);
  pass(AGE);
  await a.shop.items.create(person("5"));
  await b.shop.items.create(person("6"));
  for (const side of [a, b]) expect(await janes(side)).toEqual(["1", "2", "3", "4", "5", "6"]);
  const generations = await Promise.all(["1", "2", "3", "4", "5", "6"].map(async (id) => (await raw(id))._seal.t));
  expect(generations).toEqual([1, 1, 1, 1, 2, 2]);
  pass(2 * AGE);
  await b.client.keys.retire(people, undefined, { kind: "index", generation: 1 });
  pass(AGE + 1);
  // Documents of the retired generation have no token that a search could ask for: they are asked for as they are.
  for (const side of [a, b]) expect(await janes(side)).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("erasing one tenant leaves its documents closed and all others as they were", async () => {
  const { a, b, pass } = await setScene();
  await a.shop.items.create(person("1"));
  await a.shop.items.create(person("1", "t-2"));
  expect(await b.client.keys.destroy(people, "t-1")).toBe(2);
  pass(AGE + 1);
  for (const side of [a, b]) {
    expect(await codeOf(() => side.shop.item("1", "t-1").read())).toBe("ERR_KEY_DESTROYED");
    expect(await codeOf(() => side.shop.items.create(person("2")))).toBe("ERR_KEY_DESTROYED");
    expect(bare((await side.shop.item("1", "t-2").read()).resource)).toEqual(person("1", "t-2"));
  }
});

test("a new root key is met by the other application in the middle of its work, and no document is touched", async () => {
  const { a, b, next, pass, raw } = await setScene();
  await a.shop.items.create(person("1"));
  const before = await raw("1");
  await b.client.keys.rekey(next);
  await a.shop.items.create(person("2"));
  pass(AGE + 1);
  expect(await a.client.keys.pin()).toBe(next.pin);
  await a.shop.items.create(person("3"));
  for (const side of [a, b]) expect(await janes(side)).toEqual(["1", "2", "3"]);
  expect(await raw("1")).toEqual(before);
});

test("an application of an older schema version is refused once the floor is above it, and goes on reading", async () => {
  const { a, b, pass } = await setScene();
  await a.shop.items.create(person("1"));
  await b.client.keys.raiseFloor(people, 2);
  pass(AGE + 1);
  expect(await codeOf(() => a.shop.items.create(person("2")))).toBe("ERR_SCHEMA_OUTDATED");
  expect(bare((await a.shop.item("1", "t-1").read()).resource)).toEqual(person("1"));
});
