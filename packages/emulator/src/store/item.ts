// A stored document: one version, never changed; a write makes the next one.

import type { Json } from "@cosmoseal/sql";
import type { KeyComponent } from "../partition/key.js";

export type JsonObject = { readonly [name: string]: Json };

export interface StoredItem {
  readonly id: string;
  readonly key: readonly KeyComponent[];
  readonly keyText: string;
  readonly effectiveKey: string;
  /** Ascending in the order of creation, within the container; kept by a replace. */
  readonly number: number;
  /** Of the range, when this version was written. */
  readonly lsn: number;
  readonly etag: string;
  /** Seconds. */
  readonly timestamp: number;
  /** With the system properties. */
  readonly document: JsonObject;
  /** The document as JSON text. */
  readonly text: string;
}

export const SYSTEM_PROPERTIES: readonly string[] = ["_rid", "_self", "_etag", "_attachments", "_ts"];

/** What a caller may send along and the service sets itself. */
export function withoutSystemProperties(document: JsonObject): JsonObject {
  const isOwn = (name: string): boolean => !name.startsWith("_") || !KEPT_BY_SERVICE.has(name);
  const names = Object.keys(document);
  if (names.every(isOwn)) return document;
  return Object.fromEntries(names.filter(isOwn).map((name) => [name, document[name] as Json]));
}

const KEPT_BY_SERVICE: ReadonlySet<string> = new Set([...SYSTEM_PROPERTIES, "_lsn"]);
