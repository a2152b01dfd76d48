// From verb and path to the handler: the table of what the emulator answers, and of what it leaves out by name.

import { post as postDocuments, readFeed as readDocuments } from "../items/feed.js";
import * as items from "../items/requests.js";
import { readAccount } from "../resources/account.js";
import * as conflicts from "../resources/conflicts.js";
import * as containers from "../resources/containers.js";
import * as databases from "../resources/databases.js";
import * as encryptionKeys from "../resources/encryptionKeys.js";
import { offers } from "../resources/offers.js";
import type { ResourceHandlers } from "../resources/owned.js";
import { readRanges } from "../resources/ranges.js";
import * as scripts from "../resources/scripts.js";
import { permissions, users } from "../resources/users.js";
import { execute } from "../scripts/execute.js";
import type { Service } from "../service.js";
import { badRequest, notImplemented, ServiceError } from "./errors.js";
import type { ServiceRequest, ServiceResponse } from "./message.js";

export type Handler = (service: Service, request: ServiceRequest) => ServiceResponse | Promise<ServiceResponse>;

// "*" stands for an id.
const ROUTES: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["GET ", readAccount],
  ["GET dbs", databases.list],
  ["POST dbs", databases.post],
  ["GET dbs/*", databases.read],
  ["DELETE dbs/*", databases.remove],
  ["GET dbs/*/colls", containers.list],
  ["POST dbs/*/colls", containers.post],
  ["GET dbs/*/colls/*", containers.read],
  ["PUT dbs/*/colls/*", containers.replace],
  ["DELETE dbs/*/colls/*", containers.remove],
  ["GET dbs/*/colls/*/pkranges", readRanges],
  ["POST dbs/*/colls/*/operations/*", items.removeKey],
  ["GET dbs/*/colls/*/docs", readDocuments],
  ["POST dbs/*/colls/*/docs", postDocuments],
  ["GET dbs/*/colls/*/docs/*", items.read],
  ["PUT dbs/*/colls/*/docs/*", items.replace],
  ["PATCH dbs/*/colls/*/docs/*", items.patch],
  ["DELETE dbs/*/colls/*/docs/*", items.remove],
  ["GET dbs/*/colls/*/conflicts", conflicts.list],
  ["POST dbs/*/colls/*/conflicts", conflicts.query],
  ["GET dbs/*/colls/*/conflicts/*", conflicts.one],
  ["DELETE dbs/*/colls/*/conflicts/*", conflicts.one],
  ["GET dbs/*/clientencryptionkeys", encryptionKeys.list],
  ["POST dbs/*/clientencryptionkeys", encryptionKeys.create],
  ["GET dbs/*/clientencryptionkeys/*", encryptionKeys.read],
  ["PUT dbs/*/clientencryptionkeys/*", encryptionKeys.replace],
  ["GET dbs/*/users", users.list],
  ["POST dbs/*/users", users.post],
  ["GET dbs/*/users/*", users.read],
  ["PUT dbs/*/users/*", users.replace],
  ["DELETE dbs/*/users/*", users.remove],
  ["GET dbs/*/users/*/permissions", permissions.list],
  ["POST dbs/*/users/*/permissions", permissions.post],
  ["GET dbs/*/users/*/permissions/*", permissions.read],
  ["PUT dbs/*/users/*/permissions/*", permissions.replace],
  ["DELETE dbs/*/users/*/permissions/*", permissions.remove],
  ...scriptRoutes("sprocs", scripts.procedures),
  ["POST dbs/*/colls/*/sprocs/*", execute],
  ...scriptRoutes("triggers", scripts.triggers),
  ...scriptRoutes("udfs", scripts.functions),
  ["GET offers", offers.list],
  ["POST offers", offers.post],
  ["GET offers/*", offers.read],
  ["PUT offers/*", offers.replace],
]);

const LEFT_OUT: ReadonlyMap<string, string> = new Map([["attachments", "attachments"]]);

function scriptRoutes(kind: string, handlers: ResourceHandlers): readonly (readonly [string, Handler])[] {
  const feed = `dbs/*/colls/*/${kind}`;
  return [
    [`GET ${feed}`, handlers.list],
    [`POST ${feed}`, handlers.post],
    [`GET ${feed}/*`, handlers.read],
    [`PUT ${feed}/*`, handlers.replace],
    [`DELETE ${feed}/*`, handlers.remove],
  ];
}

/** The handler of a request. Throws 501 for what is left out, 405 for a verb that the path doesn't take, 400 for any other path. */
export function route(request: ServiceRequest): Handler {
  const pattern = request.segments.map((segment, at) => (at % 2 === 0 ? segment : "*")).join("/");
  const handler = ROUTES.get(`${request.method} ${pattern}`);
  if (handler !== undefined) return handler;
  const types = request.segments.filter((_, at) => at % 2 === 0);
  const leftOut = types.map((type) => LEFT_OUT.get(type)).find((name) => name !== undefined);
  if (leftOut !== undefined) throw notImplemented(leftOut);
  if (VERBS.some((verb) => ROUTES.has(`${verb} ${pattern}`))) {
    throw new ServiceError(405, "The requested verb is not supported.");
  }
  throw badRequest("The request path is not one of the service's resources.");
}

const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
