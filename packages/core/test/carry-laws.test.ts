/**
 * The law of carrying: what a client without a group's key makes of a document, it refuses, or it opens for who holds the key as what was
 * written, with all that the group had. For any schema, document and change.
 */
import assert from "node:assert/strict";
import {
  type ClosedDocument,
  closedGroupsOf,
  createKeyStore,
  defineContainer,
  isCosmosealError,
  Keys,
  memoryKeyStore,
  openAll,
  seal,
  sealed,
  staticKeyring,
} from "@cosmoseal/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { anyCase, type Case, expected } from "./support/arbitrary.js";
import { overTheWire } from "./support/keys.js";

const RUNS = process.env["COSMOSEAL_FULL"] === "1" ? 20_000 : 500;
const NOW = 1_795_513_325_123;
const MAIN = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
const MEDICAL = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
const DEFAULT = staticKeyring(Buffer.alloc(32, 11).toString("base64"));

let full: Keys;
/** By what they lack. */
let lacking: Readonly<Record<Lacking, Keys>>;
type Lacking = "medical" | "default" | "both";

beforeAll(async () => {
  const store = memoryKeyStore();
  const [sample] = fc.sample(anyCase(), 1);
  const { pin, groups: pins } = await createKeyStore({
    keyring: MAIN,
    store,
    containers: [sample!.definition, charts],
    groups: { medical: { keyring: MEDICAL }, "": { keyring: DEFAULT } },
  });
  const medical = { medical: { keyring: MEDICAL, pin: pins["medical"]! } };
  const own = { "": { keyring: DEFAULT, pin: pins[""]! } };
  const keysOf = (groups: object) => new Keys({ keyring: MAIN, store, pin, groups: { ...groups } });
  full = keysOf({ ...medical, ...own });
  lacking = { medical: keysOf(own), default: keysOf(medical), both: keysOf({}) };
});

describe("the law of carrying", () => {
  test("a document that was only read and written again is what it was", async () => {
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(anyCase(), anyLacking, async (given, lacks) => {
        const { partial, closed } = await readWithout(given, lacks);
        const after = await replaced(given, lacks, partial, closed);
        // A sealed id or partition key is a value of the default group, which is there as its token alone.
        if (after === undefined) return assert(lacks !== "medical" && given.definition.plan.identity.length > 0);
        assert.deepStrictEqual(await opened(given, after), expected(given.document, given.spec));
        carried++;
      }),
      { numRuns: RUNS },
    );
    expect(carried).toBeGreaterThan(RUNS / 3);
  });

  test("a change is refused, or all of the group is there beside it", async () => {
    const counts = { refused: 0, carried: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(anyCase(), anyLacking, anyEdits, async (given, lacks, edits) => {
        const { partial, closed } = await readWithout(given, lacks);
        const changed = structuredClone(partial);
        for (const edit of edits) apply(changed, edit);
        const isChanged = !isEqual(changed, partial);
        const after = await replaced(given, lacks, changed, closed);
        if (after === undefined) {
          counts.refused++;
          return;
        }
        counts.carried++;
        if (isChanged) counts.changed++;
        const whole = structuredClone(changed);
        restore(whole, expected(given.document, given.spec), partial);
        assert.deepStrictEqual(await opened(given, after), expected(whole as Case["document"], given.spec));
      }),
      { numRuns: RUNS },
    );
    // The law must not hold because everything is refused, or nothing changed.
    expect(counts.refused).toBeGreaterThan(RUNS / 20);
    expect(counts.changed).toBeGreaterThan(RUNS / 20);
  });
});

