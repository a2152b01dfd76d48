/**
 * What an application can see of an answer, as plain data: class, own keys in their order, getters, values. What differs from
 * call to call (etags, times, ids that the service makes, charges) is replaced by its name, so that two answers can be compared.
 */
import * as sdk from "@azure/cosmos";

export type Seen = null | boolean | number | string | readonly Seen[] | { readonly [name: string]: Seen };

/** `names`: what a subject calls its own, told by the role that it plays. */
export function observe(value: unknown, names: Readonly<Record<string, string>> = {}): Seen {
  const inside = new Set<object>();
  return see(value, "");

  function see(one: unknown, key: string): Seen {
    if (one === undefined) return "<undefined>";
    if (one === null || typeof one === "boolean") return one;
    if (typeof one === "number") return VOLATILE.has(key) ? "<number>" : Number.isFinite(one) ? one : `<${one}>`;
    if (typeof one === "string") return seeText(one, key);
    if (typeof one !== "object") return `<${typeof one}>`;
    if (inside.has(one)) return "<circular>";
    inside.add(one);
    try {
      return seeObject(one, key);
    } finally {
      inside.delete(one);
    }
  }

  function seeText(text: string, key: string): string {
    if (VOLATILE.has(key)) return text === "" ? "" : `<${key}>`;
    let seen = text;
    for (const [name, role] of Object.entries(names)) seen = seen.replaceAll(name, role);
    return seen
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<uuid>")
      .replace(/Request URI: [^,\r\n]+/g, "Request URI: <uri>");
  }

  function seeObject(one: object, key: string): Seen {
    if (key === "headers") return seeHeaders(one as Record<string, unknown>);
    if (Array.isArray(one)) return seeList(one);
    const name = one.constructor?.name ?? "";
    if (one instanceof Error || ERRORS.has(name)) return seeError(one as Error);
    if (Object.getPrototypeOf(one) === Object.prototype || Object.getPrototypeOf(one) === null) return data(one);
    if (HANDLES.has(name)) return seeHandle(one, name);
    if (name === "CosmosDiagnostics") return "<CosmosDiagnostics>";
    return { "<class>": classOf(one), ...members(one), ...getters(one) };
  }

  /** `bulk` answers with an array that has diagnostics. */
  function seeList(list: readonly unknown[]): Seen {
    const seen = list.map((member) => see(member, ""));
    const more = Object.keys(list).filter((name) => !/^\d+$/.test(name));
    return more.length === 0 ? seen : { "<list>": seen, "<members>": more };
  }

  /** The order of properties is looked at by behaviours of its own. */
  function data(one: object): Record<string, Seen> {
    const { "<keys>": keys, ...rest } = members(one);
    return { "<keys>": String(keys).split(" ").sort().join(" "), ...rest };
  }

  function members(one: object): Record<string, Seen> {
    const keys = Object.keys(one);
    const seen = Object.fromEntries(keys.map((name) => [name, see((one as Record<string, unknown>)[name], name)]));
    return { "<keys>": keys.join(" "), ...seen };
  }

  function seeHandle(one: object, name: string): Seen {
    const { id, url } = one as { id?: unknown; url?: unknown };
    return {
      "<class>": classOf(one),
      ...(id !== undefined && { id: see(id, "") }),
      ...(url !== undefined && { url: see(url, "") }),
      "<handle>": name,
    };
  }

  function seeError(error: Error): Seen {
    const { name, message, stack: _, ...own } = error;
    return {
      "<class>": classOf(error),
      name,
      message: see(message, "message"),
      ...members(own),
    };
  }

  function getters(one: object): Record<string, Seen> {
    const seen: Record<string, Seen> = {};
    for (
      let proto = Object.getPrototypeOf(one);
      proto !== Object.prototype && proto !== null;
      proto = Object.getPrototypeOf(proto)
    ) {
      for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
        if (get !== undefined && !(name in seen)) seen[name] = see(get.call(one), name);
      }
    }
    return seen;
  }

  /** Which there are, and the values of those that say something of the answer. */
  function seeHeaders(headers: Record<string, unknown>): Seen {
    return Object.fromEntries(
      Object.keys(headers)
        .filter((name) => !IGNORED_HEADERS.has(name))
        .sort()
        .map((name) => [name, VALUED_HEADERS.has(name) ? see(headers[name], "") : `<${typeof headers[name]}>`]),
    );
  }
}

/** The nearest class that the SDK exports: a subclass counts as what it extends. */
function classOf(one: object): string {
  for (let proto = Object.getPrototypeOf(one); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: string = proto.constructor?.name ?? "";
    const theirs = (sdk as unknown as Record<string, unknown>)[name];
    if (typeof theirs === "function" && theirs.prototype === proto) return name;
    if (proto === Error.prototype) return name;
  }
  return `unexported ${one.constructor?.name ?? "object"}`;
}

const HANDLES: ReadonlySet<string> = new Set([
  ...[
    "CosmosClient",
    "Databases",
    "Database",
    "Containers",
    "Container",
    "Items",
    "Item",
    "Conflicts",
    "Conflict",
    "Scripts",
  ],
  ...["StoredProcedures", "StoredProcedure", "Triggers", "Trigger", "UserDefinedFunctions", "UserDefinedFunction"],
  ...["Users", "User", "Permissions", "Permission", "Offers", "Offer"],
]);

const ERRORS: ReadonlySet<string> = new Set(["ErrorResponse", "TimeoutError", "AbortError", "RestError"]);

/** Of each call its own. */
const VOLATILE: ReadonlySet<string> = new Set([
  ...[
    "_rid",
    "_self",
    "_etag",
    "_ts",
    "_lsn",
    "lsn",
    "crts",
    "previousImageLSN",
    "etag",
    "eTag",
    "ifMatch",
    "requestCharge",
    "activityId",
  ],
  ...[
    "correlatedActivityId",
    "continuation",
    "continuationToken",
    "sessionToken",
    "queryMetrics",
    "retryAfterInMs",
    "ActivityId",
  ],
]);

const IGNORED_HEADERS: ReadonlySet<string> = new Set([
  "date",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
]);

const VALUED_HEADERS: ReadonlySet<string> = new Set([
  ...["x-ms-item-count", "x-ms-substatus", "content-type", "x-ms-schemaversion", "x-ms-alt-content-path"],
]);
