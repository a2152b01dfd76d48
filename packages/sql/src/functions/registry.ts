/** Every built-in scalar function, by its upper-case name. */
import { arrayFunctions } from "./array.js";
import { conversionFunctions } from "./conversion.js";
import { dateTimeFunctions } from "./datetime.js";
import type { BuiltinFunction } from "./define.js";
import { integerFunctions } from "./integer.js";
import { mathematicalFunctions } from "./mathematical.js";
import { canonicalName } from "./names.js";
import { otherFunctions } from "./other.js";
import { regexFunctions } from "./regexmatch.js";
import { stringFunctions } from "./string.js";
import { typeFunctions } from "./typecheck.js";

/** The function that a call names, in any spelling. */
export function findBuiltin(name: string): BuiltinFunction | undefined {
  return builtinFunctions.get(name) ?? byCanonicalName.get(canonicalName(name));
}

export const builtinFunctions: ReadonlyMap<string, BuiltinFunction> = new Map(
  [
    ...stringFunctions,
    ...regexFunctions,
    ...conversionFunctions,
    ...mathematicalFunctions,
    ...integerFunctions,
    ...arrayFunctions,
    ...dateTimeFunctions,
    ...typeFunctions,
    ...otherFunctions,
  ].map((definition) => [definition.name, definition]),
);

const byCanonicalName: ReadonlyMap<string, BuiltinFunction> = new Map(
  [...builtinFunctions.values()].map((definition) => [canonicalName(definition.name), definition]),
);
