/** What a request is about, read off its URL: tolerant of what the service tolerates, so that no spelling slips by. */

export interface RequestAddress {
  /** Types and ids in turn below the container: `["docs", "c-17"]`, `["sprocs"]`; empty for the container itself. */
  readonly below: readonly string[];
  readonly databaseId: string;
  readonly containerId: string;
}

/**
 * The container that a URL is in, `outside` for what is above containers (account, databases, their users, offers), undefined
 * for what isn't understood.
 */
export function addressOf(url: string): RequestAddress | "outside" | undefined {
  const segments = segmentsOf(url);
  if (segments === undefined) return undefined;
  const start = segments.findIndex((segment) => isType(segment, "dbs"));
  if (start === -1)
    return segments.some((segment) => CONTAINER_TYPES.has(segment.toLowerCase())) ? undefined : "outside";
  const [, databaseId, type, containerId, ...below] = segments.slice(start);
  if (type === undefined || containerId === undefined) return "outside";
  if (isType(type, "colls")) return { databaseId: databaseId!, containerId, below };
  return DATABASE_TYPES.has(type.toLowerCase()) ? "outside" : undefined;
}

/** Doubled and trailing slashes are nothing to the service; ids are percent-encoded. */
function segmentsOf(url: string): readonly string[] | undefined {
  try {
    return new URL(url).pathname
      .split("/")
      .filter((segment) => segment !== "")
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function isType(segment: string, type: string): boolean {
  return segment.toLowerCase() === type;
}

const CONTAINER_TYPES: ReadonlySet<string> = new Set(["colls", "docs", "sprocs", "triggers", "udfs", "conflicts"]);
const DATABASE_TYPES: ReadonlySet<string> = new Set(["users", "clientencryptionkeys"]);
