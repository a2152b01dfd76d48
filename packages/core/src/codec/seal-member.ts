/** The `_seal` member of a stored document: its form, read strictly. SPEC §4. */
import { fromBase64, isBase64url } from "../crypto/bytes.js";
import { NONCE_BYTES, TAG_BYTES } from "../crypto/sodium.js";
import { FORMAT_VERSION, GROUP_NAME } from "../plan/plan.js";
import { isObject } from "./json.js";

export type StoredGroup = readonly [keyId: string, stamp: number, blob: string];

/** As it stands in the stored document. */
export interface SealMember {
  readonly v: number;
  readonly k: string;
  readonly e: number;
  readonly n: number;
  readonly g: Readonly<Record<string, StoredGroup>>;
  readonly x?: Readonly<Record<string, string | readonly string[]>>;
  readonly s: number;
  readonly t: number;
  readonly o?: readonly unknown[];
  readonly m: string;
}

export interface ParsedGroup {
  readonly name: string;
  readonly keyId: string;
  /** The stored stamp, or the document's where that is 0. */
  readonly stamp: number;
  readonly blob: Uint8Array;
}

export interface ParsedSeal {
  readonly member: SealMember;
  /** In order of name. */
  readonly groups: readonly ParsedGroup[];
  readonly manifest: Uint8Array;
}

/** Undefined for what is not of the form. */
export function parseSeal(value: unknown): ParsedSeal | undefined {
  if (!isObject(value)) return undefined;
  const seal = value as unknown as SealMember;
  for (const name of Object.keys(value)) if (!MEMBERS.has(name)) return undefined;
  if (seal.v !== FORMAT_VERSION || !isKeyId(seal.k)) return undefined;
  if (!isCount(seal.e) || !isCount(seal.n) || !isCount(seal.s) || !isCount(seal.t) || seal.s < 1 || seal.t < 1)
    return undefined;
  if (!isObject(seal.g) || !(seal.x === undefined || isTokens(seal.x))) return undefined;
  if (!(seal.o === undefined || (Array.isArray(seal.o) && seal.o.length > 0))) return undefined;
  const manifest = typeof seal.m === "string" ? fromBase64(seal.m) : undefined;
  const groups = parseGroups(seal.g, seal.n);
  return manifest?.length === 32 && groups !== undefined ? { member: seal, groups, manifest } : undefined;
}

const MEMBERS: ReadonlySet<string> = new Set(["v", "k", "e", "n", "g", "x", "s", "t", "o", "m"]);

function parseGroups(groups: Readonly<Record<string, unknown>>, documentStamp: number): ParsedGroup[] | undefined {
  const parsed: ParsedGroup[] = [];
  for (const name of Object.keys(groups).sort()) {
    const group = groups[name];
    if (!GROUP_NAME.test(name) || !Array.isArray(group) || group.length !== 3) return undefined;
    const [keyId, stamp, text] = group as unknown[];
    if (!isKeyId(keyId) || !isCount(stamp) || typeof text !== "string") return undefined;
    if (stamp !== 0 && stamp >= documentStamp) return undefined;
    const blob = fromBase64(text);
    if (blob === undefined || blob.length < NONCE_BYTES + TAG_BYTES) return undefined;
    parsed.push({ name, keyId, stamp: stamp === 0 ? documentStamp : stamp, blob });
  }
  return parsed;
}

function isTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => /^[erpsu][0-9a-z]{5}$/.test(name) && isStoredTokens(value[name]));
}

function isStoredTokens(value: unknown): boolean {
  if (typeof value === "string") return isToken(value);
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((token, i) => typeof token === "string" && isToken(token) && (i === 0 || value[i - 1] < token));
}

function isToken(text: string): boolean {
  return text.length > 0 && text.length <= 22 && isBase64url(text);
}

function isKeyId(value: unknown): value is string {
  return typeof value === "string" && value.length === 22 && isBase64url(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}
