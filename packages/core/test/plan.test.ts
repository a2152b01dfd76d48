/** What a definition compiles to, and what it is refused for: each refusal names its path. */
import {
  defineContainer,
  type ErrorCode,
  indexName,
  isCosmosealError,
  open,
  type Plan,
  seal,
  sealed,
  signed,
  unsigned,
  versionFacts,
} from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { overTheWire, testKeys } from "./support/keys.js";

const NOW = 1_795_513_325_123;
const base = { id: z.string(), pk: z.string() };

function planOf(shape: z.ZodRawShape, more: object = {}): Plan {
  return defineContainer({ name: "c", partitionKey: "/pk", schema: z.object({ ...base, ...shape }), ...more } as never)
    .plan;
}

const PAST = { version: 1, groups: { "": [] }, unsigned: [] };

function refusal(work: () => unknown): { code: ErrorCode; path?: string } {
  try {
    work();
  } catch (error) {
    if (isCosmosealError(error)) return error;
    throw error;
  }
  throw new Error("it was compiled");
}

describe("a plan", () => {
  test("is frozen, and its facts are sorted place lists", () => {
    const plan = planOf({
      b: sealed(z.string()),
      a: sealed(z.string()),
      cards: z.array(z.object({ pan: sealed(z.string()), brand: z.string() })),
      m: sealed(z.string(), { group: "medical" }),
      v: unsigned(z.number()),
    });
    expect(Object.isFrozen(plan)).toBe(true);
    expect(plan.groups).toEqual(["", "medical"]);
    expect(plan.versions.get(1)).toMatchObject({
      groups: { "": ["/a", "/b", "/cards/[]/pan"], medical: ["/m"] },
      unsigned: ["/v"],
      groupNames: ["", "medical"],
    });
  });

  test("seals an array whole where its elements are sealed, however deep", () => {
    const plan = planOf({
      a: z.array(z.array(sealed(z.string()))),
      b: sealed(z.array(z.string())),
      c: z.tuple([sealed(z.string())]),
    });
    expect(plan.versions.get(1)!.groups[""]).toEqual(["/a", "/b", "/c"]);
  });

  test("has default group, id, ttl and partition key without being told", () => {
    const plan = defineContainer({ name: "c", partitionKey: "/a/b", paths: { "/x": sealed() } }).plan;
    expect(plan.groups).toEqual([""]);
    expect([...plan.root.members!.keys()].sort()).toEqual(["a", "id", "ttl", "x"]);
    expect(plan.requiredPartitionKey).toEqual([]);
  });

  test("knows which partition-key paths the schema requires", () => {
    const schema = z.object({
      id: z.string(),
      a: z.object({ b: z.string(), c: z.string().optional(), d: z.string().default("x") }),
    });
    const plan = defineContainer({ name: "c", partitionKey: ["/a/b", "/a/c", "/a/d"], schema }).plan;
    expect(plan.requiredPartitionKey).toEqual(["/a/b"]);
  });

  test("names an index by kind and path alone: six characters that container policies can hold", () => {
    const plan = planOf({ email: sealed(z.string(), { equality: { normalize: "lowercase", bits: 64 } }) });
    expect(plan.indexes).toEqual([
      {
        kind: "equality",
        name: indexName("equality", "/email"),
        pattern: "/email",
        many: false,
        bits: 64,
        bigints: false,
        options: { normalize: "lowercase", bits: 64 },
        since: 1,
      },
    ]);
    expect(indexName("equality", "/email")).toMatch(/^e[0-9a-z]{5}$/);
  });

  test("the path form says the same as the schema", () => {
    const byPath = defineContainer({
      name: "c",
      partitionKey: "/pk",
      paths: {
        "/email/?": sealed({ equality: true }),
        "/cards/[]/pan": sealed(),
        "/profile": signed(),
        "/profile/ssn": sealed({ group: "medical" }),
        "/people/*/ssn": sealed(),
        "/visits": unsigned(),
      },
    }).plan;
    expect(byPath.versions.get(1)).toMatchObject({
      groups: { "": ["/cards/[]/pan", "/email", "/people/*/ssn"], medical: ["/profile/ssn"] },
      unsigned: ["/visits"],
    });
  });
});

