/** A document put together from what is left of a stored one, for an operator who answers for it. Never on the way of an application. */
import { setOwn } from "../plan/places.js";
import { type Plan, SEAL, SYSTEM_PROPERTIES } from "../plan/plan.js";
import { parsePattern, parsePointer } from "../schema/pattern.js";
import type { ExaminedSeal } from "./examine.js";
import { isObject } from "./json.js";

export interface RebuiltDocument {
  /** The public part as it is stored now, and every sealed value that could be opened. */
  readonly document: Record<string, unknown>;
  /** Names of groups that don't open: their values are not in the document. */
  readonly lost: readonly string[];
  /** Pointers of opened values that have no place any more, since what they stood in is gone. They are not in the document. */
  readonly unplaced: readonly string[];
  /** Pointers at which something public stood in the place of a sealed value; the sealed one was taken. */
  readonly replaced: readonly string[];
}

/**
 * `stored` stays as it is. Undefined where the token of a sealed id or partition key can't be turned back into its value: without it the
 * document can't be sealed in its place.
 */
export function rebuildDocument(
  plan: Plan,
  stored: Readonly<Record<string, unknown>>,
  seal: ExaminedSeal | undefined,
): RebuiltDocument | undefined {
  const document = structuredClone(publicOf(stored));
  const unplaced: string[] = [];
  const replaced: string[] = [];
  const identities = new Set(plan.identity.filter((pattern) => isText(document, pattern)));
  for (const { entries = [] } of seal?.groups ?? []) {
    for (const [pointer, value] of entries) {
      const isIdentity = identities.delete(pointer);
      const outcome = put(document, pointer, value);
      if (outcome === "unplaced") unplaced.push(pointer);
      if (outcome === "replaced" && !isIdentity) replaced.push(pointer);
    }
  }
  if (identities.size > 0) return undefined;
  const lost = (seal?.groups ?? []).filter(({ entries }) => entries === undefined).map(({ name }) => name);
  return { document, lost, unplaced, replaced };
}

function publicOf(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const name of Object.keys(stored)) {
    if (name !== SEAL && !SYSTEM_PROPERTIES.has(name)) setOwn(part, name, stored[name]);
  }
  return part;
}

/** Patterns of identities name properties only, so that they are pointers, too. */
function isText(document: Record<string, unknown>, pattern: string): boolean {
  let value: unknown = document;
  for (const segment of parsePattern(pattern)) {
    if (typeof segment === "string" || !isObject(value) || !Object.hasOwn(value, segment.name)) return false;
    value = value[segment.name];
  }
  return value !== null;
}

function put(document: Record<string, unknown>, pointer: string, value: unknown): "put" | "replaced" | "unplaced" {
  const segments = parsePointer(pointer);
  if (segments === undefined || segments[0] === SEAL || SYSTEM_PROPERTIES.has(segments[0]!)) return "unplaced";
  let parent: unknown = document;
  for (const segment of segments.slice(0, -1)) {
    if (Array.isArray(parent)) {
      parent = /^(0|[1-9][0-9]*)$/.test(segment) ? parent[Number(segment)] : undefined;
    } else if (isObject(parent) && Object.hasOwn(parent, segment)) {
      parent = parent[segment];
    } else return "unplaced";
  }
  const name = segments.at(-1)!;
  if (!isObject(parent)) return "unplaced";
  const isTaken = Object.hasOwn(parent, name);
  setOwn(parent, name, value);
  return isTaken ? "replaced" : "put";
}
