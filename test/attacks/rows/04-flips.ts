/** Row 4: any single byte of a group, the manifest, a key id, a token, the format version. */
import type { Container } from "@azure/cosmos";
import type { Bed, Side } from "../bed/bed.js";
import { lootOf, ordered, type Stored } from "../bed/forge.js";
import { changeSeal, flipByte, groupOf, sealOf, withGroup } from "../bed/sealed.js";
import { POINT_READ } from "../bed/ways.js";
import { accepted, type Outcome, outcomeOfError, PREVENTED, type Trials } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 4,
  attacker: "flips any single byte of a group, the manifest, a key id, a token, the format version",
  must: "detected",
  run: async (bed) => {
    const [control, ours, builtIn] = await Promise.all([
      flipAll(bed, bed.control, { "a byte of the e-mail address": (document) => variantsOfText(document, "email") }),
      flipAll(bed, bed.ours, OURS),
      flipAll(bed, bed.builtIn, {
        "a byte of an encrypted text": (document) => variantsOfBase64(document, "email"),
        "a byte of an encrypted number": (document) => variantsOfBase64(document, "age"),
        "a byte of an encrypted boolean": (document) => variantsOfBase64(document, "vip"),
      }),
    ]);
    const attempt: Attempt = { name: "every byte in turn", control, ours, builtIn };
    return [attempt];
  },
};

type Variants = (document: Stored) => readonly Stored[];

const OURS: Readonly<Record<string, Variants>> = {
  "a byte of the default group": (document) => blobVariants(document, ""),
  "a byte of another group": (document) => blobVariants(document, "medical"),
  "a byte of the manifest": (document) =>
    each(bytesIn(sealOf(document).m), (at) => changeSeal(document, { m: flipByte(sealOf(document).m, at, at % 8) })),
  "a character of the integrity key's id": (document) =>
    textVariants(sealOf(document).k).map((k) => changeSeal(document, { k })),
  "a character of a group key's id": (document) =>
    ["", "medical"].flatMap((name) => {
      const [keyId, stamp, blob] = groupOf(document, name);
      return textVariants(keyId).map((id) => withGroup(document, name, [id, stamp, blob]));
    }),
  "a character of a token": (document) =>
    Object.entries(sealOf(document).x ?? {}).flatMap(([name, token]) =>
      textVariants(String(token)).map((text) => changeSeal(document, { x: { ...sealOf(document).x, [name]: text } })),
    ),
  "a number of `_seal`": (document) => {
    const { e, n, s, t, v } = sealOf(document);
    return [{ v: v + 1 }, { v: 0 }, { e: e + 1 }, { n: n + 1 }, { n: n - 1 }, { s: s + 1 }, { t: t + 1 }].map(
      (change) => changeSeal(document, change),
    );
  },
  "the name of a token or a group": (document) => {
    const { g, x } = sealOf(document);
    const [[name, token] = ["", ""]] = Object.entries(x ?? {});
    const { medical, ...rest } = g;
    return [
      changeSeal(document, { x: { [name.replace(/.$/, (c) => (c === "0" ? "1" : "0"))]: token } }),
      changeSeal(document, { g: { ...rest, medicaL: medical } }),
      changeSeal(document, { g: { ...rest, medicam: medical } }),
    ];
  },
};

async function flipAll(bed: Bed, side: Side, kinds: Readonly<Record<string, Variants>>): Promise<Trials> {
  const entries = Object.entries(kinds).map(
    async ([name, variants]) => [name, await flipEach(bed, side, variants)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The worst outcome of all variants. */
async function flipEach(bed: Bed, side: Side, variants: Variants): Promise<Outcome> {
  const tenantId = bed.partition();
  const { victim } = await lootOf(side, tenantId);
  const honest = await view(side.customers, tenantId);
  const codes = new Set<string>();
  let worst: Outcome | undefined;
  for (const document of variants(victim)) {
    await side.stolen.customers.items.upsert(document);
    const outcome = await read(side.customers, tenantId, honest);
    if (outcome.kind === "detected") codes.add(outcome.code);
    else if (worst?.kind !== "accepted") worst = outcome;
  }
  return worst ?? { kind: "detected", code: [...codes].sort().join(", ") };
}

async function read(container: Container, tenantId: string, honest: string): Promise<Outcome> {
  try {
    return (await view(container, tenantId)) === honest ? PREVENTED : accepted("another value is read");
  } catch (error) {
    return outcomeOfError(error);
  }
}

async function view(container: Container, tenantId: string): Promise<string> {
  return JSON.stringify(ordered(await POINT_READ.read(container, tenantId, ["victim"])));
}

function blobVariants(document: Stored, name: string): readonly Stored[] {
  const [keyId, stamp, blob] = groupOf(document, name);
  return each(bytesIn(blob), (at) => withGroup(document, name, [keyId, stamp, flipByte(blob, at, at % 8)]));
}

function variantsOfBase64(document: Stored, name: string): readonly Stored[] {
  const text = String(document[name]);
  // Every value of the first byte, which says of what type the rest is.
  const types = [1, 2, 3, 4, 5].map((type) => {
    const bytes = Buffer.from(text, "base64");
    bytes[0] = type;
    return bytes.toString("base64");
  });
  const flipped = each(bytesIn(text), (at) => flipByte(text, at, at % 8));
  return [...types, ...flipped].filter((one) => one !== text).map((one) => ({ ...document, [name]: one }));
}

function variantsOfText(document: Stored, name: string): readonly Stored[] {
  return textVariants(String(document[name])).map((text) => ({ ...document, [name]: text }));
}

/** Each with another character at one place. */
function textVariants(text: string): readonly string[] {
  return each(text.length, (at) => `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`);
}

function bytesIn(base64: string): number {
  return Buffer.from(base64, "base64").length;
}

function each<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
