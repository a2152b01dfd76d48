/** Documents as they lie in the account, and how they are compared. */
import { isDeepStrictEqual } from "node:util";

/** The parts of `_seal` that the thief meddles with. */
export interface SealMember {
  readonly g: Readonly<Record<string, readonly [keyId: string, stamp: number, blob: string]>>;
  readonly x?: Readonly<Record<string, string | readonly string[]>>;
  readonly m: string;
}

/** A stored document, sealed or not. */
export interface StoredCustomer {
  readonly id: string;
  readonly tenantId: string;
  readonly [property: string]: unknown;
  readonly _seal?: SealMember;
}

const SYSTEM: ReadonlySet<string> = new Set(["_rid", "_self", "_etag", "_ts", "_attachments"]);

/** The document without what the service adds. */
export function bare(document: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !SYSTEM.has(name)));
}

/** True where both say the same, whatever the service added. */
export function same(a: object | null | undefined, b: object | null | undefined): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return false;
  return isDeepStrictEqual(bare(a), bare(b));
}

/** Runs the work on every element, `width` at a time. The first error ends it. */
export async function forEachAtOnce<T>(
  list: readonly T[],
  width: number,
  work: (element: T) => Promise<unknown>,
): Promise<void> {
  const rest = list[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const element of rest) await work(element);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
