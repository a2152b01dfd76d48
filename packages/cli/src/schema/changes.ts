/** What a change of the schema needs, change by change: docs/schema-changes.md as code. */
import type { LockedVersion, VersionFacts } from "cosmoseal";

/**
 * `safe`: deploy the code alone. `rebuild`: so, and older documents lack what is new until they are resealed. `phases`: lock first, deploy that
 * everywhere, then the code. `declassifies`: as phases, and something that was sealed is stored in the clear from then on.
 */
export type Need = "safe" | "rebuild" | "phases" | "declassifies";

export interface Change {
  readonly need: Need;
  readonly path: string;
  readonly what: string;
  /** What to do. */
  readonly remedy: string;
}

/** From one version's facts to another's, the gravest first. */
export function changesBetween(before: LockedVersion, after: VersionFacts | LockedVersion): readonly Change[] {
  const old = treatmentsOf(before);
  const now = treatmentsOf(after);
  const changes = [
    ...sealedChanges(old, now, after),
    ...publicChanges(old, now),
    ...groupChanges(before, after),
    ...indexChanges(before, after),
  ];
  return changes.sort((a, b) => ORDER.indexOf(a.need) - ORDER.indexOf(b.need) || (a.path < b.path ? -1 : 1));
}

/** The gravest need of them. */
export function gravest(changes: readonly Change[]): Need {
  return ORDER.find((need) => changes.some((change) => change.need === need)) ?? "safe";
}

const ORDER: readonly Need[] = ["declassifies", "phases", "rebuild", "safe"];

