/**
 * Attacks on a group by who lacks its key: with the account key and a client of ours without the group; and with all that the main keyring
 * opens, the integrity key among it. What the latter can do is stated, and shown.
 */
import {
  compilePlaces,
  defineContainer,
  type HeadRecord,
  indexTokens,
  type Plan,
  placeOf,
  type ScopeRecord,
  versionFacts,
} from "@cosmoseal/core";
import { type CosmosClient, sealed } from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { sealGroup } from "../../core/src/codec/group.js";
import { manifestOf } from "../../core/src/codec/manifest.js";
import { parseSeal } from "../../core/src/codec/seal-member.js";
import { toBase64 } from "../../core/src/crypto/bytes.js";
import { Key } from "../../core/src/crypto/key.js";
import { unwrapEntry } from "../../core/src/keys/records.js";
import { charts, MAIN, useGroupWorld } from "./support/group-world.js";
import { bare, codeOf } from "./support/world.js";

const world = useGroupWorld();

const SECRET = "canary-asthma-4711";
const OLD = "canary-fever-0815";

interface Stored extends Record<string, unknown> {
  id: string;
  _seal: {
    k: string;
    n: number;
    s: number;
    g: Record<string, [keyId: string, stamp: number, blob: string]>;
    x: Record<string, unknown>;
    o?: string[];
    m: string;
  };
}

let count = 0;
async function made(diagnosis = SECRET): Promise<string> {
  const id = `a-${++count}`;
  await world().full.items.create({ id, tenantId: "t-1", plan: "pro", email: `${id}@example.com`, diagnosis });
  return id;
}

async function stored(id: string): Promise<Stored> {
  return (await world().thief.item(id, "t-1").read()).resource as unknown as Stored;
}

async function put(document: Stored): Promise<void> {
  await world().thief.items.upsert(document);
}

const readBy = (container = world().full, id = ""): (() => Promise<unknown>) => {
  return async () => bare((await container.item(id, "t-1").read()).resource);
};

describe("with the account key and a client without the group", () => {
  test("nothing of the group is read: in no answer, no request, no error, no event", async () => {
    const told: string[] = [];
    const { connect, emulator } = world();
    const client: CosmosClient = connect({
      missingGroups: "placeholder",
      onEvent: (event) => told.push(JSON.stringify(event)),
    });
    const container = client.database("shop").container("charts");
    const id = await made();
    told.push(JSON.stringify((await container.items.readAll().fetchAll()).resources));
    const { resource } = await container.item(id, "t-1").read();
    told.push(JSON.stringify((await container.item(id, "t-1").replace({ ...resource, plan: "x" })).resource));
    const failing = container.items.query("SELECT * FROM c WHERE c.diagnosis LIKE 'canary%'");
    told.push(String(await failing.fetchAll().catch((error: Error) => `${error.message} ${error.stack}`)));
    const crossed = emulator.requests.map(({ requestBody, responseBody }) => `${requestBody}${responseBody}`);
    for (const text of [...told, ...crossed]) expect(text).not.toContain("canary-");
    expect(await readBy(world().full, id)()).toMatchObject({ diagnosis: SECRET });
  });

  test.each<[string, string, (target: Stored, source: Stored, before: Stored) => void]>([
    ["taken out of its document", "ERR_INTEGRITY", ({ _seal }) => delete _seal.g["medical"]],
    [
      "taken from another document",
      "ERR_INTEGRITY",
      ({ _seal }, source) => (_seal.g["medical"] = source._seal.g["medical"]!),
    ],
    [
      "put in another group's place",
      "ERR_KEY_SCOPE",
      ({ _seal: { g } }) => Object.assign(g, { "": g["medical"], medical: g[""] }),
    ],
    [
      "of an earlier version of its document",
      "ERR_INTEGRITY",
      ({ _seal }, _, old) => {
        const [keyId, , blob] = old._seal.g["medical"]!;
        _seal.g["medical"] = [keyId, old._seal.n, blob];
      },
    ],
    ["given other index tokens", "ERR_INTEGRITY", ({ _seal }, source) => (_seal.x = source._seal.x)],
    ["beside a value in the clear", "ERR_INTEGRITY", (target) => (target["diagnosis"] = "forged")],
  ])("a group that was %s is noticed by both, and no write of ours makes it good", async (_, expected, attack) => {
    const [id, other] = [await made(OLD), await made()];
    const before = await stored(id);
    await world().full.item(id, "t-1").replace({ id, tenantId: "t-1", plan: "pro", diagnosis: SECRET });
    const target = await stored(id);
    attack(target, await stored(other), before);
    await put(target);
    for (const container of [world().full, world().partial]) {
      expect(await codeOf(readBy(container, id))).toBe(expected);
    }
    const { partial } = world();
    const body = { id, tenantId: "t-1", plan: "laundered" };
    expect(await codeOf(() => partial.item(id, "t-1").replace(body))).toBe(expected);
    expect(await codeOf(() => partial.items.upsert(body))).toBe(expected);
    expect(await codeOf(() => partial.item(id, "t-1").patch([{ op: "set", path: "/plan", value: "x" }]))).toBe(
      expected,
    );
    await world().thief.item(id, "t-1").delete();
  });
});

