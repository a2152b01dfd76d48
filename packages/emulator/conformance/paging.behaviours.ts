// Paging: whatever the size of the pages and wherever they are cut, together they are the answer, each row once.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours, type Setup } from "./behaviours.js";

const COUNT = 43;

async function fill(setup: Setup) {
  const container = await setup.container();
  for (let at = 0; at < COUNT; at++) {
    await container.items.create({
      id: `d${at}`,
      pk: `k${at % 7}`,
      n: at,
      same: at % 4,
      list: [at, at + 100, at + 200],
    });
  }
  return container;
}

const all = Array.from({ length: COUNT }, (_, at) => at);

describeBehaviours("paging", (setup, behaviour) => {
  let filled: ReturnType<typeof fill> | undefined;
  const container = () => (filled ??= fill(setup()));

  const SIZES = [1, 2, 5, 43, 1000];

  behaviour("pages of any size hold every row once", async () => {
    for (const maxItemCount of SIZES) {
      const iterator = (await container()).items.query<number>("SELECT VALUE c.n FROM c", { maxItemCount });
      const rows: number[] = [];
      while (iterator.hasMoreResults()) {
        const { resources } = await iterator.fetchNext();
        if (resources === undefined) continue;
        expect(resources.length).toBeLessThanOrEqual(maxItemCount);
        rows.push(...resources);
      }
      expect(rows.sort((a, b) => a - b)).toEqual(all);
    }
  });

  behaviour("ORDER BY keeps the order over pages of any size", async () => {
    for (const maxItemCount of SIZES) {
      const rows: number[] = [];
      const text = "SELECT VALUE c.n FROM c ORDER BY c.n DESC";
      const iterator = (await container()).items.query<number>(text, { maxItemCount });
      for await (const { resources } of iterator.getAsyncIterator()) rows.push(...resources);
      expect(rows).toEqual([...all].reverse());
    }
  });

  behaviour("JOIN is cut within a document without loss, in pages of any size", async () => {
    const expected = all.flatMap((at) => [at, at + 100, at + 200]).sort((a, b) => a - b);
    for (const maxItemCount of SIZES) {
      const text = "SELECT VALUE x FROM c JOIN x IN c.list";
      const { resources } = await (await container()).items.query<number>(text, { maxItemCount }).fetchAll();
      expect(resources.sort((a, b) => a - b)).toEqual(expected);
    }
  });

  behaviour("a continuation token goes on where the page ended, in a new iterator", async () => {
    const rows: number[] = [];
    let continuationToken: string | undefined;
    do {
      const iterator = (await container()).items.query<number>("SELECT VALUE c.n FROM c WHERE c.n < 40", {
        maxItemCount: 6,
        ...(continuationToken === undefined ? {} : { continuationToken }),
      });
      const page = await iterator.fetchNext();
      rows.push(...page.resources);
      ({ continuationToken } = page);
    } while (continuationToken);
    expect(rows.sort((a, b) => a - b)).toEqual(all.slice(0, 40));
  });

  behaviour("a continuation token of a query under one key goes on, for every kind of clause", async () => {
    const own = all.filter((at) => at % 7 === 3);
    for (const [text, expected] of [
      ["SELECT VALUE c.n FROM c", own],
      ["SELECT VALUE c.n FROM c ORDER BY c.n DESC", [...own].reverse()],
      ["SELECT TOP 5 VALUE c.n FROM c ORDER BY c.n", own.slice(0, 5)],
      ["SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 2 LIMIT 3", own.slice(2, 5)],
      ["SELECT VALUE c.n FROM c OFFSET 1 LIMIT 4", own.slice(1, 5)],
      ["SELECT DISTINCT VALUE c.same FROM c", [...new Set(own.map((at) => at % 4))]],
    ] as const) {
      const rows: number[] = [];
      let continuationToken: string | undefined;
      do {
        const page = await (await container()).items
          .query<number>(text, {
            partitionKey: "k3",
            maxItemCount: 2,
            ...(continuationToken === undefined ? {} : { continuationToken }),
          })
          .fetchNext();
        expect(page.resources.length).toBeLessThanOrEqual(2);
        rows.push(...page.resources);
        ({ continuationToken } = page);
      } while (continuationToken);
      expect([text, rows]).toEqual([text, expected]);
    }
  });

  behaviour(
    "an ORDER BY over all ranges resumes from its token when the SDK controls the query, ties included",
    async () => {
      for (const [text, expected] of [
        ["SELECT VALUE c.n FROM c ORDER BY c.n", all],
        ["SELECT VALUE c.n FROM c ORDER BY c.n DESC", [...all].reverse()],
        ["SELECT VALUE c.same FROM c ORDER BY c.same", all.map((at) => at % 4).sort()],
        [
          "SELECT VALUE c.same FROM c ORDER BY c.same DESC",
          all
            .map((at) => at % 4)
            .sort()
            .reverse(),
        ],
      ] as const) {
        const rows: number[] = [];
        let continuationToken: string | undefined;
        do {
          const page = await (await container()).items
            .query<number>(text, {
              maxItemCount: 5,
              enableQueryControl: true,
              ...(continuationToken === undefined ? {} : { continuationToken }),
            } as object)
            .fetchNext();
          rows.push(...(page.resources ?? []));
          ({ continuationToken } = page);
        } while (continuationToken);
        expect([text, rows]).toEqual([text, expected]);
      }
    },
  );

  behaviour("rows written between two pages neither repeat nor hide the others", async () => {
    const own = await setup().container();
    for (let at = 0; at < 10; at++) await own.items.create({ id: `d${at}`, pk: "k", n: at * 10 });
    const text = "SELECT VALUE c.n FROM c ORDER BY c.n";
    const first = await own.items.query<number>(text, { partitionKey: "k", maxItemCount: 4 }).fetchNext();
    expect(first.resources).toEqual([0, 10, 20, 30]);
    await own.items.create({ id: "low", pk: "k", n: 5 });
    await own.item("d2", "k").delete();
    const rest = await own.items
      .query<number>(text, { partitionKey: "k", continuationToken: first.continuationToken! })
      .fetchAll();
    expect(rest.resources).toEqual([40, 50, 60, 70, 80, 90]);
  });

  behaviour("readAll reads every document, in pages", async () => {
    const rows: number[] = [];
    for await (const { resources } of (await container()).items
      .readAll<{ n: number }>({ maxItemCount: 4 })
      .getAsyncIterator()) {
      expect(resources.length).toBeLessThanOrEqual(4);
      rows.push(...resources.map((document) => document.n));
    }
    expect(rows.sort((a, b) => a - b)).toEqual(all);
  });

  behaviour("a token of another query or another container is refused", async () => {
    const stream = await (await container()).items
      .query("SELECT VALUE c.n FROM c", { partitionKey: "k3", maxItemCount: 1 })
      .fetchNext();
    const options = { partitionKey: "k3", continuationToken: stream.continuationToken! };
    const other = await setup().container();
    expect((await refusal(other.items.query("SELECT VALUE c.n FROM c", options).fetchNext())).code).toBe(400);
    const ordered = (await container()).items.query("SELECT VALUE c.n FROM c ORDER BY c.n", options);
    expect((await refusal(ordered.fetchNext())).message).toContain("Invalid Continuation Token");
  });

  behaviour("a token that isn't one is refused", async () => {
    for (const continuationToken of [
      "x",
      "{}",
      "AAAA",
      '[{"token":1}]',
      Buffer.from('{"mode":"stream"}').toString("base64url"),
    ]) {
      const iterator = (await container()).items.query("SELECT * FROM c", { partitionKey: "k3", continuationToken });
      const error = await refusal(iterator.fetchNext());
      expect([error.code, error.message.includes("Invalid Continuation Token")]).toEqual([400, true]);
    }
  });

  behaviour("query metrics come when they are asked for", async () => {
    const iterator = (await container()).items.query("SELECT * FROM c WHERE c.n < 3", {
      partitionKey: "k1",
      populateQueryMetrics: true,
    });
    const { headers } = (await iterator.fetchAll()) as unknown as {
      headers: Record<string, Record<string, { outputDocumentCount: number }>>;
    };
    expect(headers["x-ms-documentdb-query-metrics"]!["0"]!.outputDocumentCount).toBe(1);
  });
});
