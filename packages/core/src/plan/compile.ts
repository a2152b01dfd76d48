/** Compiles schema nodes into a plan: every path gets its treatment here, and every contradiction is found here. */
import { canonicalJson } from "../codec/jcs.js";
import { CosmosealError } from "../errors.js";
import { ANYTHING, leaf, type SchemaNode } from "../schema/node.js";
import { joinPattern, parsePattern } from "../schema/pattern.js";
import type { SealedOptions } from "../schema/treatment.js";
import { compileIndexes } from "./compile-indexes.js";
import { checkHistory, signedPlaces } from "./history.js";
import { indexedSince, indexFactsOf } from "./index-facts.js";
import { compilePlaces, type PlaceEntry, sortPlaces } from "./places.js";
import {
  type IndexPlan,
  type Plan,
  type PlanNode,
  type ScopeDeclaration,
  SEAL,
  SYSTEM_PROPERTIES,
  type VersionFacts,
  type VersionPlan,
} from "./plan.js";
import { removedBefore, removedIn, withRemoved } from "./removed.js";

export interface PlanInput {
  readonly name: string;
  readonly version: number;
  readonly partitionKey: readonly string[];
  readonly schema: SchemaNode;
  readonly unlisted: "refused" | "signed" | "sealed" | "unsigned";
  readonly scope?: ScopeDeclaration;
  /** By rising version; it may hold the plan's own and later ones. */
  readonly history: readonly VersionFacts[];
  /** Patterns that earlier versions seal and this one doesn't, on purpose. */
  readonly declassify: readonly string[];
}

/** Throws ERR_SCHEMA_INVALID, ERR_SCHEMA_TREATED_TWICE, ERR_INDEX_UNSUPPORTED, ERR_PATH_RESERVED; each names the path. */
export function compilePlan(input: PlanInput): Plan {
  const context: Context = { input, sealed: new Map([["", []]]), unsigned: [], indexes: [], identity: [] };
  if (input.schema.treatment !== undefined) throw invalid("The whole document can't have one treatment.", "");
  const schema = withRemoved(withServiceMembers(input), removedBefore(input.history, input.version), input.declassify);
  const root = compileNode(schema, "", undefined, context);
  checkNames(context);
  checkScope(input, root);
  const own: VersionFacts = {
    version: input.version,
    groups: Object.fromEntries([...context.sealed].sort(byName).map(([name, places]) => [name, sortPlaces(places)])),
    unsigned: sortPlaces(context.unsigned),
    indexes: indexFactsOf(context.indexes),
    signed: signedPlaces(root),
    ...removedIn(root),
  };
  const plan: Plan = Object.freeze({
    name: input.name,
    version: input.version,
    partitionKey: Object.freeze([...input.partitionKey]),
    requiredPartitionKey: Object.freeze(input.partitionKey.filter((path) => isRequired(input.schema, path))),
    refusesUndeclared: input.unlisted === "refused",
    identity: Object.freeze(context.identity),
    ...(input.scope === undefined ? {} : { scope: Object.freeze({ ...input.scope }) }),
    root,
    groups: Object.freeze(Object.keys(own.groups)),
    indexes: Object.freeze(context.indexes),
    versions: compileVersions(own, input.history),
  });
  checkHistory(plan, input.history, input.declassify);
  return plan;
}

interface Context {
  readonly input: PlanInput;
  readonly sealed: Map<string, PlaceEntry[]>;
  readonly unsigned: PlaceEntry[];
  readonly indexes: IndexPlan[];
  readonly identity: string[];
}

/** id, ttl and the partition-key paths are declared by themselves. */
function withServiceMembers(input: PlanInput): SchemaNode {
  const members = new Map(input.schema.members);
  if (!members.has("id")) members.set("id", leaf("string"));
  if (!members.has("ttl")) members.set("ttl", leaf("number"));
  let root: SchemaNode = { ...input.schema, members };
  for (const path of input.partitionKey) root = declare(root, partitionKeySegments(path), path);
  return root;
}

function partitionKeySegments(path: string): readonly string[] {
  const segments = parsePattern(path);
  const names = segments.flatMap((segment) => (typeof segment === "string" ? [] : [segment.name]));
  if (names.length === 0 || names.length !== segments.length) {
    throw invalid("A partition-key path names properties only.", path);
  }
  return names;
}

