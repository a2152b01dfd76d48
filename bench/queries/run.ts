/**
 * `pnpm bench:queries`: queries over sealed fields beside the same queries over plaintext, on 100,000 documents of the emulator
 * in a process of its own, by the packages as they are built. Rounds are interleaved; figures are medians, warm, with those of the
 * first rounds beside them. Writes results.json and docs/images/queries.svg. Each target's line ends with "ok" or "short".
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Container, type FeedOptions, CosmosClient as PlainClient, type SqlQuerySpec } from "@azure/cosmos";
import { CosmosClient, createKeyStore, memoryKeyStore, type PageEvent, type SealEvent, staticKeyring } from "cosmoseal";
import { startOurs } from "../emulator/servers.js";
import { chartOf, type Figure } from "./chart.js";
import { DAYS, FIRST_DAY, type Person, people, peopleOf } from "./people.js";

const COUNT = Number(process.env["COSMOSEAL_BENCH_DOCUMENTS"] ?? 100_000);
/** Fewest rounds that a figure is the median of; quick queries have as many more as there is time for. */
const ROUNDS = Number(process.env["COSMOSEAL_BENCH_ROUNDS"] ?? 9);
/** Milliseconds that each query is asked before it counts, and while it does. */
const WARM = Number(process.env["COSMOSEAL_BENCH_WARM"] ?? 4_000);
const key = Buffer.alloc(64, 7).toString("base64");

interface Case {
  readonly name: string;
  readonly query: SqlQuerySpec;
  readonly options?: FeedOptions;
  /** Bound on the sealed query's time in terms of the plain one's. */
  readonly time?: number;
  /** Bound on documents fetched for each that is needed. */
  readonly fetched?: number;
  /** Bound on documents fetched. */
  readonly most?: number;
}

interface Result extends Figure {
  readonly short: boolean;
  /** Milliseconds, of the first rounds. */
  readonly cold: { readonly plain: number; readonly sealed: number };
  readonly rounds: number;
}

interface Times {
  readonly plain: number[];
  readonly sealed: number[];
}

const BOTH = ["plain", "sealed"] as const;

const server = await startOurs(key);
try {
  const plainClient = new PlainClient({ endpoint: server.endpoint, key });
  const pages: PageEvent[] = [];
  const keyring = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [people] });
  const sealedClient = new CosmosClient({
    endpoint: server.endpoint,
    key,
    seal: {
      keyring,
      store,
      pin,
      containers: { "bench/people": people },
      onEvent: (event: SealEvent) => {
        if (event.type === "page") pages.push(event);
      },
    },
  });
  const { database } = await plainClient.databases.create({ id: "bench" });
  await database.containers.create({ id: "plain", partitionKey: { paths: ["/tenantId"] } });
  await sealedClient.database("bench").containers.create({ id: "people", partitionKey: { paths: ["/tenantId"] } });
  const plain = database.container("plain");
  const sealed = sealedClient.database("bench").container("people");
  const sample = await fill(plain, sealed);
  const results: Result[] = [];
  for (const one of casesOf(sample)) results.push(await measure(one, plain, sealed, pages));
  report(results);
} finally {
  await server.stop();
}

function casesOf(sample: readonly Person[]): readonly Case[] {
  const someone = sample[Math.floor(sample.length / 2)]!;
  const from = new Date(FIRST_DAY + 20_000 * 86_400_000).toISOString().slice(0, 10);
  const to = new Date(FIRST_DAY + (20_000 + Math.round(DAYS / 100)) * 86_400_000).toISOString().slice(0, 10);
  return [
    {
      name: "equality",
      query: { query: "SELECT * FROM c WHERE c.email = @e", parameters: [{ name: "@e", value: someone.email }] },
      time: 1.15,
      fetched: 1,
    },
    {
      name: "equality in a partition",
      query: { query: "SELECT * FROM c WHERE c.email = @e", parameters: [{ name: "@e", value: someone.email }] },
      options: { partitionKey: someone.tenantId },
      time: 1.15,
      fetched: 1,
    },
    {
      name: "range of 1 %",
      query: {
        query: "SELECT * FROM c WHERE c.born >= @from AND c.born < @to",
        parameters: [
          { name: "@from", value: from },
          { name: "@to", value: to },
        ],
      },
      fetched: 1.2,
    },
    {
      name: "substring",
      query: { query: "SELECT * FROM c WHERE CONTAINS(c.name, @s)", parameters: [{ name: "@s", value: "kas Gold" }] },
      fetched: 1.5,
    },
    {
      name: "top 10 by a sealed date",
      query: { query: "SELECT * FROM c ORDER BY c.born DESC OFFSET 0 LIMIT 10" },
      most: 100,
    },
  ];
}

