/** Schema versions side by side: which documents of others open, what a replace keeps, what a definition must say. SPEC §4.7–4.9. */
import {
  type ContainerDefinition,
  defineContainer,
  type ErrorCode,
  isCosmosealError,
  isIntegrityError,
  type Keys,
  type LockedVersion,
  type NewerDocument,
  open,
  openAll,
  type PathContainerOptions,
  seal,
  sealed,
  signed,
  type Treatment,
  unsigned,
  versionFacts,
} from "@cosmoseal/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { coversPlace } from "../src/plan/covers.js";
import { compilePlaces, type PlaceEntry } from "../src/plan/places.js";
import { overTheWire, testKeys } from "./support/keys.js";
import { anyMutation, mutate } from "./support/mutate.js";

const NOW = 1_795_513_325_123;
const MUTATIONS = process.env["COSMOSEAL_FULL"] === "1" ? 20_000 : 2_000;
const SECONDS = Math.floor(NOW / 1000);

type Paths = Readonly<Record<string, Treatment>>;

function version(number: number, paths: Paths, more: object = {}): ContainerDefinition {
  return defineContainer({
    name: "notes",
    partitionKey: "/pk",
    version: number,
    paths,
    ...more,
  } as PathContainerOptions);
}

/** As a lock file gives it back. */
function lock(...definitions: readonly ContainerDefinition[]): readonly LockedVersion[] {
  return overTheWire(definitions.map(({ plan }) => versionFacts(plan))) as readonly LockedVersion[];
}

const document = (more: object = {}) => ({ id: "1", pk: "p", ...more });

function without(paths: Paths, name: string): Paths {
  return Object.fromEntries(Object.entries(paths).filter(([path]) => path !== name));
}

/** What the reader makes of a document that the writer sealed; keys that the reader's store lacks are made as on deployment. */
async function pass(
  writer: ContainerDefinition,
  reader: ContainerDefinition,
  body: object,
): Promise<{ readonly opened: Record<string, unknown>; readonly newer: readonly NewerDocument[] }> {
  const { keys } = await testKeys(reader, writer);
  const stored = overTheWire(await seal(writer, keys, body, { stamp: NOW }));
  const newer: NewerDocument[] = [];
  const [opened] = await openAll(reader, keys, [stored], { now: NOW, onNewer: (one) => newer.push(one) });
  return { opened: opened!, newer };
}

async function code(work: () => unknown): Promise<ErrorCode> {
  try {
    await work();
  } catch (error) {
    if (isCosmosealError(error)) return error.code;
    throw error;
  }
  throw new Error("it succeeded");
}

async function place(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (isCosmosealError(error)) return error.path;
    throw error;
  }
  throw new Error("it succeeded");
}

