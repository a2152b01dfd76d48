// Definitions of containers: checked where the service checks, completed with its defaults, otherwise kept word for word.

import type { Json } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import { isObject } from "../http/message.js";
import { type PartitionKeyDefinition, parsePath } from "../partition/key.js";
import { type ComputedProperty, readComputedProperties } from "./computed.js";
import type { JsonObject } from "./item.js";

export interface ContainerDefinition {
  /** As the caller wrote it, with the service's defaults, without system properties. */
  readonly properties: JsonObject;
  readonly partitionKey: PartitionKeyDefinition;
  /** Made by a version of the protocol that knew no partition keys: all items have the same, missing one. */
  readonly isUnpartitioned: boolean;
  /** One list of paths per constraint. */
  readonly uniqueKeys: readonly (readonly (readonly string[])[])[];
  /** Seconds; -1 means that only items with their own `ttl` expire, undefined that none does. */
  readonly defaultTtl: number | undefined;
  readonly computed: readonly ComputedProperty[];
  /** How long every version is kept for the change feed; undefined where none is. */
  readonly retentionSeconds: number | undefined;
}

/** Reads the body of a create or a replace. Throws 400 where the service would refuse it. */
export function readDefinition(body: { readonly [name: string]: unknown }): ContainerDefinition {
  const properties: { [name: string]: Json } = { ...DEFAULTS, ...(body as JsonObject) };
  const partitionKey = readPartitionKey(properties["partitionKey"]);
  checkIndexingPolicy(properties["indexingPolicy"]);
  properties["indexingPolicy"] = completeIndexingPolicy(properties["indexingPolicy"]);
  checkConflictPolicy(properties["conflictResolutionPolicy"]);
  return Object.freeze({
    properties,
    partitionKey,
    isUnpartitioned: isObject(properties["partitionKey"]) && properties["partitionKey"]["systemKey"] === true,
    uniqueKeys: readUniqueKeys(properties["uniqueKeyPolicy"]),
    defaultTtl: readTtl(properties["defaultTtl"]),
    computed: readComputedProperties(properties["computedProperties"], partitionKey),
    retentionSeconds: readRetention(properties["changeFeedPolicy"]),
  });
}

const DEFAULTS: JsonObject = {
  indexingPolicy: {
    indexingMode: "consistent",
    automatic: true,
    includedPaths: [{ path: "/*" }],
    excludedPaths: [{ path: '/"_etag"/?' }],
  },
  conflictResolutionPolicy: {
    mode: "LastWriterWins",
    conflictResolutionPath: "/_ts",
    conflictResolutionProcedure: "",
  },
  geospatialConfig: { type: "Geography" },
};

/** The partition key that the service gives to a container which is created without one by an old version of the protocol. */
export const SYSTEM_KEY: JsonObject = { paths: ["/_partitionKey"], kind: "Hash", version: 1, systemKey: true };

