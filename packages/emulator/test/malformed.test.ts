// Malformed requests: whatever comes, the answer is a 4xx in the service's format, and the server goes on.

import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/index.js";
import { send, sign, type WireRequest } from "./wire.js";

const REQUESTS = process.env["COSMOSEAL_FULL"] === "1" ? 20_000 : 2_000;

let emulator: Emulator;
const errors: string[] = [];

beforeAll(async () => {
  emulator = await createEmulator({ ranges: 2, log: (message) => errors.push(message) });
  await send(emulator, { method: "POST", path: "/dbs", body: '{"id":"db"}' });
  for (const body of [
    { id: "c", partitionKey: { paths: ["/pk"], version: 2 } },
    { id: "h", partitionKey: { paths: ["/a", "/b"], kind: "MultiHash", version: 2 } },
  ]) {
    await send(emulator, { method: "POST", path: "/dbs/db/colls", body: JSON.stringify(body) });
  }
  for (let at = 0; at < 10; at++) {
    await send(emulator, {
      method: "POST",
      path: "/dbs/db/colls/c/docs",
      headers: { "x-ms-documentdb-partitionkey": `["k${at}"]` },
      body: JSON.stringify({ id: `d${at}`, pk: `k${at}`, n: at, list: [at] }),
    });
  }
});
afterAll(() => emulator.close());

const junk = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    "",
    "null",
    "[]",
    "{}",
    "[{}]",
    '["k1"]',
    "[null]",
    "[[]]",
    '["a","b","c"]',
    "true",
    "-1",
    "0",
    "1e999",
    '"x"',
    "NaN",
    "∞",
  ),
);

// HTTP carries header values in Latin-1 without control characters; the rest node refuses to send.
const headerValue = junk.map((text) => text.replace(/[^\x20-\x7e]/g, "?"));

const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("dbs", "db", "colls", "c", "h", "docs", "d1", "pkranges", "clientencryptionkeys"),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("%", "%zz", "%2F", "..", "%00", "é", "a b", "?", "#", "__proto__", "constructor")
      .map(encodeSome),
  },
);

function encodeSome(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : encodeURIComponent(text);
}