describe("the path form", () => {
  const people = defineContainer({
    name: "people",
    partitionKey: "/pk",
    paths: {
      "/email": sealed({ equality: true }),
      "/profile": signed(),
      "/profile/ssn": sealed(),
      "/born": sealed({ keeps: "date" }),
      "/free": unsigned(),
    },
  });

  test("declares what is below a signed path, and refuses what nothing declares", async () => {
    const { keys } = await testKeys(people);
    const document = {
      id: "1",
      pk: "p",
      email: "a",
      profile: { ssn: "1", any: { thing: 1 } },
      born: new Date(0),
      free: { x: 1 },
    };
    const stored = await seal(people, keys, document, { stamp: NOW });
    expect(stored["profile"]).toEqual({ any: { thing: 1 } });
    expect(await open(people, keys, overTheWire(stored), { now: NOW })).toEqual(document);
    await expect(seal(people, keys, { ...document, emial: "a" }, { stamp: NOW })).rejects.toMatchObject({
      code: "ERR_PATH_UNDECLARED",
    });
  });

  test("a table that names nothing declares nothing", async () => {
    const empty = defineContainer({ name: "empty", partitionKey: "/pk", paths: {} });
    const { keys } = await testKeys(empty);
    await seal(empty, keys, { id: "1", pk: "p" }, { stamp: NOW });
    await expect(seal(empty, keys, { id: "1", pk: "p", emial: "a" }, { stamp: NOW })).rejects.toMatchObject({
      code: "ERR_PATH_UNDECLARED",
      path: "/emial",
    });
  });

  test("a name beside * keeps a treatment of its own that hides as much", () => {
    const { plan } = defineContainer({
      name: "c",
      partitionKey: "/pk",
      paths: { "/m/*/x": sealed(), "/m/*/y": unsigned(), "/m/k/x": sealed({ group: "medical" }), "/m/j": sealed() },
    });
    expect(plan.versions.get(1)).toMatchObject({
      groups: { "": ["/m/*/x", "/m/j"], medical: ["/m/k/x"] },
      unsigned: ["/m/*/y"],
    });
  });

  test("with unlisted: sealed, what isn't named is sealed", async () => {
    const vault = defineContainer({
      name: "vault",
      partitionKey: "/pk",
      paths: { "/kind": signed() },
      unlisted: "sealed",
    });
    const { keys } = await testKeys(vault);
    const document = { id: "1", pk: "p", ttl: 5, kind: "k", anything: { at: ["all"] }, _etag: "e", _ts: 1 };
    const stored = await seal(vault, keys, document, { stamp: NOW });
    expect(Object.keys(stored).sort()).toEqual(["_etag", "_seal", "_ts", "id", "kind", "pk", "ttl"]);
    expect(await open(vault, keys, overTheWire(stored), { now: NOW })).toEqual(document);
  });
});

