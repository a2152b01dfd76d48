/** The catalogue: every query of the suite as data, with what it needs, and the short list of those that are refused by design. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json, Parameters } from "@cosmoseal/sql";

export interface CatalogueEntry {
  readonly schema: string;
  readonly area: string;
  readonly query: string;
  readonly parameters: Parameters;
  /** It reads every document, and has to say so: without `unindexed: "scan"` it is refused. */
  readonly scan: boolean;
  /**
   * Across ranges the SDK fails it or loses rows (falsy ones of DISTINCT VALUE, mixed types of ORDER BY), so that the language
   * alone says what is right.
   */
  readonly language: boolean;
  /** It is bound to one partition. */
  readonly partitionKey: string | undefined;
  /** By design, on the sealed container. */
  readonly refusal: Refusal | undefined;
}

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** Throws where a file is not of its form, or names a query twice. */
export function readCatalogue(): readonly CatalogueEntry[] {
  const refusals = readRefusals();
  const entries = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".tsv"))
    .sort()
    .flatMap((file) => readSchema(file.slice(0, -".tsv".length), refusals));
  for (const key of refusals.keys()) {
    if (!entries.some((entry) => keyOf(entry.schema, entry.query) === key)) throw new Error(`No such query: ${key}`);
  }
  return entries;
}

const FOLDER = fileURLToPath(new URL("catalogue/", import.meta.url));
const REFUSALS = fileURLToPath(new URL("refusals.tsv", import.meta.url));

function readSchema(schema: string, refusals: ReadonlyMap<string, Refusal>): readonly CatalogueEntry[] {
  const seen = new Set<string>();
  return readTable(`${FOLDER}${schema}.tsv`, "area\tquery\tparameters\toptions").map(
    ([area = "", query = "", parameters = "", options = ""]) => {
      const key = keyOf(schema, query);
      const once = `${key}\t${parameters}\t${options}`;
      if (seen.has(once)) throw new Error(`Twice in the catalogue: ${once}`);
      seen.add(once);
      const words = options.split(" ").filter((word) => word !== "");
      const partition = words.find((word) => word.startsWith("pk="));
      const unknown = words.find((word) => !["scan", "language", partition].includes(word));
      if (unknown !== undefined) throw new Error(`"${unknown}" is no option of a query.`);
      return {
        schema,
        area,
        query,
        parameters: parameters === "" ? {} : (JSON.parse(parameters) as Record<string, Json>),
        scan: words.includes("scan"),
        language: words.includes("language"),
        partitionKey: partition?.slice("pk=".length),
        refusal: refusals.get(key),
      };
    },
  );
}

function readRefusals(): ReadonlyMap<string, Refusal> {
  return new Map(
    readTable(REFUSALS, "schema\tquery\tcode\treason").map(([schema = "", query = "", code = "", reason = ""]) => {
      if (!code.startsWith("ERR_") || reason === "") throw new Error(`A refusal without code or reason: ${query}`);
      return [keyOf(schema, query), { code, reason }];
    }),
  );
}

function readTable(file: string, header: string): readonly (readonly string[])[] {
  if (!existsSync(file)) throw new Error(`${file} is missing.`);
  const [first, ...lines] = readFileSync(file, "utf8").split("\n");
  if (first !== header) throw new Error(`${file} begins with ${first}`);
  return lines.filter((line) => line !== "").map((line) => line.split("\t"));
}

function keyOf(schema: string, query: string): string {
  return `${schema}\t${query}`;
}
