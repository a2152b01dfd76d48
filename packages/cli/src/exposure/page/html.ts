/** HTML that can't be broken out of: whatever is put in is text, unless it was made here. */

/** Text that is markup already. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | undefined | readonly Part[];

/** Escapes every value but markup. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.raw.reduce((all, literal, i) => all + literal + (i < parts.length ? textOf(parts[i]) : ""), "");
  return { markup: text };
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeText(visible(String(part)));
  if (Array.isArray(part)) return part.map((one: Part) => textOf(one)).join("");
  return (part as Html).markup;
}

/** Inside elements, and inside attributes in either quotes. */
function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Changes of direction and controls are written out: a name must not look like another. */
function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