async function fill(plain: Container, sealed: Container): Promise<readonly Person[]> {
  const all = [...peopleOf(COUNT)];
  const started = performance.now();
  for (let from = 0; from < all.length; from += 1_000) {
    const operations = all.slice(from, from + 1_000).map((person) => ({
      operationType: "Create" as const,
      partitionKey: person.tenantId,
      resourceBody: { ...person },
    }));
    for (const container of [plain, sealed]) {
      const answers = await container.items.executeBulkOperations(operations);
      const failed = answers.find(({ response }) => response?.statusCode !== 201);
      if (failed !== undefined) throw new Error(`A document was not stored: ${failed.error?.message}`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\rstored ${from + operations.length} of ${all.length}`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
  console.log(
    `${COUNT.toLocaleString("en")} documents stored twice in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  return all;
}

async function measure(one: Case, plain: Container, sealed: Container, pages: PageEvent[]): Promise<Result> {
  const { name, query, options } = one;
  const ask = (container: Container) => container.items.query<Person>(query, options).fetchAll();
  const wanted = idsOf((await ask(plain)).resources);
  pages.length = 0;
  const found = (await ask(sealed)).resources;
  const fetched = pages.reduce((sum, page) => sum + page.fetched, 0);
  check(one, wanted, found);
  const timed = async (until: number, fewest: number): Promise<Times> => {
    const times: Times = { plain: [], sealed: [] };
    while (times.plain.length < fewest || performance.now() < until) {
      // Whoever comes second finds the server awake: they take turns.
      const turns = times.plain.length % 2 === 0 ? BOTH : [...BOTH].reverse();
      for (const which of turns) {
        const started = performance.now();
        await ask(which === "plain" ? plain : sealed);
        times[which].push(performance.now() - started);
      }
    }
    return times;
  };
  const cold = await timed(0, ROUNDS);
  await timed(performance.now() + WARM, 1);
  const warm = await timed(performance.now() + WARM, ROUNDS);
  const [p, s] = [median(warm.plain), median(warm.sealed)];
  const short =
    (one.time !== undefined && s / p > one.time) ||
    (one.fetched !== undefined && fetched > one.fetched * found.length) ||
    (one.most !== undefined && fetched > one.most);
  const bound = [
    one.time === undefined ? "" : `time ≤ ${one.time} ×`,
    one.fetched === undefined ? "" : `fetched ≤ ${one.fetched} × needed`,
    one.most === undefined ? "" : `fetched ≤ ${one.most}`,
  ];
  const result = {
    name,
    plain: p,
    sealed: s,
    cold: { plain: median(cold.plain), sealed: median(cold.sealed) },
    rounds: warm.plain.length,
    needed: found.length,
    fetched,
    bound: bound.filter(Boolean).join(", "),
    short,
  };
  say(result);
  return result;
}

/** The same rows; in an order, the same keys: rows of one key may come in any order. */
function check(one: Case, wanted: ReadonlySet<string>, found: readonly Person[]): void {
  const isOrdered = one.query.query.includes("ORDER BY");
  const same = isOrdered ? found.length === wanted.size : found.every(({ id }) => wanted.has(id));
  if (!same || found.length !== wanted.size) throw new Error(`${one.name}: the sealed container answers otherwise.`);
}

function idsOf(rows: readonly Person[]): ReadonlySet<string> {
  return new Set(rows.map(({ id }) => id));
}

function say({ bound, cold, fetched, name, needed, plain, rounds, sealed, short }: Result): void {
  const ratio = (sealed / plain).toFixed(2);
  const before = (cold.sealed / cold.plain).toFixed(2);
  console.log(
    `${name.padEnd(26)} plain ${plain.toFixed(2).padStart(7)} ms   sealed ${sealed.toFixed(2).padStart(7)} ms   ${ratio.padStart(5)} × (cold ${before} ×; ${rounds} rounds)   needed ${String(needed).padStart(5)}   fetched ${String(fetched).padStart(5)}   (${bound})   ${short ? "short" : "ok"}`,
  );
}

function report(results: readonly Result[]): void {
  const machine = `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
  const at = new Date().toISOString().slice(0, 10);
  const json = { at, machine, documents: COUNT, results };
  writeFileSync(fileURLToPath(new URL("results.json", import.meta.url)), `${JSON.stringify(json, null, 2)}\n`);
  const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
  mkdirSync(images, { recursive: true });
  writeFileSync(`${images}queries.svg`, chartOf(results, `${COUNT.toLocaleString("en")} documents, ${machine}, ${at}`));
  process.exitCode = results.some(({ short }) => short) ? 1 : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
