/** What the client tells of its work, by events and by OpenTelemetry: counts, names and codes, and never a value. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { SealEvent } from "cosmoseal";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sightings } from "./support/canary.js";
import { codeOf, customers as definition, useWorld } from "./support/world.js";

const world = useWorld();
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => void trace.setGlobalTracerProvider(provider));
afterAll(async () => {
  trace.disable();
  await provider.shutdown();
});
beforeEach(() => exporter.reset());

const CANARIES = {
  email: "canary-email@example.org",
  note: "canary note, long enough",
  diagnosis: "canary-diagnosis",
  street: "canary street 17",
  ward: "canary-ward",
  patientId: "canary-patient",
  finding: "canary-finding",
};

/** A client that has done everything once, and what it told. */
async function day(): Promise<{ events: SealEvent[]; spans: ReturnType<typeof exporter.getFinishedSpans> }> {
  const events: SealEvent[] = [];
  const client = world().connect({ onEvent: (event) => events.push(event) });
  const customers = client.database("shop").container("customers");
  const patients = client.database("shop").container("patients");
  const { email, note, diagnosis, street, ward, patientId, finding } = CANARIES;
  const tenantId = "t-events";
  for (const id of ["a", "b", "c"]) {
    await customers.items.upsert({ id, tenantId, email, note, diagnosis, address: { street, city: "Oslo" } });
  }
  await customers.item("a", tenantId).read();
  await patients.items.upsert({ id: patientId, ward, finding });
  await patients.item(patientId, ward).read();
  await patients.items.query({ query: "SELECT * FROM c", parameters: [] }, { partitionKey: ward }).fetchAll();
  const query = {
    query: "SELECT * FROM c WHERE c.email = @e AND c.vip = true",
    parameters: [{ name: "@e", value: email }],
  };
  await customers.items.query(query, { partitionKey: tenantId }).fetchAll();
  await customers.items.changeFeed(tenantId, { startFromBeginning: true }).fetchNext();
  const stolen = world().stolen("customers").item("c", tenantId);
  await stolen.replace({ ...(await stolen.read()).resource, plan: "forged" });
  await client.container(definition).items.readAll({ partitionKey: tenantId, onBadDocument: "quarantine" }).fetchAll();
  expect(await codeOf(() => customers.items.readAll({ partitionKey: tenantId }).fetchAll())).toBe("ERR_INTEGRITY");
  expect(await codeOf(() => customers.items.create({ id: "d", tenantId, undeclared: email }))).toBe(
    "ERR_PATH_UNDECLARED",
  );
  client.dispose();
  return { events, spans: exporter.getFinishedSpans() };
}

describe("a day of work", () => {
  test("is told in events, each with its counts", async () => {
    const { events } = await day();
    const kinds = events.map(({ type }) => type);
    expect(kinds.filter((kind) => kind === "unwrapped")).toEqual(["unwrapped"]);
    expect(kinds.filter((kind) => kind === "sealed").length).toBe(4);
    const pages = events.flatMap((event) =>
      event.type === "page" ? [[event.container, event.fetched, event.returned]] : [],
    );
    // The query by two tokens finds none; that by partition, the feed, and the list twice.
    expect(pages).toEqual([
      ["patients", 1, 1],
      ["customers", 0, 0],
      ["customers", 3, 3],
      ["customers", 3, 2],
      ["customers", 3, 2],
    ]);
    const bad = events.flatMap((event) => (event.type === "badDocument" ? [[event.outcome, event.document.id]] : []));
    expect(bad).toEqual([
      ["quarantined", "c"],
      ["thrown", "c"],
    ]);
    expect(events.every((event) => Object.isFrozen(event))).toBe(true);
  });

  test("is told in spans, with counts and names as their only attributes", async () => {
    const { spans } = await day();
    const names = spans.map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(["cosmoseal.seal", "cosmoseal.open", "cosmoseal.unwrap"]));
    expect(names.filter((name) => name === "cosmoseal.unwrap").length).toBe(1);
    const keys = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect(keys).toEqual(
      new Set(["cosmoseal.container", "cosmoseal.documents", "cosmoseal.bad", "cosmoseal.keyring", "error.type"]),
    );
    const failed = spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ attributes, status }) => [attributes["error.type"], status.message])).toEqual([
      ["ERR_PATH_UNDECLARED", undefined],
    ]);
    const bad = spans.flatMap(({ attributes }) => attributes["cosmoseal.bad"] ?? []);
    expect(bad).toEqual([1, 1]);
    expect(spans.every(({ events }) => events.length === 0)).toBe(true);
  });

  test("is told without any sealed value, in events, errors in them, and spans", async () => {
    const { events, spans } = await day();
    const told = events.map((event, i) => ({
      where: `event ${i} (${event.type})`,
      text: JSON.stringify(event) + (event.type === "badDocument" ? `${event.document.error.stack}` : ""),
    }));
    const traced = spans.map(({ name, attributes, status, events: notes, links }, i) => ({
      where: `span ${i} (${name})`,
      text: JSON.stringify([name, attributes, status, notes, links]),
    }));
    expect(sightings([...told, ...traced], CANARIES)).toEqual([]);
    expect(sightings([{ where: "itself", text: JSON.stringify(CANARIES) }], CANARIES).length).toBeGreaterThan(6);
  });
});

test("spans go to the provider that is there now, where one took the place of another", async () => {
  await day();
  expect(exporter.getFinishedSpans().length).toBeGreaterThan(0);
  const later = new InMemorySpanExporter();
  trace.disable();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(later)] }));
  exporter.reset();
  await day();
  expect(later.getFinishedSpans().length).toBeGreaterThan(0);
  expect(exporter.getFinishedSpans()).toEqual([]);
  trace.disable();
  trace.setGlobalTracerProvider(provider);
});

test("a listener that throws doesn't spoil the call; what it threw is an uncaught exception", async () => {
  const uncaught: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error));
  try {
    const mistake = new Error("a listener's mistake");
    const client = world().connect({
      onEvent: ({ type }) => {
        if (type === "sealed") throw mistake;
      },
    });
    const { statusCode } = await client
      .database("shop")
      .container("customers")
      .items.create({ tenantId: "t-listener", email: "x@example.org" });
    expect(statusCode).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(uncaught).toEqual([mistake]);
    client.dispose();
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  }
});

test("without OpenTelemetry installed the client works as well", async () => {
  const script = fileURLToPath(new URL("./support/without-opentelemetry.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=@cosmoseal/source",
    "--import",
    "tsx",
    script,
  ]);
  expect(JSON.parse(stdout)).toEqual({ asked: 1, email: "x@example.org" });
});