const path = fc.oneof(
  fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join("/")}`),
  fc.constantFrom(
    "/dbs",
    "/dbs/db",
    "/dbs/db/colls",
    "/dbs/db/colls/c",
    "/dbs/db/colls/c/docs",
    "/dbs/db/colls/h/docs",
    "/dbs/db/colls/c/docs/d1",
    "/dbs/db/colls/c/pkranges",
    "/dbs/db/clientencryptionkeys",
  ),
);

const flag = fc.constantFrom("true", "True", "false", "maybe");

const headers = fc.record(
  {
    "x-ms-documentdb-partitionkey": headerValue,
    "x-ms-documentdb-partitionkeyrangeid": fc.constantFrom("0", "1", "7", "", "x", "abc,0"),
    "x-ms-max-item-count": fc.constantFrom("1", "-1", "0", "x", "1.5", "99999999999999999999"),
    "x-ms-continuation": headerValue,
    "x-ms-documentdb-isquery": flag,
    "x-ms-documentdb-query-enablecrosspartition": flag,
    "x-ms-cosmos-is-query-plan-request": flag,
    "x-ms-cosmos-is-batch-request": flag,
    "x-ms-cosmos-batch-atomic": flag,
    "x-ms-documentdb-is-upsert": flag,
    "x-ms-session-token": headerValue,
    "x-ms-start-epk": fc.constantFrom("", "00", "zz", "FF"),
    "x-ms-end-epk": fc.constantFrom("", "FF", "00", "zz"),
    "if-match": headerValue,
    "if-none-match": headerValue,
    "a-im": fc.constantFrom("Incremental Feed", "x"),
    "if-modified-since": headerValue,
    "content-type": fc.constantFrom("application/json", "application/query+json", "text/plain", ""),
    "x-ms-cosmos-intended-collection-rid": headerValue,
    prefer: headerValue,
  },
  { requiredKeys: [] },
);

const queryText = fc.oneof(
  fc.constantFrom(
    "SELECT * FROM c",
    "SELECT",
    "SELECT TOP -1 * FROM c",
    "SELECT TOP @x * FROM c",
    "SELECT * FROM c OFFSET 1 LIMIT 'a'",
    "SELECT COUNT(1), COUNT(2)+1 FROM c",
    "SELECT VALUE COUNT(1) FROM (SELECT DISTINCT c.n FROM c)",
    "SELECT * FROM c JOIN d IN c.list",
    "SELECT * FROM x IN c.list ORDER BY x",
    "SELECT DISTINCT TOP 1 c.n FROM c ORDER BY c.m",
    "SELECT c.n FROM c GROUP BY c.n ORDER BY c.n",
    "SELECT * FROM c GROUP BY c.n",
    "SELECT * FROM c WHERE c.n = @missing",
    "SELECT udf.f(c) FROM c",
    "SELECT * FROM c ORDER BY RANK RRF(c.a, c.b)",
    "SELECT VALUE {}",
    "SELECT VALUE AVG(c.list) FROM c ORDER BY c.n",
    "SELECT c['__proto__'], c.constructor FROM c",
    `SELECT * FROM c WHERE ${"(".repeat(2000)}1${")".repeat(2000)}`,
    `SELECT VALUE ${"[".repeat(500)}${"]".repeat(500)}`,
    `SELECT * FROM c WHERE c.n IN (${"1,".repeat(3000)}1)`,
  ),
  fc
    .array(
      fc.constantFrom(
        "SELECT",
        "VALUE",
        "*",
        "FROM",
        "c",
        "c.n",
        "WHERE",
        "=",
        "1",
        "'x'",
        "ORDER BY",
        "GROUP BY",
        "(",
        ")",
        ",",
        "TOP",
        "DISTINCT",
        "COUNT(1)",
        "@p",
        "JOIN",
        "IN",
        "LIMIT",
        "OFFSET",
        "NOT",
        "LIKE",
      ),
      { maxLength: 14 },
    )
    .map((words) => words.join(" ")),
  fc.string({ maxLength: 40 }),
);

const queryBody = fc
  .record(
    {
      query: fc.oneof({ weight: 4, arbitrary: queryText }, { weight: 1, arbitrary: junk }),
      parameters: fc.oneof(fc.constant([{ name: "@p", value: 1 }]), fc.jsonValue({ maxDepth: 2 })),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

const definitionBody = fc
  .record(
    {
      id: fc.oneof(fc.uuid(), fc.jsonValue({ maxDepth: 1 })),
      partitionKey: fc.oneof(fc.constant({ paths: ["/pk"] }), fc.jsonValue({ maxDepth: 3 })),
      indexingPolicy: fc.jsonValue({ maxDepth: 3 }),
      uniqueKeyPolicy: fc.jsonValue({ maxDepth: 3 }),
      defaultTtl: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

const documentBody = fc
  .record(
    {
      id: fc.oneof(fc.constantFrom("d1", "d2", "new"), fc.jsonValue({ maxDepth: 1 })),
      pk: fc.oneof(
        { weight: 3, arbitrary: fc.constant("k1") },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
      ),
      ttl: fc.jsonValue({ maxDepth: 0 }),
      n: fc.jsonValue({ maxDepth: 2 }),
      list: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ["pk"] },
  )
  .map((value) => JSON.stringify(value));

const patchOperations = fc.array(
  fc.record(
    {
      op: fc.constantFrom("add", "set", "replace", "remove", "incr", "move", "x"),
      path: fc.constantFrom("/n", "/list/0", "/list/-", "/list/9", "/x/y", "", "/", "n", "/__proto__", "/~", "/id"),
      from: fc.constantFrom("/n", "/list", "/"),
      value: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: ["op"] },
  ),
  { maxLength: 12 },
);

const patchBody = fc
  .tuple(
    patchOperations,
    fc.constantFrom(undefined, "from c where c.n >= 0", "from c where", "where true", "from c where f(c)", 7),
  )
  .map(([operations, condition]) => JSON.stringify(condition === undefined ? operations : { operations, condition }));

const batchBody = fc
  .array(
    fc.record(
      {
        operationType: fc.constantFrom("Create", "Upsert", "Read", "Replace", "Delete", "Patch", "Explode"),
        id: fc.oneof(fc.constantFrom("d1", "new"), fc.jsonValue({ maxDepth: 0 })),
        partitionKey: fc.oneof(fc.constant('["k1"]'), fc.jsonValue({ maxDepth: 1 })),
        resourceBody: fc.oneof(
          documentBody.map((text): unknown => JSON.parse(text)),
          patchBody.map((text): unknown => JSON.parse(text)),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        ifMatch: fc.jsonValue({ maxDepth: 0 }),
      },
      { requiredKeys: ["operationType"] },
    ),
    { maxLength: 4 },
  )
  .map((value) => JSON.stringify(value));

const anyBody = fc.oneof(
  junk,
  fc.string({ unit: "binary", maxLength: 50 }),
  queryBody,
  definitionBody,
  documentBody,
  patchBody,
  batchBody,
);

const wild: fc.Arbitrary<WireRequest> = fc
  .record({ method, path, headers, body: anyBody })
  .map(({ method, path, headers, body }) => ({
    method,
    path,
    headers: headers as Record<string, string>,
    ...(method === "GET" || method === "HEAD" ? {} : { body }),
  }));

/** Right but for one thing or two: so that the handlers behind the first checks are reached. */
const nearly = (
  method: string,
  path: string,
  fixed: Readonly<Record<string, string>>,
  body: fc.Arbitrary<string> | undefined,
): fc.Arbitrary<WireRequest> =>
  fc
    .record({
      sent: body ?? fc.constant(undefined),
      spoiled: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    })
    .map(({ sent, spoiled }) => ({
      method,
      path,
      headers: { ...fixed, ...(spoiled as Record<string, string>) },
      ...(sent === undefined ? {} : { body: sent }),
    }));

const docs = "/dbs/db/colls/c/docs";
const keyed = { "x-ms-documentdb-partitionkey": '["k1"]' };
const asQuery = { "content-type": "application/query+json", "x-ms-documentdb-isquery": "true" };
const across = { ...asQuery, "x-ms-documentdb-query-enablecrosspartition": "true" };

const request: fc.Arbitrary<WireRequest> = fc.oneof(
  { weight: 6, arbitrary: wild },
  nearly("POST", docs, { ...asQuery, ...keyed }, queryBody),
  nearly("POST", docs, across, queryBody),
  nearly("POST", docs, { ...across, "x-ms-documentdb-partitionkeyrangeid": "1" }, queryBody),
  nearly("POST", docs, { ...asQuery, "x-ms-cosmos-is-query-plan-request": "True" }, queryBody),
  nearly("POST", docs, keyed, documentBody),
  nearly("POST", docs, { ...keyed, "x-ms-documentdb-is-upsert": "true" }, documentBody),
  nearly("PUT", `${docs}/d1`, keyed, documentBody),
  nearly("PATCH", `${docs}/d1`, keyed, patchBody),
  nearly(
    "POST",
    docs,
    { ...keyed, "x-ms-cosmos-is-batch-request": "true", "x-ms-cosmos-batch-atomic": "true" },
    batchBody,
  ),
  nearly(
    "POST",
    docs,
    { "x-ms-cosmos-is-batch-request": "true", "x-ms-documentdb-partitionkeyrangeid": "0" },
    batchBody,
  ),
  nearly("GET", docs, {}, undefined),
  nearly("GET", docs, { "a-im": "Incremental Feed", "x-ms-documentdb-partitionkeyrangeid": "0" }, undefined),
  nearly("GET", `${docs}/d1`, keyed, undefined),
  nearly("POST", "/dbs/db/colls", {}, definitionBody),
  nearly("PUT", "/dbs/db/colls/c", {}, definitionBody),
);

function check(response: { readonly status: number; readonly text: string }, what: unknown): void {
  // A gap that names itself is the one 5xx there is.
  const fine = response.status < 500 || (response.status === 501 && response.text.includes("does not implement"));
  expect([fine, response.status, response.text.slice(0, 200), what]).toEqual([
    true,
    response.status,
    response.text.slice(0, 200),
    what,
  ]);
  if (response.status >= 400 && response.text !== "") {
    const { code, message } = JSON.parse(response.text) as { code: unknown; message: unknown };
    expect([typeof code, typeof message]).toEqual(["string", "string"]);
  }
}

async function isAlive(): Promise<void> {
  const response = await send(emulator, { method: "GET", path: "/dbs/db/colls/c" });
  expect(response.status).toBe(200);
}

describe("malformed requests", () => {
  test(`${REQUESTS.toLocaleString("en")} random requests, signed, are answered without a 5xx, and the server goes on`, async () => {
    await fc.assert(
      fc.asyncProperty(request, async (wire) => {
        check(await send(emulator, wire), wire);
        // Keep what the others lean on.
        if (wire.method === "DELETE") {
          await send(emulator, { method: "POST", path: "/dbs", body: '{"id":"db"}' });
          await send(emulator, {
            method: "POST",
            path: "/dbs/db/colls",
            body: '{"id":"c","partitionKey":{"paths":["/pk"],"version":2}}',
          });
        }
      }),
      { numRuns: REQUESTS },
    );
    await isAlive();
    expect(errors).toEqual([]);
  }, 600_000);

  test("500 random authorization headers are 401 or 403", async () => {
    const good = decodeURIComponent(sign(emulator.key, "GET", "/dbs", new Date().toUTCString()));
    const authorization = fc.oneof(
      headerValue,
      headerValue.map(encodeURIComponent),
      fc.nat(good.length).map((at) => encodeURIComponent(good.slice(0, at))),
      fc
        .tuple(fc.nat(good.length - 1), fc.constantFrom("A", "=", "%", "&"))
        .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1))
        .filter((text) => text !== good),
    );
    await fc.assert(
      fc.asyncProperty(authorization, async (header) => {
        const response = await send(emulator, {
          method: "GET",
          path: "/dbs",
          authorization: header,
          date: "Thu, 01 Jan 2026 00:00:00 GMT",
        });
        expect([401, 403]).toContain(response.status);
      }),
      { numRuns: 500 },
    );
    expect(errors).toEqual([]);
  }, 60_000);

  test("bytes that aren't HTTP, and bodies that stop early, leave the server running", async () => {
    const port = Number(new URL(emulator.endpoint).port);
    for (const bytes of [
      "\0\0\0\0",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "POST /dbs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
      "POST /dbs HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
      `GET /${"a".repeat(100_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write(bytes);
          setTimeout(() => socket.destroy(), 20);
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }
    await isAlive();
  });

  test("a body past every limit is 413, and is not read to its end", async () => {
    const write = (bytes: number) =>
      send(emulator, {
        method: "POST",
        path: "/dbs/db/colls/c/docs",
        headers: { "x-ms-documentdb-partitionkey": '["k"]' },
        body: Buffer.alloc(bytes, 0x20),
      });
    expect((await write(3 * 1024 * 1024)).status).toBe(413);
    // The connection may be cut before the answer is read; either way the server stands.
    const outcome = await write(40 * 1024 * 1024).then(
      (response) => response.status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([413, "ECONNRESET", "EPIPE"]).toContain(outcome);
    await isAlive();
  });

  test("nesting of 100,000 levels is refused, not a full stack", async () => {
    for (const body of [
      "[".repeat(100_000) + "]".repeat(100_000),
      `{"id":"x","pk":"k","a":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
    ]) {
      const response = await send(emulator, {
        method: "POST",
        path: "/dbs/db/colls/c/docs",
        headers: { "x-ms-documentdb-partitionkey": '["k"]' },
        body,
      });
      expect(response.status).toBe(400);
    }
    await isAlive();
  });

  test("text that is not UTF-8 is refused", async () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.of(0xff, 0xfe), Buffer.from('","pk":"k"}')]);
    const response = await send(emulator, {
      method: "POST",
      path: "/dbs/db/colls/c/docs",
      headers: { "x-ms-documentdb-partitionkey": '["k"]' },
      body,
    });
    expect(response.status).toBe(400);
  });
});
