/**
 * Someone holds the account key, or is the server. Whatever they do to what is stored or answered, the owner gets the document
 * that was written, or an integrity error: never the forged value, by any way of reading.
 */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { ChangeFeedStartFrom } from "@azure/cosmos";
import { type CosmosClient, isCosmosealError, isIntegrityError, type SealEvent, type SealOptions } from "cosmoseal";
import { beforeEach, describe, expect, test } from "vitest";
import { bare, customers as definition, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
let partition = 0;
let tenantId: string;

beforeEach(() => {
  // A partition for each test: what one of them forges doesn't stand in the way of the next.
  tenantId = `attack-${++partition}`;
});

const VICTIM = {
  id: "victim",
  plan: "pro",
  rank: 1,
  labels: ["a", "b", "c"],
  visits: 3,
  email: "victim@example.org",
  name: "Victim",
  age: 40,
  tags: ["x", "y"],
  note: "note",
  address: { street: "1 Main", city: "Oslo" },
  cards: [
    { brand: "visa", pan: "4111" },
    { brand: "amex", pan: "3700" },
  ],
  diagnosis: "influenza",
};
const OTHER = { ...VICTIM, id: "other", email: "other@example.org", name: "Other", age: 7, diagnosis: "none", rank: 2 };

type Stored = Record<string, unknown> & {
  _seal: Record<string, unknown> & { g: Record<string, unknown[]>; x: Record<string, unknown> };
};

/** Two documents, and what the thief sees of them. */
async function stolenPair(): Promise<{ victim: Stored; other: Stored }> {
  const { items } = world().customers;
  await items.create({ ...VICTIM, tenantId });
  await items.create({ ...OTHER, tenantId });
  const read = async (id: string): Promise<Stored> =>
    bare((await world().stolen("customers").item(id, tenantId).read()).resource) as Stored;
  return { victim: await read("victim"), other: await read("other") };
}

async function plant(document: object): Promise<void> {
  await world().stolen("customers").items.upsert(document);
}

/** Every way of reading: the rows that the owner gets, or the error. */
const READERS: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
  "point read": async () => [(await world().customers.item("victim", tenantId).read()).resource],
  "SELECT *": async () =>
    (await world().customers.items.query("SELECT * FROM c", { partitionKey: tenantId }).fetchAll()).resources,
  "SELECT VALUE, all partitions": async () =>
    (
      await world()
        .customers.items.query({
          query: "SELECT VALUE c FROM c WHERE c.tenantId = @t ORDER BY c.id",
          parameters: [{ name: "@t", value: tenantId }],
        })
        .fetchAll()
    ).resources,
  "by an unsigned field": async () =>
    (
      await world()
        .customers.items.query("SELECT * FROM c WHERE IS_NUMBER(c.visits) OR true", { partitionKey: tenantId })
        .fetchAll()
    ).resources,
  readAll: async () => (await world().customers.items.readAll({ partitionKey: tenantId }).fetchAll()).resources,
  "the async iterator": async () => {
    const rows: unknown[] = [];
    for await (const page of world().customers.items.readAll({ partitionKey: tenantId }).getAsyncIterator())
      rows.push(...page.resources);
    return rows;
  },
  "a raw document": async () => {
    const { resource } = await world().stolen("customers").item("victim", tenantId).read();
    return [await world().client.container(definition).open(resource)];
  },
};

