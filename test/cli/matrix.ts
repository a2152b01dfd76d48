/** The matrix: every command by what must be shown of it. Its rows are the suite: a row without a test fails, and so does a test without a row. */
import { readFileSync } from "node:fs";

export interface Row {
  readonly command: string;
  readonly case: string;
}

export const MATRIX: readonly Row[] = readFileSync(new URL("matrix.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [command = "", name = ""] = line.split("\t");
    return { command, case: name };
  });
