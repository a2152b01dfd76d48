/** No value of a sealed path is in any byte that leaves the process, nor in an error, a diagnosis or a log. */
import { inspect } from "node:util";
import { type Container, CosmosDbDiagnosticLevel, type OperationInput, type PatchRequestBody } from "@azure/cosmos";
import { setLogLevel } from "@azure/logger";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { CosmosClient, QueryOptions } from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formsOf, type Haystack, sightings } from "./support/canary.js";
import { createWorld, failureOf, type World } from "./support/world.js";

const CANARIES = {
  email: "Canary.Mail-7781@Example.org",
  name: "Kanariënvogel Übermäßig 😀 7782",
  note: 'canary "quoted" \\ back/slash \n 7783',
  tag: "canary-tag-7784",
  pan: "4111222233337785",
  street: "Canary Street 7786",
  diagnosis: "canary-influenza-7787",
  age: "918273645",
  id: "canary-id-7788",
  ward: "canary-ward-7789",
  finding: "canary-finding-7790",
  // Names inside a sealed subtree are as secret as what they name.
  memberName: "canaryMember7791",
};

const customer = (id: string): { id: string; tenantId: string; [name: string]: unknown } => ({
  id,
  tenantId: "t-1",
  plan: "pro",
  email: CANARIES.email,
  name: CANARIES.name,
  note: CANARIES.note,
  age: Number(CANARIES.age),
  tags: [CANARIES.tag, "other"],
  cards: [{ brand: "visa", pan: CANARIES.pan }],
  address: { street: CANARIES.street, city: CANARIES.street, [CANARIES.memberName]: 1 },
  diagnosis: CANARIES.diagnosis,
});
const patient = { id: CANARIES.id, ward: CANARIES.ward, plan: "a", finding: CANARIES.finding };

const logged: string[] = [];
const told: unknown[] = [];
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let world: World;
let client: CosmosClient;
let diagnosed: Haystack[];

beforeAll(async () => {
  trace.setGlobalTracerProvider(provider);
  setLogLevel("verbose");
  const keep = (...parts: readonly unknown[]): true => {
    logged.push(parts.map((part) => (typeof part === "string" ? part : inspect(part, { depth: 20 }))).join(" "));
    return true;
  };
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
  world = await createWorld({});
  client = world.connect(
    { onEvent: (event) => told.push(event) },
    { diagnosticLevel: CosmosDbDiagnosticLevel.debugUnsafe },
  );
  diagnosed = await useEveryVerb(failureOf);
}, 60_000);

afterAll(async () => {
  trace.disable();
  vi.restoreAllMocks();
  setLogLevel("error");
  client.dispose();
  await support_end();
});

async function support_end(): Promise<void> {
  world.client.dispose();
  world.thief.dispose();
  await world.emulator.close();
}