describe("with the integrity key, which every client has", () => {
  let plan: Plan;
  let keys: Map<string, Key>;
  let keyIds: Map<string, string>;

  beforeAll(async () => {
    plan = charts.plan;
    ({ keys, keyIds } = await openedKeys("charts"));
  });

  /** A manifest over whatever the document is now. */
  function signed(document: Stored, of = plan, integrity = keys.get("integrity ")!): Stored {
    const seal = parseSeal({ ...document._seal, m: toBase64(new Uint8Array(32)) })!;
    const place = placeOf(of, document)!;
    const unsigned = compilePlaces((document._seal.o ?? []) as string[]);
    const parts = document._seal as unknown as Record<string, unknown>;
    const manifest = manifestOf(integrity, place, seal.groups, parts, document, unsigned);
    return { ...document, _seal: { ...document._seal, m: toBase64(manifest) } };
  }

  test("the forger's manifests are good ones", async () => {
    const id = await made();
    await put(signed({ ...(await stored(id)), plan: "forged" }));
    expect(await readBy(world().full, id)()).toMatchObject({ plan: "forged", diagnosis: SECRET });
  });

  test.each<[string, string, (target: Stored, source: Stored) => void]>([
    [
      "another document's",
      "ERR_INTEGRITY",
      ({ _seal }, source) => {
        const [keyId, , blob] = source._seal.g["medical"]!;
        _seal.g["medical"] = [keyId, Math.min(source._seal.n, _seal.n - 1), blob];
      },
    ],
    ["the default group's", "ERR_KEY_SCOPE", ({ _seal: { g } }) => (g["medical"] = [g[""]![0], 0, g[""]![2]])],
    [
      "the default group's under the group's key id",
      "ERR_INTEGRITY",
      ({ _seal: { g } }) => {
        g["medical"] = [g["medical"]![0], 0, g[""]![2]];
      },
    ],
    ["none", "ERR_INTEGRITY", ({ _seal }) => delete _seal.g["medical"]],
    [
      "one with another stamp",
      "ERR_INTEGRITY",
      ({ _seal }) => {
        const [keyId, , blob] = _seal.g["medical"]!;
        _seal.g["medical"] = [keyId, _seal.n - 5, blob];
      },
    ],
    [
      "one with a byte changed",
      "ERR_INTEGRITY",
      ({ _seal }) => {
        const [keyId, stamp, blob] = _seal.g["medical"]!;
        const bytes = Buffer.from(blob, "base64");
        bytes[30]! ^= 1;
        _seal.g["medical"] = [keyId, stamp, bytes.toString("base64")];
      },
    ],
  ])("in the place of the group %s doesn't open", async (_, expected, attack) => {
    const [id, other] = [await made(), await made(OLD)];
    const target = await stored(id);
    attack(target, await stored(other));
    await put(signed(target));
    expect(await codeOf(readBy(world().full, id))).toBe(expected);
    await world().thief.item(id, "t-1").delete();
  });

  test("a group that he seals himself is under no key of the group", async () => {
    const id = await made();
    const target = await stored(id);
    const place = placeOf(plan, target)!;
    for (const [own, name] of [
      [keyIds.get("group ")!, "ERR_KEY_SCOPE"],
      [keyIds.get("group medical")!, "ERR_INTEGRITY"],
    ] as const) {
      const group = { name: "medical", keyId: own, stamp: target._seal.n };
      const blob = sealGroup(keys.get("group ")!, place, group, [["/diagnosis", "forged"]]);
      target._seal.g["medical"] = [own, 0, toBase64(blob)];
      await put(signed(target));
      expect(await codeOf(readBy(world().full, id))).toBe(name);
    }
    await world().thief.item(id, "t-1").delete();
  });

  test("a value of the group can't come out of another group", async () => {
    const id = await made();
    const target = await stored(id);
    const group = { name: "", keyId: keyIds.get("group ")!, stamp: target._seal.n };
    const blob = sealGroup(keys.get("group ")!, placeOf(plan, target)!, group, [["/diagnosis", "forged"]]);
    target._seal.g[""] = [group.keyId, 0, toBase64(blob)];
    await put(signed(target));
    expect(await codeOf(readBy(world().full, id))).toBe("ERR_INTEGRITY");
    await world().thief.item(id, "t-1").delete();
  });

  test("a document of his own has no group that opens", async () => {
    const id = await made();
    const target = { ...(await stored(id)), id: "a-own" };
    await put(signed(target));
    expect(await codeOf(readBy(world().full, "a-own"))).toBe("ERR_INTEGRITY");
    await world().thief.item("a-own", "t-1").delete();
  });

  test("stated limit: he can put back what the group was in an earlier version of the same document", async () => {
    const id = await made(OLD);
    const [keyId, , blob] = (await stored(id))._seal.g["medical"]!;
    const { n } = (await stored(id))._seal;
    await world().full.item(id, "t-1").replace({ id, tenantId: "t-1", plan: "pro", diagnosis: SECRET });
    const target = await stored(id);
    target._seal.g["medical"] = [keyId, n, blob];
    await put(signed(target));
    expect(await readBy(world().full, id)()).toMatchObject({ diagnosis: OLD });
  });

  test("stated limit: he can make a search miss a document, and never bring up a wrong one", async () => {
    const [id, other] = [await made("one"), await made("two")];
    const [target, source] = [await stored(id), await stored(other)];
    target._seal.x = source._seal.x;
    await put(signed(target));
    const search = async (value: string): Promise<unknown[]> => {
      const query = `SELECT VALUE c.id FROM c WHERE c.diagnosis = '${value}'`;
      return (await world().full.items.query(query).fetchAll()).resources;
    };
    expect(await search("one")).toEqual([]);
    expect(await search("two")).toEqual([other]);
    expect(await readBy(world().full, id)()).toMatchObject({ diagnosis: "one" });
  });

  test("stated limit: by the index key he can tell whether a value is the one that he guesses", async () => {
    const id = await made("guessable");
    const index = plan.indexes.find(({ pattern }) => pattern === "/diagnosis")!;
    const guess = (value: string) => indexTokens(keys.get("index ")!, index, [value]);
    const { x } = (await stored(id))._seal;
    expect(guess("guessable")).toEqual(x[index.name]);
    expect(guess("another")).not.toEqual(x[index.name]);
  });

  test("stated limit: he can pass a document off as one of an earlier version that had no such group", async () => {
    const shape = { id: z.string(), tenantId: z.string() };
    const first = defineContainer({ name: "grown", partitionKey: "/tenantId", schema: z.object(shape) });
    const second = defineContainer({
      name: "grown",
      partitionKey: "/tenantId",
      version: 2,
      history: [versionFacts(first.plan)],
      schema: z.object({ ...shape, diagnosis: sealed(z.string(), { group: "medical" }).optional() }),
    });
    const { connect, groups } = world();
    const client = connect({ groups, containers: { "shop/grown": second } });
    await client.keys.createScope(second);
    const grown = client.container(second);
    const target = (await grown.seal({ id: "1", tenantId: "t-1", diagnosis: SECRET })) as Stored;
    expect(await grown.open(target)).toMatchObject({ diagnosis: SECRET });
    delete target._seal.g["medical"];
    const forged = { ...target, _seal: { ...target._seal, s: 1 } };
    const integrity = (await openedKeys("grown")).keys.get("integrity ")!;
    expect(bare(await grown.open(signed(forged, second.plan, integrity)))).toEqual({ id: "1", tenantId: "t-1" });
  });
});

/** What the main keyring opens of a container's scope, by kind and group, and the ids of all its keys. */
async function openedKeys(
  container: string,
): Promise<{ readonly keys: Map<string, Key>; readonly keyIds: Map<string, string> }> {
  const { store, pin } = world();
  const head = (await store.readHead()) as HeadRecord;
  const root = Key.take(await MAIN.unwrap(head.wraps[0]!, pin));
  const records = (await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)))).flat();
  const { keys: entries, scope } = (records as ScopeRecord[]).find((record) => record.scope[1] === container)!;
  const own = entries.filter((entry) => entry.root === undefined);
  return {
    keys: new Map(own.map((entry) => [`${entry.kind} ${entry.group}`, unwrapEntry(root, scope, entry)])),
    keyIds: new Map(entries.map((entry) => [`${entry.kind} ${entry.group}`, entry.id])),
  };
}
