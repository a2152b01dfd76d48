/**
 * Filters 100,000 one-KB documents by three predicates, compiled from SQL and written by hand, and prints documents per second.
 *
 * node --conditions=@cosmoseal/source --import tsx bench/sql/filter.ts
 */
import { compile, compilePredicate, type Json, parse } from "@cosmoseal/sql";

const count = 100_000;
const rounds = 15;
const wanted = 2_000_000;
const text = `SELECT * FROM c WHERE c.status = "active" AND c.amount >= 250 AND c.address.country = "NZ"`;

interface Order {
  readonly status: string;
  readonly amount: number;
  readonly address: { readonly country: string };
}

const documents = makeDocuments();
const query = compile(parse(text));
const predicate = compilePredicate(parse(text).where!);

const byHand = (document: Json): boolean => {
  const order = document as unknown as Order;
  return order.status === "active" && order.amount >= 250 && order.address.country === "NZ";
};

const expected = documents.filter(byHand).length;
const hand = measure(() => countWhere(byHand));
const compiled = measure(() => countWhere((document) => predicate(document)));
const whole = measure(() => {
  let found = 0;
  for (const _ of query.run(documents)) found++;
  return found;
});

const bytes = JSON.stringify(documents[0]).length;
console.log(
  `${count.toLocaleString("en")} documents of ${bytes} bytes, ${expected.toLocaleString("en")} of them pass; median of ${rounds} rounds`,
);
report("written by hand", hand);
report("compiled predicate", compiled);
report("compiled query", whole);

for (const [name, seconds] of [
  ["predicate", compiled],
  ["query", whole],
] as const) {
  const rate = count / seconds;
  if (rate >= wanted) continue;
  console.error(
    `the compiled ${name} filters ${Math.round(rate).toLocaleString("en")} documents/s, fewer than ${wanted.toLocaleString("en")}`,
  );
  process.exitCode = 1;
}

function report(name: string, seconds: number): void {
  const rate = Math.round(count / seconds)
    .toLocaleString("en")
    .padStart(12);
  console.log(`${name.padEnd(20)} ${rate} documents/s   ${(seconds / hand).toFixed(2)} × the time by hand`);
}

function countWhere(test: (document: Json) => boolean): number {
  let found = 0;
  for (const document of documents) if (test(document)) found++;
  return found;
}

/** Median time of one pass, in seconds; the first rounds warm up. */
function measure(pass: () => number): number {
  const times: number[] = [];
  for (let round = 0; round < rounds + 5; round++) {
    const start = performance.now();
    const found = pass();
    const time = (performance.now() - start) / 1000;
    if (found !== expected) throw new Error(`${found} documents found, ${expected} expected`);
    if (round >= 5) times.push(time);
  }
  return times.sort((left, right) => left - right)[rounds >> 1]!;
}

/** Parsed from JSON, as documents from a container are. */
function makeDocuments(): Json[] {
  const countries = ["NZ", "DE", "US", "JP"];
  const statuses = ["active", "closed", "pending"];
  return Array.from({ length: count }, (_, n) =>
    JSON.parse(
      JSON.stringify({
        id: `order-${n}`,
        tenantId: `tenant-${n % 50}`,
        status: statuses[n % 3],
        amount: (n * 37) % 1000,
        address: { street: `${n} High Street`, city: "Somewhere", country: countries[n % 4] },
        lines: Array.from({ length: 4 }, (_, line) => ({
          sku: `sku-${line}-${n % 100}`,
          quantity: line + 1,
          price: 9.5 * line,
        })),
        note: "x".repeat(640),
        createdAt: "2024-01-01T00:00:00.0000000Z",
        _ts: 1_700_000_000 + n,
      }),
    ),
  );
}
