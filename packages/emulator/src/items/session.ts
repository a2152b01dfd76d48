// Session tokens: a read must not see less than the caller has already seen.

import { ServiceError } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import type { PartitionRange } from "../store/range.js";

/** Throws 404/1002 where the caller's token is ahead of the range. */
export function checkSession(request: ServiceRequest, ranges: readonly PartitionRange[]): void {
  const token = request.headers.get("x-ms-session-token");
  if (token === undefined || token === "") return;
  for (const part of token.split(",")) {
    const match = /^([^:]+):(?:-?\d+#)?(\d+)(?:#.*)?$/.exec(part.trim());
    if (match === null) throw new ServiceError(400, "The session token is not valid.");
    const range = ranges.find((one) => one.bounds.id === match[1]);
    if (range !== undefined && Number(match[2]) > range.lsn) {
      throw new ServiceError(404, "The read session is not available for the input session token.", {
        substatus: 1002,
      });
    }
  }
}