describe("a reader that doesn't know a later version", () => {
  const old = version(1, { "/email": sealed(), "/visits": unsigned(), "/diagnosis": sealed({ group: "medical" }) });
  const base: Paths = { "/email": sealed(), "/visits": unsigned(), "/diagnosis": sealed({ group: "medical" }) };

  test.each<readonly [string, Paths, object, readonly string[]]>([
    ["seals a new property", { ...base, "/phone": sealed() }, { email: "e", phone: "x" }, ["/phone"]],
    ["seals in a new group", { ...base, "/iban": sealed({ group: "bank" }) }, { iban: "x" }, ["/iban"]],
    ["seals inside elements", { ...base, "/cards/[]/pan": sealed() }, { cards: [{ pan: "x" }] }, ["/cards/[]/pan"]],
    ["signs a new property", { ...base, "/plan": signed() }, { plan: "pro" }, []],
    ["signs what was unsigned", { ...base, "/visits": signed() }, { visits: 3 }, []],
    [
      "leaves unsigned what lies inside alone",
      { ...without(base, "/visits"), "/visits/today": unsigned() },
      { visits: { today: 3 } },
      [],
    ],
    ["indexes", { ...base, "/email": sealed({ equality: true }) }, { email: "e" }, []],
  ])("opens a document of one that %s", async (_, paths, more, ahead) => {
    const { opened, newer } = await pass(version(2, paths), old, document(more));
    expect(opened).toEqual(document(more));
    expect(newer).toMatchObject([{ version: 2, known: false, sealed: ahead }]);
  });

  test.each<readonly [string, Paths, object]>([
    ["leaves unsigned what it signs", { ...base, "/plan": unsigned() }, { plan: "pro" }],
    ["leaves out a group of its own", { "/email": sealed(), "/visits": unsigned() }, {}],
    ["has in public what it seals", { ...base, "/email": signed() }, { email: "e" }],
    [
      "has in public an element of what it seals whole",
      { "/visits": unsigned(), "/diagnosis": sealed({ group: "medical" }), "/email/a": signed() },
      { email: { a: "e" } },
    ],
  ])("refuses a document of one that %s, and says why", async (_, paths, more) => {
    expect(await code(() => pass(version(2, paths), old, document(more)))).toBe("ERR_SCHEMA_VERSION");
  });

  test.each<readonly [string, Paths, object]>([
    ["at a place", { "/email": sealed(), "/diagnosis": sealed() }, { diagnosis: "x" }],
    ["around a place", { "/email": sealed(), "/people": sealed() }, { people: { ann: { ssn: "x" } } }],
  ])("refuses a value of one group %s that it seals in another", async (_, paths, more) => {
    const medical = version(1, {
      "/email": sealed(),
      "/diagnosis": sealed({ group: "medical" }),
      "/people/*/ssn": sealed({ group: "medical" }),
    });
    const forger = version(2, { ...paths, "/other": sealed({ group: "medical" }) });
    expect(await code(() => pass(forger, medical, document(more)))).toBe("ERR_INTEGRITY");
  });

  test("refuses one whose version was raised by somebody without keys", async () => {
    const { keys } = await testKeys(old);
    const stored = overTheWire(await seal(old, keys, document({ email: "e" }), { stamp: NOW })) as {
      _seal: { s: number };
    };
    stored._seal.s = 2;
    expect(await code(() => open(old, keys, stored, { now: NOW }))).toBe("ERR_INTEGRITY");
  });

  test("takes no single change of one for true, whatever it is", async () => {
    const writer = version(2, { ...base, "/phone": sealed(), "/iban": sealed({ group: "bank" }), "/plan": signed() });
    const { keys } = await testKeys(old, writer);
    const body = document({ email: "e", visits: 3, diagnosis: "d", phone: "x", iban: "y", plan: "pro" });
    const stored = overTheWire(await seal(writer, keys, body, { stamp: NOW })) as Record<string, unknown>;
    // What the service sets, and what nobody signs, may be anything.
    const signedPart = (opened: Record<string, unknown>): object =>
      Object.fromEntries(Object.entries(opened).filter(([name]) => name !== "visits" && !name.startsWith("_")));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyMutation, async (mutation) => {
        const changed = overTheWire(mutate(structuredClone(stored), mutation));
        try {
          expect(signedPart(await open(old, keys, changed, { now: NOW }))).toEqual(signedPart(body));
        } catch (error) {
          if (!isIntegrityError(error)) throw error;
          refused++;
        }
      }),
      { numRuns: MUTATIONS },
    );
    // The law must not hold because nothing was ever refused, or all was.
    expect(refused).toBeGreaterThan(MUTATIONS / 2);
    expect(refused).toBeLessThan(MUTATIONS);
  });

  test("refuses one of an earlier version that its history doesn't have", async () => {
    expect(await code(() => pass(old, version(2, base), document()))).toBe("ERR_SCHEMA_VERSION");
  });
});

