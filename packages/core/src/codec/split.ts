/**
 * One walk over the application's document: makes the plain tree (JSON.stringify semantics, applied once) and parts it into
 * the public document, the entries of each group and the values to be indexed. SPEC §3.1, §3.4.
 */
import { CosmosealError } from "../errors.js";
import { setOwn } from "../plan/places.js";
import { type IndexPlan, MAX_DEPTH, type Plan, type PlanNode, SEAL, SYSTEM_PROPERTIES } from "../plan/plan.js";
import { joinPattern, joinPointer } from "../schema/pattern.js";
import type { Value } from "./extended.js";
import { hasLoneSurrogate, type JsonObject } from "./json.js";
import { isPlaceholder } from "./placeholder.js";

export interface SplitDocument {
  /** Signed and unsigned parts. At sealed identities the value still stands here, until its token replaces it. */
  readonly open: JsonObject;
  readonly groups: ReadonlyMap<string, readonly (readonly [pointer: string, value: Value])[]>;
  readonly indexed: readonly (readonly [index: IndexPlan, values: readonly Value[]])[];
  /** Sealed identities that the document has, by pattern. */
  readonly identities: ReadonlyMap<string, string | number | boolean>;
  /** Pattern of the first value of each group that has one. */
  readonly sealedAt: ReadonlyMap<string, string>;
  /** Pattern of the first placeholder of each group that has one: left out, as no value. */
  readonly placeholders: ReadonlyMap<string, string>;
}

/**
 * What an earlier version declared and the plan doesn't any more is taken with `keepsRemoved` alone. Throws ERR_DOCUMENT_INVALID,
 * ERR_PATH_UNDECLARED, ERR_PATH_RESERVED, ERR_PATH_SHAPE, ERR_VALUE_UNSUPPORTED.
 */
export function splitDocument(plan: Plan, document: unknown, keepsRemoved = false): SplitDocument {
  const walk = new Walk(plan, keepsRemoved);
  const open = walk.document(document);
  const { groups, identities, indexed, placeholders, sealedAt } = walk;
  return { open, groups, indexed: [...indexed], identities, sealedAt, placeholders };
}

class Walk {
  readonly groups = new Map<string, [string, Value][]>();
  readonly indexed = new Map<IndexPlan, Value[]>();
  readonly identities = new Map<string, string | number | boolean>();
  readonly sealedAt = new Map<string, string>();
  readonly placeholders = new Map<string, string>();
  readonly #plan: Plan;
  readonly #keepsRemoved: boolean;
  readonly #above = new Set<object>();
  /** Pattern of the sealed place that is being walked: below it, places may have none of their own. */
  #sealedPattern = "";

  constructor(plan: Plan, keepsRemoved: boolean) {
    this.#plan = plan;
    this.#keepsRemoved = keepsRemoved || !plan.refusesUndeclared;
    for (const group of plan.groups) this.groups.set(group, []);
  }

  document(input: unknown): JsonObject {
    const value = resolveJson(input, "", undefined);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new CosmosealError("ERR_DOCUMENT_INVALID", "A document is an object.", { container: this.#plan.name });
    }
    return this.#object(value as Record<string, unknown>, this.#plan.root, "", 0) as JsonObject;
  }

  /** The public value, or undefined where nothing stays. */
  #place(input: unknown, key: string, node: PlanNode, pointer: string, depth: number): unknown {
    if (node.treatment === "sealed") return this.#sealed(input, key, node, pointer, depth);
    const value = resolveJson(input, key, undefined);
    if (Array.isArray(value)) return this.#array(value, node, pointer, depth);
    if (typeof value === "object" && value !== null) {
      return this.#object(value as Record<string, unknown>, node, pointer, depth);
    }
    if (value !== undefined && value !== null && node.seals) throw this.#shape(node);
    return this.#publicScalar(value, node.pattern);
  }