describe("a definition is refused, with the path", () => {
  const cases: Readonly<Record<string, readonly [() => unknown, ErrorCode, string?]>> = {
    "a path sealed and unsigned": [() => unsigned(sealed(z.string())), "ERR_SCHEMA_TREATED_TWICE"],
    "a sealed path inside a sealed one": [
      () => planOf({ a: sealed(z.object({ b: sealed(z.string(), { group: "x" }) })) }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a/b",
    ],
    "a sealed path inside an unsigned one": [
      () => planOf({ a: unsigned(z.object({ b: sealed(z.string()) })) }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a/b",
    ],
    "a wrapper treated otherwise": [
      () => planOf({ a: sealed(sealed(z.string()).optional(), { group: "x" }) }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a",
    ],
    "a path named twice": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/a": sealed(), "/a/?": unsigned() } }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a/?",
    ],
    "one path of the table inside another": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/a": sealed(), "/a/b": sealed() } }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a/b",
    ],
    "a signed path inside an unsigned one of the table": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/a": unsigned(), "/a/[]/b": signed() } }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/a/[]/b",
    ],
    "a name of the table that is public where * beside it seals": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/m/*/x": sealed(), "/m/k": signed() } }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/m/*/x",
    ],
    "a name of the table below a signed path that * beside it seals a part of": [
      () =>
        defineContainer({
          name: "c",
          partitionKey: "/pk",
          paths: { "/m": signed(), "/m/*/x": sealed(), "/m/k/y": sealed() },
        }),
      "ERR_SCHEMA_TREATED_TWICE",
      "/m/*/x",
    ],
    "a sealed path below a system property": [
      () => planOf({ _attachments: z.object({ a: sealed(z.string()) }) }),
      "ERR_SCHEMA_INVALID",
      "/_attachments/a",
    ],
    "a sealed part of a text": [
      () => planOf({ a: z.templateLiteral(["x-", sealed(z.string()).optional()]) }),
      "ERR_SCHEMA_UNSUPPORTED",
      "/a",
    ],
    "sealed names of a record": [
      () => planOf({ a: z.record(sealed(z.string()), z.number()) }),
      "ERR_SCHEMA_UNSUPPORTED",
      "/a",
    ],
    "whether a sealed value is valid": [
      () => planOf({ a: z.success(sealed(z.string())) }),
      "ERR_SCHEMA_UNSUPPORTED",
      "/a",
    ],
    "equality on an object": [
      () => planOf({ a: sealed(z.object({ b: z.string() }), { equality: true } as never) }),
      "ERR_INDEX_UNSUPPORTED",
      "/a",
    ],
    "equality on bytes": [
      () => planOf({ a: sealed(z.instanceof(Uint8Array), { equality: true } as never) }),
      "ERR_INDEX_UNSUPPORTED",
      "/a",
    ],
    "a range without an end": [
      () => planOf({ a: sealed(z.number(), { range: { min: 0 } } as never) }),
      "ERR_INDEX_UNSUPPORTED",
      "/a",
    ],
    "a token of no bits": [
      () => planOf({ a: sealed(z.string(), { equality: { bits: 0 } }) }),
      "ERR_INDEX_UNSUPPORTED",
      "/a",
    ],
    "a group with a bad name": [
      () => planOf({ a: sealed(z.string(), { group: "Medical!" }) }),
      "ERR_SCHEMA_INVALID",
      "/a",
    ],
    "an option of sealed() that there isn't": [
      () => planOf({ a: sealed(z.string(), { equalty: true } as never) }),
      "ERR_SCHEMA_INVALID",
    ],
    "an option of an index that there isn't": [
      () => planOf({ a: sealed(z.string(), { equality: { normalise: "lowercase" } as never }) }),
      "ERR_SCHEMA_INVALID",
    ],
    "a schema that is none of zod 4": [() => planOf({ a: sealed("email" as never) }), "ERR_SCHEMA_INVALID"],
    "an option of a definition that there isn't": [
      () => planOf({}, { unlistd: "sealed" } as never),
      "ERR_SCHEMA_INVALID",
    ],
    "a treatment of what is unlisted that there isn't": [
      () => planOf({}, { unlisted: "seald" as never }),
      "ERR_SCHEMA_INVALID",
    ],
    "a way to validate that there isn't": [() => planOf({}, { validate: true as never }), "ERR_SCHEMA_INVALID"],
    "a word in the place of a treatment": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/a": "sealed" as never } }),
      "ERR_SCHEMA_INVALID",
      "/a",
    ],
    "a treatment that was not called": [
      () => defineContainer({ name: "c", partitionKey: "/pk", paths: { "/a": sealed as never } }),
      "ERR_SCHEMA_INVALID",
      "/a",
    ],
    _seal: [() => planOf({ _seal: z.string() }), "ERR_PATH_RESERVED", "/_seal"],
    "a sealed ttl": [() => planOf({ ttl: sealed(z.number()) }), "ERR_SCHEMA_INVALID", "/ttl"],
    "a sealed system property": [() => planOf({ _ts: sealed(z.number()) }), "ERR_SCHEMA_INVALID", "/_ts"],
    "an unsigned id": [() => planOf({ id: unsigned(z.string()) }), "ERR_SCHEMA_INVALID", "/id"],
    "a partition key inside a sealed path": [
      () =>
        defineContainer({
          name: "c",
          partitionKey: "/a/b" as never,
          schema: z.object({ a: sealed(z.object({ b: z.string() })) }),
        }),
      "ERR_SCHEMA_INVALID",
      "/a/b",
    ],
    "a sealed id in another group": [
      () => planOf({ id: sealed(z.string(), { group: "x" }) }),
      "ERR_SCHEMA_INVALID",
      "/id",
    ],
    "an index on a sealed id": [
      () => planOf({ id: sealed(z.string(), { equality: true }) }),
      "ERR_INDEX_UNSUPPORTED",
      "/id",
    ],
    "unsigned elements of an array": [
      () => planOf({ a: z.array(unsigned(z.string())) }),
      "ERR_SCHEMA_INVALID",
      "/a/[]",
    ],
    "a scope that is sealed": [
      () => planOf({ a: sealed(z.string()) }, { scope: { path: "/a", family: "f" } }),
      "ERR_SCHEMA_INVALID",
      "/a",
    ],
    "a scope that is unsigned": [
      () => planOf({ a: unsigned(z.string()) }, { scope: { path: "/a", family: "f" } }),
      "ERR_SCHEMA_INVALID",
      "/a",
    ],
    "a scope that is not declared": [
      () => planOf({}, { scope: { path: "/b", family: "f" } }),
      "ERR_SCHEMA_INVALID",
      "/b",
    ],
    "a scope of the family container": [
      () => planOf({}, { scope: { path: "/pk", family: "container" } }),
      "ERR_SCHEMA_INVALID",
      "/pk",
    ],
    "a partition key through an array": [() => planOf({}, { partitionKey: "/a/[]/b" }), "ERR_SCHEMA_INVALID"],
    "four partition-key paths": [() => planOf({}, { partitionKey: ["/a", "/b", "/c", "/d"] }), "ERR_SCHEMA_INVALID"],
    "a name that is empty": [() => planOf({}, { name: "" }), "ERR_SCHEMA_INVALID"],
    "version 0": [() => planOf({}, { version: 0 }), "ERR_SCHEMA_INVALID"],
    "a history that has the version itself otherwise": [
      () => planOf({}, { version: 1, history: [{ version: 1, groups: { "": ["/old"] }, unsigned: [] }] }),
      "ERR_SCHEMA_INVALID",
    ],
    "a history with two facts of one version": [
      () => planOf({}, { version: 2, history: [PAST, { ...PAST, unsigned: ["/free"] }] }),
      "ERR_SCHEMA_INVALID",
    ],
    "a history with a version that is no integer": [
      () => planOf({}, { version: 2, history: [{ ...PAST, version: 1.5 }] }),
      "ERR_SCHEMA_INVALID",
    ],
    "a schema that is no object": [
      () => defineContainer({ name: "c", partitionKey: "/id", schema: z.string() as never }),
      "ERR_SCHEMA_INVALID",
    ],
    "both a schema and paths": [() => planOf({}, { paths: {} }), "ERR_SCHEMA_INVALID"],
    neither: [() => defineContainer({ name: "c", partitionKey: "/id" } as never), "ERR_SCHEMA_INVALID"],
    "a treatment of the whole document": [
      () => defineContainer({ name: "c", partitionKey: "/id", schema: sealed(z.object({ id: z.string() })) }),
      "ERR_SCHEMA_INVALID",
      "",
    ],
    "a path without a slash": [
      () => defineContainer({ name: "c", partitionKey: "/id", paths: { email: sealed() } }),
      "ERR_SCHEMA_INVALID",
      "email",
    ],
    "a path with a bad escape": [
      () => defineContainer({ name: "c", partitionKey: "/id", paths: { "/a~9": sealed() } }),
      "ERR_SCHEMA_INVALID",
      "/a~9",
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [work, code, path]) => {
    const error = refusal(work);
    expect(error.code).toBe(code);
    if (path !== undefined) expect(error.path).toBe(path);
  });
});