describe("a reader that knows a later version ahead", () => {
  const paths: Paths = { "/email": signed(), "/visits": signed(), "/diagnosis": sealed({ group: "medical" }) };
  const next = version(
    2,
    { "/email": sealed(), "/visits": unsigned(), "/diagnosis": sealed() },
    { history: lock(version(1, paths)) },
  );
  const old = version(1, paths, { history: lock(version(1, paths), next) });

  test("opens its documents by that version's own lists", async () => {
    const body = document({ email: "e", visits: 2, diagnosis: "x" });
    const { opened, newer } = await pass(next, old, body);
    expect(opened).toEqual(body);
    expect(newer).toMatchObject([{ version: 2, known: true, sealed: ["/diagnosis", "/email"] }]);
  });

  test("writes its own version", async () => {
    const { keys } = await testKeys(old);
    const stored = await seal(old, keys, document({ email: "e" }), { stamp: NOW });
    expect(stored).toMatchObject({ email: "e", _seal: { s: 1 } });
  });

  test("still refuses a document that isn't as that version says", async () => {
    const other = version(2, { ...paths, "/visits": unsigned() });
    expect(await code(() => pass(other, old, document()))).toBe("ERR_INTEGRITY");
  });
});

describe("a property that the schema doesn't declare any more", () => {
  const first = version(1, {
    "/a": signed(),
    "/secret": sealed(),
    "/born": sealed({ keeps: "date" }),
    "/open": signed(),
    "/count": unsigned(),
    "/deep/er/secret": sealed(),
    "/rows/[]/secret": sealed({ group: "medical" }),
    "/rows/[]/kept": signed(),
  });
  const second = version(2, { "/a": signed(), "/rows/[]/kept": signed() }, { history: lock(first) });
  const third = version(3, { "/a": signed() }, { history: lock(first, second) });
  const body = document({
    a: 1,
    secret: "s",
    born: new Date(0),
    open: { x: 1 },
    count: 2,
    deep: { er: { secret: "d" } },
    rows: [{ kept: 1, secret: "r" }],
  });

  test.each([
    ["next", second],
    ["one after", third],
  ])("keeps its last treatment when a document is replaced under the %s", async (_, definition) => {
    const { keys } = await testKeys(first, definition);
    const old = await open(first, keys, overTheWire(await seal(first, keys, body, { stamp: NOW })), { now: NOW });
    const stored = await seal(definition, keys, old, { stamp: NOW + 1, replaces: true });
    const { _seal, ...open_ } = stored as { _seal: { o: unknown } };
    expect(open_).toEqual(document({ a: 1, open: { x: 1 }, count: 2, deep: { er: {} }, rows: [{ kept: 1 }] }));
    expect(_seal.o).toEqual(["/count"]);
    expect(await open(definition, keys, overTheWire(stored), { now: NOW })).toEqual(body);
    expect(await open(first, keys, overTheWire(stored), { now: NOW })).toEqual(body);
  });

  test.each(["/secret", "/open", "/count", "/deep"])("is undeclared in a new document: %s", async (path) => {
    const { keys } = await testKeys(second);
    const name = path.slice(1) as keyof typeof body;
    const work = (): unknown => seal(second, keys, document({ [name]: body[name] }), { stamp: NOW });
    expect([await code(work), await place(work)]).toEqual(["ERR_PATH_UNDECLARED", path === "/deep" ? path : path]);
  });

  test("is kept as well when the version that declared it is no longer in the history", async () => {
    const [, locked] = lock(first, second);
    const pruned = version(2, { "/a": signed(), "/rows/[]/kept": signed() }, { history: [locked] });
    expect(versionFacts(pruned.plan)).toEqual(versionFacts(second.plan));
    const { keys } = await testKeys(first, pruned);
    const stored = overTheWire(await seal(pruned, keys, body, { stamp: NOW, replaces: true }));
    expect(await open(pruned, keys, stored, { now: NOW })).toEqual(body);
    // What is taken out of the schema without raising the version is still told.
    expect(await code(() => version(2, { "/rows/[]/kept": signed() }, { history: [locked] }))).toBe(
      "ERR_SCHEMA_INVALID",
    );
  });

  test("leaves other names as undeclared as they were", async () => {
    const { keys } = await testKeys(second);
    const work = (): unknown => seal(second, keys, document({ secrte: "s" }), { stamp: NOW, replaces: true });
    expect(await code(work)).toBe("ERR_PATH_UNDECLARED");
  });

  test("stays sealed where undeclared ones were sealed, and where they are signed now", async () => {
    const all = version(1, { "/a": signed() }, { unlisted: "sealed" });
    const none = version(2, { "/a": signed() }, { history: lock(all) });
    const { keys } = await testKeys(none);
    expect(await seal(none, keys, document({ x: "s" }), { stamp: NOW, replaces: true })).not.toHaveProperty("x");
    const named = version(1, { "/secret": sealed() });
    const lax = version(2, {}, { history: lock(named), unlisted: "signed" });
    const stored = await seal(lax, keys, document({ secret: "s", y: 1 }), { stamp: NOW });
    expect(stored).toMatchObject({ y: 1 });
    expect(stored).not.toHaveProperty("secret");
  });
});

