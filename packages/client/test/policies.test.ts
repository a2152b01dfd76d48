/** Container policies: what is sent keeps ciphertext out of the index and tokens in it, and what comes back is the application's own. */
import type { ContainerRequest, IndexingPolicy } from "@azure/cosmos";
import { type CosmosClient, createKeyStore, defineContainer, memoryKeyStore, type SealEvent, sealed } from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { indexName } from "../../core/src/plan/index-names.js";
import { codeOf, failureOf, useWorld } from "./support/world.js";

const world = useWorld();

const members = defineContainer({
  name: "members",
  partitionKey: "/club",
  schema: z.object({
    id: z.string(),
    club: z.string(),
    plan: z.string().optional(),
    email: sealed(z.string().nullable(), { unique: { normalize: "lowercase" } }).optional(),
    card: z.object({ "card number": sealed(z.number(), { unique: true }), kind: z.string() }).optional(),
    tags: sealed(z.array(z.string()), { equality: true }).optional(),
    name: sealed(z.string()).optional(),
    site: sealed(z.object({ type: z.string(), coordinates: z.array(z.number()) })).optional(),
  }),
});

let client: CosmosClient;
const events: SealEvent[] = [];
const warnings = (): readonly string[] => events.flatMap((event) => (event.type === "warning" ? [event.message] : []));

beforeAll(async () => {
  const { keyring } = world();
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [members] });
  const onEvent = (event: SealEvent) => void events.push(event);
  client = world().connect({ store, pin, onEvent, containers: { "shop/members": members } });
});

afterAll(() => client.dispose());

/** Anew each time; the definition as the thief reads it, and the one that the application gets. */
async function made(more: Partial<ContainerRequest>) {
  const stolen = world().stolen("members");
  if ((await stolen.database.containers.readAll().fetchAll()).resources.some(({ id }) => id === "members")) {
    await stolen.delete();
  }
  events.length = 0;
  const { containers } = client.database("shop");
  const { resource, container } = await containers.create({ id: "members", partitionKey: "/club", ...more });
  return { container, given: resource!, stored: (await stolen.read()).resource! };
}

const paths = (list: IndexingPolicy["includedPaths"]) => list?.map(({ path }) => path);

