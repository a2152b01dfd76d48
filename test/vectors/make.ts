/** The vectors themselves: what must open and what must not. */
import { type ContainerDefinition, defineContainer, sealed, unsigned } from "@cosmoseal/core";
import * as z from "zod";
import { encodeValue, type Value } from "../../packages/core/src/codec/extended.js";
import type { VectorCase, VectorFile } from "./model.js";
import { NOW, Workshop, wire } from "./workshop.js";

/** A file of vectors, and the definition that an application would have for its documents. */
export interface VectorSet {
  readonly definition: ContainerDefinition<never> | ContainerDefinition;
  readonly file: VectorFile;
}

/** By file name, without ending. */
export function makeVectors(): Readonly<Record<string, VectorSet>> {
  return {
    "documents-open": { definition: customers, file: documentsThatOpen() },
    "documents-refused": { definition: customers, file: documentsRefused() },
    "forgeries-refused": { definition: customers, file: forgeriesRefused() },
    identities: { definition: people, file: identities() },
    scopes: { definition: notes, file: scopes() },
    unique: { definition: members, file: unique() },
    unlisted: { definition: free, file: unlisted() },
    vault: { definition: vault, file: everythingSealed() },
  };
}

const customers = defineContainer({
  name: "customers",
  version: 3,
  history: [{ version: 2, groups: { "": ["/email"] }, unsigned: [] }],
  partitionKey: "/tenantId",
  schema: z.object({
    id: z.string(),
    tenantId: z.string().nullable().optional(),
    plan: z.any(),
    visits: unsigned(z.any()),
    counters: z.object({ seen: unsigned(z.number()), kept: z.number() }).optional(),
    email: sealed(z.string(), { equality: { normalize: "lowercase" } })
      .nullable()
      .optional(),
    born: sealed(z.date()).optional(),
    balance: sealed(z.bigint()).optional(),
    photo: sealed(z.instanceof(Uint8Array)).optional(),
    profile: sealed(z.any()),
    tags: sealed(z.array(z.union([z.string(), z.number(), z.null()])), { equality: true }).optional(),
    cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string(), { equality: { bits: 12 } }) })).optional(),
    people: z.record(z.string(), z.object({ ssn: sealed(z.string()), role: z.string() })).optional(),
    diagnosis: sealed(z.string(), { group: "medical" }).optional(),
    odd: z
      .object({
        "a/b": sealed(z.number()),
        "c~d": sealed(z.number()),
        "*": sealed(z.number()),
        "[]": sealed(z.number()),
      })
      .optional(),
    star: z.object({ "*": sealed(z.number()), "[]": z.number(), "~2": z.number(), "~3": z.number() }).optional(),
  }),
});

const base = { id: "c-17", tenantId: "t-1", plan: "pro", visits: 12, email: "Ann@Example.com" };

const people = defineContainer({
  name: "people",
  partitionKey: ["/tenant", "/user/id"],
  schema: z.object({
    id: sealed(z.string()),
    tenant: sealed(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    user: z
      .object({ id: sealed(z.union([z.string(), z.number(), z.null()])).optional(), name: z.string().optional() })
      .optional(),
    note: z.string().optional(),
  }),
});

const members = defineContainer({
  name: "members",
  partitionKey: "/pk",
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    email: sealed(z.string().nullable(), { equality: true, unique: { normalize: "lowercase" } }).optional(),
    number: sealed(z.number(), { unique: true }).optional(),
  }),
});

const notes = defineContainer({
  name: "notes",
  partitionKey: "/pk",
  scope: { path: "/owner", family: "person" },
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    owner: z.union([z.string(), z.number(), z.boolean()]),
    text: sealed(z.string(), { equality: true }),
  }),
});

const free = defineContainer({
  name: "free",
  partitionKey: "/pk",
  unlisted: "unsigned",
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    kept: z.object({ a: z.number() }).optional(),
    secret: z.object({ open: z.number() }).catchall(sealed(z.any())).optional(),
  }),
});

const vault = defineContainer({
  name: "vault",
  partitionKey: "/tenant",
  unlisted: "sealed",
  schema: z.object({
    id: sealed(z.string()),
    tenant: sealed(z.string()),
    kind: z.string().optional(),
    labels: z.object({ a: z.string() }).nullable().optional(),
    people: z.record(z.string(), z.object({ ssn: sealed(z.string()), role: z.string() })).optional(),
    either: z
      .union([z.array(z.object({ s: sealed(z.string()) })), z.record(z.string(), sealed(z.string()))])
      .optional(),
  }),
});

