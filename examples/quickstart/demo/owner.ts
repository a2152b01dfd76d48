/** Chapter 1: the owner's application. It uses the client as it would use any CosmosClient. */
import { statSync } from "node:fs";
import { type Container, CosmosClient, createKeyStore } from "cosmoseal";
import { type Customer, customers } from "../customers.js";
import { forEachAtOnce, same } from "./documents.js";
import { startProgress } from "./progress.js";
import { openChapter, type Stage, tell } from "./stage.js";
import { grouped } from "./text.js";

const CHAPTER = "The owner";
const WRITERS = 16;

/** Creates, imports, reads, upserts, finds and lists. Resolves with the container, as the owner has it. */
export async function playOwner(stage: Stage, shop: Customer[]): Promise<Container> {
  openChapter(
    stage,
    "1  The owner",
    "An application keeps its customers in Azure Cosmos DB, through a client that has a schema and a key.",
  );
  const container = await createShop(stage);
  await importAll(stage, container, shop);
  await readOne(stage, container, shop[0]!);
  await upsertOne(stage, container, shop);
  await findByEmail(stage, container, shop);
  await listTenant(stage, container, shop);
  return container;
}

async function createShop(stage: Stage): Promise<Container> {
  const { account, keyring: makeKeyring } = stage.world;
  const { keyring, path } = makeKeyring("customer.keys");
  await createKeyStore({ keyring, containers: [customers] });
  const client = new CosmosClient({
    connectionString: account.connectionString,
    seal: { keyring, containers: { "shop/customers": customers } },
  });
  await client.ready();
  const mode = (statSync(path).mode & 0o777).toString(8);
  const keys = stage.ledger.note({
    chapter: CHAPTER,
    tried: "make a key file behind a passphrase",
    promised: process.platform === "win32" ? mode : "600",
    happened: mode,
  });
  tell(stage, keys, `made customer.keys, a key file behind a passphrase that only its owner may read (mode ${mode})`);

  const { database } = await client.databases.createIfNotExists({ id: "shop" });
  const { container, statusCode } = await database.containers.createIfNotExists({
    id: "customers",
    partitionKey: { paths: ["/tenantId"] },
  });
  const created = stage.ledger.note({
    chapter: CHAPTER,
    tried: "create database and container",
    promised: "created",
    happened: statusCode === 201 ? "created" : `status ${statusCode}`,
  });
  tell(stage, created, `created shop/customers on ${account.endpoint}`);
  return container;
}

async function importAll(stage: Stage, container: Container, shop: readonly Customer[]): Promise<void> {
  const progress = startProgress(stage.terminal, "importing", shop.length);
  let written = 0;
  await forEachAtOnce(shop, WRITERS, async (customer) => {
    const { resource } = await container.items.create(customer);
    if (same(resource, customer)) written++;
    progress.step();
  });
  const { seconds, perSecond } = progress.end();
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: `import ${grouped(shop.length)} customers`,
    promised: grouped(shop.length),
    happened: grouped(written),
  });
  tell(stage, trial, `imported ${grouped(written)} customers in ${seconds.toFixed(1)} s (${Math.round(perSecond)}/s)`);
}

async function readOne(stage: Stage, container: Container, customer: Customer): Promise<void> {
  const { resource } = await container.item(customer.id, customer.tenantId).read<Customer>();
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "read one",
    promised: "as written",
    happened: same(resource, customer) ? "as written" : "changed",
  });
  tell(stage, trial, `read ${customer.id}: ${resource?.name}, ${resource?.email}, every field ${trial.happened}`);
}

async function upsertOne(stage: Stage, container: Container, shop: Customer[]): Promise<void> {
  const changed: Customer = { ...shop[1]!, phone: "+1 202-555-0100", notes: "Moved in with her sister; new number." };
  await container.items.upsert(changed);
  shop[1] = changed;
  const { resource } = await container.item(changed.id, changed.tenantId).read<Customer>();
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "upsert one",
    promised: "as written",
    happened: same(resource, changed) ? "as written" : "changed",
  });
  tell(stage, trial, `upserted ${changed.id}: the new number is ${resource?.phone}`);
}

/** In another letter case than the one it was written in; a household that shares an address is found whole. */
async function findByEmail(stage: Stage, container: Container, shop: readonly Customer[]): Promise<void> {
  const wanted = shop.find(({ email }) => email !== email.toLowerCase()) ?? shop[0]!;
  const asked = wanted.email.toLowerCase();
  const { resources } = await container.items
    .query<Customer>({
      query: "SELECT * FROM c WHERE LOWER(c.email) = @email",
      parameters: [{ name: "@email", value: asked }],
    })
    .fetchAll();
  const expected = shop.filter(({ email }) => email.toLowerCase() === asked);
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "find by sealed e-mail",
    promised: ids(expected),
    happened: ids(resources),
  });
  tell(stage, trial, `found ${ids(resources)}, written as ${wanted.email}, by LOWER(c.email) = ${asked}`);
}

async function listTenant(stage: Stage, container: Container, shop: readonly Customer[]): Promise<void> {
  const { tenantId } = shop[0]!;
  const expected = shop.filter((customer) => customer.tenantId === tenantId);
  const pages = container.items.query<Customer>(
    { query: "SELECT * FROM c WHERE c.tenantId = @tenant", parameters: [{ name: "@tenant", value: tenantId }] },
    { partitionKey: tenantId, maxItemCount: 50 },
  );
  const listed: Customer[] = [];
  let count = 0;
  for await (const { resources } of pages.getAsyncIterator()) {
    if (resources.length > 0) count++;
    listed.push(...resources);
  }
  const known = new Map(expected.map((customer) => [customer.id, customer]));
  const right = listed.filter((customer) => same(customer, known.get(customer.id))).length;
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "list a tenant, page by page",
    promised: `${expected.length} of ${expected.length}`,
    happened: `${right} of ${listed.length}`,
  });
  tell(
    stage,
    trial,
    `listed ${tenantId}: ${listed.length} customers in ${count} page${count === 1 ? "" : "s"}, in clear for the owner`,
  );
}

function ids(list: readonly Customer[]): string {
  return list
    .map(({ id }) => id)
    .sort()
    .join(", ");
}
