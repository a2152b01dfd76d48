/** What is wrong with the client's options, keys or declarations is told with a code, before anything is sent. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Items as SdkItems } from "@azure/cosmos";
import {
  CosmosClient,
  type CosmosClientOptions,
  createKeyStore,
  defineContainer,
  fileKeyStore,
  memoryKeyStore,
  passphraseKeyring,
  sealed,
  staticKeyring,
} from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { bare, codeOf, customers, failureOf, KEYRING_SECRET, patients, useWorld } from "./support/world.js";

const world = useWorld();

describe("the client's options", () => {
  const make = (options: object): CosmosClient => new CosmosClient(options as CosmosClientOptions);
  const seal = () => ({ keyring: world().keyring, store: world().store, pin: world().pin, containers: {} });

  test("without `seal` are refused, a connection string alone too, and the error shows how", async () => {
    const { connectionString } = world().emulator;
    const failure = await failureOf(() => make(connectionString as never));
    expect(failure.code).toBe("ERR_OPTIONS_INVALID");
    expect(failure.message).toContain("new CosmosClient(connectionString, { seal })");
    expect(await codeOf(() => make({ connectionString }))).toBe("ERR_OPTIONS_INVALID");
    expect(await codeOf(() => make(undefined as never))).toBe("ERR_OPTIONS_INVALID");
  });

  test("in each of the SDK's forms make a client", async () => {
    const { connectionString, endpoint, key } = world().emulator;
    const forms = [
      new CosmosClient(connectionString, { seal: seal() }),
      new CosmosClient({ connectionString, seal: seal() }),
      new CosmosClient({ endpoint, key, seal: seal() }),
      new CosmosClient({ endpoint, tokenProvider: async () => "", seal: seal() }),
    ];
    expect((await forms[2]!.getDatabaseAccount()).statusCode).toBe(200);
    for (const client of forms) client.dispose();
  });

  test.each([
    ["an option that is misspelt", { createScope: true }, "createScopes"],
    ["a word for `undeclared` that there isn't", { undeclared: "plain" }, "plaintext"],
    ["a policy that there isn't", { integrity: "strikt" }, "strict"],
    ["a policy for missing groups that there isn't", { missingGroups: "ignore" }, "omit"],
    ["an answer where a yes is asked for", { semanticRerank: true }, "allow"],
  ])("with %s are refused, and the error names what there is", async (_, wrong, meant) => {
    const failure = await failureOf(() =>
      make({ connectionString: world().emulator.connectionString, seal: { ...seal(), ...wrong } }),
    );
    expect(failure.code).toBe("ERR_OPTIONS_INVALID");
    expect(failure.message).toContain(meant);
  });

  test("stay as the caller made them", () => {
    const options = { connectionString: world().emulator.connectionString, seal: seal() };
    const before = { ...options };
    new CosmosClient(options).dispose();
    expect(options).toEqual(before);
  });

  test("with the SDK's own encryption are refused", async () => {
    const { connectionString } = world().emulator;
    expect(await codeOf(() => make({ connectionString, seal: seal(), clientEncryptionOptions: {} }))).toBe(
      "ERR_OPTIONS_INVALID",
    );
  });

  test("without a keyring, a store or a pin are refused", async () => {
    const { connectionString } = world().emulator;
    const { keyring, store, containers } = seal();
    expect(await codeOf(() => make({ connectionString, seal: { containers } }))).toBe("ERR_OPTIONS_INVALID");
    expect(await codeOf(() => make({ connectionString, seal: { keyring, containers } }))).toBe("ERR_OPTIONS_INVALID");
    expect(await codeOf(() => make({ connectionString, seal: { keyring, store, containers } }))).toBe(
      "ERR_PIN_MISSING",
    );
  });

  test("with containers that are no declarations are refused", async () => {
    const { connectionString } = world().emulator;
    for (const containers of [
      undefined,
      1,
      { customers },
      { "a/b/c": customers },
      { "shop/x": "plain" },
      { "shop/x": {} },
    ]) {
      expect(await codeOf(() => make({ connectionString, seal: { ...seal(), containers } }))).toBe(
        "ERR_OPTIONS_INVALID",
      );
    }
    expect(await codeOf(() => make({ connectionString, seal: { ...seal(), undeclared: "sealed" } }))).toBe(
      "ERR_OPTIONS_INVALID",
    );
  });

  test("that give one definition to two containers are refused, by table and by function", async () => {
    const table = { "shop/a": customers, "shop/b": customers };
    expect(await codeOf(() => world().connect({ containers: table }))).toBe("ERR_OPTIONS_INVALID");
    const client = world().connect({ containers: () => customers });
    client.database("shop").container("a");
    expect(await codeOf(() => client.database("shop").container("b"))).toBe("ERR_OPTIONS_INVALID");
    client.dispose();
  });
});

describe("an undeclared container", () => {
  test("is refused where it is named, with what may have been meant", async () => {
    const failure = await failureOf(() => world().client.database("shop").container("custmers"));
    expect(failure.code).toBe("ERR_CONTAINER_UNDECLARED");
    expect(failure.message).toContain('Did you mean "shop/customers"?');
    const elsewhere = await failureOf(() => world().client.database("shpo2").container("customers"));
    expect(elsewhere.message).toContain('Did you mean "shop/customers"?');
  });

  test("isn't created", async () => {
    const since = world().sent().length;
    const { containers } = world().client.database("shop");
    expect(await codeOf(() => containers.create({ id: "other" }))).toBe("ERR_CONTAINER_UNDECLARED");
    expect(await codeOf(() => containers.createIfNotExists({ id: "other" }))).toBe("ERR_CONTAINER_UNDECLARED");
    expect(world().sent(since)).toEqual([]);
  });

  test("is plaintext where the client says so, but for what looks like a resource id", async () => {
    const client = world().connect({ undeclared: "plaintext" });
    expect(client.database("shop").container("other").id).toBe("other");
    const { resource } = await world().thief.database("shop").container("customers").read();
    const [, database, , container] = resource!._self.split("/");
    expect(await codeOf(() => client.database(database!).container(container!))).toBe("ERR_CONTAINER_UNDECLARED");
    expect(await codeOf(() => client.database("shop").container(container!))).toBe("ERR_CONTAINER_UNDECLARED");
    client.dispose();
  });

  test("is stopped at the wire too", async () => {
    const { client } = world();
    const database = client.database("shop");
    const around = Object.assign(Object.create(Object.getPrototypeOf(world().plain)), world().plain, {
      id: "other",
      database,
      $items: undefined,
    });
    expect(await codeOf(() => around.items.query("SELECT * FROM c").fetchAll())).toBe("ERR_CONTAINER_UNDECLARED");
    expect(around.items).toBeInstanceOf(SdkItems);
  });

  test("has no typed view", async () => {
    const other = defineContainer({ name: "other", partitionKey: "/id", schema: z.object({ id: z.string() }) });
    expect(await codeOf(() => world().client.container(other))).toBe("ERR_CONTAINER_UNDECLARED");
    expect(await codeOf(() => world().client.container(customers, "shop/plain"))).toBe("ERR_CONTAINER_UNDECLARED");
  });

  test("declared by a function has a typed view where it is said which it is", async () => {
    const client = world().connect({
      containers: (_database, container) => (container === "customers" ? customers : undefined),
    });
    expect(await codeOf(() => client.container(customers))).toBe("ERR_CONTAINER_UNDECLARED");
    expect(client.container(customers, "shop/customers").id).toBe("customers");
    expect(client.container(customers).id).toBe("customers");
    expect(await codeOf(() => client.database("shop").container("nothing"))).toBe("ERR_CONTAINER_UNDECLARED");
    client.dispose();
  });
});

describe("a container's partition key", () => {
  test("is the definition's, or the container isn't made", async () => {
    const since = world().sent().length;
    const { containers } = world().client.database("shop");
    for (const partitionKey of ["/email", { paths: ["/tenantId", "/plan"] }, undefined]) {
      const body = { id: "customers", ...(partitionKey && { partitionKey }) };
      expect(await codeOf(() => containers.create(body))).toBe("ERR_OPTIONS_INVALID");
      expect(await codeOf(() => containers.createIfNotExists(body))).toBe("ERR_OPTIONS_INVALID");
    }
    expect(world().sent(since)).toEqual([]);
  });

  test("that is another in the account stops every write", async () => {
    const moved = defineContainer({
      name: "moved",
      partitionKey: "/region",
      schema: z.object({ id: z.string(), region: z.string(), secret: sealed(z.string()) }),
    });
    const client = world().connect({ containers: { "shop/moved": moved }, createScopes: true });
    await world().thief.database("shop").containers.create({ id: "moved", partitionKey: "/secret" });
    const { items } = client.database("shop").container("moved");
    const since = world().sent().length;
    expect(await codeOf(() => items.create({ id: "1", region: "n", secret: "s" }))).toBe("ERR_OPTIONS_INVALID");
    expect(await codeOf(() => items.upsert({ id: "1", region: "n", secret: "s" }))).toBe("ERR_OPTIONS_INVALID");
    expect(
      world()
        .sent(since)
        .filter(({ method }) => method !== "GET"),
    ).toEqual([]);
    client.dispose();
  });
});

describe("keys", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "cosmoseal-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const cost = { passes: 3, memory: 64 * 1024 * 1024 };

  test("of a key file behind a passphrase serve the client; the wrong passphrase is told by `ready` and by the first use", async () => {
    const path = join(directory, "customer.keys");
    const right = passphraseKeyring(path, { passphrase: () => "correct horse", cost });
    await createKeyStore({ keyring: right, containers: [customers] });
    const options = { containers: { "shop/customers": customers } };
    const { connectionString } = world().emulator;
    const client = new CosmosClient({ connectionString, seal: { keyring: right, ...options } });
    await client.ready();
    const given = { tenantId: "t-file", email: "file@example.org" };
    const { item } = await client.container(customers).items.create(given);
    expect(bare((await item.read()).resource)).toEqual({ ...given, id: item.id });
    const wrong = passphraseKeyring(path, { passphrase: () => "wrong horse" });
    const other = new CosmosClient({ connectionString, seal: { keyring: wrong, ...options } });
    const since = world().sent().length;
    const failure = await failureOf(() => other.ready());
    expect(failure.code).toBe("ERR_PASSPHRASE_WRONG");
    expect(failure.message).not.toContain("horse");
    expect(await codeOf(() => other.container(customers).items.create(given))).toBe("ERR_PASSPHRASE_WRONG");
    expect(
      world()
        .sent(since)
        .filter(({ method }) => method !== "GET"),
    ).toEqual([]);
    client.dispose();
    other.dispose();
  });

  test("of a damaged file, under a wrong pin, of an empty store, without a scope: each has its code, and nothing is sent", async () => {
    const path = join(directory, "damaged.keys");
    const keyring = passphraseKeyring(path, { passphrase: () => "x", cost });
    const { pin } = await createKeyStore({ keyring, containers: [customers] });
    await writeFile(path, (await readFile(path, "utf8")).replace('"epoch": 1', '"epoch": 2'));
    const { keyring: good, store, pin: goodPin } = world();
    const cases = [
      [{ keyring, store: fileKeyStore(path), pin }, "ERR_KEY_STORE_DAMAGED"],
      [{ keyring: good, store, pin }, "ERR_PIN_MISMATCH"],
      [{ keyring: good, store: memoryKeyStore(), pin: goodPin }, "ERR_KEY_STORE_EMPTY"],
      [{ keyring: staticKeyring(Buffer.alloc(32, 9).toString("base64")), store, pin: goodPin }, "ERR_UNWRAP_FAILED"],
    ] as const;
    for (const [seal, code] of cases) {
      const client = world().connect(seal);
      const since = world().sent().length;
      expect(await codeOf(() => client.ready())).toBe(code);
      const { items } = client.container(customers);
      expect(await codeOf(() => items.create({ tenantId: "t" }))).toBe(code);
      const query = { query: "SELECT * FROM c WHERE c.name = @n", parameters: [{ name: "@n", value: "x" }] };
      expect(await codeOf(() => items.query(query).fetchAll())).toBe(code);
      expect(
        world()
          .sent(since)
          .filter(({ method }) => method !== "GET"),
      ).toEqual([]);
      client.dispose();
    }
  });

  test("of a scope that nobody made are missed on writing, and made where the client may", async () => {
    const scoped = defineContainer({
      name: "scoped",
      partitionKey: "/tenantId",
      scope: { path: "/tenantId", family: "tenant" },
      schema: z.object({ id: z.string(), tenantId: z.string(), secret: sealed(z.string()) }),
    });
    await world().client.database("shop").client.databases.readAll().fetchAll();
    await world().thief.database("shop").containers.create({ id: "scoped", partitionKey: "/tenantId" });
    const client = world().connect({ containers: { "shop/scoped": scoped } });
    expect(await codeOf(() => client.ready())).toBe("ERR_SCOPE_UNKNOWN");
    const { items } = client.container(scoped);
    const given = { id: "1", tenantId: "t-1", secret: "s" };
    expect(await codeOf(() => items.create(given))).toBe("ERR_SCOPE_UNKNOWN");
    await client.keys.createScope(scoped);
    await client.ready();
    expect(await codeOf(() => items.create(given))).toBe("ERR_SCOPE_UNKNOWN");
    await client.keys.createScope(scoped, "t-1");
    expect(bare((await items.create(given)).resource)).toEqual(given);
    const creating = world().connect({ containers: { "shop/scoped": scoped }, createScopes: true });
    const second = { id: "2", tenantId: "t-2", secret: "s" };
    expect(bare((await creating.container(scoped).items.create(second)).resource)).toEqual(second);
    // The first client learns of the scope that the second made.
    expect(bare((await client.container(scoped).item("2", "t-2").read()).resource)).toEqual(second);
    expect(await client.keys.pin()).toBe(world().pin);
    client.dispose();
    creating.dispose();
  });

  test("are gone when the client is disposed of", async () => {
    const client = world().connect();
    const { items } = client.container(customers);
    await items.create({ tenantId: "t" });
    client.dispose();
    expect(await codeOf(() => items.create({ tenantId: "t" }))).toBe("ERR_CLIENT_DISPOSED");
    expect(await codeOf(() => items.query("SELECT * FROM c").fetchAll())).toBe("ERR_CLIENT_DISPOSED");
  });

  test("are waited for no longer than the caller wants", async () => {
    const slow = { ...staticKeyring(KEYRING_SECRET), unwrap: () => new Promise<Uint8Array>(() => undefined) };
    const client = world().connect({ keyring: slow });
    const abort = new AbortController();
    const read = client.container(patients).item("x", "y").read({ abortSignal: abort.signal });
    abort.abort(new Error("enough"));
    expect((await failureOf(() => read)).message).toBe("enough");
    client.dispose();
  });
});

describe("a document that can't be sealed", () => {
  test.each([
    ["a reserved member", { _seal: {} }, "ERR_PATH_RESERVED"],
    ["an undeclared property", { emial: "a@b.c" }, "ERR_PATH_UNDECLARED"],
    ["a value of another structure", { cards: "4111" }, "ERR_PATH_SHAPE"],
    ["a number that isn't finite", { age: Number.NaN }, "ERR_VALUE_UNSUPPORTED"],
    ["more than the service takes", { note: "x".repeat(2 * 1024 * 1024) }, "ERR_DOCUMENT_TOO_LARGE"],
    ["no partition key", { tenantId: undefined }, "ERR_PARTITION_KEY_MISSING"],
    ["an id that is no text", { id: 7 }, "ERR_DOCUMENT_INVALID"],
  ])("with %s is refused by create, upsert and replace, and nothing is sent", async (_, more, code) => {
    const { items } = world().customers;
    await items.upsert({ id: "warm", tenantId: "t-1" });
    const since = world().sent().length;
    const given = { id: "bad", tenantId: "t-1", ...more } as { id: string };
    expect(await codeOf(() => items.create(given))).toBe(code);
    expect(await codeOf(() => items.upsert(given))).toBe(code);
    expect(await codeOf(() => world().customers.item("bad", "t-1").replace(given))).toBe(code);
    expect(world().sent(since)).toEqual([]);
  });

  test("because it is none is refused", async () => {
    const { items } = world().customers;
    for (const body of [null, undefined, "text", 1, []]) {
      expect(await codeOf(() => items.create(body as never))).toBe("ERR_DOCUMENT_INVALID");
    }
  });
});

describe("an endpoint that doesn't answer", () => {
  test("is the SDK's own connection error", async () => {
    const client = world().connect(
      {},
      { connectionString: "AccountEndpoint=http://127.0.0.1:9/;AccountKey=bm9uZQ==;" },
    );
    const failure = await failureOf(() => client.container(customers).items.create({ tenantId: "t" }));
    expect(failure.code).toBe("ECONNREFUSED");
    client.dispose();
  });
});
