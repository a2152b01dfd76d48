/** A defined outcome for every odd value that an application may hand over. */
import assert from "node:assert/strict";
import {
  type ContainerDefinition,
  defineContainer,
  type ErrorCode,
  isCosmosealError,
  open,
  seal,
  sealed,
  unsigned,
} from "@cosmoseal/core";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { overTheWire, testKeys } from "./support/keys.js";

const NOW = 1_795_513_325_123;

const things = defineContainer({
  name: "things",
  partitionKey: "/pk",
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    open: z.any(),
    label: z.string().optional(),
    nested: z.object({ secret: sealed(z.string()), shown: z.number().optional() }).optional(),
    list: z.array(z.object({ secret: sealed(z.any()) })).optional(),
    free: unsigned(z.any()).optional(),
    secret: sealed(z.any()).optional(),
    when: sealed(z.date()).optional(),
    big: sealed(z.bigint()).optional(),
    bytes: sealed(z.instanceof(Uint8Array)).optional(),
  }),
});

let keys: Awaited<ReturnType<typeof testKeys>>["keys"];
beforeAll(async () => {
  ({ keys } = await testKeys(things as ContainerDefinition));
});

const base = { id: "1", pk: "p" };

async function roundTrip(document: unknown): Promise<Record<string, unknown>> {
  return open(things, keys, overTheWire(await seal(things, keys, document, { stamp: NOW })), { now: NOW });
}

async function refusal(document: unknown): Promise<{ code: ErrorCode; path?: string; message: string }> {
  const error = await seal(things, keys, document, { stamp: NOW }).then(
    () => assert.fail("it was sealed"),
    (reason: unknown) => reason,
  );
  assert(isCosmosealError(error), String(error));
  return error;
}