/** Every verb that is covered, in success and in failure; answers the diagnostics and the errors. */
async function useEveryVerb(failureOf: (work: () => unknown) => Promise<Error>): Promise<Haystack[]> {
  const found: Haystack[] = [];
  const note = (where: string, value: unknown): void => {
    found.push({
      where,
      text: inspect(value, { depth: 30, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    });
  };
  const diagnose = (where: string, response: { diagnostics: unknown }): void => {
    note(`diagnostics of ${where}`, response.diagnostics);
    found.push({ where: `diagnostics of ${where} as JSON`, text: JSON.stringify(response.diagnostics) });
  };
  const fail = async (where: string, work: () => unknown): Promise<void> => {
    const failure = await failureOf(work);
    note(`error of ${where}`, failure);
    found.push({ where: `stack of ${where}`, text: `${failure.stack}` });
  };
  const customers = client.database("shop").container("customers");
  const patients = client.database("shop").container("patients");

  const created = await customers.items.create(customer("c1"));
  diagnose("create", created);
  diagnose("read", await created.item.read());
  diagnose("upsert", await customers.items.upsert(customer("c2")));
  diagnose("replace", await created.item.replace(customer("c1")));
  diagnose("create of a sealed id", await patients.items.create(patient));
  const item = patients.item(CANARIES.id, CANARIES.ward);
  diagnose("read of a sealed id", await item.read());
  diagnose("replace of a sealed id", await item.replace(patient));
  const parameters = Object.entries(CANARIES).map(([name, value]) => ({ name: `@${name}`, value }));
  const texts = [
    "SELECT * FROM c",
    "SELECT * FROM c WHERE c.email = @email AND c.plan = 'pro'",
    "SELECT * FROM c WHERE c.name IN (@name, @email) OR ARRAY_CONTAINS(c.tags, @tag) ORDER BY c.id",
    "SELECT TOP 1 * FROM c WHERE c.cards[0].pan = @pan ORDER BY c.plan",
    `SELECT * FROM c WHERE c.email = '${CANARIES.email}' OR c.age = ${CANARIES.age}`,
    "SELECT VALUE COUNT(1) FROM c",
    // What the client makes of opened documents.
    `SELECT c.email, c.address, '${CANARIES.email}' AS x FROM c WHERE c.name = @name`,
    "SELECT VALUE CONCAT(t, @tag) FROM c JOIN t IN c.tags WHERE STARTSWITH(c.note, @note)",
    "SELECT c.note, c.age FROM c ORDER BY c.note, c.age DESC OFFSET 0 LIMIT 3",
    "SELECT c.diagnosis, COUNT(1) AS n, MAX(c.email) AS most FROM c GROUP BY c.diagnosis",
    "SELECT DISTINCT VALUE c.address FROM c WHERE c.note LIKE @note",
  ];
  const scan: QueryOptions = { unindexed: "scan" };
  for (const query of texts) {
    const iterator = customers.items.query({ query, parameters }, { maxItemCount: 1, ...scan });
    diagnose(query, await iterator.fetchAll());
    iterator.reset();
    const page = await iterator.fetchNext();
    diagnose(`a page of ${query}`, page);
    found.push({ where: `token of ${query}`, text: String(page.continuationToken) });
    const given = { ...scan, continuationToken: `${page.continuationToken}x` };
    await fail("a token that is none", () => customers.items.query({ query, parameters }, given).fetchAll());
  }
  const narrow = world.connect({ maxBufferedRows: 0, unindexed: "scan" }).database("shop").container("customers");
  await fail("more than may be held back", () => narrow.items.query("SELECT * FROM c ORDER BY c.note").fetchAll());
  const sealedKey = {
    query: "SELECT * FROM c WHERE c.id = @id AND c.ward = @ward AND c.finding = @finding",
    parameters,
  };
  diagnose(
    "a query of one partition",
    await patients.items.query(sealedKey, { partitionKey: CANARIES.ward }).fetchAll(),
  );
  diagnose("a query by sealed keys", await patients.items.query(sealedKey).fetchAll());

  await fail("a conflict", () => customers.items.create(customer("c1")));
  await fail("a stale etag", () =>
    created.item.replace(customer("c1"), { accessCondition: { type: "IfMatch", condition: '"x"' } }),
  );
  await fail("a missing item", () =>
    patients.item(`${CANARIES.id}-missing`, CANARIES.ward).replace({ ...patient, id: `${CANARIES.id}-missing` }),
  );
  await fail("an undeclared property", () => customers.items.create({ ...customer("c3"), emial: CANARIES.email }));
  await fail("a wrong structure", () => customers.items.create({ ...customer("c3"), cards: CANARIES.pan }));
  await fail("a wrong value", () => customers.items.create({ ...customer("c3"), email: `${CANARIES.email}\ud800` }));
  await fail("too large a document", () =>
    customers.items.create({ ...customer("c3"), note: CANARIES.note.repeat(80_000) }),
  );
  await fail("a reserved name", () => customers.items.create({ ...customer("c3"), _seal: CANARIES.note }));
  for (const query of [
    `SELECT * FROM c WHERE c.email = '${CANARIES.email}`,
    `SELECT * FROM c WHERE email = '${CANARIES.email}'`,
    `SELECT * FROM c WHERE c.email LIKE '${CANARIES.email}%'`,
    `SELECT * FROM c WHERE c.note = '${CANARIES.street}'`,
    `SELECT '${CANARIES.email}' FROM c ORDER BY c.email`,
    `SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, {'x': '${CANARIES.tag}'})`,
  ]) {
    await fail("a refused query", () => customers.items.query({ query, parameters }).fetchAll());
  }
  await useManyAtOnce(customers, patients, note, fail);
  const { resource: stored } = await world.stolen("customers").item("c2", "t-1").read();
  await world
    .stolen("customers")
    .item("c2", "t-1")
    .replace({ ...stored, plan: "max" });
  await fail("a forged document", () => customers.item("c2", "t-1").read());
  await fail("a forged row", () => customers.items.readAll().fetchAll());
  const { items } = customers;
  const { ChangeFeedStartFrom } = await import("@azure/cosmos");
  await fail("a forged row of a feed", () =>
    items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("t-1") }).readNext(),
  );
  await fail("a patch of a forged document", () =>
    customers.item("c2", "t-1").patch([{ op: "set", path: "/email", value: CANARIES.email }]),
  );
  const { Items } = await import("@azure/cosmos");
  await fail("the tripwire", () => Items.prototype.create.call(items, customer("c5")));
  diagnose("delete of a sealed id", await item.delete());
  diagnose("delete", await created.item.delete());
  for (const [where, object] of Object.entries({ client, customers, items, item, keys: client.keys }))
    note(`an inspected ${where}`, object);
  return found.filter(({ where }) => !EXPECTED_PLAINTEXT.has(where));
}