/** Sealed values as SPEC §3.2 writes them; everything else as it is. */
const opened: Readonly<Record<string, Record<string, unknown>>> = {
  "a small document": base,
  "an empty document but for its keys": { id: "x", tenantId: "t" },
  "no partition key": { id: "x", email: "a" },
  "a null partition key, null and empty values": {
    id: "x",
    tenantId: null,
    email: null,
    tags: [],
    cards: [],
    plan: {},
    profile: {},
  },
  "Unicode in every place": {
    id: "ключ/💜 \u0000",
    tenantId: "テナント",
    plan: { "naïve\u2028": "\u{10FFFF}\uFFFD", "\u00e9": 1, "e\u0301": 2 },
    email: "Ünï@例え.jp",
    profile: { 名前: "\u0000\u001f\u007f\ud83d\ude00" },
  },
  "names sort by UTF-16 units": {
    id: "x",
    tenantId: "t",
    plan: { "\u{1F600}": 1, "\uFB33": 2, "\u20ac": 3, "1": 4, "\r": 5, a: 6 },
  },
  "numbers of every magnitude": {
    id: "x",
    tenantId: "t",
    plan: [
      0,
      1,
      -1,
      0.1,
      1e21,
      1e-7,
      123456789012345680000,
      5e-324,
      1.7976931348623157e308,
      Number("9007199254740993"),
      333333333.3333333,
      1e-6,
      4.5,
      2e-3,
      -1e30,
    ],
    profile: [0.1, 1e21, -5e-324, 100, 1e-7],
  },
  "a date, a bigint, bytes": {
    id: "x",
    tenantId: "t",
    born: new Date("1970-01-01T00:00:00.001Z"),
    balance: -(2n ** 80n),
    photo: Uint8Array.of(0, 255, 254),
  },
  "a date before year 0, an empty byte string": {
    id: "x",
    tenantId: "t",
    born: new Date(-1e14),
    photo: Uint8Array.of(),
  },
  "negative zero, lone surrogates and tildes inside groups": {
    id: "x",
    tenantId: "t",
    profile: {
      zero: -0,
      high: "\ud800",
      low: "x\udfff",
      "~": 1,
      deep: [{ "~": ["date", "x"] }, { "~~": 0 }, { "~~~": { "~": null } }],
    },
  },
  "an object whose only member is a tilde": { id: "x", tenantId: "t", profile: { "~": ["bigint", "1"] } },
  "__proto__ and constructor as names": {
    id: "x",
    tenantId: "t",
    plan: JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
    profile: JSON.parse('{"__proto__":{"y":1}}'),
  },
  "sealed elements of arrays and members of records": {
    id: "x",
    tenantId: "t",
    cards: [{ brand: "visa", pan: "4111" }, { brand: "none" }, { brand: "amex", pan: "4111" }],
    people: { ann: { ssn: "1", role: "r" }, "a/~b": { ssn: "2", role: "r" }, "*": { ssn: "3", role: "r" } },
    tags: ["b", "a", "b", 1, null],
  },
  "names that patterns escape": { id: "x", tenantId: "t", odd: { "a/b": 1, "c~d": 2, "*": 3, "[]": 4 } },
  "a member named as a pattern's segment": { id: "x", tenantId: "t", star: { "*": 1, "[]": 2, "~2": 3, "~3": 4 } },
  "unsigned places inside an object": {
    id: "x",
    tenantId: "t",
    counters: { seen: 7, kept: 8 },
    visits: { any: ["thing"] },
  },
  "a group with a key of its own": { ...base, diagnosis: "healthy" },
  "a long value, padded by Padmé": { ...base, profile: "lorem ipsum ".repeat(400) },
  "exactly 32 bytes of plaintext": { id: "x", tenantId: "t", email: "e".repeat(32 - '[["/email",""]]'.length) },
  "ttl and system properties": { ...base, ttl: 3600, _rid: "r", _self: "s", _etag: '"e"', _ts: 1, _attachments: "a/" },
  "the deepest nesting there may be": { id: "x", tenantId: "t", plan: nested(255), profile: nested(255) },
};

