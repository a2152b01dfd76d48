/** The application of row 3: it does what applications do, well and badly, and logs everything but its documents. */
import { inspect } from "node:util";
import {
  type Container,
  type CosmosClientOptions,
  CosmosDbDiagnosticLevel,
  CosmosClient as SdkClient,
} from "@azure/cosmos";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { CosmosClient, createKeyStore, memoryKeyStore, staticKeyring } from "cosmoseal";
import { createEncrypted, createKeys, createVault } from "../bed/built-in.js";
import { customers, victimOf } from "../bed/documents.js";
import type { Canaries } from "../bed/traces.js";

export const CANARIES: Canaries = {
  email: "canary.mail-4481@example.org",
  name: "canary-name-4482",
  tag: "canary-tag-4484",
  street: "Canary Street 4486",
  diagnosis: "canary-influenza-4487",
};

const [, file, kind, endpoint, key, id] = process.argv;
if (file?.endsWith("03-application.ts") === true && kind !== undefined) await main(kind, endpoint!, key!, id!);

async function main(side: string, address: string, accountKey: string, databaseId: string): Promise<void> {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const common: CosmosClientOptions = {
    endpoint: address,
    key: accountKey,
    diagnosticLevel: CosmosDbDiagnosticLevel.debugUnsafe,
  };
  const { client, container } = await open(side, common, databaseId);
  await trace.getTracer("application").startActiveSpan("a span of the application", async (span) => {
    await use(container);
    span.end();
  });
  for (const { attributes, events, name, status } of exporter.getFinishedSpans()) {
    log("span", [name, attributes, status, events]);
  }
  log("the client", client);
  log("the container", container);
  client.dispose();
  await new Promise((resolve) => process.stdout.write("the end of the log\n", resolve));
  process.exit(0);
}

async function open(side: string, common: CosmosClientOptions, id: string) {
  if (side === "builtIn") {
    const vault = createVault();
    const client = new SdkClient({ ...common, clientEncryptionOptions: { keyEncryptionKeyResolver: vault.resolver } });
    const { database } = await client.databases.create({ id });
    await createKeys(database);
    return { client, container: await createEncrypted(database, "customers") };
  }
  const client = side === "ours" ? await sealing(common, id) : new SdkClient(common);
  const { database } = await client.databases.create({ id });
  await database.containers.create({ id: "customers", partitionKey: { paths: ["/tenantId"] } });
  return { client, container: database.container("customers") };
}

async function sealing(common: CosmosClientOptions, id: string): Promise<CosmosClient> {
  const keyring = staticKeyring(Buffer.alloc(32, 44).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
  const onEvent = (event: object): void => log("event", event);
  return new CosmosClient({
    ...common,
    seal: { keyring, store, pin, containers: { [`${id}/customers`]: customers }, unindexed: "scan", onEvent },
  });
}

function documentOf(id: string) {
  return {
    ...victimOf("t"),
    id,
    email: CANARIES["email"],
    name: CANARIES["name"],
    tags: [CANARIES["tag"]],
    address: { street: CANARIES["street"] },
    diagnosis: CANARIES["diagnosis"],
  };
}

async function use(container: Container): Promise<void> {
  const { items } = container;
  const item = container.item("a", "t");
  const parameters = Object.entries(CANARIES).map(([name, value]) => ({ name: `@${name}`, value }));
  const good: Readonly<Record<string, () => Promise<{ readonly diagnostics?: unknown }>>> = {
    create: () => items.create(documentOf("a")),
    read: () => item.read(),
    upsert: () => items.upsert(documentOf("b")),
    replace: () => item.replace(documentOf("a")),
    patch: () => item.patch([{ op: "set", path: "/email", value: CANARIES["email"] }]),
    query: () => items.query({ query: "SELECT * FROM c WHERE c.plan = 'pro'", parameters: [] }).fetchAll(),
    search: () =>
      items.query({ query: "SELECT * FROM c WHERE c.email = @email", parameters }, { partitionKey: "t" }).fetchAll(),
    batch: () => items.batch([{ operationType: "Upsert", resourceBody: documentOf("c") as never }], "t"),
  };
  for (const [name, work] of Object.entries(good)) {
    const { diagnostics } = await work();
    log(`diagnostics of ${name}`, diagnostics);
    console.log(`diagnostics of ${name}, as JSON`, JSON.stringify(diagnostics));
  }
  const bad: Readonly<Record<string, () => Promise<unknown>>> = {
    "a conflict": () => items.create(documentOf("a")),
    "a missing item": () => container.item("missing", "t").replace(documentOf("missing")),
    "an etag that is none": () =>
      item.replace(documentOf("a"), { accessCondition: { type: "IfMatch", condition: '"none"' } }),
    "too large a document": () => items.create({ ...documentOf("d"), name: CANARIES["name"]!.repeat(200_000) }),
    "a wrong patch": () => item.patch([{ op: "remove", path: "/absent" }]),
    "a query that can't be parsed": () =>
      items.query(`SELECT * FROM c WHERE c.email = '${CANARIES["email"]}`).fetchAll(),
    "an abort": () => items.create(documentOf("e"), { abortSignal: AbortSignal.abort() }),
  };
  for (const [name, work] of Object.entries(bad)) {
    const failure = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    log(`error of ${name}`, failure);
    console.error(`error of ${name}`, failure);
  }
}

function log(what: string, value: unknown): void {
  console.log(what, inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null }));
}
