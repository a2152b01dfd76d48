/** What `exposure` counts, held against what is known to be in the container; and what its page makes of what an attacker stored. */
import { CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  CosmosClient,
  createKeyStore,
  defineContainer,
  memoryKeyStore,
  sealed,
  signed,
  staticKeyring,
  unsigned,
} from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCounts, readContainer } from "../src/exposure/container.js";
import { mask } from "../src/exposure/mask.js";
import { pageOf } from "../src/exposure/page/page.js";
import type { ContainerExposure, ExposureReport } from "../src/exposure/report.js";
import { createSketch } from "../src/exposure/sketch.js";
import { exceeded, parseThreshold } from "../src/exposure/thresholds.js";
import { failureOf } from "../src/terminal/failure.js";

const TOTAL = 120;
const SEALED = 71;
const customers = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  movingIn: { phase: "sealing", since: "2999-01-01T00:00:00Z" },
  paths: {
    "/tenantId": signed(),
    "/plan": signed(),
    "/visits": unsigned(),
    "/email": sealed({ equality: true }),
    "/address/street": sealed(),
    "/address/city": signed(),
    "/cards/[]/pan": sealed(),
    "/cards/[]/brand": signed(),
    "/birthDate": sealed({ group: "medical" }),
  },
});

let emulator: Emulator;
let account: SdkClient;
let exposure: ContainerExposure;
let blind: ContainerExposure;

/** Every third has no date of birth, forty share an address of e-mail each. */
function documentOf(i: number): Record<string, unknown> {
  return {
    id: `c-${i}`,
    tenantId: `t-${i % 5}`,
    plan: "pro",
    visits: i,
    email: `person${i % 40}@example.org`,
    address: { street: `Elm Street ${i}`, city: "Bern" },
    cards: [
      { brand: "visa", pan: "4111 1111 1111 1111" },
      { brand: "amex", pan: "378282246310005" },
    ],
    ...(i % 3 > 0 && { birthDate: "1980-05-06" }),
  };
}

beforeAll(async () => {
  emulator = await createEmulator({ ranges: 3 });
  account = new SdkClient(emulator.connectionString);
  const { database } = await account.databases.create({ id: "shop" });
  const { container: plain } = await database.containers.create({ id: "customers", partitionKey: "/tenantId" });
  const keyring = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
  const seal = { keyring, store, pin, containers: { "shop/customers": customers } };
  const client = new CosmosClient({ connectionString: emulator.connectionString, seal });
  const ours = client.database("shop").container("customers");
  for (let i = 0; i < TOTAL; i++) await plain.items.create(documentOf(i));
  for (let i = 0; i < SEALED; i++) await ours.item(`c-${i}`, `t-${i % 5}`).replace(documentOf(i) as { id: string });
  client.dispose();
  await plain.scripts.storedProcedures.create({ id: "touch", body: "function () {}" });
  const options = {
    name: "shop/customers",
    person: undefined,
    limit: undefined,
    signal: new AbortController().signal,
    onDocuments: () => {},
  };
  exposure = await readContainer(plain, { ...options, plan: customers.plan });
  blind = await readContainer(plain, { ...options, plan: undefined });
}, 120_000);
afterAll(async () => {
  account.dispose();
  await emulator.close();
});

const PLAIN = TOTAL - SEALED;
const ids = Array.from({ length: TOTAL }, (_, i) => i);
const withDate = (from: number, to: number): number => ids.slice(from, to).filter((i) => i % 3 > 0).length;
const at = (of: ContainerExposure, path: string) => of.paths.find((one) => one.path === path);

