/**
 * Parses a query of 200 characters, warm, and prints the time; also printing and resolving it, and a text of 100 KB.
 *
 * node --conditions=@cosmoseal/source --import tsx bench/sql/parse.ts
 */
import { parse, print, resolve } from "@cosmoseal/sql";

const wanted = 100;
const text =
  "SELECT TOP 10 c.id, c.name, c.address.city AS city FROM c JOIN t IN c.tags WHERE c.age >= @min AND c.age < 65 " +
  "AND (c.status = 'active' OR CONTAINS(c.name, \"abc\", true)) ORDER BY c.age DESC OFFSET 0 LIMIT 10";
const long = `SELECT * FROM c WHERE ${Array.from({ length: 5_000 }, (_, n) => `c.a${n} = ${n}`).join(" AND ")}`;

const query = parse(text);
const microseconds = report(`parse ${text.length} characters`, () => parse(text), 2_000);
report("print it", () => print(query), 2_000);
report("resolve its names", () => resolve(query), 2_000);
report(`parse ${Math.round(long.length / 1000)} kB`, () => parse(long), 3);
if (microseconds > wanted) {
  console.error(`a query of ${text.length} characters takes more than ${wanted} µs`);
  process.exitCode = 1;
}

/** Prints and gives the median time of one call, in microseconds, over rounds of so many calls; the first rounds warm up. */
function report(name: string, call: () => unknown, calls: number): number {
  const times: number[] = [];
  for (let round = 0; round < 15; round++) {
    const start = performance.now();
    for (let n = 0; n < calls; n++) call();
    if (round >= 4) times.push(((performance.now() - start) * 1000) / calls);
  }
  const median = times.sort((a, b) => a - b)[times.length >> 1]!;
  const [usual, best] = [median, times[0]!].map((time) => time.toFixed(1).padStart(10));
  console.log(`${name.padEnd(22)} ${usual} µs, at best ${best} µs`);
  return median;
}
