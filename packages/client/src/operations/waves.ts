/**
 * The order of a list in which the server does some operations and the client does others: what comes later in the list on one
 * item comes later in time, and everything else goes together.
 */
import type { PreparedOperation } from "./prepare.js";

/** Indexes of operations that are done together. */
export interface Wave {
  readonly kind: PreparedOperation["kind"];
  readonly indexes: readonly number[];
}

/** None is empty. */
export function wavesOf(
  operations: readonly (Pick<PreparedOperation, "kind" | "place"> | undefined)[],
): readonly Wave[] {
  const last = new Map<string, number>();
  const waves: number[][] = [];
  for (const [i, operation] of operations.entries()) {
    if (operation === undefined) continue;
    const { kind, place } = operation;
    // Even waves are sent, odd ones are rewritten.
    const before = last.get(place) ?? 0;
    const wave = before % 2 === (kind === "send" ? 0 : 1) ? before : before + 1;
    last.set(place, wave);
    while (waves.length <= wave) waves.push([]);
    waves[wave]!.push(i);
  }
  return waves
    .map((indexes, i): Wave => ({ kind: i % 2 === 0 ? "send" : "rewrite", indexes }))
    .filter(({ indexes }) => indexes.length > 0);
}
