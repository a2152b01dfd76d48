/** What a request is about, read off its URL: tolerant of what the service tolerates, so that no spelling slips by. */

export interface RequestAddress {
  /** Types and ids in turn below the container: `["docs", "c-17"]`, `["sprocs"]`; empty for the container itself. */
  readonly below: readonly string[];
  readonly databaseId: string;
  readonly containerId: string;
}

/**
 * The container that a URL is in, `outside` for what the service has above containers (account, databases, their users,
 * offers), undefined for what isn't understood.
 */
export function addressOf(url: string): RequestAddress | "outside" | undefined {
  const segments = segmentsOf(url);
  if (segments === undefined) return undefined;
  const start = segments.findIndex((segment) => isType(segment, "dbs"));
  if (start === -1) return isAccountWide(segments) ? "outside" : undefined;
  const [, databaseId, type, containerId, ...below] = segments.slice(start);
  if (databaseId === undefined || type === undefined) return "outside";
  if (!isType(type, "colls")) return DATABASE_TYPES.has(type.toLowerCase()) ? "outside" : undefined;
  return containerId === undefined ? "outside" : { databaseId, containerId, below };
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

/** The account itself, offers, and the inference service, which has an endpoint of its own. */
function isAccountWide(segments: readonly string[]): boolean {
  const [type, next] = segments.slice(-2);
  return (
    segments.length === 0 ||
    segments.some((segment) => isType(segment, "offers")) ||
    (type === "inference" && next === "semanticReranking")
  );
}

const DATABASE_TYPES: ReadonlySet<string> = new Set(["users", "clientencryptionkeys"]);
