// An index of one path over the items of a range: made when a query first asks for it, kept by every write from then on.

import type { Json } from "@cosmoseal/sql";
import type { StoredItem } from "./item.js";

/** Numbers of items. */
export type Posting = ReadonlySet<number>;

export class PathIndex {
  readonly #names: readonly string[];
  /** By the JSON text of a scalar at the path; of an array there, by the text of each scalar element behind a bracket. */
  readonly #postings: Map<string, Set<number>> = new Map();

  constructor(names: readonly string[], items: Iterable<StoredItem>) {
    this.#names = names;
    for (const item of items) this.add(item);
  }

  add(item: StoredItem): void {
    for (const key of this.#keysOf(item)) {
      const posting = this.#postings.get(key);
      if (posting === undefined) this.#postings.set(key, new Set([item.number]));
      else posting.add(item.number);
    }
  }

  remove(item: StoredItem): void {
    for (const key of this.#keysOf(item)) {
      const posting = this.#postings.get(key);
      posting?.delete(item.number);
      if (posting?.size === 0) this.#postings.delete(key);
    }
  }

  /** Items with this scalar at the path. */
  withValue(value: Json): Posting {
    return this.#postings.get(JSON.stringify(value)) ?? NONE;
  }

  /** Items with an array at the path that holds this scalar. */
  withElement(value: Json): Posting {
    return this.#postings.get(`[${JSON.stringify(value)}`) ?? NONE;
  }

  /** Items with a number at the path that passes; undefined where so many differ that a scan is as quick. */
  withNumber(passes: (value: number) => boolean): Posting | undefined {
    if (this.#postings.size > MANY) return undefined;
    const found = new Set<number>();
    for (const [key, posting] of this.#postings) {
      if (/^[-\d]/.test(key) && passes(Number(key))) for (const number of posting) found.add(number);
    }
    return found;
  }

  #keysOf({ document }: StoredItem): ReadonlySet<string> {
    let value: Json | undefined = document;
    for (const name of this.#names) {
      value =
        typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
          ? (value as { readonly [name: string]: Json })[name]
          : undefined;
    }
    if (Array.isArray(value)) {
      return new Set(value.filter(isScalar).map((element) => `[${JSON.stringify(element)}`));
    }
    return isScalar(value) ? new Set([JSON.stringify(value)]) : NO_KEYS;
  }
}

const NONE: Posting = new Set();
const NO_KEYS: ReadonlySet<string> = new Set();
const MANY = 1_000;

function isScalar(value: Json | undefined): value is null | boolean | number | string {
  return value === null || (value !== undefined && typeof value !== "object");
}