describe("values that come back", () => {
  const secrets: Readonly<Record<string, unknown>> = {
    "negative zero": -0,
    "2^53 + 1, as the nearest number": 2 ** 53 + 2,
    "a lone surrogate": "a\ud800",
    "an empty string": "",
    null: null,
    "an empty array": [],
    "an empty object": {},
    "an object with a tilde": { "~": ["date", "x"] },
    "a long text": "x".repeat(100_000),
  };
  test.each(Object.entries(secrets))("sealed %s is itself", async (_, secret) => {
    assert.deepStrictEqual(await roundTrip({ ...base, secret }), { ...base, secret });
  });

  test("__proto__ as an own name is a name like any other, sealed and public, and touches no prototype", async () => {
    const odd = JSON.parse('{"__proto__":{"admin":true},"x":1}');
    const document = await roundTrip({ ...base, open: odd, secret: odd });
    assert.deepStrictEqual(document, { ...base, open: odd, secret: odd });
    assert.deepEqual(Object.keys(document["secret"] as object), ["__proto__", "x"]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test("a Date, a bigint and bytes keep their type where the schema gives it", async () => {
    const document = {
      ...base,
      when: new Date("2026-02-03T04:05:06.007Z"),
      big: -(2n ** 70n),
      bytes: Uint8Array.of(1, 2, 255),
    };
    assert.deepStrictEqual(await roundTrip(document), document);
  });

  test("a Buffer comes back as a Uint8Array of the same bytes", async () => {
    assert.deepStrictEqual(
      (await roundTrip({ ...base, bytes: Buffer.from("hi") }))["bytes"],
      Uint8Array.from(Buffer.from("hi")),
    );
  });

  test("a Date where the schema has none is its JSON text, sealed or not", async () => {
    const date = new Date(0);
    const document = await roundTrip({ ...base, open: date, secret: date });
    expect(document).toEqual({ ...base, open: date.toISOString(), secret: date.toISOString() });
  });

  test("undefined, functions and symbols are left out, in arrays they are null, as JSON has it", async () => {
    const odd = { a: undefined, b: () => 1, c: Symbol("s"), d: [undefined, () => 1, Symbol("s")] };
    const document = await roundTrip({ ...base, open: odd, secret: odd, label: undefined });
    assert.deepStrictEqual(document, { ...base, open: { d: [null, null, null] }, secret: { d: [null, null, null] } });
  });

  test("holes of a sparse array are null", async () => {
    const sparse: unknown[] = [];
    sparse[2] = 1;
    assert.deepStrictEqual(await roundTrip({ ...base, open: sparse, secret: sparse }), {
      ...base,
      open: [null, null, 1],
      secret: [null, null, 1],
    });
  });

  test("negative zero in public is zero", async () => {
    assert.deepStrictEqual(await roundTrip({ ...base, open: [-0] }), { ...base, open: [0] });
  });

  test("boxed primitives are unboxed", async () => {
    const document = await roundTrip({ ...base, open: new Number(5), secret: new String("s") });
    assert.deepStrictEqual(document, { ...base, open: 5, secret: "s" });
  });

  test("toJSON and getters are called once, and what they give is what is sealed and sent", async () => {
    let calls = 0;
    class Person {
      id = "1";
      pk = "p";
      get computed(): string {
        return "on the prototype: not a property of JSON";
      }
      toJSON(): object {
        calls++;
        return { id: this.id, pk: this.pk, secret: `call ${calls}` };
      }
    }
    const withGetter = Object.defineProperty({ ...base }, "secret", {
      enumerable: true,
      get: () => {
        calls++;
        return `call ${calls}`;
      },
    });
    assert.deepStrictEqual(await roundTrip(new Person()), { ...base, secret: "call 1" });
    assert.deepStrictEqual(await roundTrip(withGetter), { ...base, secret: "call 2" });
    expect(calls).toBe(2);
  });

  test("the caller's document stays as it was", async () => {
    const document = { ...base, nested: { secret: "s", shown: 1 }, list: [{ secret: 1 }], secret: { deep: [1] } };
    const before = structuredClone(document);
    await roundTrip(document);
    assert.deepStrictEqual(document, before);
  });

  test("one object in two places is two values", async () => {
    const shared = { x: 1 };
    assert.deepStrictEqual(await roundTrip({ ...base, open: [shared, shared] }), { ...base, open: [shared, shared] });
  });

  test("a document of nearly 2 MB", async () => {
    const secret = "x".repeat(1_400_000);
    expect((await roundTrip({ ...base, secret }))["secret"]).toBe(secret);
  });
});

describe("values that are refused, with a place and without the value", () => {
  const SECRET = "4111-secret";
  const cases: Readonly<Record<string, readonly [unknown, ErrorCode, string]>> = {
    "a misspelt property": [{ ...base, emial: SECRET }, "ERR_PATH_UNDECLARED", "/emial"],
    "a misspelt nested property": [{ ...base, nested: { secert: SECRET } }, "ERR_PATH_UNDECLARED", "/nested/secert"],
    "a misspelt property in an element": [
      { ...base, list: [{ secert: SECRET }] },
      "ERR_PATH_UNDECLARED",
      "/list/[]/secert",
    ],
    _seal: [{ ...base, _seal: {} }, "ERR_PATH_RESERVED", "/_seal"],
    "a scalar where sealed members are declared": [{ ...base, nested: SECRET }, "ERR_PATH_SHAPE", "/nested"],
    "an array where an object is declared": [{ ...base, nested: [{ secret: SECRET }] }, "ERR_PATH_SHAPE", "/nested"],
    "an object where an array is declared": [{ ...base, list: { secret: SECRET } }, "ERR_PATH_SHAPE", "/list"],
    "an object where a string is declared": [{ ...base, label: { secret: SECRET } }, "ERR_PATH_SHAPE", "/label"],
    "NaN in public": [{ ...base, open: Number.NaN }, "ERR_VALUE_UNSUPPORTED", "/open"],
    "Infinity in a group": [{ ...base, secret: [Infinity] }, "ERR_VALUE_UNSUPPORTED", "/secret"],
    "a bigint in public": [{ ...base, open: 1n }, "ERR_VALUE_UNSUPPORTED", "/open"],
    "a bigint where the schema has none": [{ ...base, secret: 1n }, "ERR_VALUE_UNSUPPORTED", "/secret"],
    "an invalid date": [{ ...base, when: new Date(Number.NaN) }, "ERR_VALUE_UNSUPPORTED", "/when"],
    "a lone surrogate in public": [{ ...base, open: "\ud800" }, "ERR_VALUE_UNSUPPORTED", "/open"],
    "a lone surrogate in an unsigned place": [{ ...base, free: "\ud800" }, "ERR_VALUE_UNSUPPORTED", "/free"],
    "a name with a lone surrogate": [{ ...base, open: { "\ud800": 1 } }, "ERR_VALUE_UNSUPPORTED", "/open"],
    "an id that is a number": [{ ...base, id: 5 }, "ERR_DOCUMENT_INVALID", "/id"],
    "no id": [{ pk: "p" }, "ERR_DOCUMENT_INVALID", "/id"],
    "no partition key where the schema requires it": [{ id: "1" }, "ERR_PARTITION_KEY_MISSING", "/pk"],
    "nesting deeper than 256": [{ ...base, open: deep(257) }, "ERR_DOCUMENT_INVALID", "/open"],
    "nesting deeper than 256 in a group": [{ ...base, secret: deep(257) }, "ERR_DOCUMENT_INVALID", "/secret"],
  };
  test.each(Object.entries(cases))("%s", async (_, [document, code, path]) => {
    const error = await refusal(document);
    expect(error.code).toBe(code);
    expect(error.path?.startsWith(path)).toBe(true);
    expect(error.message).not.toContain(SECRET);
  });

  test("a circular document", async () => {
    const open: Record<string, unknown> = {};
    open["self"] = open;
    expect((await refusal({ ...base, open })).code).toBe("ERR_DOCUMENT_INVALID");
    expect((await refusal({ ...base, secret: open })).code).toBe("ERR_DOCUMENT_INVALID");
  });

  test.each([[null], [undefined], [1], ["x"], [[]], [() => 1]])("%j as a document", async (document) => {
    expect((await refusal(document)).code).toBe("ERR_DOCUMENT_INVALID");
  });

  test.each([[1.5], [-1], [2 ** 53], [Number.NaN]])("%d as a stamp, which no reader would take", async (stamp) => {
    await expect(seal(things, keys, base, { stamp })).rejects.toMatchObject({ code: "ERR_OPTIONS_INVALID" });
  });

  test("more than 2 MB after sealing", async () => {
    const error = await refusal({ ...base, secret: "x".repeat(1_600_000) });
    expect(error.code).toBe("ERR_DOCUMENT_TOO_LARGE");
    expect(error.message).not.toContain("xxx");
  });

  test("more than 2 MB once its control characters are escaped", async () => {
    const open = "\u0001".repeat(400_000);
    expect((await refusal({ ...base, open })).code).toBe("ERR_DOCUMENT_TOO_LARGE");
    await seal(things, keys, { ...base, open: open.slice(0, 300_000) }, { stamp: 1 });
  });
});

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

test("the length of what is sealed tells no `true` from `false`, whatever stands beside them", async () => {
  const lengthOf = async (secret: unknown): Promise<number> =>
    JSON.stringify(await seal(things, keys, { ...base, secret }, { stamp: NOW })).length;
  for (let length = 0; length < 300; length++) {
    const beside = "x".repeat(length);
    expect([length, await lengthOf([beside, true, { a: true }])]).toEqual([
      length,
      await lengthOf([beside, false, { a: false }]),
    ]);
  }
  const document = { ...base, secret: [true, "true", { a: true, b: [true, null] }], big: 1n, when: new Date(0) };
  expect(await roundTrip(document)).toEqual(document);
});
