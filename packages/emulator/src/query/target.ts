// Which items a request is about: one partition key, a prefix of one, a range, a part of a range, or the whole container.

import { badRequest, rangeGone, wrongKeyShape } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { keyOf } from "../items/key.js";
import { effectiveKey } from "../partition/effective.js";
import { isPrefix, type KeyComponent, keyText } from "../partition/key.js";
import { holds, overlaps } from "../partition/ranges.js";
import type { Container } from "../store/container.js";
import type { StoredItem } from "../store/item.js";
import type { PartitionRange } from "../store/range.js";

export interface Target {
  readonly container: Container;
  /** In the order of their keys; at least one. */
  readonly ranges: readonly PartitionRange[];
  /** All levels, or the first ones. */
  readonly key: readonly KeyComponent[] | undefined;
  readonly part: { readonly min: string; readonly max: string } | undefined;
  /** True where the request named none of these. */
  readonly isWholeContainer: boolean;
}

/** Throws 400/1001 for a key of the wrong shape, 410/1002 for a range that isn't there. */
export function targetOf(container: Container, request: ServiceRequest): Target {
  const key = readKey(container, request);
  const rangeId = request.headers.get("x-ms-documentdb-partitionkeyrangeid");
  const part = readPart(request);
  let ranges = container.ranges;
  if (rangeId !== undefined) {
    // Some clients put the container's resource id in front.
    const id = rangeId.slice(rangeId.lastIndexOf(",") + 1);
    ranges = ranges.filter((range) => range.bounds.id === id);
    if (ranges.length === 0) throw rangeGone();
  }
  if (key !== undefined) {
    const least = effectiveKey(container.partitionKey, key);
    const isWhole = key.length === container.partitionKey.paths.length;
    ranges = ranges.filter((range) =>
      isWhole ? holds(range.bounds, least) : overlaps(range.bounds, least, `${least}FF`),
    );
    if (ranges.length === 0) throw rangeGone();
  }
  if (part !== undefined) ranges = ranges.filter((range) => overlaps(range.bounds, part.min, part.max));
  if (ranges.length === 0) throw badRequest("The effective partition keys lie outside the range.");
  return {
    container,
    ranges,
    key,
    // A part that holds the ranges whole is none.
    part:
      part !== undefined && ranges.every(({ bounds }) => part.min <= bounds.min && bounds.max <= part.max)
        ? undefined
        : part,
    isWholeContainer: key === undefined && rangeId === undefined && part === undefined,
  };
}

/** The live items of the target within one of its ranges, in the order of their creation, from a number on. */
export function* itemsOf(target: Target, range: PartitionRange, from: number, now: number): Generator<StoredItem> {
  const { container, key, part } = target;
  const isWholeKey = key !== undefined && key.length === container.partitionKey.paths.length;
  const items = isWholeKey ? range.logical.get(keyText(key)) : range.all;
  if (items === undefined) return;
  for (const item of items.from(from)) {
    if (isTargeted(key, part, item) && container.isLive(item, now)) yield item;
  }
}

/** Of these numbers, the live items of the target, as `itemsOf`. */
export function* itemsAmong(
  numbers: Iterable<number>,
  { container, key, part }: Target,
  range: PartitionRange,
  from: number,
  now: number,
): Generator<StoredItem> {
  const sorted = [...numbers].filter((number) => number >= from).sort((left, right) => left - right);
  for (const number of sorted) {
    const item = range.all.get(number);
    if (item !== undefined && isTargeted(key, part, item) && container.isLive(item, now)) yield item;
  }
}

export function isTargeted(key: Target["key"], part: Target["part"], item: StoredItem): boolean {
  return (key === undefined || isPrefix(key, item.key)) && (part === undefined || holds(part, item.effectiveKey));
}

function readKey(container: Container, request: ServiceRequest): readonly KeyComponent[] | undefined {
  const header = request.headers.get("x-ms-documentdb-partitionkey");
  if (header === undefined) return undefined;
  const key = keyOf(container, header);
  if (key === undefined) throw badRequest("Partition key is invalid: it is not a JSON array of scalar values.", 1001);
  const levels = container.partitionKey.paths.length;
  if (key.length === 0 || key.length > levels || (key.length < levels && container.partitionKey.kind !== "MultiHash")) {
    throw wrongKeyShape();
  }
  return key;
}

function readPart(request: ServiceRequest): { min: string; max: string } | undefined {
  const min = request.headers.get("x-ms-start-epk");
  const max = request.headers.get("x-ms-end-epk");
  if (min === undefined && max === undefined) return undefined;
  if (min === undefined || max === undefined || !/^[0-9A-Fa-f]*$/.test(min + max) || min >= max) {
    throw badRequest("The effective partition key range is invalid.");
  }
  return { min: min.toUpperCase(), max: max.toUpperCase() };
}