const FORGERIES: readonly (readonly [string, (pair: { victim: Stored; other: Stored }) => object])[] = [
  ["the whole `_seal` of another document", ({ victim, other }) => ({ ...victim, _seal: other._seal })],
  ["the whole other document under this id", ({ victim, other }) => ({ ...other, id: victim["id"] })],
  [
    "one group of another document",
    ({ victim, other }) => ({
      ...victim,
      _seal: { ...victim._seal, g: { ...victim._seal.g, medical: other._seal.g["medical"] } },
    }),
  ],
  [
    "its groups under each other's names",
    ({ victim }) => ({
      ...victim,
      _seal: { ...victim._seal, g: { "": victim._seal.g["medical"], medical: victim._seal.g[""] } },
    }),
  ],
  ["a group taken out", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, g: { "": victim._seal.g[""] } } })],
  ["no groups", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, g: {} } })],
  ["no `_seal`", ({ victim }) => ({ ...victim, _seal: undefined })],
  ["`_seal` as null", ({ victim }) => ({ ...victim, _seal: null })],
  ["an empty `_seal`", ({ victim }) => ({ ...victim, _seal: {} })],
  [
    "plaintext in the place of the seal",
    ({ victim }) => ({ ...victim, _seal: undefined, email: "forged@example.org" }),
  ],
  ["plaintext beside the seal", ({ victim }) => ({ ...victim, email: "forged@example.org" })],
  ["null beside the seal", ({ victim }) => ({ ...victim, note: null })],
  [
    "plaintext in an array element",
    ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: "forged" }, { brand: "amex" }] }),
  ],
  ["a signed field changed", ({ victim }) => ({ ...victim, plan: "max" })],
  ["a signed field of another type", ({ victim }) => ({ ...victim, rank: "1" })],
  ["a signed field removed", ({ victim }) => ({ ...victim, plan: undefined })],
  ["a field added", ({ victim }) => ({ ...victim, admin: true })],
  ["a `ttl` added", ({ victim }) => ({ ...victim, ttl: 100_000 })],
  ["array elements exchanged", ({ victim }) => ({ ...victim, cards: [...(victim["cards"] as unknown[])].reverse() })],
  ["an array element dropped", ({ victim }) => ({ ...victim, cards: [(victim["cards"] as unknown[])[0]] })],
  ["an array element doubled", ({ victim }) => ({ ...victim, labels: ["a", "b", "c", "c"] })],
  ["a token of another document", ({ victim, other }) => ({ ...victim, _seal: { ...victim._seal, x: other._seal.x } })],
  ["no tokens", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, x: undefined } })],
  ["another stamp", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, n: 1 } })],
  ["another epoch", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, e: 9 } })],
  ["another format", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, v: 2 } })],
  ["another schema version", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, s: 7 } })],
  ["every path unsigned", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, o: ["/plan", "/visits"] } })],
  ["another key id", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, k: "AAAAAAAAAAAAAAAAAAAAAA" } })],
  ["a member more in `_seal`", ({ victim }) => ({ ...victim, _seal: { ...victim._seal, z: 1 } })],
  [
    "one bit of the ciphertext flipped",
    ({ victim }) => {
      const [key, stamp, blob] = victim._seal.g[""] as [string, number, string];
      const bytes = Buffer.from(blob, "base64");
      bytes[40]! ^= 1;
      return {
        ...victim,
        _seal: { ...victim._seal, g: { ...victim._seal.g, "": [key, stamp, bytes.toString("base64")] } },
      };
    },
  ],
  [
    "a document of the thief's own making",
    ({ victim }) => ({ id: victim["id"], tenantId, plan: "admin", email: "forged@example.org" }),
  ],
];

