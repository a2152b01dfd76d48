/** Reads one container as the holder of the account key would, once, page by page, and counts. */
import type { Container, ContainerDefinition as ContainerProperties } from "@azure/cosmos";
import type { Plan } from "@cosmoseal/core";
import { lackingIndexing } from "./indexing.js";
import { createPathTallies, type Protection } from "./paths.js";
import type { ContainerExposure, GroupExposure, Since } from "./report.js";
import { scriptsOf } from "./scripts.js";
import { createTokenTallies } from "./tokens.js";

export interface ReadOptions {
  readonly name: string;
  /** Tells which paths are sealed, and what index names stand for. */
  readonly plan: Plan | undefined;
  /** A path whose values are one for each person. */
  readonly person: string | undefined;
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
  onDocuments(read: number): void;
}

/** Holds counts alone: memory is bounded whatever the container holds. */
export async function readContainer(container: Container, options: ReadOptions): Promise<ContainerExposure> {
  const { resource: properties } = await container.read();
  const scripts = await scriptsOf(container);
  const counts = createCounts(options);
  for await (const documents of pagesOf(container, options)) {
    for (const document of documents) counts.add(document);
    options.onDocuments(documents.length);
  }
  return { ...counts.exposure(properties), scripts };
}

async function* pagesOf(
  container: Container,
  { limit, signal }: ReadOptions,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  const maxItemCount = Math.min(limit ?? 1000, 1000);
  const iterator = container.items.query<Record<string, unknown>>("SELECT * FROM c", {
    maxItemCount,
    abortSignal: signal,
  });
  let left = limit ?? Number.POSITIVE_INFINITY;
  while (iterator.hasMoreResults() && left > 0) {
    signal.throwIfAborted();
    const { resources = [] } = await iterator.fetchNext();
    yield resources.slice(0, left);
    left -= resources.length;
  }
}

interface Counts {
  add(document: Readonly<Record<string, unknown>>): void;
  exposure(properties: ContainerProperties | undefined): Omit<ContainerExposure, "scripts">;
}

/** For one container's documents, whichever way they come. */
export function createCounts({ name, plan, person }: Pick<ReadOptions, "name" | "plan" | "person">): Counts {
  const paths = createPathTallies(person);
  const tokens = createTokenTallies();
  const groups = createGroupTallies();
  const versions = new Map<number, number>();
  const since = createSince();
  let documents = 0;
  let plaintext = 0;
  let damaged = 0;
  let personal = 0;
  let unsigned = 0;
  let keyStore: ContainerExposure["keyStore"];
  return {
    add: (document) => {
      documents++;
      const wraps = wrapsOf(document);
      if (wraps !== undefined) {
        keyStore = [...(keyStore ?? []), ...wraps];
        return;
      }
      const seal = document["_seal"];
      let protection: Protection = "clear";
      if (seal === undefined) plaintext++;
      else if (!isSeal(seal)) damaged++;
      else {
        protection = { unsigned: unsignedOf(seal) };
        if (typeof seal.x === "object" && seal.x !== null) tokens.add(seal.x as Record<string, unknown>);
        groups.add(seal.g);
        if (versions.size < 1000 || versions.has(seal.s)) versions.set(seal.s, (versions.get(seal.s) ?? 0) + 1);
      }
      const found = paths.add(document, protection);
      if (found.unsigned) unsigned++;
      if (!found.personal) return;
      personal++;
      since.add(document["_ts"]);
    },
    exposure: (properties) => {
      const sealed = [...versions.values()].reduce((sum, n) => sum + n, 0);
      const byDefinition = plan === undefined ? undefined : sealedByDefinition(plan, versions);
      return {
        name,
        documents,
        plaintext,
        sealed,
        damaged,
        unsigned,
        personal,
        personalSince: since.result(),
        people: personal === 0 && person === undefined ? undefined : paths.people(),
        paths: paths.exposures({ documents: sealed, byDefinition }),
        pathsLeftOut: paths.leftOut,
        groups: groups.exposures(),
        tokens: tokens.exposures(plan),
        schemaVersions: [...versions]
          .map(([version, n]) => ({ version, documents: n }))
          .sort((a, b) => a.version - b.version),
        index: lackingIndexing(properties, sealed),
        keyStore,
      };
    },
  };
}

