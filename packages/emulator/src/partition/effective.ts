// The effective partition key: the hexadecimal hash that decides in which range a partition key lives.

import type { KeyComponent, PartitionKeyDefinition } from "./key.js";
import { murmur32, murmur128 } from "./murmur.js";

/**
 * Hashes as the service and the SDK's own bulk routing do. Version 1 keeps the hash and a readable form of the value,
 * version 2 is a 126-bit hash, a hierarchical key is one version 2 hash per level, joined; so that a shorter key is a
 * prefix of every longer one.
 */
export function effectiveKey(definition: PartitionKeyDefinition, key: readonly KeyComponent[]): string {
  if (definition.kind === "MultiHash") return key.map((component) => hashVersion2([component])).join("");
  const [component] = key;
  if (typeof component !== "string") return hash(definition, component);
  // A request asks several times for the hash of its key.
  const known = definition.version === 2 ? recent2 : recent1;
  let hashed = known.get(component);
  if (hashed === undefined) {
    hashed = hash(definition, component);
    if (known.size >= 4096) known.clear();
    known.set(component, hashed);
  }
  return hashed;
}

const recent1 = new Map<string, string>();
const recent2 = new Map<string, string>();

function hash(definition: PartitionKeyDefinition, component: KeyComponent): string {
  return definition.version === 2 ? hashVersion2([component]) : hashVersion1(component);
}

function hashVersion2(key: readonly KeyComponent[]): string {
  const [first, second] = murmur128(Buffer.concat(key.map((component) => bytesToHash(component, 0xff))));
  const masked = second & 0x3fff_ffff_ffff_ffffn;
  return (masked.toString(16).padStart(16, "0") + first.toString(16).padStart(16, "0")).toUpperCase();
}

// Version 1 sees only the first hundred UTF-16 units of a string.
function hashVersion1(component: KeyComponent): string {
  const value = typeof component === "string" ? component.slice(0, 100) : component;
  const hash = encodeNumber(murmur32(bytesToHash(value, 0x00)));
  return Buffer.concat([hash, encodeComponent(value)])
    .toString("hex")
    .toUpperCase();
}

/** The version 1 form of a bare hash value, for the bounds between ranges. */
export function encodeHashVersion1(hash: number): string {
  return encodeNumber(hash).toString("hex").toUpperCase();
}

function bytesToHash(component: KeyComponent, stringEnd: number): Buffer {
  if (typeof component === "string") {
    return Buffer.concat([Buffer.of(PREFIX.string), Buffer.from(component, "utf8"), Buffer.of(stringEnd)]);
  }
  if (typeof component === "number") {
    const bytes = Buffer.alloc(9);
    bytes[0] = PREFIX.number;
    bytes.writeDoubleLE(component, 1);
    return bytes;
  }
  return Buffer.of(prefixOf(component));
}

const PREFIX = { undefined: 0x00, null: 0x01, false: 0x02, true: 0x03, number: 0x05, string: 0x08 } as const;

function prefixOf(component: boolean | null | undefined): number {
  if (component === undefined) return PREFIX.undefined;
  if (component === null) return PREFIX.null;
  return component ? PREFIX.true : PREFIX.false;
}

function encodeComponent(component: KeyComponent): Buffer {
  if (typeof component === "number") return encodeNumber(component);
  if (typeof component !== "string") return Buffer.of(prefixOf(component));
  // Each byte is raised by one, so that the closing zero sorts before every continuation.
  const bytes = Buffer.from(component, "utf8").map((byte) => (byte < 0xff ? byte + 1 : byte));
  return Buffer.concat([Buffer.of(PREFIX.string), bytes, Buffer.of(0x00)]);
}

// Order-preserving: the sign-adjusted bits, first a whole byte, then seven bits a byte with a lowest bit that says "more".
// A last byte of zero is left out, as the SDK leaves it out.
function encodeNumber(value: number): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  const raw = bits.readBigUInt64BE();
  const sign = 0x8000_0000_0000_0000n;
  let rest = BigInt.asUintN(64, raw < sign ? raw ^ sign : -raw);
  const bytes = [PREFIX.number as number, Number(rest >> 56n)];
  rest = BigInt.asUintN(64, rest << 8n);
  do {
    bytes.push(Number((rest >> 56n) | 1n));
    rest = BigInt.asUintN(64, rest << 7n);
  } while (rest !== 0n);
  const last = bytes.pop()! & 0xfe;
  if (last !== 0) bytes.push(last);
  return Buffer.from(bytes);
}
