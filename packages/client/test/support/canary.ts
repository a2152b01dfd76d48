/** Searching bytes for values that must not be in them, in every form that a program gives them. */

/** The forms of a text: as it is, escaped in JSON and in URLs, in hex, in base64 at any alignment, in either case. */
export function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, "utf8");
  const escaped = JSON.stringify(value).slice(1, -1);
  const ascii = escaped.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [
    value,
    value.toLowerCase(),
    escaped,
    ascii,
    encodeURIComponent(value),
    encodeURI(value),
    bytes.toString("hex"),
    Buffer.from(value, "utf16le").toString("hex"),
    ...[0, 1, 2].flatMap((offset) => base64Core(bytes, offset)),
  ];
}

/** The characters of base64 that this value alone decides, when it begins `offset` bytes into a group of three. */
function base64Core(bytes: Buffer, offset: number): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((shifted.length * 8) / 6);
  return [shifted.toString("base64").slice(first, last), shifted.toString("base64url").slice(first, last)];
}

export interface Haystack {
  readonly where: string;
  readonly text: string;
}

/** Where a canary is found; the canary itself is told by its name, never by its value. */
export function sightings(
  haystacks: readonly Haystack[],
  canaries: Readonly<Record<string, string>>,
): readonly string[] {
  const forms = Object.entries(canaries).flatMap(([name, value]) =>
    [...new Set(formsOf(value))].map((form) => ({ name, form })),
  );
  return haystacks.flatMap(({ where, text }) =>
    forms.filter(({ form }) => text.includes(form)).map(({ name }) => `${name} in ${where}`),
  );
}
