/** How a compiled query runs: streaming, stopping, bounds, aborting, giving way. */
import { describe, expect, it } from "vitest";
import { type CompileOptions, compile, compilePredicate, type Json, parse, SqlError } from "../src/index.js";

const run = (text: string, rows: Iterable<Json>, options: CompileOptions = {}, parameters = {}): Json[] => [
  ...compile(parse(text), options).run(rows, parameters),
];

function* counted(from: Iterable<Json>, seen: { rows: number }): Generator<Json> {
  for (const row of from) {
    seen.rows++;
    yield row;
  }
}

const numbers = (count: number): Json[] => Array.from({ length: count }, (_, n) => ({ n, tags: [n, n + 1] }));

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return undefined;
}

describe("streaming", () => {
  it("pulls no more rows than output asks for, where nothing sorts or groups", () => {
    const seen = { rows: 0 };
    const rows = compile(parse("SELECT VALUE c.n FROM c WHERE c.n > 2")).run(counted(numbers(100), seen));
    const iterator = rows[Symbol.iterator]();
    expect(iterator.next().value).toBe(3);
    expect(seen.rows).toBe(4);
  });

  it("stops the rows when TOP is reached", () => {
    const seen = { rows: 0 };
    expect(run("SELECT TOP 2 VALUE c.n FROM c", counted(numbers(100), seen))).toEqual([0, 1]);
    expect(seen.rows).toBe(2);
  });

  it("gives out a JOIN's rows one by one", () => {
    const huge: Json = { a: Array.from({ length: 2000 }, (_, i) => i) };
    const query = compile(parse("SELECT VALUE x + y + z FROM c JOIN x IN c.a JOIN y IN c.a JOIN z IN c.a"));
    const iterator = query.run([huge])[Symbol.iterator]();
    for (let i = 0; i < 10; i++) expect(iterator.next().value).toBe(i);
  });

  it("lets two runs of one compiled query go on at once", () => {
    const query = compile(parse("SELECT VALUE {n: c.n, t: t, p: @p} FROM c JOIN t IN c.tags"));
    const first = query.run(numbers(2), { "@p": 1 })[Symbol.iterator]();
    const second = query.run(numbers(2), { "@p": 2 })[Symbol.iterator]();
    const rows = [first.next(), second.next(), first.next(), second.next(), first.next()].map((step) => step.value);
    expect(rows).toEqual([
      { n: 0, t: 0, p: 1 },
      { n: 0, t: 0, p: 2 },
      { n: 0, t: 1, p: 1 },
      { n: 0, t: 1, p: 2 },
      { n: 1, t: 1, p: 1 },
    ]);
  });
});

describe("bounds", () => {
  it("past the bound of held rows a sort is an error, and short of it none", () => {
    const text = "SELECT VALUE c.n FROM c ORDER BY c.n DESC";
    expect(codeOf(() => run(text, numbers(11), { maxBufferedRows: 10 }))).toBe("COSMOSEAL_BUFFER_EXCEEDED");
    expect(run(text, numbers(10), { maxBufferedRows: 10 })).toHaveLength(10);
  });

  it("bytes are bounded too", () => {
    const rows = Array.from({ length: 10 }, (_, n) => ({ n, text: "x".repeat(1000) }));
    const bounded = { maxBufferedBytes: 5_000 };
    expect(codeOf(() => run("SELECT * FROM c ORDER BY c.n", rows, bounded))).toBe("COSMOSEAL_BUFFER_EXCEEDED");
  });

  it("a sort of which few rows are wanted holds few", () => {
    const text = "SELECT VALUE c.n FROM c ORDER BY c.n DESC OFFSET 1 LIMIT 2";
    expect(run(text, numbers(10_000), { maxBufferedRows: 100 })).toEqual([9998, 9997]);
  });

  it.each([
    ["SELECT DISTINCT VALUE c.n FROM c"],
    ["SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n"],
    ["SELECT VALUE MAKELIST(c.n) FROM c"],
    ["SELECT VALUE MAKESET(c.n) FROM c"],
  ])("what tells rows apart is held against the bound: %s", (text) => {
    expect(codeOf(() => run(text, numbers(11), { maxBufferedRows: 10 }))).toBe("COSMOSEAL_BUFFER_EXCEEDED");
  });

  it("a sub-query gives back what it held, row by row", () => {
    const text = "SELECT VALUE ARRAY(SELECT DISTINCT VALUE t FROM t IN c.tags) FROM c";
    expect(run(text, numbers(1000), { maxBufferedRows: 5 })).toHaveLength(1000);
  });
});