/** Patches, batches, bulks, feeds, plans, scripts and keys: their answers hold what the application owns, so that their diagnostics, headers and tokens are noted. */
async function useManyAtOnce(
  customers: Container,
  patients: Container,
  note: (where: string, value: unknown) => void,
  fail: (where: string, work: () => unknown) => Promise<void>,
): Promise<void> {
  const { ChangeFeedStartFrom } = await import("@azure/cosmos");
  const { items } = customers;
  const partitionKey = "t-1";
  await items.create(customer("m1"));
  const item = customers.item("m1", partitionKey);
  const patches: readonly PatchRequestBody[] = [
    [{ op: "set", path: "/email", value: CANARIES.email }],
    [{ op: "incr", path: "/age", value: 1 }],
    [{ op: "add", path: "/cards/-", value: { brand: "amex", pan: CANARIES.pan } }],
    [{ op: "set", path: `/address/${CANARIES.memberName}`, value: 2 }],
    [{ op: "set", path: "/visits", value: 2 }],
    {
      condition: `FROM c WHERE c.email = '${CANARIES.email}' AND c.name != '${CANARIES.street}'`,
      operations: [{ op: "set", path: "/note", value: CANARIES.note }],
    },
  ];
  for (const [n, patch] of patches.entries()) {
    const { diagnostics, headers } = await item.patch(patch);
    note(`diagnostics and headers of patch ${n}`, [diagnostics, headers]);
  }
  await fail("a patch whose condition doesn't hold", () =>
    item.patch({
      condition: `FROM c WHERE c.email = '${CANARIES.street}'`,
      operations: [{ op: "set", path: "/note", value: CANARIES.note }],
    }),
  );
  await fail("a patch that is wrong", () => item.patch([{ op: "remove", path: `/address/${CANARIES.memberName}x` }]));

  const operations = (start: string): OperationInput[] => [
    { operationType: "Create", resourceBody: customer(`${start}1`) as never, partitionKey },
    { operationType: "Upsert", resourceBody: customer(`${start}2`) as never, partitionKey },
    { operationType: "Replace", id: "m1", resourceBody: customer("m1") as never, partitionKey },
    { operationType: "Read", id: "c2", partitionKey },
  ];
  // Made anew each time: the SDK rewrites the partition key in the operations of a batch.
  const patch = (): OperationInput => ({
    operationType: "Patch",
    id: "c2",
    resourceBody: { operations: [{ op: "set", path: "/diagnosis", value: CANARIES.diagnosis }] },
    partitionKey,
  });
  const batch = await items.batch([...operations("x"), patch()], partitionKey);
  expect(batch.result?.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200]);
  note("diagnostics and headers of a batch", [batch.diagnostics, batch.headers]);
  const failed = await items.batch([...operations("x"), patch()], partitionKey);
  note("a failed batch", [failed.diagnostics, failed.headers, failed.code]);
  const bulk = await items.bulk([...operations("y"), patch()]);
  expect(bulk.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200]);
  note("diagnostics of a bulk", bulk.diagnostics);
  const results = await items.executeBulkOperations([...operations("y"), patch()]);
  note(
    "diagnostics and errors of many operations",
    results.map(({ response, error }) => [response?.diagnostics, error]),
  );
  expect(results.map(({ error }) => error?.code)).toEqual([409, undefined, undefined, undefined, undefined]);
  await fail("a batch of a document that is wrong", () =>
    items.batch(
      [{ operationType: "Create", resourceBody: { ...customer("z"), emial: CANARIES.email } as never }],
      partitionKey,
    ),
  );

  const pull = items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(partitionKey),
    maxItemCount: 1,
  });
  for (let n = 0; n < 3; n++) {
    const { diagnostics, headers, continuationToken, result } = await pull.readNext();
    expect(result.length).toBe(1);
    note(`diagnostics, headers and token of a feed ${n}`, [diagnostics, headers, continuationToken]);
  }
  for (const feed of [items.changeFeed(partitionKey, FEED), items.readChangeFeed(partitionKey, FEED)]) {
    const { diagnostics, headers, continuation, result } = await feed.fetchNext();
    expect(result.length).toBe(1);
    note("diagnostics, headers and token of an older feed", [diagnostics, headers, continuation]);
  }
  const secrets = patients.items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(CANARIES.ward),
  });
  note("the token of a feed of a sealed partition", (await secrets.readNext()).continuationToken);

  const { diagnostics, headers, result } = await customers.getQueryPlan({
    query: `SELECT * FROM c WHERE c.email = '${CANARIES.email}' ORDER BY c.plan`,
    parameters: [],
  });
  note("a query plan", [diagnostics, headers, result]);
  await fail(
    "semantic rerank",
    () =>
      customers.semanticRerank?.(CANARIES.note, [CANARIES.street]) ?? Promise.reject(new Error("not in this version")),
  );
  await fail("a stored procedure with a value", () =>
    customers.scripts.storedProcedure("p").execute(partitionKey, [CANARIES.email]),
  );
  await fail("an abort", () => items.create(customer("aborted"), { abortSignal: AbortSignal.abort() }));
  await fail("an encryption query", () => items.getEncryptionQueryIterator(undefined as never));
  const spare = { ...patient, id: `${CANARIES.id}-2`, ward: `${CANARIES.ward}-2` };
  const operation: OperationInput = { operationType: "Create", resourceBody: spare, partitionKey: spare.ward };
  note("diagnostics of a bulk of a sealed key", (await patients.items.bulk([operation])).diagnostics);
  note("a deleted partition", (await patients.deleteAllItemsForPartitionKey(spare.ward)).diagnostics);
}

