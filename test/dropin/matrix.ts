/** The committed matrix: every behaviour, what comes of it with the plain client, and what ours do in comparison. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `same` in every field; `refused CODE` by design; `differs PLACE…` in these fields alone. The last two have a reason. */
export interface Row {
  readonly member: string;
  readonly behaviour: string;
  /** What the plain client answers, so that three equal failures are no success; `*` where it hangs on account or ranges. */
  readonly outcome: string;
  readonly plaintext: string;
  readonly sealed: string;
  readonly reason: string;
}

const HEADER = "member\tbehaviour\toutcome\tplaintext\tsealed\treason";

export const MATRIX_FILE: string = fileURLToPath(new URL("matrix.tsv", import.meta.url));
export const MATRIX: readonly Row[] = read();
export const VERSIONS: readonly string[] = ["4.10.1", "4.9.3"];
export const RANGES: readonly number[] = [1, 3];

const byName: ReadonlyMap<string, Row> = new Map(MATRIX.map((row) => [`${row.member}\t${row.behaviour}`, row]));

export function rowOf(member: string, behaviour: string): Row | undefined {
  return byName.get(`${member}\t${behaviour}`);
}

/** At the small size each SDK has one column: more ranges for the newer, one for the older. */
export function isChosen(version: string, ranges: number): boolean {
  return process.env["COSMOSEAL_FULL"] === "1" || (version === "4.10.1" ? ranges === 3 : ranges === 1);
}

function read(): readonly Row[] {
  const [header = "", ...lines] = readFileSync(MATRIX_FILE, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  if (header !== HEADER) throw new Error(`The matrix begins with ${header}`);
  const rows = lines.map((line): Row => {
    const [member = "", behaviour = "", outcome = "", plaintext = "", sealed = "", reason = ""] = line.split("\t");
    for (const cell of [plaintext, sealed]) {
      if (!/^(|same|refused ERR_[A-Z_]+|differs( \/\S*)+)$/.test(cell))
        throw new Error(`The matrix has a cell "${cell}".`);
    }
    if ((plaintext + sealed).replaceAll("same", "") !== "" && reason === "")
      throw new Error(`"${behaviour}" has no reason.`);
    return { member, behaviour, outcome, plaintext, sealed, reason };
  });
  const names = rows.map(({ member, behaviour }) => `${member}\t${behaviour}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`"${twice}" stands in the matrix twice.`);
  return rows;
}
