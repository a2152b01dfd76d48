// The committed matrix: each behaviour of the protocol, and at which size it runs for each SDK and each number of ranges.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** "small": at every size; "full": at the full size alone. */
export type Cell = "small" | "full";

export interface Row {
  readonly area: string;
  readonly behaviour: string;
  /** By column, `4.10.1×2`; an empty cell is missing here, and fails the suite. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export const RANGES: readonly number[] = [1, 2, 5];
export const VERSIONS: readonly string[] = ["4.10.1", "4.9.3"];
export const COLUMNS: readonly string[] = VERSIONS.flatMap((version) =>
  RANGES.map((ranges) => columnOf(version, ranges)),
);

export function columnOf(version: string, ranges: number): string {
  return `${version}×${ranges}`;
}

/** One line per behaviour: the area, the behaviour, then a cell for each column of the first line. */
export const MATRIX: readonly Row[] = read(fileURLToPath(new URL("matrix.tsv", import.meta.url)));

const byName: ReadonlyMap<string, Row> = new Map(MATRIX.map((row) => [`${row.area}\t${row.behaviour}`, row]));

export function rowOf(area: string, behaviour: string): Row | undefined {
  return byName.get(`${area}\t${behaviour}`);
}

function read(path: string): readonly Row[] {
  const [header = "", ...lines] = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const columns = header.split("\t").slice(2);
  if (columns.join() !== COLUMNS.join()) throw new Error(`${path}: its columns are not ${COLUMNS.join(", ")}.`);
  const rows = lines.map((line): Row => {
    const [area = "", behaviour = "", ...cells] = line.split("\t");
    const filled = cells.flatMap((cell, at): [string, Cell][] => {
      if (cell === "") return [];
      if (cell !== "small" && cell !== "full") throw new Error(`${path}: "${cell}" is neither small nor full.`);
      return [[columns[at]!, cell]];
    });
    return { area, behaviour, cells: new Map(filled) };
  });
  const names = rows.map((row) => `${row.area}\t${row.behaviour}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`${path}: "${twice}" stands there twice.`);
  return rows;
}