describe("the definition of a sealed container", () => {
  test("is sent with ciphertext left out of the index and tokens in it", async () => {
    const { stored } = await made({});
    expect(paths(stored.indexingPolicy?.includedPaths)).toEqual([
      "/*",
      "/_seal/x/*",
      "/_seal/s/?",
      "/_seal/t/?",
      "/_seal/k/?",
    ]);
    expect(paths(stored.indexingPolicy?.excludedPaths)).toEqual(['/"_etag"/?', "/_seal/*"]);
    expect(warnings()).toEqual([]);
  });

  test("comes back as the application wrote it: from create, read, replace and createIfNotExists", async () => {
    const indexingPolicy: IndexingPolicy = {
      indexingMode: "consistent",
      automatic: true,
      includedPaths: [{ path: "/*" }, { path: "/email/?" }],
      excludedPaths: [{ path: "/plan/?" }, { path: '/"_etag"/?' }],
      compositeIndexes: [
        [
          { path: "/plan", order: "ascending" },
          { path: "/club", order: "descending" },
        ],
      ],
    };
    const uniqueKeyPolicy = { uniqueKeys: [{ paths: ["/email"] }, { paths: ['/card/"card number"', "/plan"] }] };
    const given = { indexingPolicy, uniqueKeyPolicy };
    const { container, given: created, stored } = await made(structuredClone(given));
    expect(created).toMatchObject(given);
    const { resource: read } = await container.read();
    expect(read).toMatchObject(given);
    const { resource: replaced } = await container.replace({ ...read!, defaultTtl: 100 });
    expect(replaced).toMatchObject({ ...given, defaultTtl: 100 });
    const again = { id: "members", partitionKey: "/club" };
    const { resource, statusCode } = await client.database("shop").containers.createIfNotExists(again);
    expect([statusCode, resource?.indexingPolicy]).toEqual([200, indexingPolicy]);
    const after = (await world().stolen("members").read()).resource!;
    expect(after.indexingPolicy).toEqual(stored.indexingPolicy);
    expect(after.uniqueKeyPolicy).toEqual({
      uniqueKeys: [
        { paths: [`/_seal/x/${indexName("unique", "/email")}`] },
        { paths: [`/_seal/x/${indexName("unique", "/card/card number")}`, "/plan"] },
      ],
    });
    expect(warnings()).toEqual([]);
  });

  test("leaves the caller's definition as it is, but for what the SDK changes", async () => {
    const body = {
      id: "members",
      partitionKey: { paths: ["/club"] },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
    };
    const before = structuredClone(body);
    await made(body);
    expect(body).toEqual(before);
  });

  test("without an index stays without", async () => {
    const { stored } = await made({ indexingPolicy: { indexingMode: "none", automatic: false } });
    expect(stored.indexingPolicy).toMatchObject({ indexingMode: "none", automatic: false });
    expect(JSON.stringify(stored.indexingPolicy)).not.toContain("_seal");
  });

  test("loses composite indexes over sealed scalars, with a warning", async () => {
    const { stored } = await made({
      indexingPolicy: {
        includedPaths: [{ path: "/*" }],
        compositeIndexes: [
          [
            { path: "/plan", order: "ascending" },
            { path: "/name", order: "ascending" },
          ],
          [
            { path: "/plan", order: "ascending" },
            { path: "/club", order: "ascending" },
          ],
        ],
      },
    });
    expect(stored.indexingPolicy?.compositeIndexes?.length).toBe(1);
    expect(warnings()).toEqual(["A composite index over the sealed path /name is left out."]);
  });

  const composite = (path: string): Partial<ContainerRequest> => ({
    indexingPolicy: {
      compositeIndexes: [
        [
          { path: "/plan", order: "ascending" },
          { path, order: "ascending" },
        ],
      ],
    },
  });

  test.each<readonly [string, object]>([
    ["a composite index over a sealed array", composite("/tags")],
    [
      "a unique key over a sealed path without a unique index",
      { uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/name"] }] } },
    ],
    ["a unique key over a path above sealed ones", { uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/card"] }] } }],
    ["a unique key that names a token itself", { uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/_seal/m"] }] } }],
    [
      "conflict resolution by a sealed path",
      { conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/name" } },
    ],
    [
      "a vector embedding over a sealed path",
      { vectorEmbeddingPolicy: { vectorEmbeddings: [{ path: "/site/coordinates" }] } },
    ],
    [
      "a vector index over a sealed path",
      { indexingPolicy: { vectorIndexes: [{ path: "/site/coordinates", type: "flat" }] } },
    ],
    [
      "a full-text policy over a sealed path",
      { fullTextPolicy: { defaultLanguage: "en", fullTextPaths: [{ path: "/name" }] } },
    ],
    ["a full-text index over a sealed path", { indexingPolicy: { fullTextIndexes: [{ path: "/name" }] } }],
    [
      "a spatial index over a sealed path",
      { indexingPolicy: { spatialIndexes: [{ path: "/site/*", types: ["Point"] }] } },
    ],
    [
      "a computed property over a sealed path",
      { computedProperties: [{ name: "lower", query: "SELECT VALUE LOWER(c.name) FROM c" }] },
    ],
    ["a client encryption policy", { clientEncryptionPolicy: { includedPaths: [], policyFormatVersion: 1 } }],
    ["another partition key", { partitionKey: "/plan" }],
  ])("is refused with %s, and nothing is sent", async (_, more) => {
    const { container } = await made({});
    const since = world().sent().length;
    const body = { id: "members", partitionKey: "/club", ...more } as ContainerRequest;
    const { containers } = client.database("shop");
    expect(await codeOf(() => containers.create(body))).toBe("ERR_OPTIONS_INVALID");
    expect(await codeOf(() => containers.createIfNotExists(body))).toBe("ERR_OPTIONS_INVALID");
    const partitionKey = typeof body.partitionKey === "string" ? { paths: [body.partitionKey] } : body.partitionKey!;
    expect(await codeOf(() => container.replace({ ...body, partitionKey } as object))).toBe("ERR_OPTIONS_INVALID");
    expect(world().sent().length).toBe(since);
  });
});

describe("a container that was made elsewhere", () => {
  test("is told of once, with what its definition lacks", async () => {
    await made({});
    await world().stolen("members").delete();
    await world()
      .thief.database("shop")
      .containers.create({
        id: "members",
        partitionKey: "/club",
        uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
      });
    const told: SealEvent[] = [];
    const { keyring } = world();
    const store = memoryKeyStore();
    const { pin } = await createKeyStore({ keyring, store, containers: [members] });
    const onEvent = (event: SealEvent) => void (event.type === "warning" && told.push(event));
    const other = world().connect({ store, pin, onEvent, containers: { "shop/members": members } });
    const { items } = other.database("shop").container("members");
    await items.create({ id: "1", club: "c" });
    await items.create({ id: "2", club: "d" });
    await other.database("shop").container("members").read();
    expect(told.map((event) => event.type === "warning" && event.message)).toEqual([
      "The indexing policy doesn't include /_seal/x/*, /_seal/s/?, /_seal/t/?, /_seal/k/?.",
      "The indexing policy doesn't exclude /_seal/*: ciphertext is indexed.",
      "No unique key names the token of /email: nothing keeps it unique.",
      'No unique key names the token of /card/"card number": nothing keeps it unique.',
      "A unique key names the sealed path /email, which no document has: a second one is refused.",
    ]);
    other.dispose();
  });
});

describe("a unique key over a sealed path", () => {
  const uniqueKeyPolicy = { uniqueKeys: [{ paths: ["/email"] }] };

  test("keeps the value unique within a partition key, as declared, by create, replace, upsert, patch and batch", async () => {
    const { container } = await made({ uniqueKeyPolicy });
    const { items } = container;
    await items.create({ id: "1", club: "a", email: "Jane@example.org" });
    const conflict = { id: "2", club: "a", email: "jane@EXAMPLE.org" };
    expect((await failureOf(() => items.create(conflict))).code).toBe(409);
    expect((await failureOf(() => items.upsert(conflict))).code).toBe(409);
    expect((await items.create({ ...conflict, club: "b" })).statusCode).toBe(201);
    const { item } = await items.create({ id: "3", club: "a", email: "joe@example.org" });
    expect((await failureOf(() => item.replace({ id: "3", club: "a", email: "jane@example.org" }))).code).toBe(409);
    const patch = () => item.patch([{ op: "set", path: "/email", value: "jane@example.org" }]);
    expect((await failureOf(patch)).code).toBe(409);
    const { result } = await items.batch([{ operationType: "Create", resourceBody: conflict }], "a");
    expect(result![0]!.statusCode).toBe(409);
    expect((await item.replace({ id: "3", club: "a", email: "joe@example.org", plan: "x" })).statusCode).toBe(200);
  });

  test("sends no value, and stores one token a document", async () => {
    const { container } = await made({ uniqueKeyPolicy });
    await container.items.create({ id: "1", club: "a", email: "jane@example.org" });
    const { resource } = await world().stolen("members").item("1", "a").read();
    expect(JSON.stringify(resource)).not.toContain("jane");
    expect(resource._seal.x[indexName("unique", "/email")]).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
