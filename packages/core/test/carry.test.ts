/** A closed group in the next version of its document: across schema versions, index keys and scopes. SPEC §4.10. */
import {
  type ClosedDocument,
  type ContainerDefinition,
  createKeyStore,
  defineContainer,
  isCosmosealError,
  type KeyStore,
  Keys,
  memoryKeyStore,
  openAll,
  seal,
  sealed,
  staticKeyring,
  type VersionFacts,
  versionFacts,
} from "@cosmoseal/core";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { overTheWire } from "./support/keys.js";

const MAIN = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
const MEDICAL = staticKeyring(Buffer.alloc(32, 9).toString("base64"));

interface Stored {
  readonly id: string;
  readonly _seal: {
    readonly n: number;
    readonly s: number;
    readonly t: number;
    readonly g: Record<string, [string, number, string]>;
    readonly x?: Record<string, unknown>;
  };
}

let store: KeyStore;
let full: Keys;
let partial: Keys;
let now: number;

async function useStore(...containers: readonly ContainerDefinition<unknown>[]): Promise<void> {
  store = memoryKeyStore();
  const made = await createKeyStore({
    keyring: MAIN,
    store,
    containers,
    groups: { medical: { keyring: MEDICAL } },
    now: () => now,
  });
  const { pin } = made;
  const groups = { medical: { keyring: MEDICAL, pin: made.groups["medical"]! } };
  full = new Keys({ keyring: MAIN, store, pin, groups, now: () => now });
  partial = new Keys({ keyring: MAIN, store, pin, now: () => now });
}

beforeEach(() => {
  now = 1_800_000_000_000;
});

async function sealedAs(definition: ContainerDefinition<unknown>, document: object): Promise<Stored> {
  return overTheWire(await seal(definition, full, document, { stamp: now })) as Stored;
}

async function closedOf(definition: ContainerDefinition<unknown>, stored: Stored): Promise<ClosedDocument> {
  let closed: ClosedDocument | undefined;
  await openAll(definition, partial, [structuredClone(stored)], {
    now,
    missing: () => "omit",
    onClosed: (one) => {
      closed = one;
    },
  });
  return closed!;
}

/** What the client without the group makes of it. */
async function carried(definition: ContainerDefinition<unknown>, stored: Stored, document: object): Promise<Stored> {
  const closed = await closedOf(definition, stored);
  const sealing = seal(definition, partial, document, { stamp: now, replaces: true, carried: closed });
  return overTheWire(await sealing) as Stored;
}

async function opened(definition: ContainerDefinition<unknown>, stored: Stored): Promise<unknown> {
  return (await openAll(definition, full, [structuredClone(stored)], { now }))[0];
}

async function code(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (!isCosmosealError(error)) throw error;
    return error.code;
  }
  return "nothing was thrown";
}

const base = {
  id: z.string(),
  plan: z.string().optional(),
  email: sealed(z.string(), { equality: true }).optional(),
};
const plainDiagnosis = sealed(z.string(), { group: "medical" }).optional();
const searched = sealed(z.string(), { group: "medical", equality: true }).optional();

function version(
  number: number,
  shape: z.ZodRawShape,
  history: readonly VersionFacts[] = [],
): ContainerDefinition<unknown> {
  const schema = z.object({ ...base, ...shape });
  return defineContainer({ name: "charts", partitionKey: "/id", version: number, history, schema });
}

const factsOf = (...definitions: readonly ContainerDefinition<unknown>[]): VersionFacts[] =>
  definitions.map(({ plan }) => versionFacts(plan));

const CHART = { id: "c-1", plan: "pro", email: "ada@example.com", diagnosis: "asthma" };
const OPEN = { id: "c-1", plan: "free", email: "ada@example.com" };

