// Time and tags: what the store takes from outside itself.

import { randomUUID } from "node:crypto";

/** Milliseconds since 1970. */
export type Clock = () => number;

/** The whole seconds of `_ts`. */
export function timestamp(clock: Clock): number {
  return Math.floor(clock() / 1000);
}

/** A new entity tag, quoted. */
export function newEtag(): string {
  return `"${randomUUID()}"`;
}
