/**
 * `pnpm random-queries`: arbitrary queries over arbitrary schemas and documents, by the sealed client over HTTP. Equal to what the
 * language says of the plaintext documents, or else to what the plain client makes of them; nothing sealed in any byte sent. 1,000 queries, with
 * COSMOSEAL_FULL=1 10,000. `--seed n` repeats a run, `--schema n` one schema of it, `--show` prints rows that differ.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { SqlError } from "@cosmoseal/sql";
import { drawFrom } from "../draw.js";
import { complaintOf, type Frame, frameOf } from "../frame.js";
import { canonicalRow, missingRows } from "../rows.js";
import type { EquivalenceSchema } from "../schemas/schema.js";
import { asksByToken, canariesOf, constantsOf, leaksIn, sentQueries } from "../secrets.js";
import { openStage, type Question, type SealedAnswer, type Twins } from "../stage.js";
import { containerOf } from "./container.js";
import { queryFrom } from "./query.js";
import { denseShapeFrom, shapeFrom } from "./shape.js";

const { values } = parseArgs({
  options: { seed: { type: "string" }, schema: { type: "string" }, show: { type: "boolean", default: false } },
});
const full = process.env["COSMOSEAL_FULL"] === "1";
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const schemas = full ? 160 : 25;
const perSchema = full ? 70 : 45;
const refusals = readRefusals();

console.log(`random queries: seed ${seed}`);
const counts = { equal: 0, alike: 0, refused: 0, wrong: 0, invalid: 0, tokens: 0, selective: 0 };
for (let n = 0; n < schemas; n++) {
  if (values.schema === undefined || Number(values.schema) === n) await runSchema(n);
  if ((n + 1) % 5 === 0) console.log(`${n + 1}/${schemas} schemas: ${JSON.stringify(counts)}`);
}
const total = counts.equal + counts.refused + counts.wrong;
console.log(
  `asked by tokens: ${counts.tokens}, selective: ${counts.selective}, as the plain client though not as the language: ${counts.alike}, no query of the language: ${counts.invalid}`,
);
console.log(`random-queries: ${counts.equal}/${total} equal, ${counts.refused} refused, seed ${seed}`);
const enough = values.schema !== undefined || total >= (full ? 10_000 : 1000);
process.exitCode = counts.wrong === 0 && enough && counts.selective > total / 4 ? 0 : 1;

async function runSchema(n: number): Promise<void> {
  const draw = drawFrom(seed + n * 7919);
  const shape = n % 2 === 0 ? shapeFrom(draw) : denseShapeFrom(draw);
  const schema = containerOf(shape, draw, draw.integer(20, full ? 200 : 100));
  const stage = await openStage(draw.integer(1, 3), [schema]);
  const documents = schema.documents(0);
  const twins = await stage.twins(schema, documents);
  const canaries = canariesOf(schema, documents);
  for (let q = 0; q < perSchema; q++) {
    const question = { ...queryFrom(shape, draw), partitionKey: undefined };
    const complaint = await judge(schema, twins, canaries, question);
    if (complaint === undefined) continue;
    counts.wrong++;
    console.log(
      `  ${complaint.join("\n      ")}\n    schema ${n}: ${question.query}  ${JSON.stringify(question.parameters)}`,
    );
    if (values.show)
      console.log(`    ${JSON.stringify(shape, (_, value) => (typeof value === "bigint" ? Number(value) : value))}`);
  }
  await stage.close();
}

/** Undefined where all is well, which is counted. */
async function judge(
  schema: EquivalenceSchema,
  twins: Twins,
  canaries: readonly string[],
  question: Question,
): Promise<readonly string[] | undefined> {
  const frame = tryFrame(question, twins);
  if (frame === undefined) {
    counts.invalid++;
    return undefined;
  }
  const constants = constantsOf(schema, question.query, question.parameters);
  const unasked = await twins.askSealed(question);
  const needsScan = unasked.error?.code === "ERR_QUERY_NEEDS_SCAN";
  if (needsScan && sentQueries(unasked.sent).length > 0) return ["was refused after a query was sent"];
  const answer = needsScan ? await twins.askSealed(question, "scan") : unasked;
  const leaks = leaksIn([...unasked.sent, ...answer.sent], canaries, constants);
  if (leaks.length > 0) return [`sent ${leaks.join(", ")}`];
  if (sentQueries(answer.sent).some(asksByToken)) counts.tokens++;
  if (frame.selective) counts.selective++;
  const complaint = complaintAbout(frame, answer);
  if (complaint === undefined) {
    counts.equal++;
    return undefined;
  }
  const refusal = refusals.find(({ code, kind }) => answer.error?.code === code && answer.error.message.includes(kind));
  if (refusal !== undefined) {
    counts.refused++;
    return sentQueries(answer.sent).length > 0 ? ["was refused after a query was sent"] : undefined;
  }
  if (await isAsPlain(twins, question, frame, answer)) {
    counts.equal++;
    counts.alike++;
    return undefined;
  }
  return complaint;
}

function tryFrame({ parameters, query }: Question, { documents }: Twins): Frame | undefined {
  try {
    return frameOf(query, parameters, documents);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    if (error instanceof Error && error.message.startsWith("Its rows and its sort keys differ")) return undefined;
    throw error;
  }
}

function complaintAbout(frame: Frame, { error, rows }: SealedAnswer): readonly string[] | undefined {
  if (rows === undefined) return [`threw ${String(error?.code)}: ${error?.message.split("\n")[0]}`];
  const given = rows.map((row) => canonicalRow(row, frame.step));
  if (frame.ordered || frame.skip > 0 || frame.take !== Number.POSITIVE_INFINITY) {
    const complaint = complaintOf(frame, given);
    return complaint === undefined ? undefined : [complaint];
  }
  const wanted = frame.rows.map(({ row }) => row);
  const missing = missingRows(wanted, given);
  const strange = missingRows(given, wanted);
  if (missing.length + strange.length === 0) return undefined;
  const shown = values.show ? [...missing.slice(0, 1), ...strange.slice(0, 1)] : [];
  return [`${missing.length} of ${wanted.length} rows are missing, ${strange.length} are strange`, ...shown];
}

/** Across ranges the SDK itself fails some queries, and loses rows of others; ours may do the same. */
async function isAsPlain(twins: Twins, question: Question, { step }: Frame, answer: SealedAnswer): Promise<boolean> {
  try {
    const plain = (await twins.askPlain(question)).map((row) => canonicalRow(row, step));
    const given = answer.rows?.map((row) => canonicalRow(row, step));
    return given !== undefined && plain.length === given.length && missingRows(plain, given).length === 0;
  } catch (error) {
    return answer.error !== undefined && kindOf(error) === kindOf(answer.error);
  }
}

/** The first line. The SDK tells of values that it can't put in order by whichever it meets first. */
function kindOf(error: unknown): string {
  const [line = ""] = (error as Error).message.split("\n");
  return /order-by queries on mixed types|^unrecognizable type/.test(line) ? "no order" : line;
}

function readRefusals(): readonly { readonly code: string; readonly kind: string }[] {
  const text = readFileSync(new URL("refusals.tsv", import.meta.url), "utf8");
  const [header, ...lines] = text.split("\n").filter((line) => line !== "");
  if (header !== "code\tkind\treason") throw new Error(`The refusals begin with ${header}`);
  return lines.map((line) => {
    const [code = "", kind = "", reason = ""] = line.split("\t");
    if (!code.startsWith("ERR_") || kind === "" || reason === "")
      throw new Error(`A refusal without its reason: ${line}`);
    return { code, kind };
  });
}