describe("a stored document with", () => {
  test.each(FORGERIES)("%s is refused by every way of reading", async (_, forge) => {
    const pair = await stolenPair();
    await plant(forge(pair));
    for (const [reader, read] of Object.entries(READERS)) {
      const failure = await failureOf(read);
      expect([reader, failure.code, isIntegrityError(failure)]).toEqual([reader, failure.code, true]);
      expect((failure as { id?: string }).id).toBe("victim");
    }
    // The neighbour is as good as ever, and the victim is mended by writing it again.
    expect(bare((await world().customers.item("other", tenantId).read()).resource)).toEqual({ ...OTHER, tenantId });
    await world().customers.items.upsert({ ...VICTIM, tenantId });
    for (const read of Object.values(READERS)) {
      expect((await read()).map(bare)).toContainEqual({ ...VICTIM, tenantId });
    }
  });

  test("an older version of one group is refused", async () => {
    const { victim } = await stolenPair();
    await world().customers.items.upsert({ ...VICTIM, tenantId, diagnosis: "recovered" });
    const now = bare((await world().stolen("customers").item("victim", tenantId).read()).resource) as Stored;
    await plant({ ...now, _seal: { ...now._seal, g: { ...now._seal.g, medical: victim._seal.g["medical"] } } });
    for (const read of Object.values(READERS)) expect((await failureOf(read)).code).toBe("ERR_INTEGRITY");
  });

  test("an unsigned field changed is read as changed: that is what unsigned says", async () => {
    const { victim } = await stolenPair();
    await plant({ ...victim, visits: 999 });
    for (const read of Object.values(READERS)) {
      expect((await read()).map(bare)).toContainEqual({ ...VICTIM, tenantId, visits: 999 });
    }
  });

  test("copied to another partition is refused there", async () => {
    const { victim } = await stolenPair();
    await plant({ ...victim, tenantId: `${tenantId}-b` });
    const failure = await failureOf(() => world().customers.item("victim", `${tenantId}-b`).read());
    expect(failure.code).toBe("ERR_INTEGRITY");
  });

  test("copied to another container is refused there", async () => {
    const { victim } = await stolenPair();
    await world()
      .stolen("patients")
      .items.upsert({ ...victim, ward: "AAAAAAAAAAAAAAAAAAAAAA" });
    expect(isIntegrityError(await failureOf(() => world().patients.items.readAll().fetchAll()))).toBe(true);
    await world().stolen("patients").item("victim", "AAAAAAAAAAAAAAAAAAAAAA").delete();
  });

  test("tokens copied from another gives no wrong row: the search finds it, and it doesn't open", async () => {
    const { victim, other } = await stolenPair();
    await plant({ ...victim, _seal: { ...victim._seal, x: other._seal.x } });
    const query = { query: "SELECT * FROM c WHERE c.email = @e", parameters: [{ name: "@e", value: OTHER.email }] };
    expect(
      (await failureOf(() => world().customers.items.query(query, { partitionKey: tenantId }).fetchAll())).code,
    ).toBe("ERR_INTEGRITY");
  });

  test("a changed version's reply doesn't reach a writer that it wasn't meant for", async () => {
    const { victim } = await stolenPair();
    await plant({ ...victim, plan: "max" });
    const { resource } = await world().customers.items.upsert({ ...VICTIM, tenantId, plan: "free" });
    expect(bare(resource)).toEqual({ ...VICTIM, tenantId, plan: "free" });
  });
});

/** A client whose server answers item requests with what `forge` makes of the answer's text. */
function lyingTo(
  forge: (body: string, url: string, method: string) => string | undefined,
  seal: Partial<SealOptions> = {},
): CosmosClient {
  const inner = createDefaultHttpClient();
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const response = await inner.sendRequest(request);
      const isItems = /\/docs/.test(request.url) && response.status < 300;
      const forged = isItems ? forge(response.bodyAsText ?? "", request.url, request.method) : undefined;
      return forged === undefined ? response : { ...response, bodyAsText: forged };
    },
  };
  return world().connect(seal, { httpClient });
}

