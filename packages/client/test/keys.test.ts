/** Keys of a client: fetched once, waited for no longer than the caller wants, and used no longer than the application says. */
import type { Container, RequestOptions } from "@azure/cosmos";
import {
  type CosmosClient,
  isCosmosealError,
  type Keyring,
  type KeyStore,
  type SealEvent,
  type SealOptions,
} from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, customers as definition, failureOf, useWorld } from "./support/world.js";

const world = useWorld();

beforeAll(async () => {
  await world().customers.items.create({ id: "a", tenantId: "t", email: "a@example.org" });
  await world().patients.items.create({ id: "p", ward: "w", finding: "none" });
});

interface Rig {
  readonly client: CosmosClient;
  readonly customers: Container;
  readonly patients: Container;
  readonly events: SealEvent[];
  readonly count: (type: SealEvent["type"]) => number;
  /** What is out of reach. */
  readonly away: { keyring?: boolean; store?: boolean };
  /** Milliseconds that have gone by. */
  readonly clock: { passed: number };
}

/** A client whose keyring and store can go away, and whose clock can be moved on. */
function rig(seal: Partial<SealOptions> = {}): Rig {
  const { keyring, store } = world();
  const away: Rig["away"] = {};
  const clock = { passed: 0 };
  const events: SealEvent[] = [];
  const reach = (what: keyof Rig["away"]): void => {
    if (away[what] === true) throw new Error(`connect ECONNREFUSED (${what})`);
  };
  const distant: Keyring = {
    ...keyring,
    unwrap: async (...given) => {
      reach("keyring");
      return keyring.unwrap(...given);
    },
  };
  const remote: KeyStore = {
    ...store,
    readHead: async (signal) => {
      reach("store");
      return store.readHead(signal);
    },
    readBucket: async (bucket, signal) => {
      reach("store");
      return store.readBucket(bucket, signal);
    },
  };
  const client = world().connect({
    keyring: distant,
    store: remote,
    now: () => Date.now() + clock.passed,
    onEvent: (event) => events.push(event),
    ...seal,
  });
  const database = client.database("shop");
  return {
    client,
    customers: database.container("customers"),
    patients: database.container("patients"),
    events,
    count: (type) => events.filter((event) => event.type === type).length,
    away,
    clock,
  };
}

const read = (container: Container) => container.item("a", "t").read();
const write = (container: Container) => container.items.upsert({ id: "w", tenantId: "t", email: "w@example.org" });
const search = (container: Container) =>
  container.items.query("SELECT * FROM c WHERE c.email = 'a@example.org'").fetchAll();
const list = (container: Container) => container.items.query("SELECT * FROM c WHERE c.id = 'a'").fetchAll();

describe("many calls at once", () => {
  test("1,000 parallel reads make one unwrap and read each record of the store once", async () => {
    const { customers, events, count } = rig();
    const responses = await Promise.all(Array.from({ length: 1000 }, () => read(customers)));
    expect(responses.every(({ resource }) => resource.email === "a@example.org")).toBe(true);
    expect(count("unwrapped")).toBe(1);
    const loaded = events.flatMap((event) => (event.type === "keysLoaded" ? [event.records] : []));
    expect(loaded).toEqual(["head", "scopes"]);
  });

  test("one that fails fails those who wait for it, and the next call asks again", async () => {
    const { customers, away, count } = rig();
    away.keyring = true;
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(() => read(customers))));
    expect(codes).toEqual(["ERR_KEY_UNAVAILABLE", "ERR_KEY_UNAVAILABLE", "ERR_KEY_UNAVAILABLE"]);
    away.keyring = false;
    expect((await read(customers)).resource.email).toBe("a@example.org");
    expect(count("unwrapped")).toBe(1);
  });

  test("a store out of reach has its code, and the cause", async () => {
    const { customers, away } = rig();
    away.store = true;
    const failure = await failureOf(() => read(customers));
    expect(isCosmosealError(failure, "ERR_KEY_STORE_UNAVAILABLE")).toBe(true);
    expect((failure.cause as Error).message).toContain("ECONNREFUSED");
    away.store = false;
    expect((await read(customers)).statusCode).toBe(200);
  });
});

