/** The history of a definition: facts of other schema versions as the lock file has them, read strictly and held against the plan. */
import { canonicalJson } from "../codec/jcs.js";
import { isObject } from "../codec/json.js";
import { CosmosealError } from "../errors.js";
import { parsePattern } from "../schema/pattern.js";
import { declassified } from "./declassified.js";
import { type PlaceEntry, type PlaceList, sortPlaces } from "./places.js";
import type { Plan, PlanNode, VersionFacts } from "./plan.js";

/** {@link VersionFacts} as the type of an imported JSON file sees them. */
export interface LockedVersion {
  readonly version: number;
  readonly groups: Readonly<Record<string, readonly LockedPlace[] | undefined>>;
  readonly unsigned: readonly LockedPlace[];
  readonly signed?: readonly LockedPlace[] | undefined;
  readonly removed?: readonly LockedPlace[] | undefined;
  readonly indexes?: readonly { readonly name: string; readonly definition: string }[] | undefined;
  readonly until?: string | undefined;
}

type LockedPlace = string | readonly (string | readonly string[])[];

/** Frozen, by rising version. Throws ERR_SCHEMA_INVALID for what is not of the form. */
export function readHistory(container: string, history: readonly LockedVersion[]): readonly VersionFacts[] {
  const fail = (what: string): CosmosealError =>
    new CosmosealError("ERR_SCHEMA_INVALID", `The history is not of its form: ${what}.`, {
      container,
      remedy: "Give it the facts of each version as the lock file has them.",
    });
  if (!Array.isArray(history)) throw fail("it is no list");
  const versions = history.map((locked: unknown) => readVersion(locked, fail));
  versions.sort((a, b) => a.version - b.version);
  if (versions.some(({ version }, i) => version === versions[i - 1]?.version)) throw fail("a version stands twice");
  return Object.freeze(versions);
}

/**
 * Holds the compiled plan against the history. Throws ERR_SCHEMA_INVALID where the plan's own version is not as it is locked,
 * where the id or the partition key changed its treatment, or where something that was sealed is public now and not in
 * `declassify`.
 */
export function checkHistory(plan: Plan, history: readonly VersionFacts[], declassify: readonly string[]): void {
  const { name: container, version } = plan;
  for (const locked of history) {
    if (locked.version === version) checkOwn(plan, locked);
    for (const path of ["/id", ...plan.partitionKey]) {
      const wasSealed = locked.groups[""]?.includes(path) === true;
      if (wasSealed === plan.identity.includes(path)) continue;
      throw new CosmosealError(
        "ERR_SCHEMA_INVALID",
        "The id and the partition key can't be sealed or opened in place.",
        {
          container,
          path,
          remedy: "Make a new container under a new logical name, and move the documents.",
        },
      );
    }
    if (locked.version >= version) continue;
    const path = declassified(plan.root, locked, declassify);
    if (path === undefined) continue;
    throw new CosmosealError(
      "ERR_SCHEMA_INVALID",
      `Version ${locked.version} of the schema seals the path, and version ${version} would store it in the clear.`,
      { container, path, remedy: "Seal it; or say that it is meant: `declassify: [path]`." },
    );
  }
}

/** What a plan declares public and authenticated, but for what every container has. */
export function signedPlaces(root: PlanNode): PlaceList {
  const places: PlaceEntry[] = [];
  collect(root, places);
  return sortPlaces(places);
}

type Fail = (what: string) => CosmosealError;

const MEMBERS: ReadonlySet<string> = new Set([
  "version",
  "groups",
  "unsigned",
  "signed",
  "removed",
  "indexes",
  "until",
]);