describe("a server that answers", () => {
  test("a read with another valid document is found out", async () => {
    const { other } = await stolenPair();
    const client = lyingTo(() => JSON.stringify(other));
    const failure = await failureOf(() => client.container(definition).item("victim", tenantId).read());
    expect([failure.code, isIntegrityError(failure)]).toEqual(["ERR_ANSWER_MISMATCH", true]);
    client.dispose();
  });

  test("a write with another valid document is found out, and the error says that the write was committed", async () => {
    const { other, victim } = await stolenPair();
    for (const answer of [other, victim, { ...victim, plan: "max" }, [], "text", 7]) {
      const client = lyingTo(() => JSON.stringify(answer));
      const container = client.container(definition);
      for (const write of [
        () => container.items.upsert({ ...VICTIM, tenantId, plan: "free" }),
        () => container.item("victim", tenantId).replace({ ...VICTIM, tenantId, plan: "free" }),
      ]) {
        const failure = await failureOf(write);
        expect([isIntegrityError(failure), failure.committed]).toEqual([true, true]);
      }
      client.dispose();
    }
    expect((await world().customers.item("victim", tenantId).read()).resource?.plan).toBe("free");
  });

  test("a delete with a document hands none on", async () => {
    const { other } = await stolenPair();
    const client = lyingTo((_, __, method) => (method === "DELETE" ? JSON.stringify(other) : undefined));
    const { resource } = await client.container(definition).item("victim", tenantId).delete();
    expect(resource ?? null).toBe(null);
    client.dispose();
  });

  test("a query with a document that its public condition doesn't ask for is found out", async () => {
    const { other, victim } = await stolenPair();
    const client = lyingTo((body) =>
      body.replace(/"Documents":\[.*\]/s, `"Documents":${JSON.stringify([victim, other])}`),
    );
    const { items } = client.container(definition);
    for (const query of [
      "SELECT * FROM c WHERE c.id = 'victim'",
      "SELECT * FROM c WHERE c.rank < 2",
      "SELECT * FROM c WHERE c.rank = 1 AND c.age IN (40, 7)",
    ]) {
      const failure = await failureOf(() => items.query(query, { partitionKey: tenantId }).fetchAll());
      expect([query, failure.code]).toEqual([query, "ERR_ANSWER_MISMATCH"]);
    }
    client.dispose();
  });

  test("a query with a document that its sealed condition doesn't ask for gives no wrong row", async () => {
    const { other, victim } = await stolenPair();
    const client = lyingTo((body) =>
      body.replace(/"Documents":\[.*\]/s, `"Documents":${JSON.stringify([victim, other])}`),
    );
    const { resources } = await client
      .container(definition)
      .items.query("SELECT * FROM c WHERE c.email = 'victim@example.org'", { partitionKey: tenantId })
      .fetchAll();
    expect(resources.map(({ id }) => id)).toEqual(["victim"]);
    client.dispose();
  });

  test("a query with a document of another partition is found out", async () => {
    const { victim } = await stolenPair();
    const client = lyingTo((body) => body.replace(/"Documents":\[.*\]/s, `"Documents":${JSON.stringify([victim])}`));
    const failure = await failureOf(() =>
      client.container(definition).items.readAll({ partitionKey: "t-elsewhere" }).fetchAll(),
    );
    expect(failure.code).toBe("ERR_ANSWER_MISMATCH");
    client.dispose();
  });

  test("a query with one document twice in a page is found out", async () => {
    const { victim } = await stolenPair();
    const client = lyingTo((body) =>
      body.replace(/"Documents":\[.*\]/s, `"Documents":${JSON.stringify([victim, victim])}`),
    );
    for (const query of ["SELECT * FROM c", "SELECT * FROM c ORDER BY c.id"]) {
      const failure = await failureOf(() =>
        client.container(definition).items.query(query, { partitionKey: tenantId }).fetchAll(),
      );
      expect(failure.code).toBe("ERR_ANSWER_MISMATCH");
    }
    client.dispose();
  });

  test("a query with more rows than TOP or LIMIT asks for is found out", async () => {
    const { other, victim } = await stolenPair();
    const client = lyingTo((body) =>
      body.replace(/"Documents":\[.*\]/s, `"Documents":${JSON.stringify([victim, other])}`),
    );
    const parameters = [{ name: "@n", value: 1 }];
    for (const query of [
      "SELECT TOP 1 * FROM c",
      "SELECT TOP @n c.id, c.plan FROM c WHERE c.rank < 9",
      "SELECT VALUE c FROM c ORDER BY c.rank OFFSET 0 LIMIT 1",
    ]) {
      const failure = await failureOf(() =>
        client.container(definition).items.query({ query, parameters }, { partitionKey: tenantId }).fetchAll(),
      );
      expect([query, failure.code]).toEqual([query, "ERR_ANSWER_MISMATCH"]);
    }
    client.dispose();
    for (const query of ["SELECT TOP 1 * FROM c", "SELECT c.id FROM c OFFSET 1 LIMIT 5"]) {
      const { items } = world().customers;
      const { resources } = await items.query(query, { partitionKey: tenantId, maxItemCount: 1 }).fetchAll();
      expect(resources.length).toBe(1);
    }
  });

  test("a query with what are no documents hands nothing on", async () => {
    await stolenPair();
    for (const rows of [
      "[null]",
      "[1]",
      '["text"]',
      "[[]]",
      "[{}]",
      '[{"id":"x"}]',
      '[{"payload":{"id":"x"}}]',
      '[{"__proto__":{"_seal":{}}}]',
    ]) {
      const client = lyingTo((body) => body.replace(/"Documents":\[.*\]/s, `"Documents":${rows}`));
      const failure = await failureOf(() =>
        client.container(definition).items.readAll({ partitionKey: tenantId }).fetchAll(),
      );
      expect([rows, isIntegrityError(failure)]).toEqual([rows, true]);
      client.dispose();
    }
  });

  test.each([
    ["text that is no JSON", () => "{"],
    ["a list of 10,000 levels", () => "[".repeat(10_000) + "]".repeat(10_000)],
    [
      "a document of 10,000 levels",
      (body: string) => body.replace(/"plan":"pro"/, `"plan":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`),
    ],
    [
      "`__proto__` as a member",
      (body: string) => body.replace('"plan":"pro"', '"plan":"pro","__proto__":{"admin":true}'),
    ],
    [
      "`constructor` as a member",
      (body: string) => body.replace('"plan":"pro"', '"plan":"pro","constructor":{"prototype":{"admin":true}}'),
    ],
    ["a number beyond all bounds", (body: string) => body.replace('"rank":1', '"rank":1e999')],
    ["a lone surrogate", (body: string) => body.replace('"plan":"pro"', '"plan":"pro\\ud800"')],
    [
      "2 MB in the place of a group",
      (body: string) =>
        body.replace(/"g":\{"":\["([^"]*)",0,"[^"]*"/, `"g":{"":["$1",0,"${"A".repeat(2 * 1024 * 1024)}"`),
    ],
    ["null", () => "null"],
  ])("a read with %s costs an error, and touches no prototype", async (_, forge) => {
    await stolenPair();
    const client = lyingTo(forge as (body: string) => string);
    const started = Date.now();
    const failure = await failureOf(() => client.container(definition).item("victim", tenantId).read());
    expect(Date.now() - started).toBeLessThan(5000);
    expect(failure).toBeInstanceOf(Error);
    expect(isCosmosealError(failure) ? isIntegrityError(failure) : failure instanceof SyntaxError).toBe(true);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    client.dispose();
  });
});

describe("a server that answers a change feed", () => {
  const feedOf = (client: CosmosClient, maxItemCount = 10) =>
    client
      .container(definition)
      .items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId), maxItemCount });

  test("with one document twice in a page, the same version or an older one, is found out", async () => {
    const { victim } = await stolenPair();
    await world().customers.items.upsert({ ...VICTIM, tenantId, plan: "free" });
    for (const again of [victim, undefined]) {
      const client = lyingTo((body) => {
        const answer = JSON.parse(body) as { Documents: unknown[] };
        const newest = answer.Documents.find((one) => (one as { id?: unknown }).id === "victim");
        return JSON.stringify({ ...answer, Documents: [...answer.Documents, again ?? newest] });
      });
      expect((await failureOf(() => feedOf(client).readNext())).code).toBe("ERR_ANSWER_MISMATCH");
      const older = client.container(definition).items.readChangeFeed(tenantId, { startFromBeginning: true });
      expect((await failureOf(() => older.fetchNext())).code).toBe("ERR_ANSWER_MISMATCH");
      client.dispose();
    }
  });

  test("with one version in two pages is told of once; a change by the server is no repetition", async () => {
    const { victim } = await stolenPair();
    const told: string[] = [];
    const onEvent = (event: SealEvent): void => {
      if (event.type === "warning") told.push(event.message);
    };
    const honest = feedOf(world().connect({ onEvent }), 1);
    for (let page = 0; page < 2; page++) expect((await honest.readNext()).result.length).toBe(1);
    await world()
      .customers.item("victim", tenantId)
      .patch([{ op: "incr", path: "/visits", value: 1 }]);
    expect((await honest.readNext()).result.map((row) => (row as { visits?: number }).visits)).toEqual([4]);
    expect(told).toEqual([]);

    const client = lyingTo((body) => JSON.stringify({ ...JSON.parse(body), Documents: [victim] }), { onEvent });
    const feed = feedOf(client, 1);
    for (let page = 0; page < 3; page++) await feed.readNext();
    expect(told).toEqual([expect.stringContaining("twice")]);
    client.dispose();
  });
});
