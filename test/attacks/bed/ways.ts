/** The ways in which an application reads a partition: what it sees in each, without what the service adds. */
import { ChangeFeedStartFrom, type Container, EncryptionQueryBuilder, type FeedOptions } from "@azure/cosmos";
import { bare } from "./documents.js";

export interface Way {
  readonly name: string;
  /** The server's word by design, in every application that asks like this. */
  readonly isServersWord?: true;
  /** A row less is no wrong row: that answers are complete is another promise. */
  readonly mayOmit?: true;
  /** Asked of our client alone: another has no such option. */
  readonly isOurs?: true;
  /** Throws what the application gets as an error. `ids` are those that it asks for by name. */
  read(container: Container, tenantId: string, ids: readonly string[]): Promise<unknown>;
}

export const POINT_READ: Way = {
  name: "point read",
  read: async (container, tenantId, ids) => {
    const seen: unknown[] = [];
    for (const id of ids) {
      const { resource } = await container.item(id, tenantId).read();
      seen.push(resource == null ? null : bare(resource));
    }
    return seen;
  },
};

export const SELECT_ALL: Way = query("SELECT *", "SELECT * FROM c");

export const WAYS: readonly Way[] = [
  POINT_READ,
  SELECT_ALL,
  query("projection of public paths", "SELECT c.id, c.plan, c.rank, c.labels FROM c"),
  query("query on public paths", "SELECT VALUE c FROM c WHERE c.rank < 100 OR IS_DEFINED(c.id) ORDER BY c.id"),
  {
    ...query("aggregate of public paths", "SELECT c.plan, COUNT(1) AS n FROM c GROUP BY c.plan"),
    isServersWord: true,
  },
  {
    ...query("the same, strict", "SELECT c.plan, COUNT(1) AS n FROM c GROUP BY c.plan", { integrity: "strict" }),
    isOurs: true,
  },
  {
    name: "bulk",
    read: async (container, tenantId, ids) => {
      const operations = ids.map((id) => ({ operationType: "Read" as const, id, partitionKey: tenantId }));
      const results = await container.items.bulk(operations);
      return results.map(({ resourceBody }) => (resourceBody == null ? null : bare(resourceBody)));
    },
  },
  {
    name: "executeBulkOperations",
    read: async (container, tenantId, ids) => {
      const operations = ids.map((id) => ({ operationType: "Read" as const, id, partitionKey: tenantId }));
      const results = await container.items.executeBulkOperations(operations);
      return results.map(({ error, response }) => {
        if (error !== undefined && error.code !== 404) throw error.cause ?? error;
        const body = response?.resourceBody;
        return body == null ? null : bare(body);
      });
    },
  },
  {
    name: "batch",
    read: async (container, tenantId, ids) => {
      const operations = ids.map((id) => ({ operationType: "Read" as const, id }));
      const { result } = await container.items.batch(operations, tenantId);
      return (result ?? []).map(({ resourceBody }) => (resourceBody == null ? null : bare(resourceBody)));
    },
  },
  {
    name: "readChangeFeed",
    read: async (container, tenantId) => {
      const feed = container.items.readChangeFeed(tenantId, { startFromBeginning: true });
      const seen: unknown[] = [];
      while (feed.hasMoreResults) seen.push(...(await feed.fetchNext()).result);
      return sorted(seen);
    },
  },
  {
    name: "getChangeFeedIterator",
    read: async (container, tenantId) => {
      const feed = container.items.getChangeFeedIterator({
        changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId),
      });
      const seen: unknown[] = [];
      for (;;) {
        const { result, statusCode } = await feed.readNext();
        if (statusCode === 304) return sorted(seen);
        seen.push(...result);
      }
    },
  },
];

/** The application's own search for an e-mail address. */
export function search(name: string, email: string): Way {
  const text = "SELECT * FROM c WHERE c.email = @e";
  return {
    name,
    mayOmit: true,
    read: async (container, tenantId) => {
      const options = { partitionKey: tenantId };
      if (container.database.id === "builtIn") {
        const builder = new EncryptionQueryBuilder(text);
        builder.addParameter("@e", email, "/email");
        const iterator = await container.items.getEncryptionQueryIterator(builder, options);
        return sorted((await iterator.fetchAll()).resources);
      }
      const spec = { query: text, parameters: [{ name: "@e", value: email }] };
      return sorted((await container.items.query(spec, options).fetchAll()).resources);
    },
  };
}

function query(name: string, text: string, options: FeedOptions = {}): Way {
  return {
    name,
    read: async (container, tenantId) => {
      const { resources } = await container.items.query(text, { partitionKey: tenantId, ...options }).fetchAll();
      return sorted(resources);
    },
  };
}

function sorted(rows: readonly unknown[]): readonly unknown[] {
  return rows
    .map((row) => bare(row))
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