describe("a half-migrated container", () => {
  test("is counted right to the document", () => {
    const { documents, plaintext, sealed: count, damaged, personal, unsigned: open } = exposure;
    expect({ documents, plaintext, count, damaged, personal, open }).toEqual({
      documents: TOTAL,
      plaintext: PLAIN,
      count: SEALED,
      damaged: 0,
      personal: PLAIN,
      open: SEALED,
    });
  });

  test.each([
    ["/id", PLAIN, SEALED, 0, 0],
    ["/plan", PLAIN, SEALED, 0, 0],
    ["/visits", PLAIN, 0, SEALED, 0],
    ["/address/city", PLAIN, SEALED, 0, 0],
    ["/cards/[]/brand", PLAIN, SEALED, 0, 0],
    ["/email", PLAIN, 0, 0, SEALED],
    ["/address/street", PLAIN, 0, 0, SEALED],
    ["/cards/[]/pan", PLAIN, 0, 0, SEALED],
    ["/birthDate", withDate(SEALED, TOTAL), 0, 0, SEALED],
  ])(
    "%s stands %i times in the clear, %i signed, %i unsigned, %i sealed",
    (path, clear, signedCount, open, sealedCount) => {
      expect(at(exposure, path)).toMatchObject({ clear, signed: signedCount, unsigned: open, sealed: sealedCount });
    },
  );

  test("without the definition what stands in no sealed document is taken for sealed, and said so", () => {
    expect(at(blind, "/email")).toMatchObject({ clear: PLAIN, sealed: SEALED, sealedBy: "absence" });
    expect(at(exposure, "/email")?.sealedBy).toBe("definition");
    expect(blind.tokens.map(({ path }) => path)).toEqual([undefined]);
  });

  test("tells what looks personal where it is readable, and nowhere else", () => {
    const kinds = exposure.paths.flatMap(({ path, personal }) =>
      personal.map(({ kind, values }) => [path, kind, values]),
    );
    expect(new Set(kinds.map((kind) => JSON.stringify(kind)))).toEqual(
      new Set(
        [
          ["/email", "email", PLAIN],
          ["/address/street", "address", PLAIN],
          ["/cards/[]/pan", "card", 2 * PLAIN],
          ["/birthDate", "birth date", withDate(SEALED, TOTAL)],
        ].map((kind) => JSON.stringify(kind)),
      ),
    );
  });

  test("counts people by different values of the field that tells them apart", () => {
    const different = new Set(ids.slice(SEALED).map((i) => i % 40)).size;
    expect(exposure.people).toEqual({ path: "/email", count: different, exact: true });
  });

  test("names the groups, their keys and the documents under them", () => {
    expect(
      exposure.groups.map(({ name, documents, keys }) => [name, documents, keys.map((key) => key.documents)]),
    ).toEqual([
      ["", SEALED, [SEALED]],
      ["medical", SEALED, [SEALED]],
    ]);
  });

  test("measures what tokens give away", () => {
    const counts = new Map<number, number>();
    for (const i of ids.slice(0, SEALED)) counts.set(i % 40, (counts.get(i % 40) ?? 0) + 1);
    const shares = [...counts.values()].map((n) => n / SEALED);
    const entropy = -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
    const [token] = exposure.tokens;
    expect(token).toMatchObject({
      kind: "equality",
      path: "/email",
      documents: SEALED,
      distinct: counts.size,
      exact: true,
    });
    expect(token?.largest).toBeCloseTo(Math.max(...shares), 10);
    expect(token?.entropy).toBeCloseTo(entropy, 10);
  });

  test("tells indexed ciphertext, scripts and since when", () => {
    expect([exposure.index.ciphertext, exposure.scripts.storedProcedures]).toEqual([true, ["touch"]]);
    expect(exposure.personalSince?.months.reduce((sum, { documents }) => sum + documents, 0)).toBe(PLAIN);
  });

  test("shows no value of a document anywhere, masked samples alone", () => {
    const text = JSON.stringify([exposure, blind]) + pageOf(reportOf(exposure));
    for (const value of ["@example", "Elm Street", "4111", "1980-05"]) expect(text).not.toContain(value);
  });
});