describe("a definition with a history", () => {
  const schema = z.object({
    id: z.string(),
    pk: z.string(),
    address: sealed(z.object({ street: z.string(), city: z.string() })),
    cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string()) })),
  });
  const first = defineContainer({ name: "notes", partitionKey: "/pk", schema });
  const history = lock(first as never);
  const next = (shape: z.ZodRawShape, more: object = {}): unknown =>
    defineContainer({
      name: "notes",
      version: 2,
      partitionKey: "/pk",
      schema: z.object({ ...schema.shape, ...shape }),
      history,
      ...more,
    } as never);

  test.each<readonly [string, z.ZodRawShape, string]>([
    ["a whole subtree", { address: z.object({ street: z.string() }) }, "/address/street"],
    ["a part of one", { address: z.object({ street: sealed(z.string()), city: z.string() }) }, "/address/city"],
    ["a property inside elements", { cards: z.array(z.object({ pan: z.string() })) }, "/cards/[]/pan"],
    ["what is left open", { cards: z.array(z.any()) }, "/cards/[]/pan"],
    ["what is left unsigned", { address: unsigned(z.any()) }, "/address"],
  ])("doesn't store in the clear what was sealed, unless it says so: %s", async (_, shape, path) => {
    expect([await code(() => next(shape)), await place(() => next(shape))]).toEqual(["ERR_SCHEMA_INVALID", path]);
    const meant = shape["address"] === undefined ? "/cards" : "/address";
    expect(() => next(shape, { declassify: [meant] })).not.toThrow();
  });

  test("doesn't store in the clear what was sealed by leaving names open", async () => {
    const named = version(1, { "/secret": sealed(), "/deep/secret": sealed() });
    const loose = (more: object): unknown =>
      defineContainer({
        name: "notes",
        version: 2,
        partitionKey: "/pk",
        schema: z.looseObject({ id: z.string(), deep: z.record(z.string(), z.string()) }),
        history: lock(named),
        ...more,
      } as never);
    expect([await code(() => loose({})), await place(() => loose({}))]).toEqual(["ERR_SCHEMA_INVALID", "/deep/secret"]);
    expect(await place(() => loose({ declassify: ["/deep/secret"] }))).toBe("/secret");
    expect(() => loose({ declassify: ["/deep/secret", "/secret"] })).not.toThrow();
  });

  test("may seal it otherwise, or not declare it", () => {
    expect(() => next({ address: sealed(z.any(), { group: "home" }) })).not.toThrow();
    const { address: _, ...rest } = schema.shape;
    expect(() =>
      defineContainer({ name: "notes", version: 2, partitionKey: "/pk", schema: z.object(rest), history } as never),
    ).not.toThrow();
  });

  test("is refused where its own version isn't as it was locked", async () => {
    const changed = (): unknown =>
      defineContainer({
        name: "notes",
        partitionKey: "/pk",
        schema: schema.extend({ phone: sealed(z.string()) }),
        history,
      } as never);
    expect(await code(changed)).toBe("ERR_SCHEMA_INVALID");
    expect(() => defineContainer({ name: "notes", partitionKey: "/pk", schema, history } as never)).not.toThrow();
  });

  test.each<readonly [string, object]>([
    ["an unknown member", { ...history[0], unitl: "2026-01-01" }],
    ["no groups", { version: 1, unsigned: [] }],
    ["a group with a bad name", { version: 1, groups: { "A b": [] }, unsigned: [] }],
    ["a pattern that is none", { version: 1, groups: { "": ["email"] }, unsigned: [] }],
    ["a local time", { ...history[0], until: "2026-01-01T00:00:00" }],
    ["an end that is no time", { ...history[0], until: "2026-13-01" }],
    ["a version that is a text", { ...history[0], version: "1" }],
    ["indexes without a definition", { ...history[0], indexes: [{ name: "eabcde" }] }],
  ])("is refused for %s", async (_, locked) => {
    expect(await code(() => next({}, { history: [locked] }))).toBe("ERR_SCHEMA_INVALID");
  });

  test("takes a lock as TypeScript types an imported file", () => {
    const imported = [
      { version: 1, groups: { "": ["/a"] }, unsigned: [] },
      {
        version: 2,
        groups: { "": ["/a"], medical: ["/b"] },
        unsigned: [["/x", ["y"]], "/z"],
        signed: ["/c"],
        indexes: [{ name: "eabcde", definition: "{}" }],
        until: "2026-01-01",
      },
    ];
    const { plan } = defineContainer({
      name: "c",
      version: 3,
      partitionKey: "/pk",
      paths: { "/a": sealed() },
      history: imported,
    });
    expect([...plan.versions.keys()]).toEqual([1, 2, 3]);
    // Of what is removed nothing is lost.
    expect(versionFacts(plan)).toMatchObject({
      groups: { "": ["/a"], medical: ["/b"] },
      unsigned: ["/z", ["/x", ["y"]]],
    });
  });

  test("keeps the treatment of id and partition key", async () => {
    const open = version(1, { "/a": signed() });
    const work = (): unknown => version(2, { "/pk": sealed(), "/a": signed() }, { history: lock(open) });
    expect([await code(work), await place(work)]).toEqual(["ERR_SCHEMA_INVALID", "/pk"]);
  });
});

