/** Iterators of queries: pages, tokens, headers, the end and beyond. */
import type { FeedOptions, FeedResponse } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";
import type { Subject } from "./subject.js";

/** Seven documents in this behaviour's partition. */
async function seven({ container, doc }: Subject) {
  for (let n = 0; n < 7; n++)
    await container.items.create(doc(n, { email: n < 5 ? "jane@example.org" : "john@example.org" }));
  return container.items;
}

const page = ({ resources, hasMoreResults, continuationToken }: FeedResponse<{ n: number }>) => [
  resources?.map(({ n }) => n),
  hasMoreResults,
  typeof continuationToken,
];

const QUERIES = {
  "SELECT *": "SELECT * FROM c",
  "a sealed condition": "SELECT * FROM c WHERE c.email = 'jane@example.org'",
  "sealed parts of documents": "SELECT c.n, c.email FROM c",
};

for (const [what, text] of Object.entries(QUERIES)) {
  describeMember(`QueryIterator over ${what}`, (behaviour) => {
    const options = (pk: string, more: FeedOptions = {}): FeedOptions => ({ partitionKey: pk, ...more });

    behaviour("fetchAll answers a FeedResponse with its members", async (subject) => {
      const items = await seven(subject);
      return items.query(text, options(subject.pk)).fetchAll();
    });
    behaviour("fetchNext answers a FeedResponse with its members", async (subject) => {
      const items = await seven(subject);
      return items.query(text, options(subject.pk, { maxItemCount: 2 })).fetchNext();
    });
    behaviour("fetchNext gives page after page, then no resources", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk, { maxItemCount: 3 }));
      const pages: unknown[] = [];
      while (iterator.hasMoreResults()) pages.push(page(await iterator.fetchNext()));
      return [pages, page(await iterator.fetchNext())];
    });
    behaviour("hasMoreResults is true before the first page", async ({ container, pk }) =>
      container.items.query(text, options(pk)).hasMoreResults(),
    );
    behaviour("getAsyncIterator gives the same pages", async (subject) => {
      const items = await seven(subject);
      const pages: unknown[] = [];
      for await (const one of items.query(text, options(subject.pk, { maxItemCount: 3 })).getAsyncIterator())
        pages.push(page(one));
      return pages;
    });
    behaviour("getAsyncIterator can be left and begun again", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk, { maxItemCount: 3 }));
      for await (const _ of iterator.getAsyncIterator()) break;
      const sizes: number[] = [];
      for await (const { resources } of iterator.getAsyncIterator()) sizes.push(resources.length);
      return sizes;
    });
    behaviour("reset begins again", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk, { maxItemCount: 3 }));
      const first = page(await iterator.fetchNext());
      iterator.reset();
      return [first, page(await iterator.fetchNext()), iterator.hasMoreResults()];
    });
    behaviour("fetchAll after fetchNext begins again", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk, { maxItemCount: 3 }));
      await iterator.fetchNext();
      return (await iterator.fetchAll()).resources.length;
    });
    behaviour("fetchAll twice answers the same", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk));
      return [(await iterator.fetchAll()).resources.length, (await iterator.fetchAll()).resources.length];
    });
    behaviour("a continuation token goes on in another iterator", async (subject) => {
      const items = await seven(subject);
      const { continuationToken, resources } = await items
        .query(text, options(subject.pk, { maxItemCount: 2 }))
        .fetchNext();
      const rest = await items.query(text, options(subject.pk, { continuationToken })).fetchAll();
      return [resources.length, rest.resources.length];
    });
    behaviour("a continuation token goes on in another client", async (subject) => {
      const items = await seven(subject);
      const { continuationToken } = await items.query(text, options(subject.pk, { maxItemCount: 2 })).fetchNext();
      const other = subject.connect().database(subject.database.id).container("shared").items;
      return (
        await other.query(text, options(subject.pk, { continuationToken, maxItemCount: 1 })).fetchNext()
      ).resources.map(({ n }) => n);
    });
    behaviour("a token that is no token throws", async ({ container, pk, thrown }) => {
      const error = (await thrown(() =>
        container.items.query(text, options(pk, { continuationToken: "nonsense" })).fetchNext(),
      )) as {
        "<thrown>"?: { code?: unknown };
      };
      return error["<thrown>"]?.code;
    });
    behaviour("requestCharge of fetchAll is the sum of its pages", async (subject) => {
      const items = await seven(subject);
      const iterator = items.query(text, options(subject.pk, { maxItemCount: 2 }));
      let sum = 0;
      for await (const { requestCharge } of iterator.getAsyncIterator()) sum += requestCharge;
      const { requestCharge } = await iterator.fetchAll();
      return Math.abs(requestCharge - sum) < 1 && sum > 0;
    });
    behaviour("populateQueryMetrics gives metrics", async (subject) => {
      const items = await seven(subject);
      const { queryMetrics } = await items.query(text, options(subject.pk, { populateQueryMetrics: true })).fetchAll();
      return typeof queryMetrics;
    });
    behaviour("options that are changed after the call have no effect", async (subject) => {
      const items = await seven(subject);
      const given = options(subject.pk, { maxItemCount: 2 });
      const iterator = items.query(text, given);
      const { resources } = await iterator.fetchNext();
      return resources.length;
    });
    behaviour("the caller's query and options stay as they are", async ({ container, pk }) => {
      const query = { query: `${text}`, parameters: [{ name: "@x", value: 1 }] };
      const given = options(pk, { maxItemCount: 2 });
      const before = JSON.stringify([query, given]);
      await container.items.query(query, given).fetchAll();
      return JSON.stringify([query, given]) === before;
    });
    behaviour("two iterators don't disturb each other", async (subject) => {
      const items = await seven(subject);
      const [a, b] = [1, 2].map(() => items.query(text, options(subject.pk, { maxItemCount: 2 })));
      return [
        page(await a!.fetchNext()),
        page(await b!.fetchNext()),
        page(await a!.fetchNext()),
        page(await b!.fetchNext()),
      ];
    });
    behaviour("bufferItems and maxDegreeOfParallelism are taken", async (subject) => {
      const items = await seven(subject);
      return (
        await items.query(text, { bufferItems: true, maxDegreeOfParallelism: 3, partitionKey: subject.pk }).fetchAll()
      ).resources.length;
    });
    behaviour("maxItemCount -1 leaves the size to the service", async (subject) => {
      const items = await seven(subject);
      return (await items.query(text, options(subject.pk, { maxItemCount: -1 })).fetchNext()).resources.length;
    });
    behaviour("diagnostics of fetchAll are the SDK's class", async (subject) => {
      const items = await seven(subject);
      const { diagnostics } = await items.query(text, options(subject.pk)).fetchAll();
      return [diagnostics.constructor.name, Object.keys(diagnostics.clientSideRequestStatistics)];
    });
    behaviour("an empty partition answers empty", async ({ container, pk }) =>
      container.items.query(text, options(`${pk}-none`)).fetchAll(),
    );
    behaviour("an abort before the first page rejects", async ({ container, pk, thrown }) => {
      const error = (await thrown(() =>
        container.items.query(text, options(pk, { abortSignal: AbortSignal.abort() })).fetchAll(),
      )) as { "<thrown>": Error };
      return error["<thrown>"].name;
    });
  });
}

