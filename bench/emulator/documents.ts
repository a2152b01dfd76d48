// The documents of the load: 1 KB each.

/** How many stand in the container that is read. */
export const STORED = 1_000;

export function documentOf(id: string): { id: string; pk: string; n: number; padding: string } {
  return { id, pk: id, n: id.length, padding: "x".repeat(940) };
}
