/** The few documented notions that several JavaScript expectations share, written from the reference and from nothing else. */

/** The order of types in ORDER BY, MIN and MAX: undefined, null, booleans, numbers, strings, arrays, objects. */
const types = ["undefined", "null", "boolean", "number", "string", "array", "object"];

export function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Compares two scalars (or undefined) in the total order of ORDER BY. */
export function byType(left: unknown, right: unknown): number {
  const rank = types.indexOf(typeOf(left)) - types.indexOf(typeOf(right));
  if (rank !== 0) return rank;
  if (left === right || typeof left === "object" || left === undefined) return 0;
  return (left as number | string | boolean) < (right as number | string | boolean) ? -1 : 1;
}

/** A copy sorted by one key. */
export function sorted<Row>(rows: readonly Row[], key: (row: Row) => unknown, descending = false): Row[] {
  return [...rows].sort((a, b) => (descending ? -1 : 1) * byType(key(a), key(b)));
}

/** Structural equality without regard to the order of properties. */
export function canonical(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}

/** The first of each kind. */
export function distinct<Row>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [canonical(row), row] as const)).values()];
}

/** Rows by the canonical form of their key. */
export function groups<Row>(rows: readonly Row[], key: (row: Row) => unknown): Row[][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const name = canonical(key(row));
    const group = found.get(name);
    if (group) group.push(row);
    else found.set(name, [row]);
  }
  return [...found.values()];
}

/** The numbers among some values. */
export function numbers(values: readonly unknown[]): number[] {
  return values.filter((value) => typeof value === "number");
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What is there. */
export function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value): value is T => value !== undefined);
}

/** An array, or nothing: what `x IN path` iterates over. */
export function list<T>(value: readonly T[] | object | string | null | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}
