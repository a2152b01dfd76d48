/** Mathematical functions over doubles. */
import { finite } from "../evaluate/operators.js";
import { type BuiltinFunction, contextual, ofNumber, ofNumbers, pure } from "./define.js";

export const mathematicalFunctions: readonly BuiltinFunction[] = [
  ofNumber("ABS", Math.abs),
  ofNumber("ACOS", Math.acos),
  ofNumber("ASIN", Math.asin),
  ofNumber("ATAN", Math.atan),
  ofNumbers("ATN2", Math.atan2),
  ofNumber("CEILING", Math.ceil),
  ofNumber("COS", Math.cos),
  ofNumber("COT", (angle) => 1 / Math.tan(angle)),
  ofNumber("DEGREES", (angle) => (angle * 180) / Math.PI),
  ofNumber("EXP", Math.exp),
  ofNumber("FLOOR", Math.floor),
  pure("LOG", [1, 2], (number, base) => {
    if (typeof number !== "number") return undefined;
    if (base === undefined) return finite(Math.log(number));
    return typeof base === "number" ? finite(Math.log(number) / Math.log(base)) : undefined;
  }),
  ofNumber("LOG10", Math.log10),
  pure("NUMBERBIN", [1, 2], (number, size = 1) => {
    if (typeof number !== "number" || typeof size !== "number" || size === 0) return undefined;
    return finite(Math.floor(number / size) * size);
  }),
  pure("PI", 0, () => Math.PI),
  ofNumbers("POWER", (base, exponent) => base ** exponent),
  ofNumber("RADIANS", (angle) => (angle * Math.PI) / 180),
  contextual("RAND", 0, (context) => context.random()),
  pure("ROUND", [1, 2], (number, digits = 0) =>
    typeof number === "number" && typeof digits === "number" && Number.isInteger(digits)
      ? finite(round(number, digits))
      : undefined,
  ),
  ofNumber("SIGN", Math.sign),
  ofNumber("SIN", Math.sin),
  ofNumber("SQRT", Math.sqrt),
  ofNumber("SQUARE", (number) => number * number),
  ofNumber("TAN", Math.tan),
  ofNumber("TRUNC", Math.trunc),
];

/** Halves go away from zero, by the shortest decimal text of the number: 2.675 to two digits is 2.68. */
function round(number: number, digits: number): number {
  if (digits === 0) return Math.sign(number) * Math.round(Math.abs(number));
  const shifted = shift(Math.abs(number), digits);
  return Math.sign(number) * shift(Math.round(shifted), -digits);
}

function shift(number: number, digits: number): number {
  const [mantissa, exponent] = String(number).split("e");
  return Number(`${mantissa}e${Number(exponent ?? 0) + digits}`);
}
