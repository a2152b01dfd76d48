// Who may ask: the holder of the account key for everything, the holder of a resource token for what its permission says.

import { ServiceError } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import type { Service } from "../service.js";
import { authorizeMaster } from "./master.js";
import { authorizeToken } from "./resourceToken.js";

// Anchored: base64 may itself hold "sig=", about once in 65,536 signatures.
const TOKEN = /^type=([a-z]+)&ver=([0-9.]+)&sig=(.+)$/s;

/** Throws 401 or 403 unless the request carries a token that is good for it. */
export function authorize(service: Service, request: ServiceRequest): void {
  const header = request.headers.get("authorization");
  if (header === undefined || header === "") {
    throw new ServiceError(
      401,
      "Required Header authorization is missing. Ensure a valid Authorization token is passed.",
    );
  }
  const token = TOKEN.exec(decode(header));
  if (token === null) {
    throw new ServiceError(401, "The input authorization token can't serve the request. The token is not well formed.");
  }
  const [, type, version, signature] = token as unknown as [string, string, string, string];
  if (type === "master" && version === "1.0") authorizeMaster(service.key, request, signature, service.clock());
  else if (type === "resource" && (version === "1" || version === "1.0")) authorizeToken(service, request, signature);
  else {
    throw new ServiceError(
      401,
      `The Cosmoseal emulator does not implement authorization tokens of type "${type}", version "${version}". Use the account key.`,
    );
  }
}

function decode(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return "";
  }
}