describe("what is carried", () => {
  const charts = version(1, { diagnosis: searched });
  beforeEach(() => useStore(charts));

  test("stays as it is but for its stamp, which is stored from then on", async () => {
    const before = await sealedAs(charts, CHART);
    now += 5;
    const after = await carried(charts, before, OPEN);
    const [keyId, stamp, blob] = before._seal.g["medical"]!;
    expect(stamp).toBe(0);
    expect(after._seal.g["medical"]).toEqual([keyId, before._seal.n, blob]);
    expect(after._seal.n).toBe(now);
    expect(after._seal.x).toEqual(before._seal.x);
    expect(await opened(charts, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
  });

  test("stays older than its document, whatever the clock says", async () => {
    const before = await sealedAs(charts, CHART);
    now -= 60_000;
    const after = await carried(charts, before, OPEN);
    expect(after._seal.n).toBe(before._seal.n + 1);
    expect(await opened(charts, after)).toMatchObject({ diagnosis: "asthma" });
  });

  test("is what was closed when the document was read, also where the key is at hand by now", async () => {
    const before = await sealedAs(charts, CHART);
    const closed = await closedOf(charts, before);
    const sealing = seal(charts, full, OPEN, { stamp: now + 1, replaces: true, carried: closed });
    const after = overTheWire(await sealing) as Stored;
    expect(await opened(charts, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
  });

  test("can't be carried out of a document of the stamp 0, which would then mean another", async () => {
    now = 0;
    const before = await sealedAs(charts, CHART);
    expect(before._seal.n).toBe(0);
    expect(await code(carried(charts, before, OPEN))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("goes to no other document", async () => {
    const closed = await closedOf(charts, await sealedAs(charts, CHART));
    const moved = { ...OPEN, id: "c-2" };
    const sealing = seal(charts, partial, moved, { stamp: now + 1, replaces: true, carried: closed });
    expect(await code(sealing)).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("goes to no other scope of the same document", async () => {
    const scoped = defineContainer({
      name: "scoped",
      partitionKey: "/id",
      scope: { path: "/owner", family: "owner" },
      schema: z.object({ id: z.string(), owner: z.string(), diagnosis: plainDiagnosis }),
    });
    for (const owner of ["a", "b"]) {
      await full.createScope(scoped.plan);
      await full.createScope(scoped.plan, owner);
    }
    const stored = await sealedAs(scoped, { id: "1", owner: "a", diagnosis: "x" });
    expect(await code(carried(scoped, stored, { id: "1", owner: "b" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await opened(scoped, await carried(scoped, stored, { id: "1", owner: "a" }))).toMatchObject({
      diagnosis: "x",
    });
  });

  test("is under the generation that it was under, and its scope may have gone on", async () => {
    const before = await sealedAs(charts, CHART);
    await full.rotate(charts.plan);
    await partial.refresh();
    now += 61_000;
    const after = await carried(charts, before, OPEN);
    expect(after._seal.g["medical"]![0]).toBe(before._seal.g["medical"]![0]);
    expect(after._seal.g[""]![0]).not.toBe(before._seal.g[""]![0]);
    expect(await opened(charts, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
  });
});

describe("index tokens of a closed group", () => {
  const charts = version(1, { diagnosis: searched });
  beforeEach(() => useStore(charts));

  test("hold the document at the generation that they were made with, and all others are made with it", async () => {
    const before = await sealedAs(charts, CHART);
    await full.rotate(charts.plan, undefined, { kind: "index" });
    now += 121_000;
    await Promise.all([full.refresh(), partial.refresh()]);
    const young = await sealedAs(charts, CHART);
    expect(young._seal.t).toBe(2);
    const after = await carried(charts, before, OPEN);
    expect(after._seal.t).toBe(1);
    expect(after._seal.x).toEqual(before._seal.x);
    const none = await sealedAs(charts, { id: "c-1", email: "ada@example.com" });
    expect((await carried(charts, none, OPEN))._seal.t).toBe(2);
  });

  test("of a generation that is gone say so: such a document lacks its indexes, and is asked for by that", async () => {
    const before = await sealedAs(charts, CHART);
    await full.rotate(charts.plan, undefined, { kind: "index" });
    now += 121_000;
    await full.recordComplete(charts.plan, charts.plan.indexes[0]!.name, 1); // the announced key becomes the active one
    now += 500_000;
    await full.retire(charts.plan, undefined, { kind: "index", generation: 1 });
    await partial.refresh();
    now += 61_000;
    const after = await carried(charts, before, OPEN);
    expect(after._seal.t).toBe(1);
    const lease = await full.lease(charts.plan, []);
    expect(lease.keysOf(["container", "charts"]).indexGenerations().oldest).toBe(2);
    lease.release();
  });
});

describe("across schema versions", () => {
  const first = version(1, { diagnosis: plainDiagnosis });

  test("a document of an earlier version becomes one of the own where the group is what it was", async () => {
    const second = version(2, { diagnosis: plainDiagnosis, phone: sealed(z.string()).optional() }, factsOf(first));
    await useStore(second);
    const before = await sealedAs(first, CHART);
    const after = await carried(second, before, { ...OPEN, phone: "123" });
    expect(after._seal.s).toBe(2);
    expect(await opened(second, after)).toEqual({ ...OPEN, phone: "123", diagnosis: "asthma" });
  });

  test("a new index in the group holds the document at its version, so that searches ask for it", async () => {
    const second = version(2, { diagnosis: searched }, factsOf(first));
    await useStore(second);
    const before = await sealedAs(first, CHART);
    const after = await carried(second, before, OPEN);
    expect(after._seal.s).toBe(1);
    expect(await opened(second, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
    expect(await opened(first, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
  });

  test("where the version can't be held, since something else changed with the index, the write is refused", async () => {
    const second = version(2, { diagnosis: searched, phone: sealed(z.string()).optional() }, factsOf(first));
    await useStore(second);
    const before = await sealedAs(first, CHART);
    expect(await code(carried(second, before, OPEN))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("an index in another group that changed under its name can't be said to be the old one", async () => {
    const shape = {
      diagnosis: searched,
      email: sealed(z.string(), { equality: { normalize: "lowercase" } }).optional(),
    };
    const second = version(2, shape, factsOf(first));
    await useStore(second);
    const before = await sealedAs(first, CHART);
    expect(await code(carried(second, before, OPEN))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("a group that gave a place away is not carried: it may hold what is sealed elsewhere now", async () => {
    const second = version(2, { diagnosis: sealed(z.string()).optional() }, factsOf(first));
    await useStore(first, second);
    const before = await sealedAs(first, CHART);
    expect(await code(carried(second, before, OPEN))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("a group that the stored document doesn't have can't be added", async () => {
    const without = version(1, {});
    const second = version(2, { diagnosis: plainDiagnosis }, factsOf(without));
    await useStore(second);
    const before = await sealedAs(without, OPEN);
    expect(await closedOf(second, before)).toBeUndefined();
    const sealing = seal(second, partial, OPEN, { stamp: now + 1, replaces: true });
    expect(await code(sealing)).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("out of a later version that the writer knows it carries what its own has, and else nothing", async () => {
    const same = version(2, { diagnosis: plainDiagnosis, phone: sealed(z.string()).optional() }, factsOf(first));
    const more = version(
      2,
      { diagnosis: plainDiagnosis, cause: sealed(z.string(), { group: "medical" }).optional() },
      factsOf(first),
    );
    await useStore(same);
    const knowing = (later: ContainerDefinition<unknown>) =>
      version(1, { diagnosis: plainDiagnosis }, factsOf(first, later));
    const after = await carried(knowing(same), await sealedAs(same, CHART), OPEN);
    expect(after._seal.s).toBe(1);
    expect(await opened(same, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
    const before = await sealedAs(more, { ...CHART, cause: "dust" });
    expect(await code(carried(knowing(more), before, OPEN))).toBe("ERR_SCHEMA_OUTDATED");
  });

  test("out of a later version that it doesn't know it carries nothing", async () => {
    const second = version(2, { diagnosis: plainDiagnosis, phone: sealed(z.string()).optional() }, factsOf(first));
    await useStore(second);
    const before = await sealedAs(second, CHART);
    expect(await closedOf(first, before)).toBeDefined();
    expect(await code(carried(first, before, OPEN))).toBe("ERR_SCHEMA_OUTDATED");
  });

  test("what a dropped property had in the group stays there", async () => {
    const second = version(2, { cause: plainDiagnosis }, factsOf(first));
    await useStore(second);
    const before = await sealedAs(first, CHART);
    const after = await carried(second, before, OPEN);
    expect(after._seal.s).toBe(2);
    expect(await opened(second, after)).toEqual({ ...OPEN, diagnosis: "asthma" });
  });
});