interface Seal {
  readonly g: Readonly<Record<string, readonly unknown[]>>;
  readonly s: number;
  readonly x?: unknown;
  readonly o?: unknown;
}

/** The form, as far as it is counted. */
function isSeal(value: unknown): value is Seal {
  if (typeof value !== "object" || value === null) return false;
  const { g, s, m } = value as { readonly g?: unknown; readonly s?: unknown; readonly m?: unknown };
  return typeof g === "object" && g !== null && Number.isSafeInteger(s) && typeof m === "string";
}

/** Places with exceptions are taken as wholes: less is told to be authenticated than is. */
function unsignedOf({ o }: Seal): readonly string[] {
  if (!Array.isArray(o)) return [];
  return o.flatMap((place: unknown) =>
    typeof place === "string" ? [place] : Array.isArray(place) ? [`${String(place[0])}/*`] : [],
  );
}

function sealedByDefinition({ versions }: Plan, counted: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  const sealed = new Map<string, number>();
  for (const [version, documents] of counted) {
    for (const place of Object.values(versions.get(version)?.groups ?? {}).flat()) {
      const path = typeof place === "string" ? place : `${place[0]}/*`;
      sealed.set(path, (sealed.get(path) ?? 0) + documents);
    }
  }
  return sealed;
}

/** A head of a key store names the key-encryption keys; its other items are wrapped keys. */
function wrapsOf(document: Readonly<Record<string, unknown>>): { keyring: string; kek: string }[] | undefined {
  const { store, head, records } = document as { store?: unknown; head?: { wraps?: unknown }; records?: unknown };
  if (typeof store !== "string") return undefined;
  if (Array.isArray(records) && typeof document["revision"] === "number") return [];
  if (!Array.isArray(head?.wraps)) return undefined;
  return head.wraps.map((wrap: { keyring?: unknown; kek?: unknown }) => ({
    keyring: String(wrap.keyring),
    kek: String(wrap.kek),
  }));
}

function createGroupTallies(most = 1000) {
  const tallies = new Map<
    string,
    { documents: number; bytes: number; readonly keys: Map<string, number>; leftOut: number }
  >();
  return {
    add: (groups: Seal["g"]): void => {
      for (const [name, group] of Object.entries(groups)) {
        if (!Array.isArray(group) || (!tallies.has(name) && tallies.size >= 200)) continue;
        const tally = tallies.get(name) ?? { documents: 0, bytes: 0, keys: new Map<string, number>(), leftOut: 0 };
        tallies.set(name, tally);
        tally.documents++;
        tally.bytes += Math.floor((String(group[2]).length * 3) / 4);
        const id = String(group[0]);
        if (tally.keys.has(id) || tally.keys.size < most) tally.keys.set(id, (tally.keys.get(id) ?? 0) + 1);
        else tally.leftOut++;
      }
    },
    exposures: (): readonly GroupExposure[] =>
      [...tallies].map(([name, { documents, bytes, keys, leftOut }]) => ({
        name,
        documents,
        bytes,
        keys: [...keys].map(([id, n]) => ({ id, documents: n })).sort((a, b) => b.documents - a.documents),
        keysLeftOut: leftOut,
      })),
  };
}

function createSince() {
  const months = new Map<string, number>();
  let oldest = Number.POSITIVE_INFINITY;
  let newest = 0;
  return {
    add: (seconds: unknown): void => {
      if (typeof seconds !== "number") return;
      oldest = Math.min(oldest, seconds);
      newest = Math.max(newest, seconds);
      const month = new Date(seconds * 1000).toISOString().slice(0, 7);
      months.set(month, (months.get(month) ?? 0) + 1);
    },
    result: (): Since | undefined =>
      newest === 0
        ? undefined
        : {
            oldest: new Date(oldest * 1000).toISOString(),
            newest: new Date(newest * 1000).toISOString(),
            months: [...months].sort().map(([month, documents]) => ({ month, documents })),
          },
  };
}
