/** One query, both clients, one verdict. */
import type { Json } from "@cosmoseal/sql";
import type { CatalogueEntry } from "./catalogue.js";
import { complaintOf, type Frame, frameOf } from "./frame.js";
import { canonicalRow, missingRows } from "./rows.js";
import type { EquivalenceSchema } from "./schemas/schema.js";
import { asksByToken, constantsOf, leaksIn, sentQueries } from "./secrets.js";
import type { SealedAnswer, Twins } from "./stage.js";

export interface Verdict {
  readonly entry: CatalogueEntry;
  readonly ranges: number;
  readonly outcome: "equal" | "refused" | "wrong";
  readonly complaint: string | undefined;
  /** Of rows that differ, for whoever mends it. */
  readonly rows: readonly string[];
  readonly selective: boolean;
  /** Has a condition over a sealed path. */
  readonly filters: boolean;
  /** Of these, the server was asked by a token. */
  readonly pushed: boolean;
  readonly fetched: number;
  /** Documents that the answer is made of; undefined where a bound makes it less than that. */
  readonly needed: number | undefined;
}

export async function judge(
  schema: EquivalenceSchema,
  twins: Twins,
  canaries: readonly string[],
  entry: CatalogueEntry,
  ranges: number,
): Promise<Verdict> {
  if (entry.refusal !== undefined) return judgeRefusal(twins, canaries, entry, ranges, entry.refusal.code);
  const frame = frameOf(entry.query, entry.parameters, documentsFor(schema, twins, entry));
  const constants = constantsOf(schema, entry.query, entry.parameters);
  const unasked = entry.scan ? await twins.askSealed(entry) : undefined;
  const answer = await twins.askSealed(entry, entry.scan ? "scan" : undefined);
  const text = sentQueries(answer.sent).join("\n");
  const verdict = (outcome: Verdict["outcome"], complaint?: string, rows: readonly string[] = []): Verdict => ({
    entry,
    ranges,
    outcome,
    complaint,
    rows,
    selective: frame.selective,
    filters: constants.filters,
    pushed: constants.filters && (asksByToken(text) || asksForIdentity(schema, text)),
    fetched: answer.fetched,
    needed: frame.take === Number.POSITIVE_INFINITY ? frame.needed : undefined,
  });
  const wrong = unasked && refusalComplaint(unasked, "ERR_QUERY_NEEDS_SCAN");
  if (wrong !== undefined) return verdict("wrong", `without unindexed: "scan": ${wrong}`);
  const leaks = leaksIn([...(unasked?.sent ?? []), ...answer.sent], canaries, constants);
  if (leaks.length > 0) return verdict("wrong", `sent ${leaks[0]}`, leaks);
  if (answer.rows === undefined) {
    return verdict("wrong", `threw ${String(answer.error?.code)}: ${answer.error?.message.split("\n")[0]}`);
  }
  return compare(frame, entry.language ? undefined : await twins.askPlain(entry), answer.rows, verdict);
}

/** With its code, whatever the caller is ready to read, and before anything is sent. */
async function judgeRefusal(
  twins: Twins,
  canaries: readonly string[],
  entry: CatalogueEntry,
  ranges: number,
  code: string,
): Promise<Verdict> {
  const answer = await twins.askSealed(entry, "scan");
  const leaks = leaksIn(answer.sent, canaries, { secret: new Set(), open: new Set(), filters: true });
  const complaint = leaks.length > 0 ? `sent ${leaks[0]}` : refusalComplaint(answer, code);
  return {
    entry,
    ranges,
    outcome: complaint === undefined ? "refused" : "wrong",
    complaint,
    rows: [],
    selective: false,
    filters: false,
    pushed: false,
    fetched: answer.fetched,
    needed: undefined,
  };
}

function documentsFor({ partitionKey }: EquivalenceSchema, twins: Twins, entry: CatalogueEntry): readonly Json[] {
  if (entry.partitionKey === undefined) return twins.documents;
  const name = partitionKey[0]!.slice(1);
  return twins.documents.filter((one) => (one as { readonly [name: string]: Json })[name] === entry.partitionKey);
}

function compare(
  frame: Frame,
  plainRows: readonly unknown[] | undefined,
  sealedRows: readonly unknown[],
  verdict: (outcome: Verdict["outcome"], complaint?: string, rows?: readonly string[]) => Verdict,
): Verdict {
  const sealed = sealedRows.map((row) => canonicalRow(row, frame.step));
  const plain = plainRows?.map((row) => canonicalRow(row, frame.step)) ?? frame.rows.map(({ row }) => row);
  const bounded = frame.ordered || frame.skip > 0 || frame.take !== Number.POSITIVE_INFINITY;
  if (bounded) {
    for (const [name, rows] of [
      ["plain", plainRows && plain],
      ["sealed", sealed],
    ] as const) {
      const complaint = rows && complaintOf(frame, rows);
      if (complaint !== undefined) return verdict("wrong", `${name}: ${complaint}`, rows?.slice(0, 3));
    }
    return verdict("equal");
  }
  const missing = missingRows(plain, sealed);
  const strange = missingRows(sealed, plain);
  if (missing.length + strange.length === 0) return verdict("equal");
  return verdict("wrong", `${missing.length} of ${plain.length} rows are missing, ${strange.length} are strange`, [
    ...missing.slice(0, 2).map((row) => `missing ${row}`),
    ...strange.slice(0, 2).map((row) => `strange ${row}`),
  ]);
}

/** A refusal has its code, and nothing was asked before it. */
function refusalComplaint({ error, rows, sent }: SealedAnswer, code: string): string | undefined {
  if (rows !== undefined) return `answered in the place of ${code}`;
  if (error?.code !== code) return `threw ${String(error?.code)} in the place of ${code}: ${error?.message}`;
  return sentQueries(sent).length === 0 ? undefined : "was refused after a query was sent";
}

function asksForIdentity(schema: EquivalenceSchema, text: string): boolean {
  return schema.sealed.some(
    (pattern) => (pattern === "/id" || schema.partitionKey.includes(pattern)) && text.includes(`.${pattern.slice(1)}`),
  );
}