function readVersion(locked: unknown, fail: Fail): VersionFacts {
  if (!isObject(locked)) throw fail("a version is no object");
  const { version, groups, unsigned, signed, removed, indexes, until } = locked;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw fail("a version is no integer from 1");
  }
  const at = `version ${version}`;
  // A misspelt member would be passed over, and with it what it says.
  const unknown = Object.keys(locked).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) throw fail(`${at} has a member ${JSON.stringify(unknown)}`);
  if (!isObject(groups) || !Object.keys(groups).every((name) => /^[a-z0-9_-]{0,32}$/.test(name))) {
    throw fail(`the groups of ${at}`);
  }
  return Object.freeze({
    version,
    groups: Object.freeze(
      Object.fromEntries(Object.entries(groups).map(([name, list]) => [name, readPlaces(list, at, fail)])),
    ),
    unsigned: readPlaces(unsigned, at, fail),
    ...(signed === undefined ? {} : { signed: readPlaces(signed, at, fail) }),
    ...(removed === undefined ? {} : { removed: readPlaces(removed, at, fail) }),
    ...(indexes === undefined ? {} : { indexes: readIndexes(indexes, at, fail) }),
    ...(until === undefined ? {} : { until: readTime(until, at, fail) }),
  });
}

function readPlaces(list: unknown, at: string, fail: Fail): PlaceList {
  if (!Array.isArray(list) || !list.every(isPlace)) throw fail(`a place list of ${at}`);
  return sortPlaces(list);
}

/** True for an entry of a place list whose pattern can be read. */
export function isPlace(entry: unknown): entry is PlaceEntry {
  const [pattern, except] = Array.isArray(entry) && entry.length === 2 ? entry : [entry, []];
  if (typeof pattern !== "string" || !Array.isArray(except)) return false;
  if (!except.every((name) => typeof name === "string")) return false;
  return (pattern !== "" || Array.isArray(entry)) && isPattern(pattern);
}

function isPattern(text: string): boolean {
  try {
    parsePattern(text);
    return true;
  } catch (error) {
    if (error instanceof CosmosealError) return false;
    throw error;
  }
}

function readIndexes(indexes: unknown, at: string, fail: Fail): NonNullable<VersionFacts["indexes"]> {
  const isIndex = (index: unknown): index is NonNullable<VersionFacts["indexes"]>[number] =>
    isObject(index) && typeof index["name"] === "string" && typeof index["definition"] === "string";
  if (!Array.isArray(indexes) || !indexes.every(isIndex)) throw fail(`the indexes of ${at}`);
  return Object.freeze(indexes.map(({ name, definition }) => Object.freeze({ name, definition })));
}

/** Of a local time nobody could say when it is. */
function readTime(until: unknown, at: string, fail: Fail): string {
  const isTime = typeof until === "string" && /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(until);
  if (!isTime || Number.isNaN(Date.parse(until))) throw fail(`the end of ${at} is no ISO 8601 time in UTC`);
  return until;
}

function checkOwn({ name, version, versions }: Plan, locked: VersionFacts): void {
  const { groups, unsigned, signed, removed, indexes } = versions.get(version)!;
  const own: Record<string, unknown> = { groups, unsigned, signed, removed, indexes };
  const { version: _, until: _1, ...facts } = locked;
  for (const [member, value] of Object.entries(facts)) {
    if (canonicalJson(value) === canonicalJson(own[member] ?? null)) continue;
    throw new CosmosealError(
      "ERR_SCHEMA_INVALID",
      `Version ${version} is locked with other ${member} than it has now.`,
      {
        container: name,
        remedy: "Raise `version` with every change of the schema, and lock it anew.",
      },
    );
  }
}

/** The uppermost places below which nothing else is said. */
function collect(node: PlanNode, places: PlaceEntry[]): void {
  if (node.treatment !== "signed") return;
  if (node.pattern !== "" && isSignedWhole(node)) {
    if (node.pattern !== "/id" && node.pattern !== "/ttl" && !node.pattern.endsWith("/[]")) places.push(node.pattern);
    return;
  }
  for (const member of node.members?.values() ?? []) collect(member, places);
  if (node.element !== undefined) collect(node.element, places);
  if (node.rest?.treatment === "signed") {
    if (!isSignedWhole(node.rest)) collect(node.rest, places);
    else places.push([node.pattern, [...(node.members?.keys() ?? [])].sort()]);
  }
}

function isSignedWhole(node: PlanNode): boolean {
  if (node.treatment !== "signed") return false;
  const below = [...(node.members?.values() ?? []), node.rest, node.element];
  return below.every((child) => child === undefined || isSignedWhole(child));
}