function declare(node: SchemaNode, names: readonly string[], path: string): SchemaNode {
  const [name, ...below] = names;
  if (name === undefined) return node;
  if (node.treatment !== undefined || node.open === true) {
    if (node.treatment?.treatment === "sealed" || node.treatment?.treatment === "unsigned") {
      throw invalid("The partition key lies inside a path that is treated as a whole.", path);
    }
    return node;
  }
  const known = node.members?.get(name) ?? node.rest;
  const member = known ?? (below.length === 0 ? leaf("unknown") : { types: new Set(["object" as const]) });
  return { ...node, members: new Map([...(node.members ?? []), [name, declare(member, below, path)]]) };
}

function compileNode(
  node: SchemaNode,
  pattern: string,
  above: "sealed" | "unsigned" | undefined,
  context: Context,
): PlanNode {
  const whole = sealedByElement(node, pattern);
  const own = whole.treatment?.treatment;
  checkReserved(pattern, own);
  if (above !== undefined && own !== undefined) throw treatedTwice(pattern);
  if (own === "sealed" || own === "unsigned") return compileTreated(whole, pattern, own, context);
  const inside = above ?? "signed";
  const members =
    whole.members === undefined
      ? undefined
      : new Map(
          [...whole.members].map(([name, member]) => [
            name,
            compileNode(member, joinPattern(pattern, name), above, context),
          ]),
        );
  const restNode = above === undefined ? restOf(whole, context.input.unlisted) : whole.rest;
  const rest = restNode === undefined ? undefined : compileRest(restNode, whole, pattern, above, context);
  const element = whole.element === undefined ? undefined : compileNode(whole.element, `${pattern}/[]`, above, context);
  return Object.freeze({
    pattern,
    treatment: inside,
    group: "",
    identity: false,
    types: whole.types,
    open: whole.open === true,
    seals: [...(members?.values() ?? []), rest, element].some(
      (below) => below !== undefined && (below.seals || below.treatment === "sealed"),
    ),
    indexes: [],
    ...(whole.removed === true ? { removed: true as const } : {}),
    ...(members === undefined ? {} : { members }),
    ...(whole.required === undefined ? {} : { required: whole.required }),
    ...(rest === undefined ? {} : { rest }),
    ...(element === undefined ? {} : { element }),
  });
}

function compileTreated(
  node: SchemaNode,
  pattern: string,
  treatment: "sealed" | "unsigned",
  context: Context,
): PlanNode {
  const options: SealedOptions = node.treatment?.treatment === "sealed" ? node.treatment.options : {};
  const { treatment: _, ...bare } = node;
  const below = compileNode(bare, pattern, treatment, context);
  const identity = pattern === "/id" || context.input.partitionKey.includes(pattern);
  if (identity) checkIdentity(treatment, options, pattern);
  if (treatment === "unsigned") {
    if (pattern.endsWith("/[]")) throw invalid("Elements of an array can't be unsigned: declare the array.", pattern);
    if (!pattern.endsWith("/*")) context.unsigned.push(pattern);
    return below;
  }
  const group = options.group ?? "";
  if (options.group !== undefined && !/^[a-z0-9_-]{1,32}$/.test(options.group)) {
    throw invalid("A group's name is 1 to 32 of a-z, 0-9, _ and -.", pattern);
  }
  const places = context.sealed.get(group) ?? [];
  context.sealed.set(group, places);
  if (!pattern.endsWith("/*")) places.push(pattern);
  if (identity) context.identity.push(pattern);
  const { version, history } = context.input;
  const indexes = compileIndexes(node, options, pattern, (index) => indexedSince(index, version, history));
  context.indexes.push(...indexes);
  return Object.freeze({ ...below, treatment, group, identity, indexes: Object.freeze(indexes) });
}

/** An array whose elements are sealed is sealed whole, and so is the array around it: SPEC §3.4. */
function sealedByElement(node: SchemaNode, pattern: string): SchemaNode {
  if (node.element === undefined) return node;
  const { treatment, ...element } = sealedByElement(node.element, `${pattern}/[]`);
  if (treatment?.treatment !== "sealed") return node;
  if (node.treatment !== undefined) throw treatedTwice(`${pattern}/[]`);
  return { ...node, element, treatment };
}

function restOf(node: SchemaNode, unlisted: PlanInput["unlisted"]): SchemaNode | undefined {
  if (node.rest !== undefined || node.members === undefined || unlisted === "refused") return node.rest;
  if (unlisted === "signed") return ANYTHING;
  return {
    ...ANYTHING,
    treatment: unlisted === "sealed" ? { treatment: "sealed", options: {} } : { treatment: "unsigned" },
  };
}

