/**
 * The matrix: every command by what must be shown of it. Its rows are the suite: a row without a test fails, and so does a test without a row.
 * At the small size a mistake that can be made with many commands is made with every fourth of them, another fourth for each mistake.
 */
import { readFileSync } from "node:fs";

export interface Row {
  readonly command: string;
  readonly case: string;
}

const ROWS: readonly Row[] = readFileSync(new URL("matrix.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [command = "", name = ""] = line.split("\t");
    return { command, case: name };
  });

/** What each command is tried with that can make the mistake, in one way; see mistakes.behaviours.ts. */
export const EVERYWHERE = [
  "help, with an example",
  "no configuration",
  "an unknown option",
  "wrong key",
  "wrong account",
  "no endpoint in the environment",
  "no rights",
  "container missing",
  "a container without a definition",
  "key store missing",
  "wrong key-encryption key",
  "another root key than the pinned one",
] as const;

const TURNS: readonly string[] = EVERYWHERE;
const FULL = process.env["COSMOSEAL_FULL"] === "1";
const SHARE = 4;

export const MATRIX: readonly Row[] = ROWS.filter((row) => {
  const turn = TURNS.indexOf(row.case);
  if (FULL || turn === -1) return true;
  return ROWS.filter((other) => other.case === row.case).indexOf(row) % SHARE === turn % SHARE;
});

export const SIZE: string = FULL
  ? `full size, ${ROWS.length} cells`
  : `small size, ${MATRIX.length} of ${ROWS.length} cells`;