describe("in a schema of many places", () => {
  test("a change is refused, or every value of the group stands where it stood, beside what it stood beside", async () => {
    const counts = { refused: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(anyChart, anyEdits, async (document, edits) => {
        const given = { definition: charts, document };
        const { partial, closed } = await readWithout(given, "medical");
        const changed = structuredClone(partial);
        for (const edit of edits) apply(changed, edit);
        const after = await replaced(given, "medical", changed, closed);
        if (after === undefined) {
          counts.refused++;
          return;
        }
        if (!isEqual(changed, partial)) counts.changed++;
        const whole = (await opened(given, after)) as Chart;
        const awaited = structuredClone(changed);
        restore(awaited, document, partial);
        assert.deepStrictEqual(whole, awaited);
        // An element that is taken out while a copy of another takes its place can't be told from one that was changed.
        const names = namesIn(whole);
        if (new Set(names).size < names.length) return;
        for (const [name, value] of medicalIn(whole)) assert.equal(value, `of ${name}`);
      }),
      { numRuns: RUNS },
    );
    expect(counts.refused).toBeGreaterThan(RUNS / 10);
    expect(counts.changed).toBeGreaterThan(RUNS / 10);
  });
});

const medical = z.string().optional();
const shape = {
  /** Of the place, and never changed; `note` says whose it is. */
  name: z.string(),
  word: z.string().optional(),
  mail: sealed(z.string()).optional(),
  note: sealed(medical, { group: "medical" }),
};
const item = z.object({ ...shape, items: z.array(z.object(shape)).optional() });

const charts = defineContainer({
  name: "charts",
  partitionKey: "/id",
  schema: z.object({
    id: z.string(),
    ...item.shape,
    one: z.object({ ...shape, two: z.object(shape).optional() }).optional(),
    list: z.array(item).optional(),
    byKey: z.record(z.string(), z.object(shape)).optional(),
  }),
});

type Chart = Record<string, unknown>;

/** Names are unique in a document. */
const anyChart: fc.Arbitrary<Chart> = fc
  .record({
    top: fc.boolean(),
    one: fc.option(fc.record({ note: fc.boolean(), two: fc.option(fc.boolean()) })),
    list: fc.option(
      fc.array(fc.record({ note: fc.boolean(), items: fc.array(fc.boolean(), { maxLength: 2 }) }), { maxLength: 3 }),
    ),
    byKey: fc.option(fc.dictionary(fc.constantFrom("a", "b", "note", "0", "~"), fc.boolean(), { maxKeys: 2 })),
  })
  .map(({ top, one, list, byKey }) => {
    let count = 0;
    const place = (note: boolean, more: object = {}): Chart => {
      const name = `p${count++}`;
      return { name, word: "w", mail: "m", ...(note && { note: `of ${name}` }), ...more };
    };
    return {
      id: "c-1",
      ...place(top),
      ...(one !== null && { one: place(one.note, one.two === null ? {} : { two: place(one.two) }) }),
      ...(list !== null && {
        list: list.map(({ note, items }) => place(note, { items: items.map((inner) => place(inner)) })),
      }),
      ...(byKey !== null && {
        byKey: Object.fromEntries(Object.entries(byKey).map(([key, note]) => [key, place(note)])),
      }),
    };
  });

function namesIn(value: unknown): readonly unknown[] {
  if (!isHolder(value)) return [];
  return [...("name" in value ? [value["name"]] : []), ...Object.values(value).flatMap(namesIn)];
}

/** Each value of the group, and the name that it stands beside. */
function medicalIn(value: unknown): readonly (readonly [name: unknown, note: unknown])[] {
  if (!isHolder(value)) return [];
  const below = Object.values(value).flatMap(medicalIn);
  const { name, note } = value as Chart;
  return typeof note === "string" ? [[name, note], ...below] : below;
}

const anyLacking: fc.Arbitrary<Lacking> = fc.constantFrom("medical", "medical", "default", "both");

type Given = Pick<Case, "definition" | "document">;

