/** The body of a patch as the application gives it, checked where the service checks. */
import { parsePatchPath } from "./pointer.js";
import { badPatch } from "./refusal.js";

export type PatchStep =
  | { readonly op: "add" | "set" | "replace"; readonly path: readonly string[]; readonly value: unknown }
  | { readonly op: "incr"; readonly path: readonly string[]; readonly value: number }
  | { readonly op: "remove"; readonly path: readonly string[] }
  | { readonly op: "move"; readonly path: readonly string[]; readonly from: readonly string[] };

export interface Patch {
  readonly steps: readonly PatchStep[];
  /** `from c where …` */
  readonly condition?: string;
}

/** As many as the service takes. */
export const MAX_PATCH_OPERATIONS = 10;

/** A bare list, or `{ operations, condition }`. Throws PatchRefusal 400. */
export function readPatch(body: unknown): Patch {
  const { operations, condition } = patchParts(body);
  if (!Array.isArray(operations) || operations.length === 0) throw badPatch("A patch needs at least one operation.");
  if (operations.length > MAX_PATCH_OPERATIONS) {
    throw badPatch(`The number of patch operations can't exceed '${MAX_PATCH_OPERATIONS}'.`);
  }
  if (condition !== undefined && typeof condition !== "string") throw badPatch("The patch condition is not a text.");
  const steps = (operations as readonly unknown[]).map(readStep);
  return condition === undefined ? { steps } : { steps, condition };
}

/** The two forms made one, nothing checked. */
export function patchParts(body: unknown): { readonly operations: unknown; readonly condition: unknown } {
  if (Array.isArray(body) || typeof body !== "object" || body === null) {
    return { operations: body, condition: undefined };
  }
  const { operations, condition } = body as { readonly operations?: unknown; readonly condition?: unknown };
  return { operations, condition };
}

function readStep(operation: unknown, i: number): PatchStep {
  const at = `Patch operation ${i + 1}`;
  if (typeof operation !== "object" || operation === null) throw badPatch(`${at} is not an object.`);
  const { op, path: pathText, from: fromText, value } = operation as Readonly<Record<string, unknown>>;
  const path = parsePatchPath(pathText);
  if (path === undefined) throw badPatch(`${at} has no path: it starts with '/' and names a property.`);
  switch (op) {
    case "add":
    case "set":
    case "replace":
      if (copyOf(value) === undefined) throw badPatch(`${at} (${op}) needs a value.`);
      return { op, path, value: copyOf(value) };
    case "incr":
      if (typeof value !== "number" || !Number.isFinite(value)) throw badPatch(`${at} (incr) needs a number.`);
      return { op, path, value };
    case "remove":
      return { op, path };
    case "move": {
      const from = parsePatchPath(fromText);
      if (from === undefined) throw badPatch(`${at} (move) doesn't say from where.`);
      if (from.every((name, level) => name === path[level]))
        throw badPatch(`${at}: a value can't be moved into itself.`);
      return { op, path, from };
    }
    default:
      throw badPatch(`${at} is none of add, set, replace, remove, incr, move.`);
  }
}

/**
 * A copy with the meaning of JSON, so that neither the caller's value nor the document changes with the other. What sealed paths
 * may keep beyond JSON stays what it is.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return Array.from(value, (item) => copyOf(item) ?? null);
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return copyOf(toJSON.call(value, ""));
  const primitive = value instanceof Number || value instanceof String || value instanceof Boolean;
  if (primitive) return value.valueOf();
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const copied = copyOf(member);
    if (copied !== undefined) define(copy, name, copied);
  }
  return copy;
}

/** Defined and not assigned: `__proto__` is a name like any other. */
export function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
