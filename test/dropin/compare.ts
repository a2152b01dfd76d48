/** Two observations, field by field; and an observation in one short line for the matrix. */
import { createHash } from "node:crypto";
import type { Seen } from "./observe.js";

/** The places where they differ, each with both sides. */
export function differences(plain: Seen, ours: Seen, at = ""): readonly string[] {
  if (isObject(plain) && isObject(ours)) {
    const names = [...new Set([...Object.keys(plain), ...Object.keys(ours)])];
    return names.flatMap((name) =>
      differences(plain[name] ?? ABSENT(plain, name), ours[name] ?? ABSENT(ours, name), `${at}/${name}`),
    );
  }
  if (Array.isArray(plain) && Array.isArray(ours)) {
    const length = Math.max(plain.length, ours.length);
    return Array.from({ length }, (_, i) =>
      differences(plain[i] ?? nullOr(plain, i), ours[i] ?? nullOr(ours, i), `${at}/${i}`),
    ).flat();
  }
  return Object.is(plain, ours) ? [] : [`${at}: plain ${short(plain)}, ours ${short(ours)}`];
}

/** What came out, for people who read the matrix, and pinned: `201`, `throws 409`, or the value itself. */
export function outcomeOf(seen: Seen): string {
  const texts = Array.isArray(seen) ? seen.map(one) : [one(seen)];
  const text = texts.join(", ");
  return text.length <= 120
    ? text
    : `${text.slice(0, 100)}… ${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

function one(seen: Seen): string {
  if (!isObject(seen)) return JSON.stringify(seen);
  if (typeof seen["<thrown>"] !== "undefined") {
    const error = seen["<thrown>"];
    if (!isObject(error)) return `throws ${JSON.stringify(error)}`;
    const code = error["code"];
    return `throws ${typeof code === "number" || typeof code === "string" ? code : `${error["<class>"] ?? "object"}: ${error["message"]}`}`;
  }
  if (typeof seen["statusCode"] === "number") return String(seen["statusCode"]);
  if (seen["<class>"] === "FeedResponse") {
    const rows = seen["resources"];
    return Array.isArray(rows) ? `${rows.length} rows` : `rows ${JSON.stringify(rows)}`;
  }
  if (Array.isArray(seen["<list>"])) return seen["<list>"].map(one).join(", ");
  const { "<keys>": _, ...rest } = seen;
  return JSON.stringify(rest);
}

function ABSENT(object: { readonly [name: string]: Seen }, name: string): Seen {
  return name in object ? null : "<absent>";
}

function nullOr(list: readonly Seen[], i: number): Seen {
  return i < list.length ? null : "<absent>";
}

function short(seen: Seen): string {
  const text = JSON.stringify(seen);
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}

function isObject(seen: Seen): seen is { readonly [name: string]: Seen } {
  return typeof seen === "object" && seen !== null && !Array.isArray(seen);
}