function documentsThatOpen(): VectorFile {
  const shop = new Workshop(customers);
  const cases = Object.entries(opened).map(
    ([name, document]): VectorCase => ({ name, stored: shop.seal(document), opens: transport(document) }),
  );
  const changed = shop.seal({ ...base, counters: { seen: 1, kept: 2 } });
  cases.push({
    name: "unsigned places and system properties may change, appear and disappear",
    stored: { ...changed, visits: "other", counters: { kept: 2, seen: [9] }, _ts: 5, _lsn: 1 },
    opens: transport({ ...base, visits: "other", counters: { kept: 2, seen: [9] }, _ts: 5, _lsn: 1 }),
  });
  const { visits: _, ...without } = shop.seal(base);
  cases.push({
    name: "an unsigned member may be missing",
    stored: without,
    opens: transport({ ...base, visits: undefined }),
  });
  cases.push({
    name: "a carried group has an older stamp",
    stored: carried(shop),
    opens: transport({ ...base, diagnosis: "kept" }),
  });
  return { about: "Documents that must open.", reader: shop.reader(), now: NOW, cases };
}

function carried(shop: Workshop): Record<string, unknown> {
  const older = NOW - 5000;
  const old = shop.seal({ ...base, diagnosis: "kept" }, older);
  const [keyId, , blob] = groupsOf(old)["medical"]!;
  return shop.forge(base, {
    groups: (groups) => {
      groups["medical"] = [keyId, older, blob];
    },
  });
}

