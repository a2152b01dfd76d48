/** Paths of patches: RFC 6901 pointers, but for the root. */

/** The names on the way, or undefined for what is no path. */
export function parsePatchPath(path: unknown): readonly string[] | undefined {
  if (typeof path !== "string" || !path.startsWith("/") || path === "/" || /~(?![01])/.test(path)) return undefined;
  return path
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** True for what names an element of an array that is there. */
export function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(name);
}
