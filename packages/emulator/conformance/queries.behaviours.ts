// Queries across ranges: the SDK, planning and merging as it does against the service, must arrive at the answer that
// plain JavaScript finds over the same documents.

import { expect } from "vitest";
import { plain, refusal } from "./answers.js";
import { describeBehaviours, type Setup } from "./behaviours.js";

interface Doc {
  readonly id: string;
  readonly pk: string;
  readonly n: number;
  readonly team: string;
  readonly half: number;
  readonly tags: readonly string[];
  readonly maybe?: string;
  readonly name: string;
}

const TEAMS = ["red", "green", "blue"];

// No two documents share an `n`; teams, halves and tags repeat across partition keys, so that every merge has work to do.
const DOCS: readonly Doc[] = Array.from({ length: 60 }, (_, at) => ({
  id: `doc-${at}`,
  pk: `key-${at % 11}`,
  n: (at * 37) % 61,
  team: TEAMS[(at * 7) % 3]!,
  half: ((at * 37) % 61) / 2,
  tags: Array.from({ length: at % 4 }, (_, tag) => `tag-${(at + tag) % 5}`),
  ...(at % 3 === 0 ? { maybe: `m-${at % 6}` } : {}),
  name: at % 2 === 0 ? `Zoë ${at}` : `Ли ${at}`,
}));

const ascending = [...DOCS].sort((left, right) => left.n - right.n);

async function fill(setup: Setup, docs: readonly Doc[] = DOCS) {
  const container = await setup.container();
  for (const doc of docs) await container.items.create(doc);
  return container;
}

