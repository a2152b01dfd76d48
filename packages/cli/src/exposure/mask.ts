/** A value as a sample may show it: its form, not its content. */

/**
 * Letters become •, digits ×, except for the first character of a longer text; at most 24 characters. `ada@example.org` is `a••@•••••••.•••`.
 */
export function mask(value: unknown): string {
  if (typeof value === "boolean") return "true or false";
  const text = String(value);
  const characters = [...text];
  const shown = characters.slice(0, 24).map((character, i) => {
    if (i === 0 && characters.length >= 6 && /\p{L}/u.test(character)) return character;
    if (/\p{L}/u.test(character)) return "•";
    return /\p{N}/u.test(character) ? "×" : /[\s@.,:;/+_()-]/.test(character) ? character.replace(/\s/, " ") : "•";
  });
  return characters.length > 24 ? `${shown.join("")}… (${characters.length})` : shown.join("");
}
