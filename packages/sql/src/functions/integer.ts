/** Functions over 64-bit signed integers: what is not one gives no value, what overflows wraps around. */
import type { Value } from "../evaluate/values.js";
import { type BuiltinFunction, pure } from "./define.js";

export const integerFunctions: readonly BuiltinFunction[] = [
  ofIntegers("INTADD", (left, right) => left + right),
  ofIntegers("INTSUB", (left, right) => left - right),
  ofIntegers("INTMUL", (left, right) => left * right),
  ofIntegers("INTDIV", (left, right) => (right === 0n ? undefined : left / right)),
  ofIntegers("INTMOD", (left, right) => (right === 0n ? undefined : left % right)),
  ofIntegers("INTBITAND", (left, right) => left & right),
  ofIntegers("INTBITOR", (left, right) => left | right),
  ofIntegers("INTBITXOR", (left, right) => left ^ right),
  ofIntegers("INTBITLEFTSHIFT", (left, right) => left << (right & 63n)),
  ofIntegers("INTBITRIGHTSHIFT", (left, right) => left >> (right & 63n)),
  pure("INTBITNOT", 1, (value) => {
    const integer = toInteger(value);
    return integer === undefined ? undefined : wrapped(~integer);
  }),
];

function ofIntegers(name: string, apply: (left: bigint, right: bigint) => bigint | undefined): BuiltinFunction {
  return pure(name, 2, (left, right) => {
    const first = toInteger(left);
    const second = toInteger(right);
    if (first === undefined || second === undefined) return undefined;
    const result = apply(first, second);
    return result === undefined ? undefined : wrapped(result);
  });
}

function toInteger(value: Value): bigint | undefined {
  if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const integer = BigInt(value);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

function wrapped(integer: bigint): number {
  return Number(BigInt.asIntN(64, integer));
}