/** Ids of databases and containers. Throws 400 for one that the service doesn't take. */
export function checkResourceId(id: unknown): string {
  if (typeof id !== "string" || id.length === 0) {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  }
  if (id.length > 255 || /[/\\#?\p{Cc}]/u.test(id) || id.endsWith(" ")) {
    throw badRequest(
      `The input name '${id.slice(0, 300)}' is invalid. Ensure to provide a unique non-empty string less than '255' characters.`,
    );
  }
  return id;
}

function readPartitionKey(value: Json | undefined): PartitionKeyDefinition {
  const refuse = (why: string) => badRequest(`The partition key definition is invalid: ${why}.`);
  if (!isObject(value)) throw refuse("it is missing");
  const { paths, kind = "Hash", version = 1 } = value;
  if (!Array.isArray(paths) || paths.length === 0) throw refuse("it has no paths");
  if (kind !== "Hash" && kind !== "MultiHash") throw refuse("its kind is neither Hash nor MultiHash");
  if (version !== 1 && version !== 2) throw refuse("its version is neither 1 nor 2");
  if (kind === "Hash" && paths.length > 1) throw refuse("the kind Hash takes one path");
  if (kind === "MultiHash" && paths.length > 3) throw refuse("at most three paths are allowed");
  if (kind === "MultiHash" && version !== 2) throw refuse("the kind MultiHash needs version 2");
  for (const path of paths as readonly unknown[]) {
    if (typeof path !== "string" || !path.startsWith("/") || parsePath(path).length === 0 || path.includes("*")) {
      throw refuse("a path must start with '/' and name a property");
    }
  }
  if (new Set(paths).size !== paths.length) throw refuse("a path occurs twice");
  return Object.freeze({ paths: paths as readonly string[], kind, version });
}

// A name is letters, digits and underscores, or quoted; "[]" stands for the elements of an array; the wildcard comes last.
const INDEX_PATH = /^(?:\/(?:[A-Za-z0-9_]+|"(?:[^"\\]|\\.)+"|\[\]))*\/(?:\?|\*)$/;
const EXACT_PATH = /^(?:\/(?:[A-Za-z0-9_]+|"(?:[^"\\]|\\.)+"|\[\]))+(?:\/\?)?$/;

function checkIndexingPolicy(policy: Json | undefined): void {
  if (policy === undefined) return;
  if (!isObject(policy)) throw badRequest("The indexing policy is not an object.");
  for (const list of ["includedPaths", "excludedPaths"]) {
    const entries = policy[list] ?? [];
    if (!Array.isArray(entries)) throw badRequest(`The indexing policy's ${list} is not an array.`);
    for (const entry of entries as readonly unknown[]) {
      const path = isObject(entry) ? entry["path"] : undefined;
      if (typeof path !== "string" || !(INDEX_PATH.test(path) || EXACT_PATH.test(path))) {
        throw badRequest(
          `The indexing path '${String(path)}' could not be accepted, failed near position '0'. Please ensure that the path is a valid path. Common errors include invalid characters or absence of quotes around labels.`,
        );
      }
    }
  }
}

function checkConflictPolicy(policy: Json | undefined): void {
  const mode = isObject(policy) ? String(policy["mode"]) : undefined;
  if (policy !== undefined && !/^(?:LastWriterWins|Custom)$/i.test(mode ?? "")) {
    throw badRequest("The conflict resolution policy's mode is neither LastWriterWins nor Custom.");
  }
}

// What the service adds to a policy that leaves something out; what was written stays as it was written.
function completeIndexingPolicy(policy: Json | undefined): Json {
  const written = isObject(policy) ? (policy as JsonObject) : {};
  if (written["indexingMode"] === "none") return { includedPaths: [], excludedPaths: [], ...written };
  const excluded = (written["excludedPaths"] ?? []) as readonly { readonly path: string }[];
  const isComplete = excluded.some(({ path }) => path.startsWith('/"_etag"'));
  return {
    indexingMode: "consistent",
    automatic: true,
    includedPaths: excluded.some(({ path }) => path === "/*") ? [] : [{ path: "/*" }],
    ...written,
    excludedPaths: isComplete ? excluded : [...excluded, { path: '/"_etag"/?' }],
  } as Json;
}

function readUniqueKeys(policy: Json | undefined): readonly (readonly (readonly string[])[])[] {
  if (policy === undefined) return [];
  const constraints = isObject(policy) ? (policy["uniqueKeys"] ?? []) : undefined;
  if (!Array.isArray(constraints)) throw badRequest("The unique key policy is invalid.");
  return (constraints as readonly unknown[]).map((constraint) => {
    const paths = isObject(constraint) ? constraint["paths"] : undefined;
    if (
      !Array.isArray(paths) ||
      paths.length === 0 ||
      !paths.every((path) => typeof path === "string" && path[0] === "/")
    ) {
      throw badRequest("The unique key policy is invalid: each constraint needs paths that start with '/'.");
    }
    return (paths as readonly string[]).map(parsePath);
  });
}

function readTtl(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isTtl(value)) throw badRequest("The default time to live must be -1 or a positive number of seconds.");
  return value;
}

function readRetention(policy: Json | undefined): number | undefined {
  if (policy === undefined || policy === null) return undefined;
  const minutes = isObject(policy) ? policy["retentionDuration"] : undefined;
  if (typeof minutes !== "number" || !Number.isInteger(minutes) || minutes < 0) {
    throw badRequest("The changeFeedPolicy's retentionDuration must be a number of minutes.");
  }
  return minutes === 0 ? undefined : minutes * 60;
}

/** True for a `ttl` that the service takes. */
export function isTtl(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && (value === -1 || (value > 0 && value <= 2147483647));
}
