/** Functions that stand alone in their group: conditional, item. */
import { isObject } from "../evaluate/values.js";
import { type BuiltinFunction, pure, total } from "./define.js";

export const otherFunctions: readonly BuiltinFunction[] = [
  total("IIF", 3, (condition, then, otherwise) => (condition === true ? then : otherwise)),
  pure("DOCUMENTID", 1, (document) => (isObject(document) ? documentNumber(document["_rid"]) : undefined)),
];

/** The document's number inside its container: bytes 8 to 15 of its resource id, which are little-endian. */
function documentNumber(rid: unknown): number | undefined {
  if (typeof rid !== "string") return undefined;
  const bytes = base64Bytes(rid.replaceAll("-", "/"));
  if (bytes === undefined || bytes.length !== 16) return undefined;
  return Number(new DataView(bytes.buffer).getBigUint64(8, true));
}

function base64Bytes(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
}