async function readWithout(
  { definition, document }: Given,
  lacks: Lacking,
): Promise<{ readonly partial: Record<string, unknown>; readonly closed: ClosedDocument }> {
  const stored = overTheWire(await seal(definition, full, document, { stamp: NOW, createScopes: true }));
  let closed: ClosedDocument | undefined;
  const [partial] = await openAll(definition, lacking[lacks], [stored], {
    now: NOW,
    missing: () => "omit",
    onClosed: (one) => {
      closed = one;
    },
  });
  // A group that the definition doesn't have is not in its documents.
  if (closed === undefined) fc.pre(false);
  assert(closedGroupsOf(partial!).length > 0);
  return { partial: partial!, closed: { ...closed!, before: structuredClone(partial!) } };
}

/** What would be stored; undefined where the write is refused. */
async function replaced(
  { definition }: Given,
  lacks: Lacking,
  document: unknown,
  carried: ClosedDocument,
): Promise<unknown> {
  try {
    return overTheWire(await seal(definition, lacking[lacks], document, { stamp: NOW, replaces: true, carried }));
  } catch (error) {
    if (isCosmosealError(error) && REFUSALS.has(error.code)) return undefined;
    throw error;
  }
}

async function opened({ definition }: Given, stored: unknown): Promise<unknown> {
  return (await openAll(definition, full, [stored], { now: NOW }))[0];
}

const REFUSALS: ReadonlySet<string> = new Set([
  "ERR_GROUP_KEY_MISSING",
  "ERR_PATH_SHAPE",
  "ERR_PATH_UNDECLARED",
  "ERR_PARTITION_KEY_MISSING",
  "ERR_SCOPE_MISSING",
  "ERR_SCOPE_UNKNOWN",
  "ERR_DOCUMENT_INVALID",
  "ERR_VALUE_UNSUPPORTED",
]);

interface Edit {
  /** Which of the document's places, counted around. */
  readonly at: number;
  readonly kind: "remove" | "change" | "append" | "drop" | "swap" | "empty";
}

const anyEdits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(200),
    kind: fc.constantFrom<Edit["kind"]>("remove", "change", "change", "append", "drop", "swap", "empty"),
  }),
  { minLength: 1, maxLength: 3 },
);

type Holder = Record<string, unknown> | unknown[];

function apply(document: Record<string, unknown>, { at, kind }: Edit): void {
  // Names tell places apart, and are left alone where they stand.
  const places = placesIn(document).filter(
    ({ name, parent }) => name !== "name" && !(parent === document && name === "id"),
  );
  const place = places[at % Math.max(places.length, 1)];
  if (place === undefined) return;
  const { name, parent } = place;
  const value = (parent as Record<string, unknown>)[name];
  if (kind === "remove" && !Array.isArray(parent)) delete parent[name];
  else if (kind === "change")
    (parent as Record<string, unknown>)[name] = typeof value === "string" ? `${value}!` : value;
  else if (!Array.isArray(value)) return;
  else if (kind === "append") value.push(structuredClone(value.at(-1) ?? null));
  else if (kind === "drop") value.shift();
  else if (kind === "swap") value.reverse();
  else if (kind === "empty") value.length = 0;
}

function placesIn(value: unknown): readonly { readonly parent: Holder; readonly name: string }[] {
  if (!isHolder(value)) return [];
  return Object.keys(value).flatMap((name) => [
    { parent: value, name },
    ...placesIn((value as Record<string, unknown>)[name]),
  ]);
}

/** Puts into `target` what `whole` has and `part`, which is `whole` less some places, has not. */
function restore(target: unknown, whole: unknown, part: unknown): void {
  if (!isHolder(whole) || !isHolder(part)) return;
  for (const name of Object.keys(whole)) {
    const value = (whole as Record<string, unknown>)[name];
    if (Object.hasOwn(part, name)) {
      if (isHolder(target) && Object.hasOwn(target, name)) {
        restore((target as Record<string, unknown>)[name], value, (part as Record<string, unknown>)[name]);
      }
      continue;
    }
    assert(isHolder(target), "what a value of the group stood in is gone");
    assert(!Object.hasOwn(target, name), "something stands where the group has a value");
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
