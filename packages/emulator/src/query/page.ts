// The size of a page, and the answer that carries one.

import { badRequest } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";

const DEFAULT_PAGE = 1000;

/** A page is closed when it reaches this, whatever its number of rows. */
export const MAX_PAGE_BYTES: number = 4 * 1024 * 1024;

/** `x-ms-max-item-count`: -1 leaves it to the server. Throws 400 for anything but -1 or a positive integer. */
export function pageSize(request: ServiceRequest): number {
  const header = request.headers.get("x-ms-max-item-count");
  if (header === undefined) return DEFAULT_PAGE;
  if (header === "-1") return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,9}$/.test(header)) {
    throw badRequest(
      `The input page size '${header}' is invalid. Ensure to provide a positive page size or -1 for dynamic page size.`,
    );
  }
  return Number(header);
}

/** The body of a page of rows that are already JSON text. */
export function pageBody(containerRid: string, rows: readonly string[]): string {
  return `{"_rid":${JSON.stringify(containerRid)},"Documents":[${rows.join(",")}],"_count":${rows.length}}`;
}
