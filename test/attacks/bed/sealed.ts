/** What the thief does to documents of ours: the parts of `_seal` as they are stored. */
import type { Stored } from "./forge.js";

export type Group = readonly [keyId: string, stamp: number, blob: string];

export interface Seal {
  readonly v: number;
  readonly k: string;
  readonly e: number;
  readonly n: number;
  readonly g: Readonly<Record<string, Group>>;
  readonly x?: Readonly<Record<string, string | readonly string[]>>;
  readonly s: number;
  readonly t: number;
  readonly o?: readonly unknown[];
  readonly m: string;
}

export function sealOf(document: Stored): Seal {
  return document["_seal"] as Seal;
}

export function withSeal(document: Stored, seal: object): Stored {
  return { ...document, _seal: seal };
}

export function changeSeal(document: Stored, change: object): Stored {
  return withSeal(document, { ...sealOf(document), ...change });
}

export function groupOf(document: Stored, name: string): Group {
  const group = sealOf(document).g[name];
  if (group === undefined) throw new Error(`the document has no group "${name}"`);
  return group;
}

export function withGroup(document: Stored, name: string, group: Group | undefined): Stored {
  const { [name]: _, ...others } = sealOf(document).g;
  return changeSeal(document, { g: group === undefined ? others : { ...others, [name]: group } });
}

export function without(document: Stored, ...names: readonly string[]): Stored {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name))) as Stored;
}

/** One bit of one byte of a base64 text. */
export function flipByte(text: string, at: number, bit = 0): string {
  const bytes = Buffer.from(text, "base64");
  bytes[at]! ^= 1 << bit;
  return bytes.toString("base64");
}
