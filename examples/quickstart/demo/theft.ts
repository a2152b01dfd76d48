/** Chapter 2: the thief. Nothing but the stolen account key and Microsoft's own client. */
import { type Container, CosmosClient, type Database } from "@azure/cosmos";
import type { RecordedExchange } from "@cosmoseal/emulator";
import type { Customer } from "../customers.js";
import { forEachAtOnce, type StoredCustomer } from "./documents.js";
import { FORMS, prepareSearch, type Search } from "./search.js";
import { SEALED_NAMES, secretsOf } from "./secrets.js";
import { showSideBySide } from "./side-by-side.js";
import { openChapter, type Stage, tell } from "./stage.js";
import { bytes, grouped, wrap } from "./text.js";

const CHAPTER = "The thief reads";

/** The thief's view of the two containers, and what was copied out of the sealed one. */
export interface Theft {
  readonly sealed: Container;
  readonly unprotected: Container;
  readonly dump: readonly StoredCustomer[];
}

/** Dumps the container, shows some of it, and searches it for every sealed value. */
export async function playTheft(stage: Stage, shop: readonly Customer[]): Promise<Theft> {
  const { account } = stage.world;
  const ownersTraffic = account.requests.length;
  openChapter(
    stage,
    "2  The thief reads",
    "The account key is stolen. With it and the plain @azure/cosmos client the thief copies the whole container.",
  );
  const database = new CosmosClient({ endpoint: account.endpoint, key: account.key }).database("shop");
  const sealed = database.container("customers");
  const dump = await copyOut(sealed);
  noteCopy(stage, dump, shop);
  for (const customer of choose(shop)) {
    showSideBySide(stage.terminal, dump.find(({ id }) => id === customer.id)!, customer);
  }

  // Set up by the demo, not by the thief: the same customers unprotected show that the search finds what is there.
  const trafficBefore = account.requests.length;
  const unprotected = await fillUnprotected(database, shop);
  const plainDump = await copyOut(unprotected);
  const plainTraffic = account.requests.slice(trafficBefore);

  const find = prepareSearch(shop.flatMap((customer) => [...secretsOf(customer)]));
  const wire = account.requests.slice(0, ownersTraffic);
  const names = prepareSearch(SEALED_NAMES.map((name) => JSON.stringify(name)));
  const copies = [dump.map(toText), plainDump.map(toText)] as const;
  compareSearch(stage, "the copy", "sealed values", find, copies);
  compareSearch(stage, "all traffic", "sealed values", find, [wire.map(wireText), plainTraffic.map(wireText)]);
  compareSearch(stage, "the copy", "names of sealed fields", names, copies);
  for (const line of wrap(`Forms: ${FORMS}.`, stage.terminal.width - 4)) {
    stage.terminal.line(`    ${stage.terminal.style("dim", line)}`);
  }
  return { sealed, unprotected, dump };
}

async function copyOut(container: Container): Promise<readonly StoredCustomer[]> {
  return (await container.items.query<StoredCustomer>("SELECT * FROM c").fetchAll()).resources;
}

function noteCopy(stage: Stage, dump: readonly StoredCustomer[], shop: readonly Customer[]): void {
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "copy the whole container",
    promised: grouped(shop.length),
    happened: grouped(dump.length),
  });
  const size = dump.reduce((sum, document) => sum + Buffer.byteLength(toText(document)), 0);
  tell(
    stage,
    trial,
    `the thief has ${grouped(dump.length)} documents, ${bytes(size)}. Some of them, next to the owner's:`,
  );
  stage.terminal.line();
}

async function fillUnprotected(database: Database, shop: readonly Customer[]): Promise<Container> {
  const { container } = await database.containers.createIfNotExists({
    id: "customers-unprotected",
    partitionKey: { paths: ["/tenantId"] },
  });
  await forEachAtOnce(shop, 16, (customer) => container.items.create({ ...customer }));
  return container;
}

/** A search that finds nothing says something only where it would have found something. */
function compareSearch(
  stage: Stage,
  where: string,
  what: string,
  find: Search,
  [sealed, unprotected]: readonly [readonly string[], readonly string[]],
): void {
  const result = find(sealed);
  const control = find(unprotected);
  const trial = stage.ledger.judge({
    chapter: CHAPTER,
    tried: `search ${where} for ${what}`,
    unprotected: `${grouped(control.found)} found`,
    promised: "0 found",
    happened: `${grouped(result.found)} found`,
    kept: result.found === 0 && control.found === control.values,
  });
  tell(
    stage,
    trial,
    `${grouped(result.found)} of ${grouped(result.values)} ${what} found in ${where} (${bytes(result.searched)}, ` +
      `${grouped(result.forms)} forms; without Cosmoseal: ${grouped(control.found)})`,
  );
}

function toText(document: StoredCustomer): string {
  return JSON.stringify(document);
}

function wireText(exchange: RecordedExchange): string {
  const { method, path, requestHeaders, requestBody, responseHeaders, responseBody } = exchange;
  const heads = [method, path, ...requestHeaders, ...Object.entries(responseHeaders).flat()];
  return [...heads, requestBody.toString("utf8"), responseBody.toString("utf8")].join("\n");
}

/** Two that show much: a name in another script, a card, a diagnosis. */
function choose(shop: readonly Customer[]): readonly Customer[] {
  const full = shop.filter(({ cards, diagnosis }) => cards?.length === 1 && diagnosis);
  const far = full.find(({ name }) => /[\p{Script=Han}\p{Script=Cyrillic}]/u.test(name));
  const near = full.find(({ name }) => /^\p{Script=Latin}/u.test(name) && /[^ -~]/.test(name));
  return [far ?? shop[2]!, near ?? shop[3]!];
}