describeMember("QueryIterator across partitions", (behaviour) => {
  const fill = async ({ fresh, doc }: Subject) => {
    const { items } = await fresh();
    for (let n = 0; n < 12; n++) await items.create(doc(n, { pk: `p${n % 5}` }));
    return items;
  };
  behaviour("fetchAll gathers all", async (subject) => {
    const items = await fill(subject);
    return (await items.query("SELECT * FROM c").fetchAll()).resources.map(({ n }) => n).sort();
  });
  behaviour("ORDER BY gives pages in order", async (subject) => {
    const items = await fill(subject);
    const pages: unknown[] = [];
    for await (const { resources } of items
      .query("SELECT * FROM c ORDER BY c.n", { maxItemCount: 5 })
      .getAsyncIterator())
      pages.push(resources.map(({ n }) => n));
    return pages;
  });
  behaviour("pages without order hold every document once", async (subject) => {
    const items = await fill(subject);
    const all: number[] = [];
    for await (const { resources } of items.query("SELECT * FROM c", { maxItemCount: 2 }).getAsyncIterator())
      all.push(...resources.map(({ n }) => n));
    return all.sort((a, b) => a - b);
  });
  behaviour("ORDER BY goes on from a token with enableQueryControl", async (subject) => {
    const items = await fill(subject);
    const first = await items
      .query("SELECT * FROM c ORDER BY c.n", { maxItemCount: 4, enableQueryControl: true })
      .fetchNext();
    return [first.resources?.map(({ n }) => n), typeof first.continuationToken];
  });
  behaviour("forceQueryPlan answers the same", async (subject) => {
    const items = await fill(subject);
    return (await items.query("SELECT * FROM c", { forceQueryPlan: true }).fetchAll()).resources.length;
  });
});