describe("options of a definition", () => {
  test("validate: write refuses a document that the schema doesn't accept, by path and without the value", async () => {
    const strict = defineContainer({
      name: "strict",
      partitionKey: "/pk",
      schema: z.object({ ...base, email: sealed(z.email()) }),
      validate: "write",
    });
    const { keys } = await testKeys(strict as never);
    const error = await seal(strict, keys, { id: "1", pk: "p", email: "not-an-address" }, { stamp: NOW }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "ERR_DOCUMENT_INVALID", path: "/email" });
    expect(String(error)).not.toContain("not-an-address");
  });

  test("validate: write doesn't tell names inside a sealed place", async () => {
    const strict = defineContainer({
      name: "strict",
      partitionKey: "/pk",
      schema: z.object({ ...base, list: z.array(z.object({ scores: sealed(z.record(z.string(), z.number())) })) }),
      validate: "write",
    });
    const { keys } = await testKeys(strict as never);
    const document = { id: "1", pk: "p", list: [{ scores: { "a-secret-name": "x" } }] };
    const error = await seal(strict, keys, document as never, { stamp: NOW }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ERR_DOCUMENT_INVALID", path: "/list/0/scores" });
    expect(String(error)).not.toContain("a-secret-name");
  });

  test("documents of a past version open by its history, and not without it", async () => {
    const one = defineContainer({
      name: "aging",
      partitionKey: "/pk",
      schema: z.object({ ...base, email: sealed(z.string()) }),
    });
    const { keys } = await testKeys(one as never);
    const stored = await seal(one, keys, { id: "1", pk: "p", email: "a" }, { stamp: NOW });
    const schema = z.object({ ...base, email: sealed(z.string()), phone: sealed(z.string()).optional() });
    const history = [versionFacts(one.plan)];
    const two = defineContainer({ name: "aging", version: 2, history, partitionKey: "/pk", schema });
    expect(await open(two, keys, overTheWire(stored), { now: NOW })).toEqual({ id: "1", pk: "p", email: "a" });
    const amnesiac = defineContainer({ name: "aging", version: 2, partitionKey: "/pk", schema });
    await expect(open(amnesiac, keys, overTheWire(stored), { now: NOW })).rejects.toMatchObject({
      code: "ERR_SCHEMA_VERSION",
    });
  });
});
