/** What the six operations of a patch do to a document: pure, and the service's own rules. */
import { isIndex } from "./pointer.js";
import { copyOf, define, type PatchStep } from "./read-patch.js";
import { badPatch, type PatchRefusal } from "./refusal.js";

/** Changes the document in place; it must be thrown away where this throws. Throws PatchRefusal 400. */
export function applyPatch(document: Record<string, unknown>, steps: readonly PatchStep[]): void {
  for (const [i, step] of steps.entries()) apply(document, step, `Patch operation ${i + 1} (${step.op})`);
}

/** What has places below it. A date or bytes are values, although JavaScript keeps them in objects. */
type Holder = unknown[] | Record<string, unknown>;

function apply(document: Holder, step: PatchStep, at: string): void {
  const { path } = step;
  if (step.op === "remove") {
    take(document, path, at);
    return;
  }
  if (step.op === "move") {
    const value = take(document, step.from, at);
    put(parentOf(document, path, at), path, value, true, at);
    return;
  }
  const parent = parentOf(document, path, at);
  const before = read(parent, path.at(-1)!);
  if (step.op === "incr") {
    put(parent, path, sumOf(before, step.value, at), false, at);
    return;
  }
  if (step.op === "replace" && before === undefined) throw missing(at);
  put(parent, path, copyOf(step.value), step.op === "add", at);
}

/** An absent number counts as 0. */
function sumOf(before: unknown, value: number, at: string): number | bigint {
  if (typeof before === "bigint" && Number.isInteger(value)) return before + BigInt(value);
  const number = typeof before === "bigint" ? Number(before) : (before ?? 0);
  if (before === null || typeof number !== "number") throw badPatch(`${at}: the value there is not a number.`);
  const sum = number + value;
  if (!Number.isFinite(sum)) throw badPatch(`${at}: the sum is out of range.`);
  return sum;
}

function parentOf(document: Holder, path: readonly string[], at: string): Holder {
  let parent = document;
  for (const name of path.slice(0, -1)) {
    const child = read(parent, name);
    if (!isHolder(child)) throw missing(at);
    parent = child;
  }
  return parent;
}

function read(parent: Holder, name: string): unknown {
  if (Array.isArray(parent)) return isIndex(name) ? parent[Number(name)] : undefined;
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

function put(parent: Holder, path: readonly string[], value: unknown, inserts: boolean, at: string): void {
  const name = path.at(-1)!;
  if (!Array.isArray(parent)) {
    define(parent, name, value);
    return;
  }
  const index = name === "-" ? parent.length : isIndex(name) ? Number(name) : -1;
  if (index < 0 || index > parent.length) throw badPatch(`${at}: the index is out of the array.`);
  parent.splice(index, inserts ? 0 : 1, value);
}

function take(document: Holder, path: readonly string[], at: string): unknown {
  const parent = parentOf(document, path, at);
  const name = path.at(-1)!;
  const value = read(parent, name);
  if (value === undefined) throw missing(at);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
  return value;
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function missing(at: string): PatchRefusal {
  return badPatch(`${at}: the path does not exist in the document.`);
}
