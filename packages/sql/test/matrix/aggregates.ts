/** Aggregates: over one document that holds the argument, and over others beside it. */
import { every, type Row, rowsOf } from "./cell.js";

const aggregate = rowsOf("Aggregate functions");
const alone = { beside: [] };
const beside = { beside: [1, 6] };

export const aggregateRows: readonly Row[] = [
  aggregate("AVG", "average", "AVG(?)", { number: 2 }, alone),
  aggregate("AVG", "average", "AVG(?)", { undefined: 3.5, number: 3 }, beside),
  aggregate("COUNT", "count", "COUNT(?)", { ...every(1), undefined: 0 }, alone),
  aggregate("COUNT", "count", "COUNT(?)", { ...every(3), undefined: 2 }, beside),
  aggregate("COUNTIF", "aggregate-functions", "COUNTIF(?)", { ...every(0), boolean: 1 }, alone),
  aggregate("COUNTIF", "aggregate-functions", "COUNTIF(?)", every(0), { beside: [1, 6], samples: { boolean: false } }),
  aggregate("MAX", "max", "MAX(?)", { null: null, boolean: true, number: 2, string: "ab" }, alone),
  aggregate("MAX", "max", "MAX(?)", { undefined: 6, null: 6, boolean: 6, number: 6, string: "ab" }, beside),
  aggregate("MIN", "min", "MIN(?)", { null: null, boolean: true, number: 2, string: "ab" }, alone),
  aggregate("MIN", "min", "MIN(?)", { undefined: 1, null: null, boolean: true, number: 1, string: 1 }, beside),
  aggregate(
    "MAKELIST",
    "aggregate-functions",
    "MAKELIST(?)",
    { undefined: [], null: [null], boolean: [true], number: [2], string: ["ab"], array: [[1, 2]], object: [{ a: 1 }] },
    alone,
  ),
  aggregate(
    "MAKELIST",
    "aggregate-functions",
    "MAKELIST(?)",
    {
      undefined: [6, 6],
      null: [null, 6, 6],
      boolean: [true, 6, 6],
      number: [2, 6, 6],
      string: ["ab", 6, 6],
      array: [[1, 2], 6, 6],
      object: [{ a: 1 }, 6, 6],
    },
    { beside: [6, 6] },
  ),
  aggregate(
    "MAKESET",
    "aggregate-functions",
    "MAKESET(?)",
    {
      undefined: [6],
      null: [null, 6],
      boolean: [true, 6],
      number: [2, 6],
      string: ["ab", 6],
      array: [[1, 2], 6],
      object: [{ a: 1 }, 6],
    },
    { beside: [6, 6] },
  ),
  aggregate("SUM", "sum", "SUM(?)", { undefined: 0, number: 2 }, alone),
  aggregate("SUM", "sum", "SUM(?)", { undefined: 7, number: 9 }, beside),
];
