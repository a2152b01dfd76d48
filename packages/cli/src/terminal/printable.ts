/** What is stored belongs to whoever wrote it: nothing of it may steer the terminal. */

/**
 * The text with control characters and changes of direction written out, so that an id like `\u001b[2J` is seen and not obeyed. The styles of
 * {@link STYLES} stay.
 */
export function printable(text: string): string {
  return text
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(CONTROL, escaped)))
    .join("");
}

/** The only escape sequences that are ever written. */
export const STYLES: Readonly<Record<"reset" | "bold" | "dim" | "red" | "green" | "yellow" | "cyan", string>> = {
  reset: "\u001b[0m",
  bold: "\u001b[1m",
  dim: "\u001b[2m",
  red: "\u001b[31m",
  green: "\u001b[32m",
  yellow: "\u001b[33m",
  cyan: "\u001b[36m",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STYLE = /(\u001b\[(?:0|1|2|31|32|33|36)m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
