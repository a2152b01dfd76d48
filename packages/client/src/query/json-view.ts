/** An opened document as SQL sees it: JSON, so that a date is its ISO text, a bigint a number, bytes their base64. */
import type { Json } from "@cosmoseal/sql";

/** Shares what is JSON already, which is nearly always all of it. */
export function jsonView(value: unknown): Json {
  return isJson(value) ? value : viewOf(value);
}

/** Nothing is made to tell so. */
function isJson(value: unknown): value is Json {
  if (typeof value === "bigint") return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (!isJson(item)) return false;
    return true;
  }
  if (value instanceof Date || value instanceof Uint8Array) return false;
  for (const name of Object.keys(value)) if (!isJson((value as Record<string, unknown>)[name])) return false;
  return true;
}

function viewOf(value: unknown): Json {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value as Json;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) {
    const items = value.map(viewOf);
    return items.some((item, i) => item !== value[i]) ? items : (value as Json);
  }
  const members = Object.entries(value).map(([name, member]) => [name, member, viewOf(member)] as const);
  return members.some(([, member, view]) => view !== member)
    ? Object.fromEntries(members.map(([name, , view]) => [name, view]))
    : (value as Json);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