describe("what an attacker stores", () => {
  const counts = createCounts({ name: 'shop/"><script>alert(1)</script>', plan: undefined, person: undefined });
  counts.add({
    id: "x",
    "<img src=x onerror=alert(1)>": "<b>text</b>",
    'a" onmouseover="alert(1)': "'`",
    "\u202egpj.exe": 1,
    deep: { below: "v" },
  });
  counts.add({ id: "y", _seal: { g: { '"><i>': ["<u>", 0, "AAAA"] }, s: 1, m: "" } });
  counts.add({ id: "z", _seal: "not of the form" });
  const scripts = { storedProcedures: ["</li><script>"], triggers: [], functions: [], unknown: false };
  const one = { ...counts.exposure(undefined), scripts };

  test("is text on the page, whatever it is", () => {
    const page = pageOf(reportOf(one));
    expect(page).not.toMatch(/<script|<img|<b>text|<u>|<i>[^<]|onmouseover="/);
    expect(page).not.toContain("\u202e");
    expect(page).toContain("&#60;img src=x onerror=alert(1)&#62;");
  });

  test("is counted, a seal that is not of the form apart", () => {
    expect([one.documents, one.plaintext, one.sealed, one.damaged]).toEqual([3, 1, 1, 1]);
  });

  test("with names without end fills no memory: they are counted as one", () => {
    const many = createCounts({ name: "shop/maps", plan: undefined, person: undefined });
    for (let i = 0; i < 5000; i++) many.add({ id: `${i}`, byUser: { [`user-${i}`]: { email: `u${i}@example.org` } } });
    const { paths } = many.exposure(undefined);
    expect(paths.length).toBeLessThan(500);
    const rest = paths.find(({ path }) => path === "/byUser/*/email");
    expect([rest?.clear, rest?.personal[0]?.kind]).toEqual([4800, "email"]);
  });
});

describe("a sketch", () => {
  test("is exact up to its capacity", () => {
    const sketch = createSketch(100);
    for (let i = 0; i < 400; i++) sketch.add(`v${i % 100}`);
    const { entropy, ...spread } = sketch.spread();
    expect(spread).toEqual({ total: 400, distinct: 100, largest: 0.01, exact: true });
    expect(entropy).toBeCloseTo(Math.log2(100), 10);
  });

  test("beyond it estimates within a tenth, and finds the most frequent value", () => {
    const sketch = createSketch(2048, 256);
    for (let i = 0; i < 200_000; i++) sketch.add(i % 4 === 0 ? "heavy" : `v${i % 50_000}`);
    const { distinct, exact, largest } = sketch.spread();
    expect(exact).toBe(false);
    expect(Math.abs(distinct - 37_501) / 37_501).toBeLessThan(0.1);
    expect(largest).toBeGreaterThan(0.24);
    expect(largest).toBeLessThanOrEqual(0.25);
  });
});

test.each([
  ["ada@example.org", "a••@•••••••.•••"],
  ["1980-05-06", "××××-××-××"],
  ["f", "•"],
  [true, "true or false"],
  [4111, "××××"],
  ["x".repeat(50), `x${"•".repeat(23)}… (50)`],
])("a sample of %j shows its form alone", (value, shown) => {
  expect(mask(value)).toBe(shown);
});

describe("a bound for CI", () => {
  test.each([
    ["plaintext>48", true],
    ["plaintext>49", false],
    ["plaintext>40%", true],
    ["personal > 41 %", false],
    ["token-share>2%", true],
    ["ciphertext-indexed>0", true],
    ["scripts>1", false],
    ["unsigned>70", true],
    ["damaged>0", false],
  ])("%s", (text, isBeyond) => {
    expect(exceeded(reportOf(exposure), [parseThreshold(text)]).length).toBe(isBeyond ? 1 : 0);
  });

  test.each(["plaintext", "plaintext<1", "nothing>0", "plaintext>-1", ""])(
    "that can't be read is refused: %j",
    (text) => {
      const error = attempt(() => parseThreshold(text));
      expect(failureOf(error)).toMatchObject({ exit: 2, code: "ARGUMENT_INVALID" });
    },
  );
});

function reportOf(container: ContainerExposure): ExposureReport {
  const { documents, plaintext, sealed: count, personal, index, scripts } = container;
  const totals = {
    documents,
    plaintext,
    sealed: count,
    personal,
    ciphertextIndexed: index.ciphertext ? 1 : 0,
    scripts: scripts.storedProcedures.length,
  };
  const time = "2026-11-24T12:00:00.000Z";
  return {
    kind: "cosmoseal exposure",
    version: 1,
    account: "https://shop",
    begun: time,
    ended: time,
    containers: [container],
    totals,
  };
}

function attempt(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
