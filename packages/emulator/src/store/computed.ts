// Computed properties: values that a query finds in a document though they aren't stored in it.

import { type CompiledQuery, compile, type Json, parse, SqlError } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import { isObject } from "../http/message.js";
import type { PartitionKeyDefinition } from "../partition/key.js";
import { type JsonObject, SYSTEM_PROPERTIES } from "./item.js";

export interface ComputedProperty {
  readonly name: string;
  readonly query: CompiledQuery;
}

const MAX_PROPERTIES = 20;

/** Throws 400 for a definition that the service refuses. */
export function readComputedProperties(
  list: Json | undefined,
  partitionKey: PartitionKeyDefinition,
): readonly ComputedProperty[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw badRequest("The computedProperties are not an array.");
  if (list.length > MAX_PROPERTIES) {
    throw badRequest(`A container has at most ${MAX_PROPERTIES} computed properties.`);
  }
  const names = new Set<string>();
  return (list as readonly Json[]).map((entry) => {
    const name = isObject(entry) ? entry["name"] : undefined;
    const text = isObject(entry) ? entry["query"] : undefined;
    if (typeof name !== "string" || typeof text !== "string" || !/^[A-Za-z_]\w*$/.test(name)) {
      throw badRequest("A computed property needs a name of letters, digits and underscores, and a query.");
    }
    if (names.has(name)) throw badRequest(`The computed property '${name}' is defined twice.`);
    if (name === "id" || SYSTEM_PROPERTIES.includes(name) || partitionKey.paths.includes(`/${name}`)) {
      throw badRequest(`The name '${name}' can't be that of a computed property.`);
    }
    names.add(name);
    return { name, query: compileProperty(name, text) };
  });
}

/** The document as a query sees it: computed properties are found by their names, and are in no listing of its properties. */
export function withComputed(document: JsonObject, properties: readonly ComputedProperty[]): JsonObject {
  const view = { ...document };
  for (const { name, query } of properties) {
    // What is stored under the name is what is found.
    if (Object.hasOwn(document, name)) continue;
    let known: { readonly value: Json | undefined } | undefined;
    Object.defineProperty(view, name, {
      enumerable: false,
      get() {
        known ??= { value: query.run([document])[Symbol.iterator]().next().value as Json | undefined };
        return known.value;
      },
    });
  }
  return view;
}

function compileProperty(name: string, text: string): CompiledQuery {
  try {
    const query = parse(text);
    const isProjection =
      query.select.what.kind === "SelectValue" &&
      !query.select.distinct &&
      query.select.top === undefined &&
      query.from?.joins.length === 0 &&
      query.from.source.kind === "CollectionSource" &&
      query.from.source.collection.kind === "PathCollection" &&
      query.from.source.collection.path.length === 0 &&
      query.where === undefined &&
      query.groupBy === undefined &&
      query.orderBy === undefined &&
      query.offsetLimit === undefined;
    if (isProjection) return compile(query);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw badRequest(`The query of the computed property '${name}' is invalid: ${error.message}`);
  }
  throw badRequest(`The query of the computed property '${name}' must be of the form SELECT VALUE … FROM c.`);
}
