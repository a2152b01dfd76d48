/** A declared range, checked and made ready: which values it orders, and by what steps. SPEC §5.5. */
import { CosmosealError } from "../errors.js";
import { cutDate, isDatePrecision } from "../index/calendar.js";
import { topStep } from "../index/range-steps.js";
import { digitsOf } from "../index/range-tree.js";
import type { SchemaNode, ValueFormat, ValueType } from "../schema/node.js";
import type { DatePrecision, RangeOptions } from "../schema/treatment.js";
import type { RangePlan, RangeSteps } from "./plan.js";

/** Throws ERR_INDEX_UNSUPPORTED. `types` are those of the indexed values, null left out. */
export function compileRange(
  node: SchemaNode,
  types: ReadonlySet<ValueType>,
  options: RangeOptions,
  pattern: string,
): RangePlan {
  const { sparsity = 2 } = options;
  if (![1, 2, 3, 4].includes(sparsity)) throw unsupported(pattern, "The sparsity of a range index is 1 to 4.");
  const formats = [node, node.element].flatMap((one) => (one?.format === undefined ? [] : [one.format]));
  if (new Set(formats).size > 1) throw unsupported(pattern, "A range index orders dates of one form.");
  const steps = compileSteps(formats[0], types, options, pattern);
  const top = topStep(steps);
  if (top < 0n) throw unsupported(pattern, "A range's `min` is not above its `max`.");
  const digits = digitsOf(top);
  if (digits > 64) throw unsupported(pattern, "A range has at most 2^64 steps.", "Make `precision` coarser.");
  return Object.freeze({ ...steps, sparsity, top, digits });
}

function compileSteps(
  format: ValueFormat | undefined,
  types: ReadonlySet<ValueType>,
  options: RangeOptions,
  pattern: string,
): RangeSteps {
  const [type, ...others] = types;
  if (type === "boolean") throw unsupported(pattern, "A boolean has no range.", "Declare equality.");
  if (others.length > 0) {
    throw unsupported(
      pattern,
      "A range index orders values of one type.",
      "Split the path by type, or declare equality.",
    );
  }
  switch (type === "unknown" ? typeOfBound(options.min) : type) {
    case "number":
      return numberSteps(format, type === "unknown", options, pattern);
    case "bigint":
      return bigintSteps(options, pattern);
    case "date":
      return dateSteps("datetime", options, pattern);
    case "string":
      return dateSteps(format === "date" || format === "datetime" ? format : undefined, options, pattern);
    default:
      throw unsupported(
        pattern,
        "A range index orders numbers, bigints or dates.",
        "Index a scalar path inside, or leave the index out.",
      );
  }
}

/** Where the schema doesn't say what the values are, the bounds do. */
function typeOfBound(min: unknown): string {
  return min instanceof Date ? "date" : typeof min;
}

function numberSteps(
  format: ValueFormat | undefined,
  isOpen: boolean,
  { min, max, precision }: RangeOptions,
  pattern: string,
): RangeSteps {
  if (!isFiniteNumber(min) || !isFiniteNumber(max))
    throw unsupported(pattern, "A range of numbers has two finite bounds.");
  if (precision === undefined && format !== "integer" && !isOpen) {
    throw unsupported(
      pattern,
      "A range of numbers that aren't integers has a precision.",
      "Give the width of a step, as `precision: 0.01`; or declare integers, as z.int().",
    );
  }
  const width = precision ?? 1;
  if (!isFiniteNumber(width) || width <= 0) throw unsupported(pattern, "The precision of numbers is a number above 0.");
  if (!Number.isFinite((max - min) / width)) {
    throw unsupported(pattern, "A range has at most 2^64 steps.", "Make `precision` coarser.");
  }
  return { type: "number", min: min + 0, max: max + 0, precision: width };
}

function bigintSteps({ min, max, precision = 1n }: RangeOptions, pattern: string): RangeSteps {
  const [low, high, width] = [min, max, precision].map(toBigint);
  if (low === undefined || high === undefined) throw unsupported(pattern, "A range of bigints has two whole bounds.");
  if (width === undefined || width <= 0n)
    throw unsupported(pattern, "The precision of bigints is a whole number above 0.");
  return { type: "bigint", min: low, max: high, precision: width };
}

function dateSteps(
  format: "date" | "datetime" | undefined,
  { min, max, precision }: RangeOptions,
  pattern: string,
): RangeSteps {
  const [low, high] = [min, max].map(textOfBound);
  const isDay = format === "date" || (format === undefined && typeof min === "string" && min.length <= 10);
  const unit = precision ?? (isDay ? "day" : "second");
  if (!isDatePrecision(unit)) {
    throw unsupported(
      pattern,
      "A range of texts orders dates by a unit of time.",
      'Give one, as `precision: "day"`; other texts have equality, prefix and substring.',
    );
  }
  const type = format ?? (isDay && WHOLE_DAYS.has(unit) ? "date" : "datetime");
  if (type === "date" && !WHOLE_DAYS.has(unit)) {
    throw unsupported(pattern, "The precision of dates without a time is a day, a month or a year.");
  }
  const first = low === undefined ? undefined : cutDate(low, unit, "first");
  const last = high === undefined ? undefined : cutDate(high, unit, "last");
  if (first === undefined || last === undefined) {
    throw unsupported(
      pattern,
      "A range of dates has two bounds that are dates.",
      "Give ISO 8601 texts in UTC, of the years 0000 to 9999.",
    );
  }
  return { type, min: first, max: last, precision: unit };
}

const WHOLE_DAYS: ReadonlySet<DatePrecision> = new Set(["year", "month", "day"]);

function textOfBound(bound: unknown): string | undefined {
  if (bound instanceof Date) return Number.isNaN(bound.getTime()) ? undefined : bound.toISOString();
  return typeof bound === "string" ? bound : undefined;
}

function toBigint(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function unsupported(path: string, message: string, remedy?: string): CosmosealError {
  return new CosmosealError("ERR_INDEX_UNSUPPORTED", message, { path, ...(remedy === undefined ? {} : { remedy }) });
}
