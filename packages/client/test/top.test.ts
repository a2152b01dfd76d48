/**
 * The first rows by a sealed path are read from the end of its range index: the same rows as over plaintext, from a small part of
 * the documents, whatever the server says of how many there are.
 */
import {
  BulkOperationType,
  type Container,
  type FeedResponse,
  type OperationInput,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { defineContainer, sealed, sealStatsOf } from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { detour } from "./support/detour.js";
import { bare, CONTAINERS, codeOf, useWorld } from "./support/world.js";

const people = defineContainer({
  name: "people",
  partitionKey: "/tenantId",
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    plan: z.string(),
    born: sealed(z.iso.date().nullable(), {
      range: { min: "1900-01-01", max: "2100-01-01", precision: "day" },
    }).optional(),
    score: sealed(z.int(), { range: { min: 0, max: 1_000_000 } }).optional(),
    joined: sealed(z.date(), {
      range: { min: "2000-01-01T00:00:00.000Z", max: "2100-01-01T00:00:00.000Z", precision: "day" },
    }).optional(),
    name: sealed(z.string(), { equality: true }),
  }),
});

interface Person {
  readonly id: string;
  readonly tenantId: string;
  readonly plan: string;
  readonly name: string;
  readonly born?: string | null;
  readonly score?: number;
  readonly joined?: Date;
}

/** The same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function personOf(i: number, roll: (sides: number) => number): Person {
  const born = roll(40);
  return {
    id: `p${i}`,
    tenantId: `t-${i % 3}`,
    plan: ["free", "pro"][roll(2)]!,
    name: `n${roll(5)}`,
    ...(born === 0 ? {} : { born: born === 1 ? null : dayOf(roll(90 * 365)) }),
    ...(roll(10) === 0 ? {} : { score: roll(3) === 0 ? 500_000 : roll(1_000_000) }),
    joined: new Date(Date.UTC(2000, 0, 1) + roll(1000) * 86_400_000 + roll(86_400_000)),
  };
}

function dayOf(days: number): string {
  return new Date(Date.UTC(1930, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}

async function fill(container: Container, documents: readonly Person[]): Promise<void> {
  for (let from = 0; from < documents.length; from += 2000) {
    const operations = documents.slice(from, from + 2000).map(
      (resourceBody): OperationInput => ({
        operationType: BulkOperationType.Create,
        partitionKey: resourceBody.tenantId,
        resourceBody: { ...resourceBody } as never,
      }),
    );
    const results = await container.items.executeBulkOperations(operations);
    expect(results.every(({ response }) => response?.statusCode === 201)).toBe(true);
  }
}

/** At the full size as many as a container has that must not be read whole. */
const SIZE = process.env["COSMOSEAL_FULL"] === "1" ? 20_000 : 1500;

interface Case {
  readonly query: string;
  readonly path: "born" | "score" | "joined";
  readonly descending?: boolean;
  readonly skip?: number;
  readonly take: number;
  readonly where?: (person: Person) => boolean;
  readonly parameters?: SqlQuerySpec["parameters"];
  readonly partitionKey?: string;
  /** More than a hundred may be needed: many documents have one value, or few satisfy the condition. */
  readonly many?: boolean;
}