/** Places by their text, which for places that except names is their JSON. */
interface Treatments {
  readonly sealed: ReadonlyMap<string, string>;
  readonly signed: ReadonlySet<string>;
  readonly unsigned: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

function treatmentsOf({ groups, unsigned, signed = [], removed = [] }: LockedVersion | VersionFacts): Treatments {
  const texts = (places: readonly unknown[]): string[] => places.map(textOf);
  const sealed = Object.entries(groups).flatMap(([group, places = []]) =>
    texts(places).map((place): [string, string] => [place, group]),
  );
  return {
    sealed: new Map(sealed),
    signed: new Set(texts(signed)),
    unsigned: new Set(texts(unsigned)),
    removed: new Set(texts(removed)),
  };
}

function textOf(place: unknown): string {
  if (typeof place === "string") return place;
  const [pattern, except] = place as readonly [string, readonly string[]];
  return except.length === 0 ? `${pattern}/*` : `${pattern}/* but for ${except.join(", ")}`;
}

function sealedChanges(old: Treatments, now: Treatments, after: VersionFacts | LockedVersion): Change[] {
  const changes: Change[] = [];
  for (const [path, group] of now.sealed) {
    const before = old.sealed.get(path);
    if (before === group) continue;
    if (before !== undefined) {
      changes.push(phases(path, `moves from group ${named(before)} to ${named(group)}`, "Reseal afterwards."));
    } else if (old.sealed.size > 0 && near(path, old.sealed.keys()) !== undefined) {
      changes.push(
        phases(path, `is sealed by another cut than ${near(path, old.sealed.keys())}`, "Reseal afterwards."),
      );
    } else if (near(path, [...old.signed, ...old.unsigned]) !== undefined) {
      changes.push(
        phases(path, "is sealed and was public", "Raise the floor when the last old instance is gone, and reseal."),
      );
    } else {
      changes.push({
        need: "safe",
        path,
        what: "is new and sealed",
        remedy: "Raise the floor when the last old instance is gone.",
      });
    }
  }
  for (const path of old.sealed.keys()) {
    if (now.sealed.has(path)) {
      if (now.removed.has(path) && !old.removed.has(path)) changes.push(dropped(path));
      continue;
    }
    if (near(path, now.sealed.keys()) !== undefined) continue;
    const exposed = near(path, [...now.signed, ...now.unsigned]);
    if (exposed === undefined) changes.push(dropped(path));
    else {
      changes.push({
        need: "declassifies",
        path,
        what: `was sealed and is public in version ${after.version}`,
        remedy: `Seal it; or say that it is meant, declassify: [${JSON.stringify(path)}], and lock it first.`,
      });
    }
  }
  return changes;
}

function publicChanges(old: Treatments, now: Treatments): Change[] {
  const changes: Change[] = [];
  for (const path of now.unsigned) {
    if (old.unsigned.has(path)) continue;
    if (near(path, old.signed) !== undefined)
      changes.push(phases(path, "is unsigned and was signed", "Nobody vouches for it any more."));
    else if (near(path, old.sealed.keys()) === undefined) {
      changes.push({
        need: "safe",
        path,
        what: "is new and unsigned",
        remedy: "Nothing vouches for it: was that meant?",
      });
    }
  }
  for (const path of now.signed) {
    if (old.signed.has(path)) continue;
    if (near(path, old.unsigned) !== undefined)
      changes.push(phases(path, "is signed and was unsigned", "Patches of old code are done by the client."));
    else if (near(path, old.sealed.keys()) === undefined) {
      changes.push({ need: "safe", path, what: "is new and signed", remedy: "Deploy the code." });
    }
  }
  for (const path of [...old.signed, ...old.unsigned]) {
    if (now.removed.has(path) && !old.removed.has(path)) changes.push(dropped(path));
    else if (near(path, [...now.signed, ...now.unsigned, ...now.sealed.keys(), ...now.removed]) === undefined) {
      changes.push(dropped(path));
    }
  }
  return changes;
}

function groupChanges(before: LockedVersion, after: VersionFacts | LockedVersion): Change[] {
  const added = Object.keys(after.groups).filter((group) => before.groups[group] === undefined);
  const gone = Object.keys(before.groups).filter((group) => after.groups[group] === undefined);
  return [
    ...added.map(
      (group): Change => ({
        need: "safe",
        path: "",
        what: `group ${named(group)} is new`,
        remedy: "Make its keys before the first write: cosmoseal keys create.",
      }),
    ),
    ...gone.map((group) => phases("", `group ${named(group)} is gone`, "Reseal afterwards.")),
  ];
}

function indexChanges(
  { indexes: before = [] }: LockedVersion,
  { indexes: after = [] }: VersionFacts | LockedVersion,
): Change[] {
  const changes: Change[] = [];
  for (const { name, definition } of after) {
    const past = before.find((index) => index.name === name);
    if (past?.definition === definition) continue;
    const what = past === undefined ? "is new" : "is defined otherwise";
    changes.push({
      need: "rebuild",
      path: pathOf(definition),
      what: `index ${kindOf(definition)} (${name}) ${what}`,
      remedy: "Queries read more until every document is resealed; then record the index as complete.",
    });
  }
  for (const { name, definition } of before) {
    if (after.some((index) => index.name === name)) continue;
    changes.push({
      need: "safe",
      path: pathOf(definition),
      what: `index ${kindOf(definition)} (${name}) is gone`,
      remedy: "Its tokens stay in documents until they are written again.",
    });
  }
  return changes;
}

/** The first place that is the same, above or below. */
function near(path: string, places: Iterable<string>): string | undefined {
  for (const place of places) {
    if (place === path || within(path, place) || within(place, path)) return place;
  }
  return undefined;
}

/** Places that leave names open cover what lies below their object. */
function within(inner: string, outer: string): boolean {
  const [open, except] = outer.split("/* but for ");
  if (except !== undefined) {
    const below = inner.startsWith(`${open}/`) ? inner.slice(open!.length + 1).split("/")[0] : undefined;
    return below !== undefined && !except.split(", ").includes(below);
  }
  const base = outer.endsWith("/*") ? outer.slice(0, -2) : outer;
  return inner.startsWith(`${base}/`);
}

function dropped(path: string): Change {
  return { need: "safe", path, what: "is dropped", remedy: "Documents that have it keep it, with its last treatment." };
}

function phases(path: string, what: string, then: string): Change {
  return {
    need: "phases",
    path,
    what,
    remedy: `Lock this version and deploy the lock with the old code first. ${then}`,
  };
}

function named(group: string): string {
  return group === "" ? "(default)" : JSON.stringify(group);
}

function kindOf(definition: string): string {
  return (JSON.parse(definition) as { readonly kind: string }).kind;
}

function pathOf(definition: string): string {
  return (JSON.parse(definition) as { readonly pattern: string }).pattern;
}
