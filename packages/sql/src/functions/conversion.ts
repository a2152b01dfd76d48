/** From text to a value and back. The text is JSON; white space around it is no matter. */
import { isArray, isObject, type Value } from "../evaluate/values.js";
import { type BuiltinFunction, ofString, pure } from "./define.js";

export const conversionFunctions: readonly BuiltinFunction[] = [
  parsing("STRINGTOARRAY", isArray),
  parsing("STRINGTOBOOLEAN", (value) => typeof value === "boolean"),
  parsing("STRINGTONULL", (value) => value === null),
  parsing("STRINGTONUMBER", (value) => typeof value === "number" && Number.isFinite(value)),
  parsing("STRINGTOOBJECT", isObject),
  pure("TOSTRING", 1, (value) => {
    if (value === undefined || typeof value === "string") return value;
    return typeof value === "number" ? String(value) : JSON.stringify(value);
  }),
];

function parsing(name: string, wanted: (value: Value) => boolean): BuiltinFunction {
  return ofString(name, (text) => {
    const value = parseJson(text);
    return wanted(value) ? value : undefined;
  });
}

/** The value of a JSON text; a text that is none has no value. */
function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
