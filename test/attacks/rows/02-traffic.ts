/** Row 2: queries, parameters, plans, continuation tokens, headers, URLs and user agent, read as they pass. */
import { EncryptionQueryBuilder } from "@azure/cosmos";
import type { QueryOptions } from "cosmoseal";
import type { Bed, Side } from "../bed/bed.js";
import { victimOf } from "../bed/documents.js";
import { type Canaries, type Haystack, searchFor } from "../bed/traces.js";
import type { Outcome } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 2,
  attacker: "reads queries, parameters, plans, continuation tokens, headers, URLs, user agent as they pass",
  must: "prevented",
  run: async (bed) => {
    const control = await listen(bed, bed.control, useByText);
    const ours = await listen(bed, bed.ours, useByText);
    const byText = await listen(bed, bed.builtIn, useByText);
    const byBuilder = await listen(bed, bed.builtIn, useByBuilder);
    return [
      {
        name: "an application that writes, searches, pages, patches and reads",
        control: { "by its query texts": control },
        ours: { "by its query texts": ours },
        builtIn: { "by its query texts": byText, "by the query builder": byBuilder },
      },
    ];
  },
};

const CANARIES: Canaries = {
  email: "canary.mail-6681@example.org",
  name: "canary-name-6682",
  tag: "canary-tag-6684",
  street: "Canary Street 6686",
  diagnosis: "canary-influenza-6687",
};

async function listen(bed: Bed, side: Side, use: (side: Side, tenantId: string) => Promise<void>): Promise<Outcome> {
  const since = bed.emulator.requests.length;
  await use(side, bed.partition());
  const exchanges = bed.emulator.requests.slice(since);
  const haystacks = exchanges.flatMap((exchange, n): Haystack[] => [
    { where: `the address of request ${n}`, text: exchange.path },
    { where: `the headers of request ${n}`, text: exchange.requestHeaders.join("\n") },
    { where: `the body of request ${n}`, text: exchange.requestBody.toString("utf8") },
    { where: `the headers of answer ${n}`, text: JSON.stringify(exchange.responseHeaders) },
    { where: `the body of answer ${n}`, text: exchange.responseBody.toString("utf8") },
  ]);
  if (exchanges.length < 8) return { kind: "failed", what: "nothing passed" };
  return searchFor(CANARIES, haystacks);
}

async function write({ customers }: Side, tenantId: string): Promise<void> {
  for (const id of ["a", "b", "c"]) {
    await customers.items.create({
      ...victimOf(tenantId),
      id,
      email: CANARIES["email"],
      name: CANARIES["name"],
      tags: [CANARIES["tag"]],
      address: { street: CANARIES["street"] },
      diagnosis: CANARIES["diagnosis"],
    });
  }
  await customers.item("a", tenantId).read();
}

async function useByText(side: Side, tenantId: string): Promise<void> {
  await write(side, tenantId);
  const { items } = side.customers;
  const parameters = Object.entries(CANARIES).map(([name, value]) => ({ name: `@${name}`, value }));
  const options: QueryOptions & { readonly partitionKey: string; readonly maxItemCount: number } = {
    partitionKey: tenantId,
    maxItemCount: 1,
    unindexed: "scan",
  };
  for (const query of [
    "SELECT * FROM c WHERE c.email = @email",
    `SELECT * FROM c WHERE c.email = '${CANARIES["email"]}' AND c.plan = 'pro'`,
    "SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, @tag) AND STARTSWITH(c.name, @name)",
    "SELECT * FROM c WHERE c.address.street = @street ORDER BY c.name",
    `SELECT c.id, c.diagnosis, '${CANARIES["diagnosis"]}' AS d FROM c WHERE c.diagnosis LIKE '${CANARIES["diagnosis"]}%'`,
    "SELECT DISTINCT VALUE c.email FROM c",
  ]) {
    const page = await items.query({ query, parameters }, options).fetchNext();
    if (page.continuationToken) {
      const next = { ...options, continuationToken: page.continuationToken };
      await items.query({ query, parameters }, next).fetchNext();
    }
  }
  await items.query("SELECT * FROM c ORDER BY c.rank", { maxItemCount: 1 }).fetchNext();
  await side.customers.item("a", tenantId).patch([{ op: "set", path: "/email", value: CANARIES["email"] }]);
}

/** As its documentation asks: each parameter is encrypted by hand, and texts hold none. */
async function useByBuilder(side: Side, tenantId: string): Promise<void> {
  await write(side, tenantId);
  const builder = new EncryptionQueryBuilder("SELECT * FROM c WHERE c.email = @email");
  builder.addParameter("@email", CANARIES["email"]!, "/email");
  const iterator = await side.customers.items.getEncryptionQueryIterator(builder, { partitionKey: tenantId });
  await iterator.fetchAll();
  await side.customers.items.query("SELECT * FROM c", { partitionKey: tenantId }).fetchAll();
  await side.customers.item("a", tenantId).patch([{ op: "set", path: "/email", value: CANARIES["email"] }]);
}