describe("a version that has ended", () => {
  const old = version(1, { "/email": signed() });
  const until = new Date((SECONDS + 10) * 1000).toISOString();
  const reader = version(2, { "/email": sealed() }, { history: [{ ...lock(old)[0]!, until }] });
  const read = async (body: object, more: object): Promise<unknown> => {
    const { keys } = await testKeys(old);
    const stored = overTheWire(await seal(old, keys, document(body), { stamp: NOW })) as object;
    return open(reader, keys, { ...stored, ...more }, { now: NOW });
  };

  test("has its documents believed with public data at a sealed place only if the service stored them before", async () => {
    expect(await read({ email: "e" }, { _ts: SECONDS + 9 })).toMatchObject({ email: "e" });
    expect(await code(() => read({ email: "e" }, { _ts: SECONDS + 10 }))).toBe("ERR_SCHEMA_VERSION");
    expect(await code(() => read({ email: "e" }, {}))).toBe("ERR_SCHEMA_VERSION");
    expect(await code(() => read({ email: "e" }, { _ts: "1" }))).toBe("ERR_SCHEMA_VERSION");
  });

  test("has documents without any believed as before", async () => {
    expect(await read({}, { _ts: SECONDS + 20 })).toMatchObject({ id: "1" });
  });
});

describe("the version floor", () => {
  test("refuses writers below it, and nobody else", async () => {
    const first = version(1, { "/a": sealed() });
    const second = version(2, { "/a": sealed() }, { history: lock(first) });
    const { keys } = await testKeys(first);
    await keys.raiseFloor(second.plan, 2);
    expect(await code(() => seal(first, keys, document(), { stamp: NOW }))).toBe("ERR_SCHEMA_OUTDATED");
    const stored = overTheWire(await seal(second, keys, document({ a: 1 }), { stamp: NOW }));
    expect(await open(first, keys, stored, { now: NOW })).toEqual(document({ a: 1 }));
  });
});

