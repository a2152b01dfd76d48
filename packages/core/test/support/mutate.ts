/** Arbitrary single changes of a JSON document: of any member, deep or shallow, by any means that keeps it JSON. */
import fc from "fast-check";

export interface Mutation {
  /** Picks the place, as a fraction of all places. */
  readonly where: number;
  readonly how: number;
  readonly value: unknown;
  readonly name: string;
}

export const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.nat(),
  value: fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(null, {}, [], "", 0, 1, -1, true, "AAAA", 2 ** 53)),
  name: fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "_seal",
      "_etag",
      "_ts",
      "medical",
      "",
      "v",
      "k",
      "e",
      "n",
      "g",
      "x",
      "s",
      "t",
      "o",
      "m",
      "id",
      "pk",
    ),
    fc.string({ maxLength: 5 }),
  ),
});

type Container = Record<string, unknown> | unknown[];

/** Changes `document` in place at one place, and returns it. */
export function mutate(
  document: Record<string, unknown>,
  { where, how, value, name }: Mutation,
): Record<string, unknown> {
  const places = placesOf(document);
  const [parent, key] = places[Math.floor(where * places.length)]!;
  const old = read(parent, key);
  const ways: (() => void)[] = [
    () => write(parent, key, value),
    () => remove(parent, key),
    () => write(parent, key, tweak(old, how)),
    () => write(parent, key, tweak(old, how)),
    () =>
      Array.isArray(parent)
        ? parent.splice(Number(key), 0, structuredClone(old))
        : define(parent, name, structuredClone(old)),
    () =>
      Array.isArray(old)
        ? old.reverse()
        : typeof old === "object" && old !== null
          ? define(old, name, value)
          : write(parent, key, [old]),
  ];
  ways[how % ways.length]!();
  return document;
}

function placesOf(value: unknown): (readonly [Container, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value as Container, key] as const,
    ...placesOf(read(value as Container, key)),
  ]);
}

/** A small change that keeps the type: one character, one unit, the other truth. */
function tweak(old: unknown, how: number): unknown {
  if (typeof old === "number") return how % 2 === 0 ? old + 1 : old - 1;
  if (typeof old === "boolean") return !old;
  if (typeof old !== "string" || old === "") return "A";
  const at = how % old.length;
  const other = old[at] === "A" ? "B" : "A";
  return how % 3 === 0 ? old.slice(0, at) + old.slice(at + 1) : old.slice(0, at) + other + old.slice(at + 1);
}

function read(parent: Container, key: string): unknown {
  return Object.getOwnPropertyDescriptor(parent, key)?.value;
}

function write(parent: Container, key: string, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else define(parent, key, value);
}

function remove(parent: Container, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
