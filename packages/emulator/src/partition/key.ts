// Partition keys as values: read from a document, from a request header or from an operation, and compared.

import type { Json } from "@cosmoseal/sql";

/** One level of a partition key. `undefined` is the key of a document that lacks the property, `{}` on the wire. */
export type KeyComponent = string | number | boolean | null | undefined;

export interface PartitionKeyDefinition {
  readonly paths: readonly string[];
  readonly kind: "Hash" | "MultiHash";
  readonly version: 1 | 2;
}

/** The key that a document carries, or undefined where a path holds an object or an array, which no key can be. */
export function keyOfDocument(
  definition: PartitionKeyDefinition,
  document: { readonly [name: string]: Json },
): readonly KeyComponent[] | undefined {
  const key: KeyComponent[] = [];
  for (const path of definition.paths) {
    const value = valueAt(document, parsePath(path));
    if (typeof value === "object" && value !== null && !isEmptyObject(value)) return undefined;
    key.push(typeof value === "object" && value !== null ? undefined : normalize(value));
  }
  return key;
}

/** The key in a header or an operation: the text of a JSON array. Undefined where it is not one. */
export function parseKey(text: string): readonly KeyComponent[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const key: KeyComponent[] = [];
  for (const value of parsed as readonly Json[]) {
    if (typeof value === "object" && value !== null && !isEmptyObject(value)) return undefined;
    key.push(typeof value === "object" && value !== null ? undefined : normalize(value));
  }
  return key;
}

/** One text per key, equal exactly where the keys are equal. */
export function keyText(key: readonly KeyComponent[]): string {
  return JSON.stringify(key.map((component) => (component === undefined ? {} : component)));
}

/** True where `prefix` holds the first levels of `key`. */
export function isPrefix(prefix: readonly KeyComponent[], key: readonly KeyComponent[]): boolean {
  return prefix.length <= key.length && prefix.every((component, level) => Object.is(component, key[level]));
}

const parsedPaths = new Map<string, readonly string[]>();

/** The property names of `/a/b` or `/"a b"/c`. */
export function parsePath(path: string): readonly string[] {
  let names = parsedPaths.get(path);
  if (names === undefined) {
    names = [...path.matchAll(/\/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^/]*))/g)]
      .map((match) => match[1] ?? match[2] ?? match[3]!.trim())
      .filter((name) => name !== "");
    if (parsedPaths.size > 10_000) parsedPaths.clear();
    parsedPaths.set(path, names);
  }
  return names;
}

/** The value at a path of own properties, undefined where there is none. */
export function valueAt(document: Json, names: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const name of names) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as { readonly [name: string]: Json })[name];
  }
  return value;
}

function isEmptyObject(value: object): boolean {
  return !Array.isArray(value) && Object.keys(value).length === 0;
}

function normalize(value: string | number | boolean | null | undefined): KeyComponent {
  return value === 0 ? 0 : value; // -0 and 0 are one key.
}
