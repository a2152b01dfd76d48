// A split on demand: what the service does to a partition that grows, done to one that a test names.

import type { Account } from "../store/account.js";
import type { PartitionRange } from "../store/range.js";

/** A container by its link, `dbs/<database>/colls/<container>`, or by its ids. */
export type ContainerName = string | { readonly database: string; readonly container: string };

/** A range that is gone, and the two that hold its items now. */
export interface RangeSplit {
  readonly parent: string;
  readonly children: readonly [string, string];
}

export async function splitRange(account: Account, name: ContainerName, rangeId?: string): Promise<RangeSplit> {
  const ids = typeof name === "string" ? idsOf(name) : name;
  const database = account.databases.get(ids.database);
  const container = database?.containers.get(ids.container);
  if (database === undefined || container === undefined) {
    throw new RangeError(`There is no container "${ids.container}" in a database "${ids.database}".`);
  }
  const range = rangeId === undefined ? fullest(container.ranges) : byId(container.ranges, rangeId);
  if (range === undefined) throw new RangeError(`The container "${ids.container}" has no range "${rangeId}".`);
  while (container.busy !== undefined) await container.busy;
  const [first, second] = account.splitRange(database, container, range);
  await account.settled();
  return { parent: range.bounds.id, children: [first!.id, second!.id] };
}

function idsOf(link: string): { database: string; container: string } {
  const match = /^\/?dbs\/([^/]+)\/colls\/([^/]+)\/?$/.exec(link);
  if (match === null) throw new RangeError(`"${link}" is not a link of the form dbs/<database>/colls/<container>.`);
  return { database: decodeURIComponent(match[1]!), container: decodeURIComponent(match[2]!) };
}

function fullest(ranges: readonly PartitionRange[]): PartitionRange {
  return ranges.reduce((most, range) => (range.all.size > most.all.size ? range : most));
}

function byId(ranges: readonly PartitionRange[], id: string): PartitionRange | undefined {
  return ranges.find((range) => range.bounds.id === id);
}
