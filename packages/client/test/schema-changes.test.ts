/** Every change of a schema with old and new instances side by side: the same answers, nothing newly given away, and a way back. */
import type { ItemDefinition } from "@azure/cosmos";
import {
  defineContainer,
  type LockedVersion,
  type SealedContainerDefinition,
  sealed,
  signed,
  type Treatment,
  unsigned,
  versionFacts,
} from "cosmoseal";
import { describe, expect, test } from "vitest";
import { sightings } from "./support/canary.js";
import {
  type Application,
  codeOf,
  type Outcome,
  type Play,
  pick,
  playSideBySide,
  randomFrom,
} from "./support/side-by-side.js";
import { textOf } from "./support/traffic.js";
import { bare, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
const FULL = process.env["COSMOSEAL_FULL"] === "1";
const STEPS = FULL ? 600 : 80;
const SEED = Number(process.env["COSMOSEAL_SEED"] ?? Date.now() % 1_000_000);

type Definition = SealedContainerDefinition<unknown>;
type Paths = Readonly<Record<string, Treatment>>;

/** What an old instance must have in its history before the new version writes. */
type Order = "lock first" | "code alone";

interface Change {
  readonly order: Order;
  readonly old: Paths;
  readonly new: Paths;
  readonly more?: { readonly declassify?: readonly string[] };
  /** Properties beside the common ones. */
  readonly of: Readonly<Record<"old" | "new", (random: () => number, unique: string) => object>>;
  readonly questions: Readonly<Record<"old" | "new", Application["queries"]>>;
  readonly patches?: readonly object[];
  /** A property that both versions seal. */
  readonly stillSealed?: string;
  /** A property that the new version seals and the old one doesn't. */
  readonly newlySealed?: string;
  /** What an old instance without the lock says of a document of the new version. */
  readonly withoutLock: "opens" | "ERR_SCHEMA_VERSION";
}

const nothing = (): object => ({});
const phone = (_: () => number, unique: string): object => ({ phone: unique });
const visits = (random: () => number): object => ({ visits: Math.floor(random() * 5) });
const email = (random: () => number, unique: string): object => ({
  email: random() < 0.5 ? unique : pick(SHARED, random),
});
const SHARED = ["Ann@example.org", "ann@example.org", "bob@example.org"];
const byPhone = [
  { text: "SELECT * FROM c WHERE c.phone = @p", property: "phone" },
  { text: "SELECT c.id FROM c WHERE c.phone != @p", property: "phone" },
  { text: "SELECT VALUE COUNT(1) FROM c WHERE STARTSWITH(c.phone, 'value')" },
  { text: "SELECT c.id FROM c WHERE NOT (c.phone = @p AND c.rank > 2) OR c.plan = 'pro'", property: "phone" },
  { text: "SELECT VALUE c.phone FROM c WHERE IS_DEFINED(c.phone) AND c.rank < 4" },
];
const byEmail = [
  { text: "SELECT * FROM c WHERE c.email = @p", property: "email" },
  { text: "SELECT c.id FROM c WHERE LOWER(c.email) = 'ann@example.org'" },
  { text: "SELECT c.id FROM c WHERE c.email IN ('bob@example.org', @p)", property: "email" },
  { text: "SELECT c.id, c.email FROM c WHERE NOT (c.email = 'bob@example.org')" },
];
const age = (random: () => number): object => ({ age: Math.floor(random() * 10) });
const byAge = [
  { text: "SELECT * FROM c WHERE c.age >= 3 AND c.age < 7" },
  { text: "SELECT c.id FROM c WHERE NOT (c.age > @p)", property: "age" },
  { text: "SELECT VALUE c.age FROM c ORDER BY c.age DESC OFFSET 1 LIMIT 3" },
  { text: "SELECT TOP 2 VALUE c.age FROM c WHERE c.plan = 'pro' ORDER BY c.age" },
];
const cards = (random: () => number, unique: string): object => ({
  cards: Array.from({ length: Math.floor(random() * 3) }, () => ({
    brand: pick(["visa", "amex"], random),
    pan: `${pick(["4111", "5500"], random)}-${unique}`,
  })),
});
const byCard = [
  { text: "SELECT VALUE c.id FROM c JOIN k IN c.cards WHERE STARTSWITH(k.pan, '4111') AND k.brand = 'visa'" },
  { text: "SELECT c.id FROM c WHERE EXISTS(SELECT VALUE 1 FROM k IN c.cards WHERE CONTAINS(k.pan, '00-c'))" },
  { text: "SELECT VALUE COUNT(1) FROM c JOIN k IN c.cards WHERE k.pan LIKE '5500%'" },
];
const byVisits = [
  { text: "SELECT * FROM c WHERE c.visits > 2" },
  { text: "SELECT c.id, c.visits FROM c WHERE c.visits = @p", property: "visits" },
];

const CHANGES: Readonly<Record<string, Change>> = {
  "a public path is sealed": {
    order: "lock first",
    old: { "/phone": signed() },
    new: { "/phone": sealed({ equality: true }) },
    of: { old: phone, new: phone },
    questions: { old: byPhone, new: byPhone },
    newlySealed: "phone",
    withoutLock: "opens",
  },
  "a sealed path is added": {
    order: "code alone",
    old: {},
    new: { "/phone": sealed({ equality: true, group: "contact" }) },
    of: { old: nothing, new: phone },
    questions: { old: [], new: byPhone },
    newlySealed: "phone",
    withoutLock: "opens",
  },
  "a sealed path is dropped": {
    order: "code alone",
    old: { "/phone": sealed({ equality: true }) },
    new: {},
    of: { old: phone, new: nothing },
    questions: { old: byPhone, new: byPhone },
    stillSealed: "phone",
    withoutLock: "opens",
  },
  "a sealed path is made public": {
    order: "lock first",
    old: { "/phone": sealed({ equality: true }) },
    new: { "/phone": signed() },
    more: { declassify: ["/phone"] },
    of: { old: phone, new: phone },
    questions: { old: byPhone, new: byPhone },
    withoutLock: "ERR_SCHEMA_VERSION",
  },
  "an index is added": {
    order: "code alone",
    old: { "/email": sealed() },
    new: { "/email": sealed({ equality: true }) },
    of: { old: email, new: email },
    questions: { old: byEmail, new: byEmail },
    stillSealed: "email",
    withoutLock: "opens",
  },
  "an index is dropped": {
    order: "code alone",
    old: { "/email": sealed({ equality: true }) },
    new: { "/email": sealed() },
    of: { old: email, new: email },
    questions: { old: byEmail, new: byEmail },
    stillSealed: "email",
    withoutLock: "opens",
  },
  "an index normalizes otherwise": {
    order: "code alone",
    old: { "/email": sealed({ equality: true }) },
    new: { "/email": sealed({ equality: { normalize: "lowercase" } }) },
    of: { old: email, new: email },
    questions: { old: byEmail, new: byEmail },
    stillSealed: "email",
    withoutLock: "opens",
  },
  "a range has other bounds": {
    order: "code alone",
    old: { "/age": sealed({ range: { min: 0, max: 10, precision: 1 } }) },
    new: { "/age": sealed({ range: { min: -100, max: 150, precision: 5 } }) },
    of: { old: age, new: age },
    questions: { old: byAge, new: byAge },
    withoutLock: "opens",
  },
  "indexes of texts inside elements are added": {
    order: "code alone",
    old: { "/cards/[]/brand": signed(), "/cards/[]/pan": sealed() },
    new: {
      "/cards/[]/brand": signed(),
      "/cards/[]/pan": sealed({ equality: true, prefix: { max: 8 }, substring: { maxLength: 40 } }),
    },
    of: { old: cards, new: cards },
    questions: { old: byCard, new: byCard },
    stillSealed: "cards",
    withoutLock: "opens",
  },
  "a signed path is left unsigned": {
    order: "lock first",
    old: { "/visits": signed() },
    new: { "/visits": unsigned() },
    of: { old: visits, new: visits },
    questions: { old: byVisits, new: byVisits },
    patches: [{ op: "incr", path: "/visits", value: 1 }],
    withoutLock: "ERR_SCHEMA_VERSION",
  },
  "an unsigned path is signed": {
    order: "lock first",
    old: { "/visits": unsigned() },
    new: { "/visits": signed() },
    of: { old: visits, new: visits },
    questions: { old: byVisits, new: byVisits },
    patches: [{ op: "incr", path: "/visits", value: 1 }],
    withoutLock: "opens",
  },
};

const COMMON: Paths = { "/plan": signed(), "/rank": signed(), "/secret": sealed({ equality: true }) };
const SECRETS = ["secret of Ann", "secret of Bob", "secret of Cyd"];
const common = (random: () => number): object => ({
  plan: pick(["free", "pro"], random),
  rank: Math.floor(random() * 6),
  secret: pick(SECRETS, random),
});
const commonQuestions = [
  { text: "SELECT * FROM c WHERE c.secret = @p", property: "secret" },
  { text: "SELECT c.id, c.plan FROM c WHERE c.rank > 2" },
  { text: "SELECT c.secret, COUNT(1) AS n FROM c GROUP BY c.secret" },
];

interface Versions {
  readonly old: Definition;
  readonly new: Definition;
  /** The old version as it was before anybody thought of a new one. */
  readonly bare: Definition;
}

function versionsOf(name: string, change: Change): Versions {
  const define = (version: number, paths: Paths, more: object = {}): Definition =>
    defineContainer({ name, partitionKey: "/tenantId", version, paths: { ...COMMON, ...paths }, ...more }) as never;
  const bareOld = define(1, change.old);
  const next = define(2, change.new, { history: lock(bareOld), ...change.more });
  const old = change.order === "lock first" ? define(1, change.old, { history: lock(bareOld, next) }) : bareOld;
  return { old, new: next, bare: bareOld };
}

function textsIn(value: unknown): readonly string[] {
  // Short ones are public beside.
  if (typeof value === "string") return value.length > 4 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** As the lock file gives them. */
function lock(...definitions: readonly Definition[]): readonly LockedVersion[] {
  return JSON.parse(JSON.stringify(definitions.map(({ plan }) => versionFacts(plan)))) as readonly LockedVersion[];
}

function applicationOf(definition: Definition, role: "old" | "new", change: Change): Application {
  return {
    definition,
    make: (random, unique) => ({ ...common(random), ...change.of[role](random, unique) }),
    change: (document, random, unique) => ({
      ...document,
      rank: Math.floor(random() * 6),
      ...(random() < 0.5 ? change.of[role](random, unique) : {}),
    }),
    ...(change.patches && { patches: change.patches }),
    queries: [...commonQuestions, ...change.questions[role]],
  };
}

describe.each(Object.entries(CHANGES))("while %s", (title, change) => {
  const name = `change-${Object.keys(CHANGES).indexOf(title)}`;
  let outcome: Outcome;
  let versions: Versions;

  test("old and new instances answer what plaintext answers, and nothing is newly given away", async () => {
    versions = versionsOf(name, change);
    const play: Play = {
      world: world(),
      name,
      old: applicationOf(versions.old, "old", change),
      new: applicationOf(versions.new, "new", change),
      random: randomFrom(SEED),
      steps: STEPS,
      now: Date.now,
      isGuarded: (document, writer) =>
        change.newlySealed !== undefined && writer === "new" && document[change.newlySealed] !== undefined,
    };
    try {
      outcome = await playSideBySide(play);
    } finally {
      console.info(`${title}: seed ${SEED}`);
    }
    console.info(`${title}: ${JSON.stringify(outcome.counts)}`);
    for (const done of ["created", "replaced", "asked", "read"]) expect(outcome.counts[done]).toBeGreaterThan(0);
    if (change.newlySealed === undefined) expect(outcome.counts["held off"]).toBeUndefined();
    await expectUnseen();
  }, 600_000);

  test("all at once on the same documents, they answer alike afterwards and nothing is newly given away", async () => {
    await outcome.rush();
    console.info(`${title}, at once: ${JSON.stringify(outcome.counts)}`);
    expect(outcome.counts["at once: done"]).toBeGreaterThan(3);
    await expectUnseen();
  }, 600_000);

  /** What is sealed in the document that holds it is in no request but those to the plain container, and in nothing that is stored. */
  async function expectUnseen(): Promise<void> {
    const { newlySealed, stillSealed } = change;
    const kept = [...outcome.documents.values()];
    const both = stillSealed === undefined ? [] : kept.flatMap(({ document }) => textsIn(document[stillSealed]));
    // What the old version had sent before isn't new.
    const canaries = (newlySealed === undefined ? [] : kept)
      .flatMap(({ document, writer }) => (writer === "new" ? textsIn(document[newlySealed!]) : []))
      .filter((text) => text.startsWith("canary-"));
    if (newlySealed !== undefined) expect(canaries.length).toBeGreaterThan(2);
    if (stillSealed !== undefined) expect(both.length).toBeGreaterThan(2);
    const requests = world()
      .sent()
      .filter(({ path }) => path.includes(`/colls/${name}/`));
    expect(requests.length).toBeGreaterThan(STEPS);
    if (newlySealed !== undefined) expect(textOf(requests)).not.toMatch(/canary-/);
    const { resources } = await world().stolen(name).items.query("SELECT * FROM c").fetchAll();
    const haystacks = [
      { where: "requests", text: textOf(requests) },
      { where: "the container", text: JSON.stringify(resources) },
    ];
    const unseen = [...new Set([...SECRETS, ...both, ...canaries])];
    expect(sightings(haystacks, Object.fromEntries(unseen.map((text, i) => [`text ${i}`, text])))).toEqual([]);
  }

  test("an old instance that was told nothing opens new documents, or refuses them with the reason", async () => {
    const client = world().connect({ containers: { [`shop/${name}`]: versions.bare } });
    const container = client.database("shop").container(name);
    const [id, { document }] = [...outcome.documents].find(([, { writer }]) => writer === "new")!;
    if (change.withoutLock === "opens") {
      expect(bare((await container.item(id, "t").read()).resource)).toEqual(document);
    } else {
      const failure = await failureOf(() => container.item(id, "t").read());
      expect(failure.code).toBe(change.withoutLock);
      expect(failure.message).toContain("history");
    }
    client.dispose();
  });

  test("going back to the old version works, but for documents that the new one sealed more of", async () => {
    const [container] = outcome.containers.old;
    let held = 0;
    for (const [id, { document, writer }] of outcome.documents) {
      const { resource } = await container!.item(id, "t").read();
      expect(bare(resource)).toEqual(document);
      const isGuarded = change.newlySealed !== undefined && writer === "new" && change.newlySealed in document;
      const replaced = { ...(resource as ItemDefinition), rank: 9 };
      const result = await codeOf(() => container!.item(id, "t").replace(replaced));
      expect([id, result]).toEqual([id, isGuarded ? "ERR_SCHEMA_OUTDATED" : "done"]);
      if (isGuarded) held++;
    }
    if (change.newlySealed !== undefined) expect(held).toBeGreaterThan(0);
  });

  test("above the floor old instances read on and write no more", async () => {
    const [client] = outcome.clients.new;
    await client!.keys.raiseFloor(versions.new as never, 2);
    const [fresh] = outcome.containers.new;
    await fresh!.items.upsert({ id: "after", tenantId: "t", plan: "pro", rank: 1, secret: "a" });
    for (const container of outcome.containers.old) {
      // The first document that was written after the floor was raised tells of it.
      expect((await container.item("after", "t").read()).resource).toMatchObject({ plan: "pro", secret: "a" });
      const body = { id: "late", tenantId: "t", plan: "pro", rank: 1, secret: "a" };
      expect(await codeOf(() => container.items.create(body))).toBe("ERR_SCHEMA_OUTDATED");
      expect(await codeOf(() => container.items.upsert({ ...body, id: "after" }))).toBe("ERR_SCHEMA_OUTDATED");
      expect(await codeOf(() => container.item("after", "t").patch([{ op: "set", path: "/rank", value: 2 }]))).toBe(
        "ERR_SCHEMA_OUTDATED",
      );
      const [result] = await container.items.executeBulkOperations([
        { operationType: "Create", partitionKey: "t", resourceBody: body as never },
      ]);
      expect((result as { error?: { code?: unknown } }).error?.code).toBe("ERR_SCHEMA_OUTDATED");
    }
    expect(
      await codeOf(() => fresh!.items.upsert({ id: "after", tenantId: "t", plan: "free", rank: 1, secret: "a" })),
    ).toBe("done");
  });
});

test("a new generation of the index key comes into use with old and new tokens found alike", async () => {
  const name = "rotating";
  const define = (): Definition =>
    defineContainer({
      name,
      partitionKey: "/tenantId",
      paths: { ...COMMON, "/email": sealed({ equality: true }) },
    }) as never;
  const change = CHANGES["an index is added"]!;
  let late = 0;
  const now = (): number => Date.now() + late;
  const definition = define();
  const outcome = await playSideBySide({
    world: world(),
    name,
    old: applicationOf(definition, "old", change),
    new: applicationOf(definition, "new", change),
    random: randomFrom(SEED),
    steps: STEPS,
    now,
    halfway: async ({ new: [client] }) => {
      await client!.keys.rotate(definition as never, undefined, { kind: "index" });
      // Writers use it after twice the maximum store age.
      late += 121_000;
    },
  });
  console.info(`a new generation: seed ${SEED}, ${JSON.stringify(outcome.counts)}`);
  const { resources } = await world().stolen(name).items.query("SELECT VALUE c._seal.t FROM c").fetchAll();
  expect(new Set(resources)).toEqual(new Set([1, 2]));
});