function documentsRefused(): VectorFile {
  const shop = new Workshop(customers);
  const rich = {
    ...base,
    diagnosis: "healthy",
    cards: [
      { brand: "visa", pan: "4111" },
      { brand: "amex", pan: "3700" },
    ],
    plan: { a: [1, 2] },
    ttl: 60,
  };
  const stored = shop.seal(rich);
  const other = shop.seal({ ...rich, id: "c-18", email: "bob@example.com" });
  const cases: VectorCase[] = [];
  const refuse = (name: string, change: (document: Record<string, unknown>) => unknown): void => {
    const document = wire(stored);
    const result = change(document);
    cases.push({
      name,
      stored: (typeof result === "object" && result !== null && !Array.isArray(result) ? result : document) as Record<
        string,
        unknown
      >,
      fails: true,
    });
  };
  refuse("no _seal", (d) => delete d["_seal"]);
  refuse("_seal is null", (d) => set(d, "_seal", null));
  refuse("_seal is an array", (d) => set(d, "_seal", [d["_seal"]]));
  for (const name of ["v", "k", "e", "n", "g", "s", "t", "m", "x", "o"]) {
    refuse(`_seal without ${name}`, (d) => delete sealOf(d)[name]);
    refuse(`_seal.${name} of another type`, (d) => set(sealOf(d), name, name === "k" || name === "m" ? 1 : "1"));
  }
  refuse("an unknown member of _seal", (d) => set(sealOf(d), "z", 1));
  refuse("another format version", (d) => set(sealOf(d), "v", 2));
  refuse("an unknown schema version", (d) => set(sealOf(d), "s", 4));
  refuse("a known schema version that has other groups", (d) => set(sealOf(d), "s", 2));
  refuse("another epoch", (d) => set(sealOf(d), "e", 2));
  refuse("another stamp", (d) => set(sealOf(d), "n", NOW - 999));
  refuse("a stamp that is not an integer", (d) => set(sealOf(d), "n", 1.5));
  refuse("a negative stamp", (d) => set(sealOf(d), "n", -1));
  refuse("another index-key generation", (d) => set(sealOf(d), "t", 2));
  refuse("o is empty", (d) => set(sealOf(d), "o", []));
  refuse("o names one more path", (d) => set(sealOf(d), "o", ["/counters/seen", "/plan", "/visits"]));
  refuse("x is empty", (d) => set(sealOf(d), "x", {}));
  refuse(
    "a token removed",
    (d) => delete (sealOf(d)["x"] as Record<string, unknown>)[Object.keys(sealOf(d)["x"] as object)[0]!],
  );
  refuse("tokens out of order", (d) => {
    for (const tokens of Object.values(sealOf(d)["x"] as object)) if (Array.isArray(tokens)) tokens.reverse();
  });
  refuse("a manifest of 31 bytes", (d) => set(sealOf(d), "m", Buffer.alloc(31, 1).toString("base64")));
  refuse("a manifest in base64url", (d) => set(sealOf(d), "m", Buffer.alloc(32, 0xfb).toString("base64url")));
  refuse("a flipped bit of the manifest", (d) => set(sealOf(d), "m", flip(sealOf(d)["m"] as string)));
  refuse("the manifest of another document", (d) => set(sealOf(d), "m", sealOf(other)["m"]));
  refuse("a flipped bit of a group", (d) => (groupsOf(d)[""]![2] = flip(groupsOf(d)[""]![2])));
  refuse("a flipped bit of a nonce", (d) => (groupsOf(d)[""]![2] = flip(groupsOf(d)[""]![2], 3)));
  refuse("base64 with white space", (d) => (groupsOf(d)[""]![2] = `${groupsOf(d)[""]![2]}\n`));
  refuse("a blob that is too short", (d) => (groupsOf(d)[""]![2] = "AAAA"));
  refuse("a group removed", (d) => delete groupsOf(d)["medical"]);
  refuse("all groups removed", (d) => set(sealOf(d), "g", {}));
  refuse("a group added", (d) => (groupsOf(d)["extra"] = groupsOf(d)["medical"]!));
  refuse("two groups exchanged", (d) => {
    const { "": a, medical: b } = groupsOf(d);
    set(sealOf(d), "g", { "": b, medical: a });
  });
  refuse("a group of another document", (d) => (groupsOf(d)[""] = groupsOf(other)[""]!));
  refuse("a group entry with a fourth member", (d) => (groupsOf(d)[""] as unknown[]).push(0));
  refuse("a stored stamp equal to n", (d) => (groupsOf(d)[""]![1] = sealOf(d)["n"] as number));
  refuse("the _seal of another document", (d) => set(d, "_seal", other["_seal"]));
  refuse("another id", (d) => set(d, "id", "c-18"));
  refuse("an id that is a number", (d) => set(d, "id", 17));
  refuse("another partition key", (d) => set(d, "tenantId", "t-2"));
  refuse("no partition key", (d) => delete d["tenantId"]);
  refuse("a partition key of another type", (d) => set(d, "tenantId", { x: 1 }));
  refuse("a signed value changed", (d) => set(d, "plan", "free"));
  refuse("a signed value removed", (d) => delete d["plan"]);
  refuse("a signed member added", (d) => set(d, "admin", true));
  refuse("the order of a signed array", (d) => ((d["plan"] as { a: number[] }).a = [2, 1]));
  refuse("elements around sealed parts exchanged", (d) => (d["cards"] as unknown[]).reverse());
  refuse("an element around sealed parts removed", (d) => void (d["cards"] as unknown[]).pop());
  refuse("a key id in another spelling", (d) => set(sealOf(d), "k", otherSpelling(sealOf(d)["k"] as string)));
  refuse("true where an integer belongs", (d) => set(sealOf(d), "e", true));
  refuse("an empty token", (d) => set(sealOf(d), "x", { eaaaaa: "" }));
  refuse("an empty array of tokens", (d) => set(sealOf(d), "x", { eaaaaa: [] }));
  refuse("a token of 17 bytes", (d) => set(sealOf(d), "x", { eaaaaa: Buffer.alloc(17, 5).toString("base64url") }));
  refuse("ttl changed", (d) => set(d, "ttl", 61));
  refuse("plaintext beside the sealed field", (d) => set(d, "email", "eve@example.com"));
  refuse("plaintext beside a sealed field of an element", (d) =>
    set((d["cards"] as Record<string, unknown>[])[0]!, "pan", "4000"),
  );
  refuse("plaintext alone", () => ({ ...base }));
  refuse("a key id of the right form that is not listed", (d) => set(sealOf(d), "k", "AAAAAAAAAAAAAAAAAAAAAA"));
  refuse("the id of a group key as integrity key", (d) => set(sealOf(d), "k", groupsOf(d)[""]![0]));
  refuse("the id of the integrity key as a group's", (d) => (groupsOf(d)[""]![0] = sealOf(d)["k"] as string));
  refuse("the key id of another group", (d) => (groupsOf(d)[""]![0] = groupsOf(d)["medical"]![0]));
  cases.push({
    name: "nested 10,000 deep",
    storedText: `{"id":"x","plan":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    fails: true,
  });
  cases.push({ name: "not an object", storedText: "[]", fails: true });
  return {
    about: "Documents as somebody without keys could leave them: each must be refused.",
    reader: shop.reader(),
    now: NOW,
    cases,
  };
}

function forgeriesRefused(): VectorFile {
  const shop = new Workshop(customers);
  const plaintexts: Readonly<Record<string, string>> = {
    "a plaintext that is not JSON": "[[",
    "a plaintext that is not an array": '{"/email":"a"}',
    "an entry of three": '[["/email","a",1]]',
    "a pointer that is not text": '[[1,"a"]]',
    "a pointer without a slash": '[["email","a"]]',
    "a pointer with a bad escape": '[["/em~2ail","a"]]',
    "pointers out of order": '[["/profile",1],["/email","a"]]',
    "a pointer twice": '[["/email","a"],["/email","b"]]',
    "a pointer inside another": '[["/profile",{}],["/profile/x",1]]',
    "a pointer inside another, not next to it": '[["/profile",{}],["/profile-x",1],["/profile/x",1]]',
    "a place that the version does not seal": '[["/admin",true]]',
    "a place that another group seals": '[["/diagnosis","ill"]]',
    "a signed place": '[["/plan","free"]]',
    "_seal as a place": '[["/_seal",{}]]',
    "a system property as a place": '[["/_etag","x"]]',
    "a missing parent": '[["/people/ann/ssn","1"]]',
    "an element of an array": '[["/tags/0","x"]]',
    "an element that is not there": '[["/cards/5/pan","1"]]',
    "an index with a leading zero": '[["/cards/00/pan","1"]]',
    "an unknown extension": '[["/profile",{"~":["map","x"]}]]',
    "an extension of one": '[["/profile",{"~":["date"]}]]',
    "an extension that is no array": '[["/profile",{"~":1}]]',
    "a date in another spelling": '[["/profile",{"~":["date","2026-01-01"]}]]',
    "a bigint with a leading zero": '[["/profile",{"~":["bigint","007"]}]]',
    "a bigint that is minus zero": '[["/profile",{"~":["bigint","-0"]}]]',
    "bytes in base64url": '[["/profile",{"~":["bytes","-_-_"]}]]',
    "a number extension other than minus zero": '[["/profile",{"~":["number","1"]}]]',
    "a malformed extension deep inside": '[["/profile",[[{"~":["x","y"]}]]]]',
    "a number beyond binary64": '[["/profile",1e400]]',
    "a value nested too deep": `[["/profile",${"[".repeat(256)}${"]".repeat(256)}]]`,
  };
  const document = { ...base, cards: [{ brand: "v" }] };
  const cases = Object.entries(plaintexts).map(
    ([name, text]): VectorCase => ({ name, stored: shop.forge(document, { plaintexts: { "": text } }), fails: true }),
  );
  const forge = (name: string, forgery: Parameters<Workshop["forge"]>[1]): void => {
    cases.push({ name, stored: shop.forge(document, forgery), fails: true });
  };
  forge("padding of the wrong length", { plaintexts: { "": "[]" }, padding: (text) => text.padEnd(64) });
  forge("no padding", { plaintexts: { "": "[]" }, padding: (text) => text });
  forge("padding that is not spaces", { plaintexts: { "": "[]" }, padding: (text) => text.padEnd(32, "\n") });
  forge("a newline after the text", { plaintexts: { "": "[]" }, padding: (text) => `${text}\n`.padEnd(32) });
  forge("a token of 17 bytes, signed", {
    seal: (s) => set(s, "x", { eaaaaa: Buffer.alloc(17, 5).toString("base64url") }),
  });
  forge("public data at a sealed place", { open: (d) => set(d, "email", "eve@example.com") });
  forge("public data at a sealed place of an element", {
    open: (d) => set((d["cards"] as Record<string, unknown>[])[0]!, "pan", "1"),
  });
  cases.push({
    name: "a stamp more than 15 minutes ahead",
    stored: shop.seal(document, NOW + 15 * 60 * 1000 + 1),
    fails: true,
  });
  forge("base64 with spare bits set", {
    plaintexts: { "": `[["/profile","${"x".repeat(40)}"]]` },
    groups: (g) => {
      g[""]![2] = withSpareBits(g[""]![2]);
    },
  });
  forge("a group sealed under another stamp", { plaintexts: { "": "[]" }, stamp: 1 });
  forge("an unknown format version, signed", { seal: (s) => set(s, "v", 2) });
  forge("an unknown schema version, signed", { seal: (s) => set(s, "s", 1) });
  forge("o of another version, signed", { seal: (s) => set(s, "o", ["/plan", "/visits"]) });
  forge("an index name of another kind, signed", { seal: (s) => set(s, "x", { zaaaaa: "AAAA" }) });
  forge("tokens with a duplicate, signed", { seal: (s) => set(s, "x", { eaaaaa: ["AAAA", "AAAA"] }) });
  const members: Readonly<Record<string, readonly [string, unknown]>> = {
    "an unknown member of _seal": ["y", 1],
    "an epoch that is a text": ["e", "1"],
    "an epoch below 0": ["e", -1],
    "an epoch beyond 2^53": ["e", 2 ** 53],
    "a stamp that is a text": ["n", String(NOW - 1000)],
    "a schema version that is a text": ["s", "3"],
    "an index-key generation of 0": ["t", 0],
    "an index-key generation that is no integer": ["t", 1.5],
    "tokens that are no object": ["x", ["AAAA"]],
    "no tokens": ["x", {}],
    "an index without tokens": ["x", { eaaaaa: [] }],
    "an index name of five characters": ["x", { eaaaa: "AAAA" }],
    "tokens out of order": ["x", { eaaaaa: ["BBBB", "AAAA"] }],
    "an empty token": ["x", { eaaaaa: "" }],
    "a token in another spelling": ["x", { eaaaaa: "AB" }],
    "a token of 17 bytes": ["x", { eaaaaa: "A".repeat(23) }],
    "a token that is a number": ["x", { eaaaaa: 1 }],
  };
  for (const [name, [member, value]] of Object.entries(members)) {
    forge(`${name}, signed`, { seal: (s) => set(s, member, value) });
  }
  forge("a group entry with a fourth member, signed", { groups: (g) => (g[""] as unknown[]).push(1) });
  forge("a stored stamp equal to n, signed", { groups: (g) => set(g[""]!, "1", NOW - 1000) });
  forge("a stored stamp that is a text, signed", {
    plaintexts: { "": "[]" },
    stamp: 5,
    groups: (g) => set(g[""]!, "1", "5"),
  });
  forge("a group missing, signed", { groups: (g) => delete g["medical"] });
  return {
    about:
      "Documents whose manifest holds, as a holder of keys could forge them: each must be refused for what it says.",
    reader: shop.reader(),
    now: NOW,
    cases,
  };
}

function identities(): VectorFile {
  const shop = new Workshop(people);
  const documents: Readonly<Record<string, Record<string, unknown>>> = {
    "a sealed id and two sealed partition-key paths": {
      id: "ann@example.com",
      tenant: "t-1",
      user: { id: 5, name: "Ann" },
      note: "n",
    },
    "partition keys of other types": { id: "x", tenant: true, user: { id: 1.5 } },
    "null and absent partition keys are not replaced": { id: "x", tenant: null, user: { name: "n" } },
    "zero and minus zero have one token": { id: "x", tenant: -0, user: { id: 0 } },
  };
  const cases = Object.entries(documents).map(
    ([name, document]): VectorCase => ({ name, stored: shop.seal(document), opens: transport(document) }),
  );
  const document = { id: "ann@example.com", tenant: "t-1", user: { id: 5 } };
  const stored = shop.seal(document);
  const other = shop.seal({ ...document, id: "bob@example.com" });
  cases.push({ name: "the token of another id", stored: { ...stored, id: other["id"] }, fails: true });
  cases.push({ name: "the value in clear", stored: { ...stored, id: "ann@example.com" }, fails: true });
  const plaintext = '[["/id","bob@example.com"],["/tenant","t-1"],["/user/id",5]]';
  cases.push({
    name: "a token that is not its value's, signed",
    stored: shop.forge(document, { plaintexts: { "": plaintext } }),
    fails: true,
  });
  const missing = '[["/id","ann@example.com"],["/user/id",5]]';
  cases.push({
    name: "a token without a value, signed",
    stored: shop.forge(document, { plaintexts: { "": missing } }),
    fails: true,
  });
  const absent = { id: "ann@example.com", user: { id: 5 } };
  const surplus = '[["/id","ann@example.com"],["/tenant","t-1"],["/user/id",5]]';
  cases.push({
    name: "a value without a token, signed",
    stored: shop.forge(absent, { plaintexts: { "": surplus } }),
    fails: true,
  });
  return { about: "Sealed id and hierarchical partition key: SPEC §5.3.", reader: shop.reader(), now: NOW, cases };
}

function scopes(): VectorFile {
  const shop = new Workshop(notes);
  const note = { id: "n", pk: "p", owner: "ann", text: "hello" };
  const owners = ["ann", "bob", 1, "1", true];
  const cases = owners.map(
    (owner): VectorCase => ({
      name: `the scope ${JSON.stringify(owner)}`,
      stored: shop.seal({ ...note, owner }),
      opens: transport({ ...note, owner }),
    }),
  );
  const ann = shop.seal(note);
  const bob = shop.seal({ ...note, owner: "bob" });
  cases.push({ name: "the scope changed", stored: { ...ann, owner: "bob" }, fails: true });
  cases.push({
    name: "a document of one scope under the keys of another",
    stored: { ...bob, owner: "ann" },
    fails: true,
  });
  const seal = sealOf(ann);
  cases.push({
    name: "the integrity key of another scope",
    stored: { ...ann, _seal: { ...seal, k: sealOf(bob)["k"] } },
    fails: true,
  });
  cases.push({ name: "a scope without keys", stored: { ...ann, owner: "eve" }, fails: true });
  cases.push({ name: "a scope of another type", stored: { ...ann, owner: null }, fails: true });
  return { about: "A scope per person: SPEC §2.1.", reader: shop.reader(), now: NOW, cases };
}

function unique(): VectorFile {
  const shop = new Workshop(members);
  const documents: Readonly<Record<string, Record<string, unknown>>> = {
    "a text and a number": { id: "m-1", pk: "p", email: "ann@example.com", number: 17 },
    "the same text in other letters, declared to be the same": { id: "m-2", pk: "q", email: "Ann@Example.com" },
    "null and an absent value have no token": { id: "m-3", pk: "p", email: null },
  };
  const cases = Object.entries(documents).map(
    ([name, document]): VectorCase => ({ name, stored: shop.seal(document), opens: transport(document) }),
  );
  const stored = shop.seal({ id: "m-4", pk: "p", email: "ann@example.com" });
  const seal = sealOf(stored);
  const [[name]] = Object.entries(seal["x"] as Record<string, unknown>) as [[string, unknown]];
  cases.push({
    name: "a token taken out, so that the value could be stored twice",
    stored: { ...stored, _seal: Object.fromEntries(Object.entries(seal).filter(([member]) => member !== "x")) },
    fails: true,
  });
  cases.push({
    name: "a token exchanged",
    stored: { ...stored, _seal: { ...seal, x: { [name]: "AAAAAAAAAAAAAAAAAAAAAA" } } },
    fails: true,
  });
  return { about: "Unique tokens: SPEC §5.4.", reader: shop.reader(), now: NOW, cases };
}

function unlisted(): VectorFile {
  const shop = new Workshop(free);
  const document = {
    id: "x",
    pk: "p",
    kept: { a: 1, free: 2 },
    secret: { open: 1, hidden: 2, "~": 3 },
    other: { any: 1 },
  };
  const stored = shop.seal(document);
  return {
    about: "Objects whose undeclared members have a treatment of their own: place lists with exceptions, SPEC §1.",
    reader: shop.reader(),
    now: NOW,
    cases: [
      { name: "undeclared members, unsigned and sealed", stored, opens: transport(document) },
      {
        name: "undeclared unsigned members may change",
        stored: { ...stored, other: 5, more: 6, kept: { a: 1, x: 3 } },
        opens: transport({ ...document, other: 5, more: 6, kept: { a: 1, x: 3 } }),
      },
      { name: "a declared member changed", stored: { ...stored, kept: { a: 2, free: 2 } }, fails: true },
      {
        name: "public data where undeclared members are sealed",
        stored: { ...stored, secret: { open: 1, eve: 1 } },
        fails: true,
      },
      {
        name: "public data where undeclared members are sealed, signed",
        stored: shop.forge(document, { open: (d) => set(d["secret"] as Record<string, unknown>, "eve", 1) }),
        fails: true,
      },
    ],
  };
}

function everythingSealed(): VectorFile {
  const shop = new Workshop(vault);
  const keys = { id: "ann@example.com", tenant: "t-1" };
  const documents: Readonly<Record<string, Record<string, unknown>>> = {
    "undeclared members at every level": {
      ...keys,
      kind: "k",
      anything: { at: ["all"] },
      labels: { a: "shown", b: 1 },
      people: { ann: { ssn: "1", role: "r", more: [2] }, "": { ssn: "2", role: "r" } },
      _ts: 1,
    },
    "an array and an object at one place, the array": { ...keys, either: [{ s: "1" }, {}] },
    "an array and an object at one place, the object": { ...keys, either: { "0": "1", x: "2" } },
  };
  const cases = Object.entries(documents).map(
    ([name, document]): VectorCase => ({ name, stored: shop.seal(document), opens: wire(document) }),
  );
  const forge = (name: string, entry: readonly [string, unknown], document: object = {}): void => {
    const entries = [entry, ["/id", keys.id], ["/tenant", keys.tenant]] as const;
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    const stored = shop.forge({ ...keys, ...document }, { plaintexts: { "": JSON.stringify(sorted) } });
    cases.push({ name: `${name}, sealed and signed`, stored, fails: true });
  };
  forge("a system property in a group", ["/_ts", 1]);
  forge("_seal in a group", ["/_seal", 1]);
  forge("a declared member in a group", ["/kind", "k"]);
  forge("a value below null", ["/labels/b", 1], { labels: null });
  forge("a value below a member that isn't there", ["/people/eve/ssn", "1"], { people: {} });
  forge("a value below __proto__, which isn't there", ["/people/__proto__/ssn", "1"], { people: {} });
  forge("a value below constructor, which isn't there", ["/people/constructor/ssn", "1"], { people: {} });
  forge("an element where members are sealed", ["/either/0", "1"], { either: [] });
  cases.push({
    name: "public data at a sealed place beside tokens, signed",
    stored: shop.forge(keys, { open: (d) => set(d, "anything", 1) }),
    fails: true,
  });
  cases.push({
    name: "an empty list of unsigned places, signed",
    stored: shop.forge(keys, { seal: (s) => set(s, "o", []) }),
    fails: true,
  });
  return {
    about: "Everything sealed that isn't declared, id and partition key too; and values where no writer puts them.",
    reader: shop.reader(),
    now: NOW,
    cases,
  };
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < levels; i++) value = [value];
  return value;
}

/** Values of groups in the form of SPEC §3.2. */
function transport(document: Record<string, unknown>): Record<string, unknown> {
  const publicNames = ["plan", "visits", "counters", "other", "kept", "star"];
  const written = Object.entries(document).filter(([, value]) => value !== undefined);
  return wire(
    Object.fromEntries(
      written.map(([name, value]) => [name, publicNames.includes(name) ? value : encodeValue(value as Value)]),
    ),
  );
}

function sealOf(document: Record<string, unknown>): Record<string, unknown> {
  return document["_seal"] as Record<string, unknown>;
}

function groupsOf(document: Record<string, unknown>): Record<string, [string, number, string]> {
  return sealOf(document)["g"] as Record<string, [string, number, string]>;
}

function set(object: object, name: string, value: unknown): void {
  Reflect.set(object, name, value);
}

function flip(text: string, at = 0): string {
  const bytes = Buffer.from(text, "base64");
  const place = at === 0 ? bytes.length - 1 : at;
  bytes[place]! ^= 1;
  return bytes.toString("base64");
}

/** The last of 22 characters of base64url carries two bits: others spell the same bytes. */
function otherSpelling(keyId: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return keyId.slice(0, -1) + alphabet[alphabet.indexOf(keyId.at(-1)!) + 1]!;
}

/** Another spelling of the same bytes, which a lenient decoder takes. */
function withSpareBits(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const end = text.indexOf("=");
  if (end === -1) throw new Error("these bytes have one spelling only");
  return `${text.slice(0, end - 1)}${alphabet[alphabet.indexOf(text[end - 1]!) + 1]!}${text.slice(end)}`;
}