describe("a wait for keys", () => {
  type Verb = (container: Rig, options: RequestOptions) => Promise<unknown>;
  const VERBS: Readonly<Record<string, Verb>> = {
    "item.read": ({ patients }, options) => patients.item("p", "w").read(options),
    "item.replace": ({ customers }, options) => customers.item("a", "t").replace({ id: "a", tenantId: "t" }, options),
    "item.delete": ({ patients }, options) => patients.item("p", "w").delete(options),
    "item.patch": ({ patients }, options) =>
      patients.item("p", "w").patch([{ op: "set", path: "/finding", value: "x" }], options),
    "items.create": ({ customers }, options) => customers.items.create({ tenantId: "t" }, options),
    "items.upsert": ({ customers }, options) => customers.items.upsert({ tenantId: "t" }, options),
    "items.batch": ({ customers }, options) =>
      customers.items.batch([{ operationType: "Create", resourceBody: { id: "x", tenantId: "t" } }], "t", options),
    "items.query": ({ customers }, options) =>
      customers.items.query("SELECT * FROM c WHERE c.email = 'x'", { ...options }).fetchNext(),
    "items.query, fetchAll": ({ patients }, options) =>
      patients.items.readAll({ ...options, partitionKey: "w" }).fetchAll(),
    "storedProcedure.execute": ({ patients }, options) =>
      patients.scripts.storedProcedure("p").execute("w", [], options),
    "conflict.delete": ({ patients }, options) => patients.conflict("k", "w").delete(options),
    "client.ready": ({ client }, { abortSignal }) => client.ready({ signal: abortSignal! }),
    "keys.createScope": ({ client }, { abortSignal }) =>
      client.keys.createScope(definition, undefined, { signal: abortSignal! }),
    "container.seal": ({ client }, { abortSignal }) =>
      client.container(definition).seal({ id: "x", tenantId: "t" }, { signal: abortSignal! }),
  };

  test.each(Object.entries(VERBS))(
    "of %s ends when the caller gives up; nothing is sent, and others go on",
    async (_, verb) => {
      let unwrapping = 0;
      let release!: () => void;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const { keyring } = world();
      const slow = rig({
        keyring: {
          ...keyring,
          unwrap: async (...given) => {
            unwrapping++;
            await held;
            return keyring.unwrap(...given);
          },
        },
      });
      const controller = new AbortController();
      const since = world().sent().length;
      const given = verb(slow, { abortSignal: controller.signal });
      const other = slow.client.keys.refresh();
      setTimeout(() => controller.abort(), 20);
      expect((await failureOf(() => given)).name).toBe("AbortError");
      expect(
        world()
          .sent(since)
          .filter(({ path }) => /docs|sprocs|conflicts/.test(path)),
      ).toEqual([]);
      release();
      await other;
      expect(unwrapping).toBe(1);
      slow.client.dispose();
    },
  );

  test("that was given up before it began asks for nothing", async () => {
    const { customers, events } = rig();
    const abortSignal = AbortSignal.abort();
    expect((await failureOf(() => customers.items.create({ tenantId: "t" }, { abortSignal }))).name).toBe("AbortError");
    expect(events).toEqual([]);
  });
});

describe("cacheTtl", () => {
  test("asks the key-encryption key again when it has gone by, and not before", async () => {
    const { customers, count, clock } = rig({ cacheTtl: 10_000, maxStoreAge: 60_000 });
    await read(customers);
    clock.passed = 9000;
    await read(customers);
    expect(count("unwrapped")).toBe(1);
    clock.passed = 11_000;
    await Promise.all([read(customers), read(customers), write(customers)]);
    expect(count("unwrapped")).toBe(2);
  });

  test("ends reading and writing when the key-encryption key is taken away, until it is back", async () => {
    const { customers, away, clock } = rig({ cacheTtl: 10_000 });
    await read(customers);
    away.keyring = true;
    await read(customers);
    clock.passed = 11_000;
    for (const call of [read, write, search]) expect(await codeOf(() => call(customers))).toBe("ERR_KEY_UNAVAILABLE");
    away.keyring = false;
    expect((await read(customers)).resource.email).toBe("a@example.org");
    await write(customers);
  });
});

describe("staleIfError", () => {
  test("lets reading go on with an older view, never writing nor searching by tokens", async () => {
    const { customers, patients, away, clock } = rig({ maxStoreAge: 1000, staleIfError: 30_000 });
    await read(customers);
    await patients.item("p", "w").read();
    away.store = true;
    clock.passed = 20_000;
    expect((await read(customers)).resource.email).toBe("a@example.org");
    expect((await patients.item("p", "w").read()).resource.finding).toBe("none");
    expect((await list(customers)).resources.length).toBe(1);
    const since = world().sent().length;
    for (const call of [write, search]) {
      expect(await codeOf(() => call(customers))).toBe("ERR_KEY_STORE_UNAVAILABLE");
    }
    expect(world().sent(since)).toEqual([]);
    clock.passed = 32_000;
    expect(await codeOf(() => read(customers))).toBe("ERR_KEY_STORE_UNAVAILABLE");
    away.store = false;
    expect((await search(customers)).resources.length).toBe(1);
    await write(customers);
  });

  test("goes beyond cacheTtl too, and not beyond both", async () => {
    const { customers, away, clock, count } = rig({ cacheTtl: 5000, staleIfError: 10_000 });
    await read(customers);
    away.keyring = true;
    clock.passed = 14_000;
    await read(customers);
    expect(await codeOf(() => write(customers))).toBe("ERR_KEY_UNAVAILABLE");
    clock.passed = 16_000;
    expect(await codeOf(() => read(customers))).toBe("ERR_KEY_UNAVAILABLE");
    // Forgotten: a clock that is put back doesn't bring them back.
    clock.passed = 0;
    expect(await codeOf(() => read(customers))).toBe("ERR_KEY_UNAVAILABLE");
    away.keyring = false;
    await read(customers);
    expect(count("unwrapped")).toBe(2);
  });

  test("is nothing by default", async () => {
    const { customers, away, clock } = rig({ maxStoreAge: 1000 });
    await read(customers);
    away.store = true;
    clock.passed = 2000;
    expect(await codeOf(() => read(customers))).toBe("ERR_KEY_STORE_UNAVAILABLE");
  });

  test("is for what is out of reach alone: a store that was put back ends reading at once", async () => {
    const { store } = world();
    let forged = false;
    const { customers, clock } = rig({
      maxStoreAge: 1000,
      staleIfError: 30_000,
      store: {
        ...store,
        readHead: async () => {
          const head = (await store.readHead()) as { mac: string };
          return forged ? { ...head, mac: `${head.mac.startsWith("A") ? "B" : "A"}${head.mac.slice(1)}` } : head;
        },
      },
    });
    await read(customers);
    forged = true;
    clock.passed = 2000;
    expect(await codeOf(() => read(customers))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("and its neighbours take times alone", () => {
    for (const times of [{ staleIfError: -1 }, { cacheTtl: Number.NaN }, { maxStoreAge: "1" as unknown as number }]) {
      expect(() => rig(times)).toThrow("ERR_OPTIONS_INVALID");
    }
  });
});