describe("parameters", () => {
  it("a parameter without a value is an error, one that is undefined an absent value", () => {
    expect(codeOf(() => run("SELECT * FROM c WHERE c.n = @n", numbers(2)))).toBe("SC2080");
    expect(run("SELECT VALUE @n ?? 7", [], {}, { "@n": undefined })).toEqual([7]);
  });

  it.each([[-1], [1.5], ["2"], [null]])("TOP %j is an error", (top) => {
    expect(codeOf(() => run("SELECT TOP @top * FROM c", numbers(2), {}, { "@top": top }))).toBe("SC2061");
  });
});

describe("asynchronous runs", () => {
  const collect = async (rows: AsyncIterable<Json>): Promise<Json[]> => {
    const all: Json[] = [];
    for await (const row of rows) all.push(row);
    return all;
  };

  async function* later(rows: Iterable<Json>): AsyncGenerator<Json> {
    for (const row of rows) {
      await Promise.resolve();
      yield row;
    }
  }

  it("answer what synchronous ones do, over rows of either kind", async () => {
    const query = compile(parse("SELECT c.n, t FROM c JOIN t IN c.tags WHERE t > 3 ORDER BY c.n DESC"));
    const expected = [...query.run(numbers(6))];
    expect(await collect(query.runAsync(numbers(6)))).toEqual(expected);
    expect(await collect(query.runAsync(later(numbers(6))))).toEqual(expected);
  });

  it("give way to others on long input", async () => {
    const query = compile(
      parse("SELECT VALUE COUNT(1) FROM c JOIN x IN c.tags JOIN y IN c.tags WHERE CONTAINS('abc', 'd')"),
    );
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await collect(query.runAsync(numbers(100_000)));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  it("close their rows when the reader stops", async () => {
    let closed = false;
    async function* rows(): AsyncGenerator<Json> {
      try {
        for (;;) yield { n: 1 };
      } finally {
        closed = true;
      }
    }
    for await (const row of compile(parse("SELECT * FROM c")).runAsync(rows())) {
      expect(row).toEqual({ n: 1 });
      break;
    }
    expect(closed).toBe(true);
  });

  it("stop with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const run = compile(parse("SELECT * FROM c")).runAsync(later(numbers(10)), {}, { signal: abort.signal });
    const iterator = run[Symbol.asyncIterator]();
    await iterator.next();
    abort.abort(reason);
    await expect(iterator.next()).rejects.toBe(reason);
  });
});

describe("predicates", () => {
  const condition = (text: string) => parse(`SELECT * FROM c WHERE ${text}`).where!;

  it("hold only where the condition is true", () => {
    const holds = compilePredicate(condition("c.n > @n"));
    expect(holds({ n: 2 }, { "@n": 1 })).toBe(true);
    expect(holds({ n: 2 }, { "@n": 2 })).toBe(false);
    expect(holds({ n: "2" }, { "@n": 1 })).toBe(false);
    expect(holds({}, { "@n": 1 })).toBe(false);
  });

  it("read their parameters anew for each row", () => {
    const holds = compilePredicate(condition("c.n = @n"));
    const parameters = { "@n": 1 };
    expect(holds({ n: 1 }, parameters)).toBe(true);
    parameters["@n"] = 2;
    expect(holds({ n: 1 }, parameters)).toBe(false);
  });

  it("know the row by the given alias alone", () => {
    const holds = compilePredicate(parse("SELECT * FROM r WHERE r.n = 1").where!, { alias: "r" });
    expect(holds({ n: 1 })).toBe(true);
    expect(codeOf(() => compilePredicate(condition("c.n = 1"), { alias: "r" }))).toBe("SC2001");
  });
});
