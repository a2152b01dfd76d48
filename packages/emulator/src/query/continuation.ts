// Continuation tokens: where the next page starts. Opaque to the caller, and checked when they come back.

import type { Json } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import { isObject } from "../http/message.js";

/** Rows as they are stored: below the first segment all are given; above the last one none is. */
export interface StreamPosition {
  readonly mode: "stream";
  /** In the order of their keys. More than one where a range was split while it was being read. */
  readonly segments: readonly Segment[];
  /** Rows that OFFSET still skips and LIMIT or TOP still takes; null for no limit. */
  readonly skip: number;
  readonly take: number | null;
}

/** From `min` to `max` the next row is the row `row` of the item `number`. */
export interface Segment {
  readonly min: string;
  readonly max: string;
  readonly number: number;
  readonly row: number;
}

/** Rows in an order: the next is the first after these keys, then after this item, then after this row of it. */
export interface OrderPosition {
  readonly mode: "order";
  /** One per key: `[value]`, or `[]` where it was undefined. */
  readonly keys: readonly (readonly Json[])[];
  readonly number: number;
  readonly row: number;
  readonly skip: number;
  readonly take: number | null;
}

/** Rows that only come out of all those between two effective keys: the next is the one at this place. */
export interface PlacePosition {
  readonly mode: "place";
  readonly place: number;
  readonly min: string;
  readonly max: string;
}

export type Position = StreamPosition | OrderPosition | PlacePosition;

/** Binds the position to the container, so that a token of another one is refused. */
export function writeToken(containerRid: string, position: Position): string {
  return Buffer.from(JSON.stringify({ container: containerRid, ...position }), "utf8").toString("base64url");
}

/** Throws 400 for anything that `writeToken` didn't make for this container and this kind of query. */
export function readToken<Mode extends Position["mode"]>(
  token: string | undefined,
  containerRid: string,
  mode: Mode,
): (Position & { readonly mode: Mode }) | undefined {
  if (token === undefined || token === "") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    throw invalid();
  }
  if (!isObject(parsed) || parsed["container"] !== containerRid || parsed["mode"] !== mode || !isPosition(parsed)) {
    throw invalid();
  }
  return parsed as unknown as Position & { readonly mode: Mode };
}

function isPosition(token: { readonly [name: string]: unknown }): boolean {
  if (token["mode"] === "place") return isCount(token["place"]) && hasBounds(token);
  const { skip, take, segments, keys } = token;
  if (!isCount(skip) || !(take === null || isCount(take))) return false;
  if (token["mode"] === "stream") {
    return Array.isArray(segments) && segments.length > 0 && segments.every((one) => isObject(one) && isSegment(one));
  }
  return isPlace(token) && Array.isArray(keys) && keys.every((key) => Array.isArray(key) && key.length <= 1);
}

function isSegment(segment: { readonly [name: string]: unknown }): boolean {
  return hasBounds(segment) && isPlace(segment);
}

function isPlace(token: { readonly [name: string]: unknown }): boolean {
  return isCount(token["number"]) && isCount(token["row"]);
}

function hasBounds(token: { readonly [name: string]: unknown }): boolean {
  return typeof token["min"] === "string" && typeof token["max"] === "string";
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function invalid(): Error {
  return badRequest("Invalid Continuation Token");
}
