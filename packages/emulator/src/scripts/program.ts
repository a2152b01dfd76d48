// The text of a script as an expression whose value is its function.

import { Script } from "node:vm";
import { badRequest } from "../http/errors.js";

/** A body is one function, or declarations whose first function is the one that is meant. Throws 400 where it is no program. */
export function programOf(body: string): string {
  const expression = `(${body}\n)`;
  if (parses(expression)) return expression;
  const name = /\bfunction\s*\*?\s+([A-Za-z_$][\w$]*)/.exec(body)?.[1];
  const declarations = `(() => {${body}\n;return ${name};})()`;
  if (name !== undefined && parses(declarations)) return declarations;
  throw badRequest("The script's body is no JavaScript function.");
}

function parses(text: string): boolean {
  try {
    new Script(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
