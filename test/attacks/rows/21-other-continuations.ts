/** Row 21: a continuation token of another query or another container. */
import type { Container, FeedOptions } from "@azure/cosmos";
import type { SealEvent } from "cosmoseal";
import type { Bed, Side } from "../bed/bed.js";
import { bare, victimOf } from "../bed/documents.js";
import { liar } from "../bed/liar.js";
import { another } from "../bed/sides.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 21,
  attacker: "answers a continuation token with one of another query or another container",
  must: "detected",
  notApplicable: "it hands out the service's own tokens, as any client",
  run: async (bed) => {
    const control: Record<string, Outcome> = {};
    const ours: Record<string, Outcome> = {};
    for (const [name, token] of Object.entries(TOKENS)) {
      const unprotected = await goOn(bed, bed.control, token);
      // The service itself refuses some; ours refuses before it asks.
      if (unprotected.kind === "accepted") control[name] = unprotected;
      ours[name] = await goOn(bed, bed.ours, token);
    }
    const given: Attempt = { name: "given by the application", control, ours };
    const answered: Attempt = {
      name: "in the headers of an answer",
      control: { "goes on": await answer(bed, bed.control) },
      ours: { "goes on": await answer(bed, bed.ours) },
    };
    return [given, answered];
  },
};

/** In ours a search by tokens; the rows of the partition are those of one value. */
const SEARCH = "SELECT * FROM c WHERE c.email = 'mine@example.org'";
const OTHER = "SELECT * FROM c WHERE c.email = 'other@example.org'";

type Token = (side: Side, tenantId: string, bed: Bed) => Promise<string>;

const TOKENS: Readonly<Record<string, Token>> = {
  "of a query with another constant": ({ customers }, tenantId) => firstToken(customers, OTHER, tenantId),
  "of a query of another text": ({ customers }, tenantId) =>
    firstToken(customers, `${SEARCH} OR c.email = 'other@example.org'`, tenantId),
  "of another partition": async (side, _, bed) => {
    const tenantId = bed.partition();
    await fill(side.customers, tenantId);
    return firstToken(side.customers, SEARCH, tenantId);
  },
  "of another container": async (side, tenantId) => {
    await fill(side.archive, tenantId);
    return firstToken(side.archive, SEARCH, tenantId);
  },
  "one that was changed": async ({ customers }, tenantId) => {
    const token = await firstToken(customers, SEARCH, tenantId);
    return token.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
  },
};

async function fill(container: Container, tenantId: string): Promise<void> {
  for (let i = 0; i < 6; i++) {
    const email = i % 2 === 0 ? "mine@example.org" : "other@example.org";
    await container.items.create({ ...victimOf(tenantId), id: `d${i}`, email });
  }
}

async function firstToken(container: Container, text: string, tenantId: string): Promise<string> {
  const { continuationToken } = await container.items.query(text, options(tenantId)).fetchNext();
  if (continuationToken === undefined || continuationToken === "") throw new Error("the first page has no token");
  return continuationToken;
}

function options(tenantId: string, continuationToken?: string): FeedOptions {
  return { partitionKey: tenantId, maxItemCount: 1, ...(continuationToken !== undefined && { continuationToken }) };
}

/** What was stored for the next page is not what belongs to the query. */
async function goOn(bed: Bed, side: Side, token: Token): Promise<Outcome> {
  const tenantId = bed.partition();
  await fill(side.customers, tenantId);
  const foreign = await token(side, tenantId, bed);
  return outcomeOf(
    () => side.customers.items.query(SEARCH, options(tenantId, foreign)).fetchAll(),
    () => accepted("it is gone on with"),
    ["ERR_QUERY_CONTINUATION"],
  );
}

/** The server's own token in its answer: whatever page comes then, no wrong row is returned. */
async function answer(bed: Bed, side: Side): Promise<Outcome> {
  const tenantId = bed.partition();
  await fill(side.customers, tenantId);
  let asked = 0;
  let foreign = "";
  const httpClient = liar((_body, { request }) => {
    if (!request.includes("query")) return undefined;
    // Of the first page of another query: the honest pages are asked for again.
    asked++;
    return asked === 1 || foreign === "" ? undefined : { headers: { "x-ms-continuation": foreign } };
  });
  foreign = await firstToken(side.stolen.customers, "SELECT * FROM c", tenantId);
  const told: SealEvent[] = [];
  const container = another(bed, side, { httpClient }, (event) => told.push(event));
  const seen: string[] = [];
  return outcomeOf(
    async () => {
      const iterator = container.items.query(SEARCH, options(tenantId));
      for (let page = 0; page < 8 && iterator.hasMoreResults(); page++) {
        for (const row of (await iterator.fetchNext()).resources ?? []) seen.push(JSON.stringify(bare(row)));
      }
      return seen;
    },
    (rows) => {
      if (rows.some((row) => !row.includes("mine@example.org"))) return accepted("a row that wasn't asked for");
      if (new Set(rows).size === rows.length) return PREVENTED;
      return told.some(({ type }) => type === "warning")
        ? { kind: "detected", code: "a warning" }
        : accepted("a row twice");
    },
  );
}
