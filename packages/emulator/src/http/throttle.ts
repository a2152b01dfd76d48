// Throttling: within each second a container has the request units that its offer says, and what comes after is told to wait.

import { offerOf, unitsPerSecond } from "../resources/offers.js";
import type { Service } from "../service.js";
import { ServiceError } from "./errors.js";
import type { ServiceRequest } from "./message.js";

export interface Throttle {
  /** Throws 429/3200 where the second's units are used up. */
  admit(service: Service, request: ServiceRequest): void;
  /** Books what an answer cost. */
  book(service: Service, request: ServiceRequest, units: number): void;
}

/** The throttle of an emulator whose throughput has no effect. */
export const noThrottle: Throttle = { admit() {}, book() {} };

/** As the service does, a request that finds a unit left is served whole, whatever it costs; the debt counts against the seconds after. */
export function createThrottle(): Throttle {
  const windows = new Map<string, Window>();

  const windowOf = (service: Service, request: ServiceRequest): Window | undefined => {
    const offer = offerFor(service, request);
    if (offer === undefined) return undefined;
    const second = Math.floor(service.clock() / 1000);
    const limit = unitsPerSecond(offer);
    const key = offer["_rid"] as string;
    const window = windows.get(key) ?? { second, used: 0, limit };
    window.limit = limit;
    if (second > window.second) {
      window.used = Math.max(0, window.used - limit * (second - window.second));
      window.second = second;
    }
    windows.set(key, window);
    return window;
  };

  return {
    admit(service, request) {
      const window = windowOf(service, request);
      if (window === undefined || window.used < window.limit) return;
      const seconds = Math.ceil((window.used - window.limit + 1) / window.limit);
      const wait = (window.second + seconds) * 1000 - service.clock();
      throw new ServiceError(
        429,
        "The request rate is too large. Please retry after sometime. Learn more: http://aka.ms/cosmosdb-error-429",
        { substatus: 3200, headers: { "x-ms-retry-after-ms": String(Math.max(1, Math.ceil(wait))) } },
      );
    },
    book(service, request, units) {
      const window = windowOf(service, request);
      if (window !== undefined) window.used += units;
    },
  };
}

interface Window {
  second: number;
  used: number;
  limit: number;
}

// What is in a container counts against the container's offer, otherwise against the one that its database shares out.
function offerFor(service: Service, request: ServiceRequest) {
  const [, databaseId = "", , containerId = "", type] = request.segments;
  if (type !== "docs" && type !== "sprocs") return undefined;
  const database = service.account.databases.get(databaseId);
  const container = database?.containers.get(containerId);
  if (database === undefined || container === undefined) return undefined;
  return offerOf(service, container.rid) ?? offerOf(service, database.record.rid);
}
