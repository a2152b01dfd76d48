// Offers: the throughput that a container or a database has, declared at its creation and changed by replacing its offer.

import { randomBytes } from "node:crypto";
import { badRequest } from "../http/errors.js";
import { isObject, type ServiceRequest } from "../http/message.js";
import type { Service } from "../service.js";
import { newEtag, timestamp } from "../store/clock.js";
import type { JsonObject } from "../store/item.js";
import { ACCOUNT } from "../store/resources.js";
import { handlersOf, type ResourceHandlers } from "./owned.js";

const DEFAULT_THROUGHPUT = 400;
const MIN_THROUGHPUT = 400;
const MIN_AUTOSCALE = 1000;
const MAX_THROUGHPUT = 1_000_000;

export const offers: ResourceHandlers = handlersOf({
  kind: "offers",
  feed: "Offers",
  owner: () => ({ rid: ACCOUNT, self: "" }),
  newRid: newOfferRid,
  check(_service, body, request, before) {
    // An offer comes and goes with what it is for.
    if (before === undefined) throw badRequest("An offer is created together with its database or container.");
    for (const name of ["resource", "offerResourceId"]) {
      if (body[name] !== before[name]) throw badRequest(`The ${name} of an offer can't be changed.`);
    }
    return { ...before, ...body, content: nextContent(body["content"], before["content"] as JsonObject, request) };
  },
});

/** What the headers of a create declare; undefined where they declare nothing. Throws 400 for what the service doesn't sell. */
export function declaredThroughput(request: ServiceRequest): JsonObject | undefined {
  const manual = request.headers.get("x-ms-offer-throughput");
  const autoscale = request.headers.get("x-ms-cosmos-offer-autopilot-settings");
  if (manual !== undefined && autoscale !== undefined) {
    throw badRequest("Throughput is declared twice: manual and autoscale exclude each other.");
  }
  if (manual !== undefined) return manualContent(Number(manual));
  if (autoscale === undefined) return undefined;
  let settings: unknown;
  try {
    settings = JSON.parse(autoscale);
  } catch {
    settings = undefined;
  }
  if (!isObject(settings)) throw badRequest("The autoscale settings are not a JSON object.");
  return autoscaleContent(settings as JsonObject);
}

/** Makes the offer of a new container; one that declares nothing has the least, or shares what its database has. */
export function offerContainer(
  service: Service,
  databaseRid: string,
  container: JsonObject,
  declared: JsonObject | undefined,
): void {
  const isShared = offerOf(service, databaseRid) !== undefined;
  const content = declared ?? (isShared ? undefined : manualContent(DEFAULT_THROUGHPUT));
  if (content !== undefined) createOffer(service, container, content);
}

/** The offer of a database or a container, by its resource id. */
export function offerOf(service: Service, rid: string): JsonObject | undefined {
  return service.account.resources.list("offers", ACCOUNT).find((offer) => offer["offerResourceId"] === rid);
}

/** Request units per second: of an autoscale offer, its maximum. */
export function unitsPerSecond(offer: JsonObject): number {
  const { offerThroughput, offerAutopilotSettings } = offer["content"] as { readonly [name: string]: unknown };
  const settings = offerAutopilotSettings as { readonly maxThroughput: number } | undefined;
  return settings?.maxThroughput ?? (offerThroughput as number);
}

export function createOffer(service: Service, resource: JsonObject, content: JsonObject): void {
  const rid = newOfferRid();
  service.account.putResource("offers", ACCOUNT, {
    offerVersion: "V2",
    resource: resource["_self"]!,
    offerType: "Invalid",
    offerResourceId: resource["_rid"]!,
    content,
    id: rid,
    _rid: rid,
    _self: `offers/${rid}/`,
    _etag: newEtag(),
    _ts: timestamp(service.clock),
  });
}

function newOfferRid(): string {
  // Letters and digits alone: the link is signed in lower case, and stands in a path.
  return randomBytes(3).toString("hex");
}

function nextContent(next: unknown, before: JsonObject, request: ServiceRequest): JsonObject {
  if (!isObject(next)) throw badRequest("An offer needs a content.");
  const settings = before["offerAutopilotSettings"] as JsonObject | undefined;
  if (
    request.headers.get("x-ms-cosmos-migrate-offer-to-autopilot")?.toLowerCase() === "true" &&
    settings === undefined
  ) {
    const throughput = before["offerThroughput"] as number;
    return autoscaleContent({ maxThroughput: Math.max(MIN_AUTOSCALE, Math.ceil(throughput / 1000) * 1000) });
  }
  if (
    request.headers.get("x-ms-cosmos-migrate-offer-to-manual-throughput")?.toLowerCase() === "true" &&
    settings !== undefined
  ) {
    return manualContent(settings["maxThroughput"] as number);
  }
  const asked = next["offerAutopilotSettings"];
  if ((asked !== undefined) !== (settings !== undefined)) {
    throw badRequest("Manual throughput becomes autoscale, and the other way round, by a migration header alone.");
  }
  return isObject(asked) ? autoscaleContent(asked as JsonObject) : manualContent(next["offerThroughput"]);
}

function manualContent(throughput: unknown): JsonObject {
  check(throughput, MIN_THROUGHPUT, 100);
  return { offerThroughput: throughput, offerIsRUPerMinuteThroughputEnabled: false };
}

function autoscaleContent(settings: JsonObject): JsonObject {
  const { maxThroughput } = settings;
  check(maxThroughput, MIN_AUTOSCALE, 1000);
  return {
    offerThroughput: maxThroughput / 10,
    offerIsRUPerMinuteThroughputEnabled: false,
    offerAutopilotSettings: { ...settings },
  };
}

function check(throughput: unknown, least: number, step: number): asserts throughput is number {
  if (
    typeof throughput !== "number" ||
    !Number.isInteger(throughput) ||
    throughput < least ||
    throughput > MAX_THROUGHPUT ||
    throughput % step !== 0
  ) {
    throw badRequest(
      `The offer should have valid throughput values between ${least} and ${MAX_THROUGHPUT} inclusive in increments of ${step}.`,
    );
  }
}
