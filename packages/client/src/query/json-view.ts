/** An opened document as SQL sees it: JSON, so that a date is its ISO text, a bigint a number, bytes their base64. */
import type { Json } from "@cosmoseal/sql";

/** Shares what is JSON already, which is nearly always all of it. */
export function jsonView(value: unknown): Json {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value as Json;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) return isJson(value) ? (value as Json) : value.map(jsonView);
  if (isJson(value)) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonView(member)]));
}

function isJson(value: unknown): boolean {
  if (typeof value === "bigint") return false;
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof Date || value instanceof Uint8Array) return false;
  return Object.values(value).every(isJson);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