describeBehaviours("queries", (setup, behaviour) => {
  let filled: ReturnType<typeof fill> | undefined;
  const query = async (text: string, parameters: { name: string; value: never }[] | undefined = undefined) => {
    filled ??= fill(setup());
    const container = await filled;
    const spec = parameters === undefined ? text : { query: text, parameters };
    return (await container.items.query(spec).fetchAll()).resources as unknown[];
  };

  behaviour("a container has the number of ranges that was asked for", async () => {
    filled ??= fill(setup());
    const { resources } = await (await filled).readPartitionKeyRanges().fetchAll();
    expect(resources).toHaveLength(setup().ranges);
  });

  behaviour("a filter gives exactly the documents that it holds for", async () => {
    const rows = await query("SELECT * FROM c WHERE c.n >= 20 AND c.team = 'red'");
    const expected = DOCS.filter((doc) => doc.n >= 20 && doc.team === "red");
    expect(new Set(rows.map((row) => JSON.stringify(plain(row as object))))).toEqual(
      new Set(expected.map((doc) => JSON.stringify(doc))),
    );
  });

  behaviour("a parameter stands for its value, of any type", async () => {
    const rows = await query(
      "SELECT VALUE c.id FROM c WHERE c.n = @n OR c.name = @name OR ARRAY_CONTAINS(@ids, c.id)",
      [
        { name: "@n", value: 5 as never },
        { name: "@name", value: "Zoë 14" as never },
        { name: "@ids", value: ["doc-3", "doc-9"] as never },
      ],
    );
    const expected = DOCS.filter((doc) => doc.n === 5 || doc.name === "Zoë 14" || ["doc-3", "doc-9"].includes(doc.id));
    expect([...rows].sort()).toEqual(expected.map((doc) => doc.id).sort());
  });

  behaviour("ORDER BY merges the ranges into one ascending order", async () => {
    expect(await query("SELECT VALUE c.n FROM c ORDER BY c.n")).toEqual(ascending.map((doc) => doc.n));
  });

  behaviour("ORDER BY DESC merges the ranges into one descending order", async () => {
    expect(await query("SELECT VALUE c.n FROM c ORDER BY c.n DESC")).toEqual(ascending.map((doc) => doc.n).reverse());
  });

  behaviour("ORDER BY with a filter and whole documents keeps both", async () => {
    const rows = await query("SELECT * FROM c WHERE c.team != 'blue' ORDER BY c.n DESC");
    const expected = ascending.filter((doc) => doc.team !== "blue").reverse();
    expect(rows.map((row) => plain(row as object))).toEqual(expected);
  });

  behaviour("ORDER BY two keys sorts by the second where the first is equal", async () => {
    const rows = await query("SELECT c.team, c.n FROM c ORDER BY c.team DESC, c.n ASC");
    const expected = [...ascending].sort((a, b) => (a.team < b.team ? 1 : a.team > b.team ? -1 : 0));
    expect(rows).toEqual(expected.map(({ team, n }) => ({ team, n })));
  });

  behaviour("ORDER BY with SELECT VALUE leaves out rows whose value is undefined", async () => {
    const rows = await query("SELECT VALUE c.maybe FROM c ORDER BY c.n");
    expect(rows).toEqual(ascending.flatMap((doc) => doc.maybe ?? []));
  });

  behaviour("TOP takes that many rows over all ranges", async () => {
    const rows = (await query("SELECT TOP 7 VALUE c.id FROM c")) as string[];
    expect(new Set(rows).size).toBe(7);
    expect(DOCS.map((doc) => doc.id)).toEqual(expect.arrayContaining(rows));
  });

  behaviour("TOP takes a parameter", async () => {
    expect(await query("SELECT TOP @n VALUE c.id FROM c", [{ name: "@n", value: 4 as never }])).toHaveLength(4);
  });

  behaviour("TOP with ORDER BY takes the first rows of the whole order", async () => {
    const rows = await query("SELECT TOP 9 VALUE c.n FROM c ORDER BY c.n DESC");
    expect(rows).toEqual(
      ascending
        .map((doc) => doc.n)
        .reverse()
        .slice(0, 9),
    );
  });

  behaviour("OFFSET LIMIT skips and takes over all ranges", async () => {
    const rows = await query("SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 13 LIMIT 8");
    expect(rows).toEqual(ascending.map((doc) => doc.n).slice(13, 21));
  });

  behaviour("OFFSET LIMIT without an order takes that many different rows", async () => {
    const rows = (await query("SELECT VALUE c.id FROM c OFFSET 50 LIMIT 20")) as string[];
    expect(new Set(rows).size).toBe(10);
  });

  behaviour("COUNT, SUM, MIN, MAX and AVG are over all ranges", async () => {
    const values = DOCS.map((doc) => doc.n);
    const sum = values.reduce((a, b) => a + b, 0);
    expect(await query("SELECT VALUE COUNT(1) FROM c")).toEqual([60]);
    expect(await query("SELECT VALUE SUM(c.n) FROM c")).toEqual([sum]);
    expect(await query("SELECT VALUE MIN(c.n) FROM c")).toEqual([Math.min(...values)]);
    expect(await query("SELECT VALUE MAX(c.n) FROM c")).toEqual([Math.max(...values)]);
    const [average] = (await query("SELECT VALUE AVG(c.n) FROM c")) as number[];
    expect(average).toBeCloseTo(sum / 60, 10);
  });

  behaviour("an aggregate over documents of one range alone is not disturbed by the empty ranges", async () => {
    const one = DOCS.filter((doc) => doc.pk === "key-4").map((doc) => doc.n);
    const where = "FROM c WHERE c.pk = 'key-4'";
    expect(await query(`SELECT VALUE COUNT(1) ${where}`)).toEqual([one.length]);
    expect(await query(`SELECT VALUE SUM(c.n) ${where}`)).toEqual([one.reduce((a, b) => a + b, 0)]);
    expect(await query(`SELECT VALUE MIN(c.n) ${where}`)).toEqual([Math.min(...one)]);
    expect(await query(`SELECT VALUE MAX(c.n) ${where}`)).toEqual([Math.max(...one)]);
    const [average] = (await query(`SELECT VALUE AVG(c.n) ${where}`)) as number[];
    expect(average).toBeCloseTo(one.reduce((a, b) => a + b, 0) / one.length, 10);
  });

  behaviour("COUNT counts what is defined", async () => {
    expect(await query("SELECT VALUE COUNT(c.maybe) FROM c")).toEqual([DOCS.filter((doc) => doc.maybe).length]);
  });

  behaviour("aggregates without VALUE come as one row of their names", async () => {
    const rows = await query(
      "SELECT COUNT(1) AS count, MAX(c.n) AS most, MIN(c.n) AS least FROM c WHERE c.team = 'green'",
    );
    const green = DOCS.filter((doc) => doc.team === "green").map((doc) => doc.n);
    expect(rows).toEqual([{ count: green.length, most: Math.max(...green), least: Math.min(...green) }]);
  });

  behaviour("GROUP BY gathers the rows of a group from all ranges", async () => {
    const rows = (await query(
      "SELECT c.team, COUNT(1) AS count, SUM(c.n) AS total, AVG(c.half) AS mean, MIN(c.n) AS least, MAX(c.n) AS most FROM c GROUP BY c.team",
    )) as { team: string; mean: number }[];
    const expected = TEAMS.map((team) => {
      const members = DOCS.filter((doc) => doc.team === team);
      const values = members.map((doc) => doc.n);
      const total = values.reduce((a, b) => a + b, 0);
      return {
        team,
        count: members.length,
        total,
        mean: expect.closeTo(total / 2 / members.length, 9) as number,
        least: Math.min(...values),
        most: Math.max(...values),
      };
    });
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(expect.arrayContaining(expected));
  });

  behaviour("GROUP BY two keys makes a group of each pair", async () => {
    const rows = (await query(
      "SELECT c.team, c.maybe, COUNT(1) AS count FROM c WHERE IS_DEFINED(c.maybe) GROUP BY c.team, c.maybe",
    )) as {
      team: string;
      maybe: string;
      count: number;
    }[];
    const expected = new Map<string, number>();
    for (const doc of DOCS) {
      if (doc.maybe) expected.set(`${doc.team}/${doc.maybe}`, (expected.get(`${doc.team}/${doc.maybe}`) ?? 0) + 1);
    }
    expect(new Map(rows.map((row) => [`${row.team}/${row.maybe}`, row.count]))).toEqual(expected);
  });

  behaviour("GROUP BY with VALUE gives the values", async () => {
    expect(((await query("SELECT VALUE c.team FROM c GROUP BY c.team")) as string[]).sort()).toEqual([...TEAMS].sort());
    const counts = (await query("SELECT VALUE COUNT(1) FROM c GROUP BY c.team")) as number[];
    expect(counts.reduce((a, b) => a + b, 0)).toBe(60);
  });

  behaviour("DISTINCT gives each value once over all ranges", async () => {
    expect(((await query("SELECT DISTINCT VALUE c.team FROM c")) as string[]).sort()).toEqual([...TEAMS].sort());
    const pairs = (await query("SELECT DISTINCT c.team, c.pk FROM c")) as { team: string; pk: string }[];
    expect(new Set(pairs.map((row) => `${row.team}/${row.pk}`)).size).toBe(pairs.length);
    expect(pairs).toHaveLength(new Set(DOCS.map((doc) => `${doc.team}/${doc.pk}`)).size);
  });

  behaviour("DISTINCT with ORDER BY gives each value once, in order", async () => {
    expect(await query("SELECT DISTINCT VALUE c.team FROM c ORDER BY c.team DESC")).toEqual(["red", "green", "blue"]);
  });

  behaviour("DISTINCT with TOP and ORDER BY counts the distinct values, not the rows", async () => {
    expect(await query("SELECT DISTINCT TOP 2 VALUE c.team FROM c ORDER BY c.team")).toEqual(["blue", "green"]);
  });

  behaviour("JOIN gives a row for each element of each document", async () => {
    const rows = (await query("SELECT c.id, t AS tag FROM c JOIN t IN c.tags")) as { id: string; tag: string }[];
    const expected = DOCS.flatMap((doc) => doc.tags.map((tag) => `${doc.id}/${tag}`));
    expect(rows.map((row) => `${row.id}/${row.tag}`).sort()).toEqual(expected.sort());
  });

  behaviour("JOIN with ORDER BY keeps all rows of a document", async () => {
    const rows = await query("SELECT VALUE t FROM c JOIN t IN c.tags ORDER BY c.n");
    expect(rows).toEqual(ascending.flatMap((doc) => doc.tags));
  });

  behaviour("EXISTS, IN, LIKE and array functions are served without a plan", async () => {
    const rows = await query(
      "SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'tag-2') AND c.team IN ('red', 'blue') AND c.id LIKE 'doc-%'",
    );
    const expected = DOCS.filter((doc) => doc.tags.includes("tag-2") && doc.team !== "green");
    expect([...rows].sort()).toEqual(expected.map((doc) => doc.id).sort());
  });

  behaviour("a query without FROM gives its row once", async () => {
    expect(await query("SELECT VALUE 1 + 1")).toEqual([2]);
  });

  behaviour("COUNTIF and MAKELIST merge over ranges", async () => {
    expect(await query("SELECT VALUE COUNTIF(c.team = 'red') FROM c")).toEqual([
      DOCS.filter((doc) => doc.team === "red").length,
    ]);
    const rows = (await query("SELECT c.team, MAKELIST(c.n) AS all FROM c GROUP BY c.team")) as {
      team: string;
      all: number[];
    }[];
    for (const { team, all } of rows) {
      const expected = DOCS.filter((doc) => doc.team === team).map((doc) => doc.n);
      expect([...all].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    }
    expect(rows).toHaveLength(3);
  });

  behaviour("a query bound to one partition key is answered directly, whatever its clauses", async () => {
    filled ??= fill(setup());
    const container = await filled;
    const own = ascending.filter((doc) => doc.pk === "key-3");
    const bound = async (text: string) =>
      (await container.items.query(text, { partitionKey: "key-3" }).fetchAll()).resources as unknown[];
    expect(await bound("SELECT VALUE c.n FROM c ORDER BY c.n DESC")).toEqual(own.map((doc) => doc.n).reverse());
    expect(await bound("SELECT VALUE COUNT(1) FROM c")).toEqual([own.length]);
    expect(await bound("SELECT TOP 2 VALUE c.n FROM c ORDER BY c.n")).toEqual(own.map((doc) => doc.n).slice(0, 2));
    expect(await bound("SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 1 LIMIT 3")).toEqual(
      own.map((doc) => doc.n).slice(1, 4),
    );
    const grouped = (await bound("SELECT c.team, COUNT(1) AS count FROM c GROUP BY c.team")) as {
      team: string;
      count: number;
    }[];
    for (const { team, count } of grouped) expect(count).toBe(own.filter((doc) => doc.team === team).length);
    expect(grouped.map((row) => row.team).sort()).toEqual([...new Set(own.map((doc) => doc.team))].sort());
    expect(((await bound("SELECT DISTINCT VALUE c.team FROM c")) as string[]).sort()).toEqual(
      [...new Set(own.map((doc) => doc.team))].sort(),
    );
  });

  behaviour("a query that isn't one is refused with its position", async () => {
    const error = await refusal(query("SELECT * FORM c"));
    expect(error.code).toBe(400);
    expect(error.message).toContain("SC1001");
    expect(error.message).toContain('"start"');
  });

  behaviour("an unknown function is refused by name", async () => {
    const error = await refusal(query("SELECT VALUE NO_SUCH_FUNCTION(c.n) FROM c"));
    expect(error.code).toBe(400);
    expect(error.message).toContain("NO_SUCH_FUNCTION");
  });

  behaviour("an aggregate within an expression is refused across partitions, not answered per range", async () => {
    const error = await refusal(query("SELECT VALUE COUNT(1) + 1 FROM c"));
    expect(error.code).toBe(400);
    expect(error.message).toContain("not supported across partitions");
  });

  behaviour(
    "a sub-query in FROM is answered where nothing must be merged, and refused by name where it must",
    async () => {
      const inner = "(SELECT DISTINCT VALUE c.team FROM c)";
      const error = await refusal(query(`SELECT VALUE COUNT(1) FROM ${inner} AS t`));
      expect([error.code, error.message.includes("sub-query in FROM")]).toEqual([501, true]);
      filled ??= fill(setup());
      const bound = (await filled).items.query(`SELECT VALUE COUNT(1) FROM ${inner} AS t`, { partitionKey: "key-3" });
      const own = new Set(DOCS.filter((doc) => doc.pk === "key-3").map((doc) => doc.team));
      expect((await bound.fetchAll()).resources).toEqual([own.size]);
    },
  );

  behaviour("SELECT * over the elements of an array sorts as any other", async () => {
    const rows = await query("SELECT * FROM t IN c.tags ORDER BY t");
    expect(rows).toEqual(DOCS.flatMap((doc) => doc.tags).sort());
  });

  behaviour("ORDER BY RANK is refused by name", async () => {
    const error = await refusal(query("SELECT * FROM c ORDER BY RANK FullTextScore(c.name, 'a')"));
    expect([400, 501]).toContain(error.code);
  });
});
