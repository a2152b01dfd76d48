/**
 * The closed list: which members of the SDK's classes a sealed container answers to. Everything else on their prototypes is
 * refused, so that a method which a later SDK adds can't pass through unseen.
 */
import { CosmosealError } from "@cosmoseal/core";

/** Members of each class that are covered: either ours, or the SDK's and free of document content. */
export const COVERED = {
  CosmosClient: [
    "database",
    "offer",
    "dispose",
    "getDatabaseAccount",
    "getDatabaseAccountInternal",
    "getWriteEndpoint",
    "getWriteEndpoints",
    "getReadEndpoint",
    "getReadEndpoints",
    "initializeClientConfigDiagnostic",
    "backgroundRefreshEndpointList",
    "updateHostFramework",
  ],
  Databases: ["create", "createInternal", "createIfNotExists", "query", "readAll"],
  Database: [
    "container",
    "user",
    "url",
    "read",
    "readInternal",
    "delete",
    "readOffer",
    "createClientEncryptionKey",
    "readClientEncryptionKey",
    "rewrapClientEncryptionKey",
  ],
  Containers: ["create", "createInternal", "createIfNotExists", "query", "readAll"],
  Container: [
    "items",
    "item",
    "conflicts",
    "conflict",
    "scripts",
    "getQueryPlan",
    "semanticRerank",
    "url",
    "read",
    "readInternal",
    "replace",
    "delete",
    "getPartitionKeyDefinition",
    "readPartitionKeyDefinition",
    "readOffer",
    "readPartitionKeyRanges",
    "getFeedRanges",
    "deleteAllItemsForPartitionKey",
    "initializeEncryption",
    "checkAndInitializeEncryption",
    "throwIfRequestNeedsARetryPostPolicyRefresh",
  ],
  Items: [
    "query",
    "readAll",
    "create",
    "upsert",
    "changeFeed",
    "readChangeFeed",
    "getChangeFeedIterator",
    "batch",
    "bulk",
    "executeBulkOperations",
  ],
  Item: ["url", "read", "replace", "patch", "delete"],
  ChangeFeedIterator: ["hasMoreResults", "getAsyncIterator", "fetchNext"],
  Conflicts: ["query", "readAll"],
  Conflict: ["url", "read", "delete"],
  Scripts: [
    "storedProcedure",
    "trigger",
    "userDefinedFunction",
    "storedProcedures",
    "triggers",
    "userDefinedFunctions",
  ],
  StoredProcedures: ["query", "readAll", "create"],
  StoredProcedure: ["url", "read", "replace", "delete", "execute"],
  QueryIterator: [
    "getAsyncIterator",
    "getAsyncIteratorInternal",
    "hasMoreResults",
    "fetchAll",
    "fetchAllInternal",
    "fetchNext",
    "fetchNextInternal",
    "reset",
  ],
} as const;

/** Gives our class a refusal for every member of the SDK's class that isn't covered. */
export function closeSurface(
  ours: { readonly prototype: object },
  theirs: { readonly prototype: object },
  name: keyof typeof COVERED,
): void {
  const covered: ReadonlySet<string> = new Set<string>(COVERED[name]);
  for (const member of Object.getOwnPropertyNames(theirs.prototype)) {
    if (member === "constructor" || covered.has(member)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(theirs.prototype, member)!;
    Object.defineProperty(ours.prototype, member, refusal(`${name}.${member}`, descriptor));
  }
}

/** Refuses as the member would answer: a promise from an asynchronous method, otherwise at once. */
function refusal(member: string, { value, enumerable = false }: PropertyDescriptor): PropertyDescriptor {
  const shape = { configurable: true, enumerable };
  if (typeof value !== "function") return { ...shape, get: () => refuse(member) };
  const isAsync = Object.prototype.toString.call(value) === "[object AsyncFunction]";
  return { ...shape, writable: true, value: isAsync ? async () => refuse(member) : () => refuse(member) };
}

/** Throws ERR_NOT_SUPPORTED. */
export function refuse(member: string, reason = "It is not covered for a container that has a definition."): never {
  throw new CosmosealError("ERR_NOT_SUPPORTED", `${member} is refused. ${reason}`, {
    remedy: "Nothing was sent. Write and read documents by create, read, upsert, replace, delete and queries.",
  });
}
