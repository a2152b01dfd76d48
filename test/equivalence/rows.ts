/** Rows as text that can be compared: the same for both clients, whatever the order of properties. */

/** What the service sets is compared by presence alone. */
export const SYSTEM_PROPERTIES: readonly string[] = ["_rid", "_self", "_etag", "_ts", "_attachments"];

/** `step`: sums hang on the order in which ranges are added up; numbers that differ by less are the same. 0: none are. */
export function canonicalRow(row: unknown, step: number): string {
  return JSON.stringify(plain(row, step)) ?? "undefined";
}

/** As JSON has it: what a document with dates and bigints is in a plaintext container. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, member) => (typeof member === "bigint" ? Number(member) : member)));
}

export function countRows(rows: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

/** Rows of `wanted` that are not in `given`, each as often as it lacks. */
export function missingRows(wanted: readonly string[], given: readonly string[]): readonly string[] {
  const counts = countRows(given);
  return wanted.filter((row) => {
    const left = counts.get(row) ?? 0;
    if (left > 0) counts.set(row, left - 1);
    return left === 0;
  });
}

function plain(value: unknown, step: number): unknown {
  if (typeof value === "bigint") return plain(Number(value), step);
  if (typeof value === "number") return step === 0 ? value : Math.round(value / step);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, step));
  const members = Object.entries(value).map(([name, member]) => [
    name,
    SYSTEM_PROPERTIES.includes(name) ? "<system>" : plain(member, step),
  ]);
  return Object.fromEntries(members.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
