/** Every built-in scalar function, by its upper-case name. */
import { arrayFunctions } from "./array.js";
import { conversionFunctions } from "./conversion.js";
import { dateTimeFunctions } from "./datetime.js";
import type { BuiltinFunction } from "./define.js";
import { integerFunctions } from "./integer.js";
import { mathematicalFunctions } from "./mathematical.js";
import { otherFunctions } from "./other.js";
import { regexFunctions } from "./regexmatch.js";
import { stringFunctions } from "./string.js";
import { typeFunctions } from "./typecheck.js";

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
