/** The whole matrix. */
import { aggregateRows } from "./aggregates.js";
import { arrayRows } from "./arrays.js";
import type { Row } from "./cell.js";
import { dateRows } from "./dates.js";
import { mathematicalRows } from "./mathematical.js";
import { operatorRows } from "./operators.js";
import { stringRows } from "./strings.js";
import { typeRows } from "./types.js";

export const matrix: readonly Row[] = [
  ...operatorRows,
  ...stringRows,
  ...mathematicalRows,
  ...arrayRows,
  ...dateRows,
  ...typeRows,
  ...aggregateRows,
];
