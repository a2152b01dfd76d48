/** Type checking: each answers true or false for every value, undefined included. */
import { isArray, isObject } from "../evaluate/values.js";
import { type BuiltinFunction, test } from "./define.js";

export const typeFunctions: readonly BuiltinFunction[] = [
  test("IS_ARRAY", isArray),
  test("IS_BOOL", (value) => typeof value === "boolean"),
  test("IS_DEFINED", (value) => value !== undefined),
  test("IS_FINITE_NUMBER", (value) => typeof value === "number" && Number.isFinite(value)),
  test("IS_INTEGER", (value) => typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 2 ** 63),
  test("IS_NULL", (value) => value === null),
  test("IS_NUMBER", (value) => typeof value === "number"),
  test("IS_OBJECT", isObject),
  test("IS_PRIMITIVE", (value) => value !== undefined && (typeof value !== "object" || value === null)),
  test("IS_STRING", (value) => typeof value === "string"),
];
