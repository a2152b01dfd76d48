// What the service answers for a database itself.

import type { DatabaseRecord } from "./account.js";
import type { JsonObject } from "./item.js";

export function databaseResource(record: DatabaseRecord): JsonObject {
  return {
    id: record.id,
    _rid: record.rid,
    _self: `dbs/${record.rid}/`,
    _etag: record.etag,
    _colls: "colls/",
    _users: "users/",
    _ts: record.timestamp,
  };
}
