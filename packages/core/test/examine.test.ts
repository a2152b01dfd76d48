/** A document that doesn't open, part by part, and what is put together from it. */
import { beforeAll, describe, expect, test } from "vitest";
import { defineContainer, examine, type Keys, open, rebuildDocument, seal, sealed, signed } from "../src/index.js";
import { overTheWire, testKeys } from "./support/keys.js";

const definition = defineContainer({
  name: "patients",
  partitionKey: "/clinic",
  paths: {
    "/id": signed(),
    "/clinic": signed(),
    "/plan": signed(),
    "/email": sealed({ equality: true }),
    "/address/street": sealed(),
    "/address/city": signed(),
    "/diagnosis": sealed({ group: "medical" }),
  },
});
const hidden = defineContainer({
  name: "hidden",
  partitionKey: "/owner",
  paths: { "/id": sealed(), "/owner": sealed(), "/text": sealed() },
});
const patient = {
  id: "p-1",
  clinic: "north",
  plan: "pro",
  email: "ada@example.org",
  address: { street: "Elm Street 1", city: "Bern" },
  diagnosis: "J45.9",
};

let keys: Keys;
const now = Date.now();
const at = { now };
beforeAll(async () => {
  ({ keys } = await testKeys(definition, hidden));
});

type Stored = Record<string, unknown> & { _seal: { g: Record<string, [string, number, string]>; m: string } };
const stored = async (document: object = patient): Promise<Stored> =>
  overTheWire(await seal(definition, keys, document, { stamp: now })) as Stored;

describe("an examination", () => {
  test("of a document that opens says that every part holds, and leaves the stored one as it is", async () => {
    const given = await stored();
    const before = JSON.stringify(given);
    const { error, document, seal: found } = await examine(definition, keys, given, at);
    expect(error).toBeUndefined();
    expect(document).toEqual(patient);
    expect(found?.manifestHolds).toBe(true);
    expect(found?.groups.map(({ name, entries }) => [name, entries?.length])).toEqual([
      ["", 2],
      ["medical", 1],
    ]);
    expect(JSON.stringify(given)).toBe(before);
  });

  test("of a changed public part says that the manifest fails and the groups open", async () => {
    const { error, seal: found } = await examine(definition, keys, { ...(await stored()), plan: "free" }, at);
    expect(error?.code).toBe("ERR_INTEGRITY");
    expect(found?.manifestHolds).toBe(false);
    expect(found?.groups.every(({ entries }) => entries !== undefined)).toBe(true);
  });

  test("of a group that was brought from another document says which doesn't open", async () => {
    const [given, other] = [await stored(), await stored({ ...patient, id: "p-2" })];
    given._seal.g["medical"] = other._seal.g["medical"]!;
    const { error, seal: found } = await examine(definition, keys, given, at);
    expect(error?.code).toBe("ERR_INTEGRITY");
    expect(found?.groups.map(({ name, entries }) => [name, entries !== undefined])).toEqual([
      ["", true],
      ["medical", false],
    ]);
  });

  test("of a document under another store's keys says so of each key", async () => {
    const foreign = await testKeys(definition);
    const given = overTheWire(await seal(definition, foreign.keys, patient, { stamp: now }));
    const { error, seal: found } = await examine(definition, keys, given, at);
    expect(error?.code).toBe("ERR_KEY_SCOPE");
    expect([found?.integrityKey.code, found?.manifestHolds]).toEqual(["ERR_KEY_SCOPE", undefined]);
    expect(found?.groups.map(({ key }) => key.code)).toEqual(["ERR_KEY_SCOPE", "ERR_KEY_SCOPE"]);
  });

  test.each([
    ["plaintext", (_: Stored) => ({ ...patient }), "ERR_NOT_SEALED"],
    ["a `_seal` that is not of the form", (given: Stored) => ({ ...given, _seal: { v: 1 } }), "ERR_INTEGRITY"],
    ["no object", () => "text", "ERR_INTEGRITY"],
  ] as const)("of %s says nothing of parts", async (_name, change, code) => {
    const { error, seal: found } = await examine(definition, keys, change(await stored()), at);
    expect([error?.code, found]).toEqual([code, undefined]);
  });
});

describe("a document that is put together again", () => {
  test("has the public part as it is now, every value that opens, and opens once it is sealed", async () => {
    const given = { ...(await stored()), plan: "free" };
    const { seal: found } = await examine(definition, keys, given, at);
    const rebuilt = rebuildDocument(definition.plan, given, found)!;
    expect(rebuilt).toEqual({ document: { ...patient, plan: "free" }, lost: [], unplaced: [], replaced: [] });
    const again = await seal(definition, keys, rebuilt.document, { stamp: now + 1, replaces: true });
    expect(await open(definition, keys, overTheWire(again), at)).toEqual({ ...patient, plan: "free" });
  });

  test("takes the sealed value where somebody put a public one in its place, and says so", async () => {
    const given = { ...(await stored()), email: "thief@example.org" };
    const { seal: found } = await examine(definition, keys, given, at);
    const { document, replaced } = rebuildDocument(definition.plan, given, found)!;
    expect([document["email"], replaced]).toEqual([patient.email, ["/email"]]);
  });

  test("names the group that is lost and the value whose place is gone", async () => {
    const given = await stored();
    const { address: _, ...without } = given as Record<string, unknown>;
    given._seal.g["medical"]![2] = Buffer.alloc(72, 9).toString("base64");
    const { seal: found } = await examine(definition, keys, without, at);
    const { document, lost, unplaced } = rebuildDocument(definition.plan, without, found)!;
    expect([lost, unplaced]).toEqual([["medical"], ["/address/street"]]);
    expect(document).toEqual({ id: "p-1", clinic: "north", plan: "pro", email: patient.email });
  });

  test("has its sealed id and partition key back, and is none without them", async () => {
    const note = { id: "n-1", owner: "me", text: "secret" };
    const given = overTheWire(await seal(hidden, keys, note, { stamp: now })) as Stored;
    given._seal.m = Buffer.alloc(32, 1).toString("base64");
    const { seal: found } = await examine(hidden, keys, given, at);
    expect(rebuildDocument(hidden.plan, given, found)?.document).toEqual(note);
    expect(rebuildDocument(hidden.plan, given, undefined)).toBeUndefined();
  });

  test("stays within itself: a pointer into a prototype adds a property of that name and nothing else", async () => {
    const seal = {
      groups: [{ name: "", key: { id: "", code: undefined }, stamp: 0, bytes: 0, entries: [["/__proto__", "x"]] }],
    };
    const rebuilt = rebuildDocument(definition.plan, { id: "p" }, seal as never)!;
    expect(Object.getOwnPropertyNames(rebuilt.document)).toEqual(["id", "__proto__"]);
    expect(Object.getPrototypeOf(rebuilt.document)).toBe(Object.prototype);
  });
});