const CASES: readonly Case[] = [
  { query: "SELECT TOP 10 * FROM c ORDER BY c.born DESC", path: "born", descending: true, take: 10 },
  { query: "SELECT TOP 10 * FROM c ORDER BY c.joined DESC", path: "joined", descending: true, take: 10 },
  { query: "SELECT * FROM c ORDER BY c.joined OFFSET 5 LIMIT 10", path: "joined", skip: 5, take: 10 },
  {
    query: "SELECT * FROM c ORDER BY c.born DESC OFFSET 20 LIMIT 20",
    path: "born",
    descending: true,
    skip: 20,
    take: 20,
    many: true,
  },
  {
    query: "SELECT TOP @n * FROM c WHERE c.plan = 'pro' ORDER BY c.joined",
    path: "joined",
    take: 7,
    where: ({ plan }) => plan === "pro",
    parameters: [{ name: "@n", value: 7 }],
  },
  {
    query: "SELECT TOP 10 * FROM people p WHERE p.name = 'n3' ORDER BY p.born DESC",
    path: "born",
    descending: true,
    take: 10,
    where: ({ name }) => name === "n3",
  },
  {
    query: "SELECT TOP 10 * FROM c WHERE c.born >= '1950-06-01' AND c.born < '1951-01-01' ORDER BY c.born",
    path: "born",
    take: 10,
    where: ({ born }) => typeof born === "string" && born >= "1950-06-01" && born < "1951-01-01",
  },
  {
    query: "SELECT TOP 10 * FROM c ORDER BY c.joined DESC",
    path: "joined",
    descending: true,
    take: 10,
    partitionKey: "t-1",
  },
  // Absent comes first, then null, then values.
  { query: "SELECT TOP 10 * FROM c ORDER BY c.born", path: "born", take: 10 },
  { query: "SELECT TOP 300 * FROM c ORDER BY c.score", path: "score", take: 300, many: true },
  {
    query: "SELECT * FROM c WHERE c.name = 'n1' ORDER BY c.born DESC OFFSET 0 LIMIT 100000",
    path: "born",
    descending: true,
    take: 100_000,
    where: ({ name }) => name === "n1",
    many: true,
  },
  // A third has one value.
  {
    query: "SELECT TOP 10 * FROM c WHERE c.score >= 500000 ORDER BY c.score",
    path: "score",
    take: 10,
    where: ({ score = 0 }) => score >= 500_000,
    many: true,
  },
  { query: "SELECT TOP 5 * FROM c WHERE c.name = 'nobody' ORDER BY c.born", path: "born", take: 5, where: () => false },
  { query: "SELECT TOP 0 * FROM c ORDER BY c.born", path: "born", take: 0 },
];

