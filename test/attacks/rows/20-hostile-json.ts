/** Row 20: malformed and hostile JSON in answers: an error in bounded time and memory, no prototype touched, the process lives. */
import { isCosmosealError, isIntegrityError } from "cosmoseal";
import type { Bed, Side } from "../bed/bed.js";
import { bare } from "../bed/documents.js";
import { lootOf, ordered } from "../bed/forge.js";
import { liar } from "../bed/liar.js";
import { another, onAll } from "../bed/sides.js";
import { accepted, type Outcome, PREVENTED, prevented } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 20,
  attacker:
    "answers with malformed JSON, huge numbers, `__proto__` / `constructor` keys, deep nesting (10,000), 2 MB of base64, invalid UTF-8, lone surrogates",
  must: "an error in bounded time and memory, no prototype touched, the process lives",
  run: async (bed) => {
    const attempts: Attempt[] = [];
    for (const [name, hostile] of Object.entries(HOSTILE)) {
      for (const [way, ask] of Object.entries(ASKED)) {
        attempts.push(await onAll(bed, `${name}, ${way}`, way, (side) => receive(bed, side, hostile, ask)));
      }
    }
    // Broken JSON stops any client: that it is hostile is shown by those of the same kind that don't.
    return attempts.map((attempt) => withControl(attempt, attempts));
  },
};

const DEEP = 10_000;
const field = (text: string) => (body: string) => body.replace(/"plan":"[a-z]+"/g, text);

const HOSTILE: Readonly<Record<string, (body: string) => string>> = {
  "text that is no JSON": () => "{",
  nothing: () => "",
  "a list of 10,000 levels": () => "[".repeat(DEEP) + "]".repeat(DEEP),
  "10,000 levels in a document": field(`"plan":${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`),
  "10,000 levels in `_seal`": (body) =>
    body
      .replace(/"o":\[[^\]]*\]/g, `"o":[${"[".repeat(DEEP)}${"]".repeat(DEEP)}]`)
      .replace(/"plan":"[a-z]+"/g, `"plan":${"[".repeat(DEEP)}${"]".repeat(DEEP)}`),
  "`__proto__`": field('"plan":"pro","__proto__":{"admin":true}'),
  "`__proto__` in `_seal`": (body) =>
    field('"plan":"pro","__proto__":{"_seal":{}}')(body.replace('"_seal":{', '"_seal":{"__proto__":{"v":1},')),
  "`constructor`": field('"plan":"pro","constructor":{"prototype":{"admin":true}}'),
  "`toJSON` and `then`": field('"plan":"pro","toJSON":1,"then":2'),
  "a number beyond all bounds": (body) => body.replace(/"rank":\d/g, '"rank":1e999'),
  "a number of a million digits": (body) => body.replace(/"rank":\d/g, `"rank":1${"0".repeat(1_000_000)}`),
  "2^53 + 1 and minus zero": (body) => body.replace(/"rank":\d/g, '"rank":9007199254740993'),
  "a lone surrogate": field('"plan":"pro\\ud800"'),
  "a lone surrogate in a name": field('"plan":"pro","\\udc00":1'),
  "the replacement for invalid UTF-8": field('"plan":"pro\ufffd"'),
  "2 MB in a group": (body) =>
    body
      .replace(/"":\["([^"]*)",0,"[^"]*"/g, `"":["$1",0,"${"A".repeat(2 << 20)}"`)
      .replace(/"plan":"[a-z]+"/g, `"plan":"${"A".repeat(2 << 20)}"`),
  "a member twice": field('"plan":"max","plan":"max"'),
  "`_seal` twice": (body) => field('"plan":"max"')(body).replace(/"_seal":\{/g, '"_seal":{"v":1},"_seal":{'),
  "200,000 members": field(`"plan":"pro",${Array.from({ length: 200_000 }, (_, i) => `"m${i}":1`).join()}`),
};

type Ask = (side: Side, bed: Bed, tenantId: string, lie: (body: string) => string) => Promise<readonly unknown[]>;

const ASKED: Readonly<Record<string, Ask>> = {
  "point read": async (side, bed, tenantId, lie) => {
    const container = another(bed, side, { httpClient: liar((body) => ({ body: lie(body) })) });
    return [(await container.item("victim", tenantId).read()).resource];
  },
  query: async (side, bed, tenantId, lie) => {
    const container = another(bed, side, {
      httpClient: liar((body, { method }) => (method === "POST" ? { body: lie(body) } : undefined)),
    });
    return (await container.items.query("SELECT * FROM c WHERE c.id = 'victim'", { partitionKey: tenantId }).fetchAll())
      .resources;
  },
};

async function receive(bed: Bed, side: Side, hostile: (body: string) => string, ask: Ask): Promise<Outcome> {
  const tenantId = bed.partition();
  await lootOf(side, tenantId);
  const honest = viewOf(await ask(side, bed, tenantId, (body) => body));
  const [started, memory] = [performance.now(), process.memoryUsage().rss];
  const outcome = await received(side, async () => viewOf(await ask(side, bed, tenantId, hostile)), honest);
  if (({} as { readonly admin?: unknown }).admin !== undefined) return accepted("a prototype was changed");
  if (performance.now() - started > 10_000) return { kind: "failed", what: "it takes more than 10 s" };
  if (process.memoryUsage().rss - memory > 1 << 29) return { kind: "failed", what: "it takes more than 512 MB" };
  return outcome;
}

async function received({ name }: Side, work: () => Promise<string>, honest: string): Promise<Outcome> {
  try {
    const seen = await work();
    // As an honest-looking empty list: that answers are complete is another promise.
    if (name !== "control" && seen === "[]") return prevented("no row");
    return seen === honest ? PREVENTED : accepted("read as data");
  } catch (error) {
    // What is no JSON at all is the SDK's to refuse, and it does so in its own way.
    const isNamed = error instanceof Error && error.message !== "";
    if (isCosmosealError(error)) {
      const { code } = error;
      return isIntegrityError(error) ? { kind: "detected", code } : { kind: "failed", what: code };
    }
    const isTyped = error instanceof TypeError || error instanceof RangeError;
    if (name === "ours" && (!isNamed || isTyped)) return { kind: "failed", what: String(error).slice(0, 120) };
    return { kind: "detected", code: error instanceof Error ? error.name : "an object" };
  }
}

function viewOf(rows: readonly unknown[]): string {
  return JSON.stringify(ordered(rows.map((row) => (row == null ? null : bare(row)))));
}

function withControl(attempt: Attempt, all: readonly Attempt[]): Attempt {
  const works = Object.values(attempt.control).some(({ kind }) => kind === "accepted");
  if (works || !/no JSON|nothing|surrogate|levels|twice|beyond/.test(attempt.name)) return attempt;
  const shown = all.find(({ control }) => Object.values(control).some(({ kind }) => kind === "accepted"));
  return shown === undefined
    ? attempt
    : { ...attempt, control: { ...attempt.control, "hostile answers arrive": accepted("read as data") } };
}