describe("moving in", () => {
  const since = new Date(SECONDS * 1000).toISOString();
  const definition = (movingIn: object, paths: Paths = { "/email": sealed() }): ContainerDefinition =>
    version(1, paths, { movingIn });
  const plain = (keys: Keys, movingIn: object, more: object): Promise<unknown> =>
    open(definition(movingIn), keys, document({ email: "e", ...more }), { now: NOW });

  test("believes plaintext in prepare, while sealing only what the service stored before, and afterwards none", async () => {
    const { keys } = await testKeys(definition({ phase: "strict" }));
    expect(await plain(keys, { phase: "prepare" }, {})).toMatchObject({ email: "e" });
    expect(await plain(keys, { phase: "sealing", since }, { _ts: SECONDS - 1 })).toMatchObject({ email: "e" });
    expect(await code(() => plain(keys, { phase: "sealing", since }, { _ts: SECONDS }))).toBe("ERR_NOT_SEALED");
    expect(await code(() => plain(keys, { phase: "sealing", since }, {}))).toBe("ERR_NOT_SEALED");
    expect(await code(() => plain(keys, { phase: "strict" }, { _ts: 1 }))).toBe("ERR_NOT_SEALED");
  });

  test("opens sealed documents in every phase, and no document with a seal that is none", async () => {
    for (const movingIn of [{ phase: "prepare" }, { phase: "sealing", since }]) {
      const { keys } = await testKeys(definition(movingIn));
      const stored = overTheWire(await seal(definition(movingIn), keys, document({ email: "e" }), { stamp: NOW }));
      expect(await open(definition(movingIn), keys, stored, { now: NOW })).toEqual(document({ email: "e" }));
      const broken = { ...document({ email: "e" }), _seal: null, _ts: 1 };
      expect(await code(() => open(definition(movingIn), keys, broken, { now: NOW }))).toBe("ERR_INTEGRITY");
    }
  });

  test.each<readonly [string, object]>([
    ["a phase that there isn't", { phase: "ready" }],
    ["sealing without a time", { phase: "sealing" }],
    ["sealing from a local time", { phase: "sealing", since: "2026-11-24T12:00:00" }],
  ])("is refused for %s", async (_, movingIn) => {
    expect(await code(() => definition(movingIn))).toBe("ERR_SCHEMA_INVALID");
  });

  test("believes plaintext that lacks what tells whose keys it would be under, and none without an id of text", async () => {
    const scoped = version(
      1,
      { "/owner": signed(), "/email": sealed() },
      {
        scope: { path: "/owner", family: "person" },
        movingIn: { phase: "prepare" },
      },
    );
    const { keys } = await testKeys(scoped);
    expect(await open(scoped, keys, document({ email: "e" }), { now: NOW })).toEqual(document({ email: "e" }));
    for (const id of [7, null, undefined]) {
      expect(await code(() => open(scoped, keys, { pk: "p", id }, { now: NOW }))).toBe("ERR_NOT_SEALED");
    }
    expect(await code(() => open(scoped, keys, document({ pk: { a: 1 } }), { now: NOW }))).toBe("ERR_NOT_SEALED");
  });

  test("is refused for a sealed id or partition key", async () => {
    const work = (): unknown => definition({ phase: "prepare" }, { "/id": sealed() });
    expect([await code(work), await place(work)]).toEqual(["ERR_SCHEMA_INVALID", "/id"]);
  });
});

describe("places lie inside those of a list", () => {
  test.each<readonly [PlaceEntry, readonly PlaceEntry[], boolean]>([
    ["/a", ["/a"], true],
    ["/a/b", ["/a"], true],
    ["/a", ["/a/b"], false],
    ["/a/[]/b", ["/a/[]/b"], true],
    ["/a/[]/b", ["/a/*/b"], false],
    ["/a/x", ["/a/*"], true],
    ["/a/*", ["/a/*"], true],
    ["/a/*", ["/a/x"], false],
    ["/a/x", [["/a", ["x"]]], false],
    ["/a/y", [["/a", ["x"]]], true],
    ["/a/*", [["/a", ["x"]]], false],
    [["/a", ["x", "y"]], [["/a", ["x"]]], true],
    [["/a", ["y"]], [["/a", ["x"]]], false],
    [["", ["x"]], [["", ["x"]]], true],
    [["/a", ["x"]], ["/a"], true],
    [["/a", ["x"]], ["/a/*/b"], false],
  ])("%j in %j: %j", (entry, list, is) => {
    expect(coversPlace(compilePlaces(list), entry)).toBe(is);
  });
});