describe.each([{ ranges: 1 }, { ranges: 3 }])("with $ranges range(s)", ({ ranges }) => {
  const world = useWorld({ ranges });
  const roll = dice(7);
  const documents = Array.from({ length: SIZE }, (_, i) => personOf(i, roll));
  let container: Container;

  beforeAll(async () => {
    const client = world().connect({ containers: { ...CONTAINERS, "shop/people": people } });
    await client.keys.createScope(people);
    await client.database("shop").containers.create({ id: "people", partitionKey: "/tenantId" });
    container = client.database("shop").container("people");
    await fill(container, documents);
  }, 600_000);

  const ask = async ({ query, parameters, partitionKey }: Case, from = container): Promise<FeedResponse<Person>> => {
    const spec = parameters === undefined ? query : { query, parameters };
    return from.items.query<Person>(spec, partitionKey === undefined ? {} : { partitionKey }).fetchAll();
  };

  function expectFirst(
    { path, descending = false, skip = 0, take, where, partitionKey }: Case,
    rows: readonly Person[],
  ): void {
    const expected = documents
      .filter((person) => partitionKey === undefined || person.tenantId === partitionKey)
      .filter(where ?? (() => true))
      .sort((a, b) => (descending ? -1 : 1) * compareValues(a[path], b[path]))
      .slice(skip, skip + take)
      .map((person) => person[path]);
    expect(rows.map((row) => row[path])).toEqual(expected);
    const own = new Map(documents.map((person) => [person.id, person]));
    for (const row of rows) expect(bare(row)).toEqual(own.get(row.id));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  }

  test.each(CASES)("$query answers as sorting all does, from few documents", async (one) => {
    const response = await ask(one);
    expectFirst(one, response.resources);
    const { fetched } = sealStatsOf(response)!;
    if (!one.many) expect(fetched).toBeLessThanOrEqual(100);
    expect(fetched).toBeLessThanOrEqual(SIZE);
  });

  test("beside a condition that no index serves is a scan, and refused unless that is allowed", async () => {
    const query = "SELECT TOP 10 * FROM c WHERE CONTAINS(c.name, '3') ORDER BY c.born DESC";
    expect(await codeOf(() => container.items.query(query).fetchAll())).toBe("ERR_QUERY_NEEDS_SCAN");
    const { resources } = await container.items.query<Person>(query, { unindexed: "scan" }).fetchAll();
    const where = ({ name }: Person): boolean => name === "n3";
    expectFirst({ query, path: "born", descending: true, take: 10, where }, resources);
    const own = "SELECT TOP 10 * FROM c WHERE c.born != '1950-01-01' AND IS_STRING(c.born) ORDER BY c.born DESC";
    const texts = await container.items.query<Person>(own).fetchAll();
    const isText = ({ born }: Person): boolean => typeof born === "string" && born !== "1950-01-01";
    expectFirst({ query: own, path: "born", descending: true, take: 10, where: isText }, texts.resources);
  });

  test("the rows come in pages, of which the first pays for the reading", async () => {
    const iterator = container.items.query<Person>("SELECT TOP 10 c.born FROM c ORDER BY c.born DESC", {
      maxItemCount: 4,
    });
    const sizes: unknown[] = [];
    for await (const page of iterator.getAsyncIterator()) sizes.push([page.resources.length, page.requestCharge > 0]);
    expect(sizes).toEqual([
      [4, true],
      [4, false],
      [2, false],
    ]);
  });

  test("a server that answers for the end of the order with other documents only makes more be read", async () => {
    const { resources: others } = await world()
      .stolen("people")
      .items.query<Record<string, unknown>>("SELECT TOP 20 * FROM c WHERE c._seal.n > 0")
      .fetchAll();
    const headers = { "content-type": "application/json", "x-ms-request-charge": "1" };
    const answer = { status: 200, body: { _rid: "", Documents: others, _count: others.length }, headers };
    let isFirst = true;
    const httpClient = detour(({ body, headers: given }) => {
      const isPlan = given.get("x-ms-cosmos-is-query-plan-request") !== undefined;
      const asked = String(body);
      const isNode = asked.includes("SELECT VALUE c") && asked.includes("ARRAY_CONTAINS");
      if (isPlan || !isFirst || !isNode) return undefined;
      isFirst = false;
      return answer;
    });
    const lied = world().connect({ containers: { ...CONTAINERS, "shop/people": people } }, { httpClient });
    const from = lied.database("shop").container("people");
    const rows = (await ask(CASES[0]!, from)).resources.map(({ born }) => born);
    expect(isFirst).toBe(false);
    // What the server withheld is missing; but nothing is passed off as the latest that isn't.
    expect(rows.length).toBe(10);
    const latest = documents.map(({ born }) => born ?? "").sort();
    expect(rows[9]! > latest[SIZE - 100]!).toBe(true);
    lied.dispose();
  });

  test.each([
    ["far too many", Array.from({ length: 1000 }, () => 1)],
    ["something else", Array.from({ length: 70 }, () => ({ count: -5 }))],
  ])("a server that counts %s gets the same rows sorted, in the end", async (_, Documents) => {
    const headers = { "content-type": "application/json", "x-ms-request-charge": "1" };
    const answer = { status: 200, body: { _rid: "", Documents, _count: Documents.length }, headers };
    const httpClient = detour(({ body }) => (String(body).startsWith('{"query":"SELECT VALUE 1') ? answer : undefined));
    const lied = world().connect({ containers: { ...CONTAINERS, "shop/people": people } }, { httpClient });
    const from = lied.database("shop").container("people");
    expectFirst(CASES[0]!, (await ask(CASES[0]!, from)).resources);
    expect(httpClient.requests.length).toBeLessThan(2000);
    lied.dispose();
  });
});

/** As SQL orders them: absent, null, then values. */
function compareValues(a: Person[Case["path"]], b: Person[Case["path"]]): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left !== right || left < 2) return left - right;
  const [x, y] = [a, b].map((value) => (value instanceof Date ? value.toISOString() : value)) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}

function rankOf(value: unknown): number {
  return value === undefined ? 0 : value === null ? 1 : 2;
}