  #object(value: Record<string, unknown>, node: PlanNode, pointer: string, depth: number): unknown {
    const free = node.open || node.treatment === "unsigned";
    if (!free && node.members === undefined && node.rest === undefined) throw this.#shape(node);
    this.#enter(value, depth, node.pattern);
    const open: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const place = depth === 0 ? this.#topLevel(name) : undefined;
      const below = place ?? node.members?.get(name) ?? node.rest ?? (free ? openNode(node, name) : undefined);
      if (below === undefined || (below.removed === true && !this.#keepsRemoved))
        this.#undeclared(value, name, joinPattern(node.pattern, name));
      else {
        this.#publicName(name, node.pattern, below);
        const member = this.#place(value[name], name, below, joinPointer(pointer, name), depth + 1);
        if (member !== undefined) setOwn(open, name, member);
      }
    }
    this.#above.delete(value);
    return open;
  }

  #array(value: readonly unknown[], node: PlanNode, pointer: string, depth: number): unknown {
    const free = node.open || node.treatment === "unsigned";
    const element = node.element ?? (free ? openNode(node, "[]") : undefined);
    if (element === undefined) {
      if (value.length === 0 && !node.seals) return [];
      throw this.#shape(node);
    }
    this.#enter(value, depth, node.pattern);
    const open: unknown[] = [];
    // By index, so that holes of a sparse array become null as they do in JSON.
    for (let i = 0; i < value.length; i++) {
      open.push(this.#place(value[i], String(i), element, joinPointer(pointer, i), depth + 1) ?? null);
    }
    this.#above.delete(value);
    return open;
  }

  #sealed(input: unknown, key: string, node: PlanNode, pointer: string, depth: number): unknown {
    this.#sealedPattern = node.pattern;
    if (isPlaceholder(input)) {
      if (!this.placeholders.has(node.group)) this.placeholders.set(node.group, node.pattern);
      return undefined;
    }
    const value = this.#tree(input, key, node, depth);
    if (value === undefined) return undefined;
    if (!this.sealedAt.has(node.group)) this.sealedAt.set(node.group, node.pattern);
    if (node.identity) return this.#identity(value, node, pointer);
    this.groups.get(node.group)!.push([pointer, value]);
    for (const index of node.indexes) {
      const values = this.indexed.get(index);
      if (values === undefined) this.indexed.set(index, [value]);
      else values.push(value);
    }
    return undefined;
  }

  /** The value stays in the open part until sealing puts its token there; null and absent values stay as they are. */
  #identity(value: Value, node: PlanNode, pointer: string): unknown {
    if (value === null) return null;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new CosmosealError(
        "ERR_VALUE_UNSUPPORTED",
        "A sealed id or partition key is a string, number or boolean.",
        {
          container: this.#plan.name,
          path: node.pattern,
        },
      );
    }
    if (typeof value === "string" && hasLoneSurrogate(value)) throw this.#unsupported("a lone surrogate", node.pattern);
    this.groups.get("")!.push([pointer, value]);
    this.identities.set(node.pattern, value);
    return Object.is(value, -0) ? 0 : value;
  }

  /** A sealed subtree: JSON semantics, with the types kept that the schema gives. Undeclared names inside are sealed along. */
  #tree(input: unknown, key: string, node: PlanNode | undefined, depth: number): Value | undefined {
    const value = resolveJson(input, key, node);
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value))
          throw this.#unsupported("a number that is not finite", node?.pattern ?? this.#sealedPattern);
        return value;
      case "bigint":
        if (node?.types.has("bigint") !== true)
          throw this.#unsupported("a bigint where the schema has none", node?.pattern ?? this.#sealedPattern);
        return value;
      case "string":
      case "boolean":
        return value;
      case "object":
        break;
      default:
        return undefined;
    }
    if (value === null) return null;
    if (value instanceof Date && node?.types.has("date") === true) {
      if (Number.isNaN(value.getTime())) throw this.#unsupported("an invalid date", node.pattern);
      return new Date(value);
    }
    if (value instanceof Uint8Array && node?.types.has("bytes") === true) return Uint8Array.from(value);
    this.#enter(value, depth, node?.pattern ?? this.#sealedPattern);
    const tree = Array.isArray(value)
      ? Array.from(value, (item, i) => this.#tree(item, String(i), node?.element, depth + 1) ?? null)
      : this.#members(value as Record<string, unknown>, node, depth);
    this.#above.delete(value);
    return tree;
  }

  #members(value: Record<string, unknown>, node: PlanNode | undefined, depth: number): Value {
    const tree: { [name: string]: Value } = {};
    for (const name of Object.keys(value)) {
      const member = this.#tree(value[name], name, node?.members?.get(name) ?? node?.rest, depth + 1);
      if (member !== undefined) setOwn(tree, name, member);
    }
    return tree;
  }

  #topLevel(name: string): PlanNode | undefined {
    if (name === SEAL) {
      throw new CosmosealError("ERR_PATH_RESERVED", `The document has a property ${SEAL}.`, {
        container: this.#plan.name,
        path: `/${SEAL}`,
        remedy: "A stored document is opened before it is written; any other use of the name isn't possible.",
      });
    }
    return SYSTEM_PROPERTIES.has(name) ? SYSTEM_NODE : undefined;
  }

  #publicName(name: string, pattern: string, below: PlanNode): void {
    if (below.treatment !== "sealed" && hasLoneSurrogate(name))
      throw this.#unsupported("a name with a lone surrogate", pattern);
  }

  #publicScalar(value: unknown, pattern: string): unknown {
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value)) throw this.#unsupported("a number that is not finite", pattern);
        return Object.is(value, -0) ? 0 : value;
      case "bigint":
        throw this.#unsupported("a bigint in public", pattern);
      case "string":
        if (hasLoneSurrogate(value)) throw this.#unsupported("a lone surrogate in public", pattern);
        return value;
      case "boolean":
        return value;
      default:
        return value === null ? null : undefined;
    }
  }

  #enter(value: object, depth: number, pattern: string): void {
    if (depth >= MAX_DEPTH || this.#above.has(value)) {
      const message = this.#above.has(value)
        ? "The document is circular."
        : `The document is nested deeper than ${MAX_DEPTH} levels.`;
      throw new CosmosealError("ERR_DOCUMENT_INVALID", message, { container: this.#plan.name, path: pattern });
    }
    this.#above.add(value);
  }

  /** What JSON leaves out is no property. */
  #undeclared(value: Record<string, unknown>, name: string, path: string): void {
    if (resolveJson(value[name], name, undefined) === undefined) return;
    throw new CosmosealError("ERR_PATH_UNDECLARED", "The schema doesn't declare the property.", {
      container: this.#plan.name,
      path,
      remedy: "Correct the name, declare it, or say what happens to undeclared ones with `unlisted`.",
    });
  }

  #shape(node: PlanNode): CosmosealError {
    return new CosmosealError("ERR_PATH_SHAPE", "The value is not of the structure that the schema declares.", {
      container: this.#plan.name,
      path: node.pattern,
      remedy: "Declare what it may be; what isn't declared can't be told to be public.",
    });
  }

  #unsupported(what: string, path: string): CosmosealError {
    return new CosmosealError("ERR_VALUE_UNSUPPORTED", `The document has ${what}.`, {
      container: this.#plan.name,
      path,
      remedy: "Store another form of it.",
    });
  }
}