/** A treated rest is one entry of the place list, with the declared members excepted. */
function compileRest(
  rest: SchemaNode,
  node: SchemaNode,
  pattern: string,
  above: "sealed" | "unsigned" | undefined,
  context: Context,
): PlanNode {
  const compiled = compileNode(rest, `${pattern}/*`, above, context);
  if (above !== undefined || compiled.treatment === "signed") return compiled;
  const except = [...(node.members?.keys() ?? [])].sort();
  const entry: PlaceEntry = except.length === 0 ? `${pattern}/*` : [pattern, except];
  if (compiled.treatment === "unsigned") context.unsigned.push(entry);
  else context.sealed.get(compiled.group)!.push(entry);
  return compiled;
}

function checkReserved(pattern: string, treatment: string | undefined): void {
  if (pattern === `/${SEAL}`) {
    throw new CosmosealError("ERR_PATH_RESERVED", `${SEAL} holds what Cosmoseal stores.`, { path: pattern });
  }
  if (treatment === undefined) return;
  if (pattern === "/ttl" || SYSTEM_PROPERTIES.has(pattern.split("/")[1] ?? "")) {
    throw invalid(
      "The service reads or sets this property: it can't be sealed, and its authentication is fixed.",
      pattern,
    );
  }
}

function checkIdentity(treatment: "sealed" | "unsigned", options: SealedOptions, pattern: string): void {
  if (treatment === "unsigned") throw invalid("The id and the partition key are always authenticated.", pattern);
  if (options.group !== undefined) throw invalid("A sealed id or partition key is in the default group.", pattern);
  const kinds = [options.equality, options.unique, options.range, options.prefix, options.substring];
  if (kinds.some((kind) => kind !== undefined && kind !== false)) {
    throw new CosmosealError(
      "ERR_INDEX_UNSUPPORTED",
      "A sealed id or partition key needs no index: its token stands in its place.",
      {
        path: pattern,
      },
    );
  }
}

function checkNames(context: Context): void {
  const seen = new Map<string, string>();
  for (const { name, pattern } of context.indexes) {
    const other = seen.get(name);
    if (other !== undefined) {
      throw new CosmosealError("ERR_INDEX_UNSUPPORTED", `Its index has the same short name as that of ${other}.`, {
        path: pattern,
        remedy: "Rename one of the two properties, or drop one index.",
      });
    }
    seen.set(name, pattern);
  }
}

function checkScope(input: PlanInput, root: PlanNode): void {
  if (input.scope === undefined) return;
  const { path, family } = input.scope;
  if (family === "container" || family === "" || family.length > 64) {
    throw invalid("A scope's family is 1 to 64 characters and not 'container'.", path);
  }
  let node: PlanNode | undefined = root;
  for (const segment of parsePattern(path)) {
    if (typeof segment === "string") throw invalid("A scope's path names properties only.", path);
    if (node !== undefined && node.treatment === "signed" && node.open) break;
    node = node?.members?.get(segment.name) ?? node?.rest;
  }
  if (node === undefined) throw invalid("The scope's path is not declared.", path);
  if (node.treatment !== "signed" && !node.identity) {
    throw invalid("A scope's path is signed, or a sealed id or partition key.", path);
  }
}

function compileVersions(own: VersionFacts, history: readonly VersionFacts[]): ReadonlyMap<number, VersionPlan> {
  const versions = new Map<number, VersionPlan>();
  for (const facts of [...history, own]) {
    versions.set(facts.version, {
      ...facts,
      groupNames: Object.freeze(Object.keys(facts.groups).sort()),
      sealedPlaces: new Map(Object.entries(facts.groups).map(([name, places]) => [name, compilePlaces(places)])),
      unsignedPlaces: compilePlaces(facts.unsigned),
      unsignedText: canonicalJson(facts.unsigned),
      ...(facts.until === undefined ? {} : { endedAt: Date.parse(facts.until) }),
    });
  }
  return versions;
}

function isRequired(schema: SchemaNode, path: string): boolean {
  let node: SchemaNode | undefined = schema;
  for (const name of partitionKeySegments(path)) {
    if (node?.required?.has(name) !== true) return false;
    node = node.members?.get(name);
  }
  return true;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function treatedTwice(path: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_TREATED_TWICE", "A path inside a treated one has a treatment of its own.", {
    path,
    remedy: "Treat the whole or the parts, not both.",
  });
}

function invalid(message: string, path: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_INVALID", message, { path });
}