const FEED = { startFromBeginning: true, maxItemCount: 1 };

/** Objects of the application's own making may show what it made them of. */
const EXPECTED_PLAINTEXT: ReadonlySet<string> = new Set(["an inspected item"]);

describe("no sealed value, in any of its forms,", () => {
  test("is in a byte that crossed HTTP, either way", () => {
    const haystacks = world.emulator.requests.flatMap((exchange, n): Haystack[] => [
      { where: `path ${n}`, text: exchange.path },
      { where: `request headers ${n}`, text: exchange.requestHeaders.join("\n") },
      { where: `request ${n}`, text: exchange.requestBody.toString("utf8") },
      { where: `response headers ${n}`, text: JSON.stringify(exchange.responseHeaders) },
      { where: `response ${n}`, text: exchange.responseBody.toString("utf8") },
    ]);
    expect(haystacks.length).toBeGreaterThan(200);
    expect(sightings(haystacks, CANARIES)).toEqual([]);
  });

  test("is in diagnostics of the level `debug-unsafe`, in an error, or in an object that is printed", () => {
    expect(diagnosed.length).toBeGreaterThan(60);
    expect(diagnosed.some(({ text }) => text.includes("_seal"))).toBe(true);
    expect(sightings(diagnosed, CANARIES)).toEqual([]);
  });

  test("is in an event, or in a span that is exported", () => {
    const spans = exporter.getFinishedSpans().map(({ name, attributes, status, events, links }, n) => ({
      where: `span ${n}`,
      text: inspect([name, attributes, status, events, links], { depth: 20, maxStringLength: null }),
    }));
    const events = told.map((event, n) => ({ where: `event ${n}`, text: inspect(event, { depth: 20 }) }));
    expect(spans.length).toBeGreaterThan(50);
    expect(events.length).toBeGreaterThan(50);
    expect(sightings([...spans, ...events], CANARIES)).toEqual([]);
  });

  test("is in what the SDK logs at its most verbose", () => {
    const logs = logged.map((text, n) => ({ where: `log line ${n}`, text }));
    expect(logs.some(({ text }) => text.includes("azure"))).toBe(true);
    expect(sightings(logs, CANARIES)).toEqual([]);
  });
});

test("the search finds what it looks for, in each form", () => {
  for (const form of formsOf(CANARIES.name)) {
    expect(sightings([{ where: "here", text: `before ${form} after` }], CANARIES)).toContain("name in here");
  }
  const inside = Buffer.from(`xy${CANARIES.email}z`).toString("base64");
  expect(sightings([{ where: "here", text: inside }], CANARIES)).toContain("email in here");
});