/** What JSON.stringify takes a value for: toJSON called, boxed primitives unboxed; functions and symbols are nothing. */
function resolveJson(input: unknown, key: string, node: PlanNode | undefined): unknown {
  let value = input;
  if (node !== undefined && isKept(value, node)) return value;
  if ((typeof value === "object" && value !== null) || typeof value === "bigint") {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function") value = toJSON.call(value, key);
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt) {
    value = value.valueOf();
  }
  return typeof value === "function" || typeof value === "symbol" ? undefined : value;
}

function isKept(value: unknown, node: PlanNode): boolean {
  return (
    (value instanceof Date && node.types.has("date")) ||
    (value instanceof Uint8Array && node.types.has("bytes")) ||
    (typeof value === "bigint" && node.types.has("bigint"))
  );
}

/** Below an open or unsigned place everything is as the place is. */
function openNode(node: PlanNode, name: string): PlanNode {
  const pattern = name === "[]" ? `${node.pattern}/[]` : joinPattern(node.pattern, name);
  return { ...SYSTEM_NODE, pattern, treatment: node.treatment };
}

const SYSTEM_NODE: PlanNode = Object.freeze({
  pattern: "",
  treatment: "unsigned",
  group: "",
  identity: false,
  types: new Set(["unknown" as const]),
  open: true,
  seals: false,
  indexes: [],
});
