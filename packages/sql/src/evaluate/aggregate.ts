/** The aggregate functions: one accumulator for each call and group, fed row by row, asked once. */
import type { Json } from "../tree.js";
import { finite } from "./operators.js";
import { compareOrder, identity, inJson, type Value } from "./values.js";

export interface Accumulator {
  add(value: Value): void;
  result(): Value;
}

/** Makes an accumulator for an aggregate's upper-case name. `hold` is told of every value that must be kept. */
export function newAccumulator(name: string, hold: (value: Value) => void): Accumulator {
  switch (name) {
    case "COUNT":
      return count((value) => value !== undefined);
    case "COUNTIF":
      return count((value) => value === true);
    case "SUM":
      return sum();
    case "AVG":
      return average();
    case "MIN":
      return extreme(-1);
    case "MAX":
      return extreme(1);
    case "MAKELIST":
      return list(hold);
    case "MAKESET":
      return set(hold);
    default:
      throw new Error(`no such aggregate: ${name}`);
  }
}

function count(counts: (value: Value) => boolean): Accumulator {
  let total = 0;
  return {
    add: (value) => {
      if (counts(value)) total++;
    },
    result: () => total,
  };
}

/** Absent values are passed over; any value that is not a number makes the sum undefined. The sum of nothing is 0. */
function sum(): Accumulator {
  let total: number | undefined = 0;
  return {
    add: (value) => {
      if (value === undefined) return;
      total = typeof value === "number" && total !== undefined ? total + value : undefined;
    },
    result: () => (total === undefined ? undefined : finite(total)),
  };
}

/** As SUM; the average of nothing is undefined. */
function average(): Accumulator {
  let numbers = 0;
  const total = sum();
  return {
    add: (value) => {
      if (value !== undefined) numbers++;
      total.add(value);
    },
    result: () => {
      const result = total.result();
      return numbers > 0 && typeof result === "number" ? finite(result / numbers) : undefined;
    },
  };
}

/** By the order of ORDER BY over null, booleans, numbers and strings; an array or an object makes it undefined, as does no value. */
function extreme(direction: 1 | -1): Accumulator {
  let best: Value;
  let ordered = true;
  return {
    add: (value) => {
      if (value === undefined) return;
      if (typeof value === "object" && value !== null) ordered = false;
      else if (best === undefined || compareOrder(value, best) * direction > 0) best = value;
    },
    result: () => (ordered ? best : undefined),
  };
}

function list(hold: (value: Value) => void): Accumulator {
  const values: Json[] = [];
  return {
    add: (added) => {
      const value = inJson(added);
      if (value === undefined) return;
      hold(value);
      values.push(value);
    },
    result: () => values,
  };
}

/** The distinct values, in the order they were first seen. */
function set(hold: (value: Value) => void): Accumulator {
  const values = new Map<string, Json>();
  return {
    add: (added) => {
      const value = inJson(added);
      if (value === undefined) return;
      const key = identity(value);
      if (values.has(key)) return;
      hold(value);
      values.set(key, value);
    },
    result: () => [...values.values()],
  };
}
