/** A client that lacks the key of a group: it reads the rest, writes the rest, and destroys nothing of the group. */
import { BulkOperationType, ChangeFeedStartFrom, type Container, PatchOperationType } from "@azure/cosmos";
import { closedGroupsOf, isPlaceholder, type QueryExplanation, sealErrorsOf } from "cosmoseal";
import { describe, expect, test } from "vitest";
import { useGroupWorld } from "./support/group-world.js";
import { bare, codeOf, failureOf } from "./support/world.js";

const world = useGroupWorld();

const CHART = {
  tenantId: "t-1",
  plan: "pro",
  visits: 1,
  email: "ada@example.com",
  diagnosis: "asthma",
  history: { since: "2020", note: "smokes" },
  stays: [
    { day: "mon", ward: "w1", finding: "fever" },
    { day: "tue", ward: "w2", finding: "cough" },
  ],
};

/** What is left of it without the group. */
const OPEN = {
  ...CHART,
  diagnosis: undefined,
  history: { since: "2020" },
  stays: [
    { day: "mon", ward: "w1" },
    { day: "tue", ward: "w2" },
  ],
};

let count = 0;
async function made(more: object = {}): Promise<string> {
  const id = `c-${++count}`;
  await world().full.items.create({ id, ...CHART, ...more });
  return id;
}

async function read(container: Container, id: string): Promise<Record<string, unknown>> {
  const { resource } = await container.item(id, "t-1").read();
  return bare(resource);
}

async function stored(id: string): Promise<Record<string, unknown>> {
  const { resource } = await world().thief.item(id, "t-1").read();
  return resource as Record<string, unknown>;
}

function open(id: string, more: object = {}): Record<string, unknown> {
  return JSON.parse(JSON.stringify({ id, ...OPEN, ...more }));
}

describe("reading", () => {
  test("without the key nothing is read, unless the application says how", async () => {
    const id = await made();
    const container = world().by();
    expect(await codeOf(() => container.item(id, "t-1").read())).toBe("ERR_GROUP_KEY_MISSING");
    expect(await codeOf(() => container.items.readAll().fetchAll())).toBe("ERR_GROUP_KEY_MISSING");
    expect(await codeOf(() => container.items.readAll({ onBadDocument: "quarantine" }).fetchAll())).toBe(
      "ERR_GROUP_KEY_MISSING",
    );
  });

  test("what is omitted is absent, the rest is whole, and the document tells which group stayed closed", async () => {
    const id = await made();
    const { resource } = await world().partial.item(id, "t-1").read();
    expect(bare(resource)).toEqual(open(id));
    expect(closedGroupsOf(resource)).toEqual(["medical"]);
    const whole = await world().full.item(id, "t-1").read();
    expect(closedGroupsOf(whole.resource)).toEqual([]);
  });

  test("a placeholder stands at places whose parent is there, never in arrays, and survives JSON", async () => {
    const id = await made();
    const { resource } = await world().by({ missingGroups: "placeholder" }).item(id, "t-1").read();
    const document = resource as typeof CHART;
    expect(isPlaceholder(document.diagnosis)).toBe(true);
    expect(Object.isFrozen(document.diagnosis)).toBe(true);
    expect(isPlaceholder(JSON.parse(JSON.stringify(document.history.note)))).toBe(true);
    expect(document.stays).toEqual(OPEN.stays);
    const bareId = `c-${++count}`;
    await world().full.items.create({ id: bareId, tenantId: "t-1" });
    const empty = await read(world().by({ missingGroups: "placeholder" }), bareId);
    // Nobody can tell that there is no diagnosis; there is no history to hold a note.
    expect(Object.keys(empty).sort()).toEqual(["diagnosis", "id", "tenantId"]);
  });

  test("the policy may be told by container and group", async () => {
    const id = await made();
    const asked: string[] = [];
    const container = world().by({
      missingGroups: (name, group) => {
        asked.push(`${name} ${group}`);
        return "omit";
      },
    });
    expect(await read(container, id)).toEqual(open(id));
    expect([...new Set(asked)]).toEqual(["charts medical"]);
    const wrong = world().by({ missingGroups: () => "hide" as never });
    expect(await codeOf(() => wrong.item(id, "t-1").read())).toBe("ERR_OPTIONS_INVALID");
  });

  test("the manifest is verified all the same", async () => {
    const id = await made();
    const document = await stored(id);
    await world().thief.items.upsert({ ...document, plan: "free" });
    expect(await codeOf(() => world().partial.item(id, "t-1").read())).toBe("ERR_INTEGRITY");
    expect(await codeOf(() => world().by().item(id, "t-1").read())).toBe("ERR_INTEGRITY");
    await world().thief.item(id, "t-1").delete();
  });

  test("lists, change feeds, batches and bulk requests follow the policy", async () => {
    const { partial } = world();
    const id = await made({ tenantId: "t-2" });
    const expected = open(id, { tenantId: "t-2" });
    const { resources } = await partial.items.readAll({ partitionKey: "t-2" }).fetchAll();
    expect(resources.map(bare)).toEqual([expected]);
    const { result: changes } = await partial.items.changeFeed("t-2", { startFromBeginning: true }).fetchNext();
    expect(changes.map(bare)).toMatchObject([expected]);
    expect(changes[0]).not.toHaveProperty("diagnosis");
    const from = ChangeFeedStartFrom.Beginning("t-2");
    const { result: pulled } = await partial.items.getChangeFeedIterator({ changeFeedStartFrom: from }).readNext();
    expect(pulled.map(bare)).toMatchObject([expected]);
    expect(pulled[0]).not.toHaveProperty("diagnosis");
    const batch = await partial.items.batch([{ operationType: BulkOperationType.Read, id }], "t-2");
    expect(bare(batch.result![0]!.resourceBody)).toEqual(expected);
    const bulk = await partial.items.bulk([{ operationType: BulkOperationType.Read, id, partitionKey: "t-2" }]);
    expect(bare(bulk[0]!.resourceBody)).toEqual(expected);
    expect(sealErrorsOf(bulk)).toEqual([]);
    const strict = world().by();
    expect(await codeOf(() => strict.items.changeFeed("t-2", { startFromBeginning: true }).fetchNext())).toBe(
      "ERR_GROUP_KEY_MISSING",
    );
    expect(await codeOf(() => strict.items.batch([{ operationType: BulkOperationType.Read, id }], "t-2"))).toBe(
      "ERR_GROUP_KEY_MISSING",
    );
  });

  test("what comes by another way than the client's requests follows the policy", async () => {
    const id = await made();
    const document = await stored(id);
    const opening = (container: Container) => container as unknown as { openAll(list: unknown[]): Promise<object[]> };
    const [opened] = await opening(world().partial).openAll([document]);
    expect(bare(opened)).toEqual(open(id));
    expect(closedGroupsOf(opened!)).toEqual(["medical"]);
    expect(await codeOf(() => opening(world().by()).openAll([document]))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("events tell how many documents were opened in part, and nothing of what is in them", async () => {
    const id = await made();
    const opened: object[] = [];
    const container = world().by({
      missingGroups: "omit",
      onEvent: (event) => {
        if (event.type === "opened") opened.push(event);
      },
    });
    await container.item(id, "t-1").read();
    expect(opened).toEqual([{ type: "opened", container: "charts", documents: 1, bad: 0, partial: 1 }]);
  });

  test("the group's key-encryption key is asked once, and only by whoever opens something of the group", async () => {
    const id = await made();
    const unwraps: string[] = [];
    const { groups } = world();
    const medical = { ...groups["medical"]!, keyring: { ...groups["medical"]!.keyring, kind: "medical" } };
    const container = world().by({
      groups: { medical },
      onEvent: (event) => {
        if (event.type === "unwrapped") unwraps.push(event.keyring);
      },
    });
    await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
    await container.item("nobody", "t-1").read();
    expect(unwraps).not.toContain("medical");
    await Promise.all([read(container, id), read(container, id)]);
    expect(await read(container, id)).toEqual({ id, ...CHART });
    expect(unwraps.filter((kind) => kind === "medical")).toEqual(["medical"]);
  });
});

describe("queries", () => {
  test("what reads nothing of the group is answered under any policy", async () => {
    const id = await made({ tenantId: "t-q", email: "query@example.com" });
    const container = world().by();
    const rows = async (text: string): Promise<unknown[]> =>
      (await container.items.query(text, { partitionKey: "t-q" }).fetchAll()).resources;
    expect(await rows("SELECT c.id, c.plan FROM c")).toEqual([{ id, plan: "pro" }]);
    expect(await rows("SELECT VALUE c.email FROM c WHERE c.email = 'query@example.com'")).toEqual([
      "query@example.com",
    ]);
    expect(await rows("SELECT VALUE COUNT(1) FROM c")).toEqual([1]);
    expect(await rows("SELECT VALUE s.ward FROM c JOIN s IN c.stays")).toEqual(["w1", "w2"]);
  });

  test("rows that hold something of the group follow the policy", async () => {
    const id = await made({ tenantId: "t-r" });
    const rows = async (container: Container, text: string): Promise<unknown[]> =>
      (await container.items.query(text, { partitionKey: "t-r" }).fetchAll()).resources;
    const { partial } = world();
    expect(await rows(partial, "SELECT c.id, c.diagnosis FROM c")).toEqual([{ id }]);
    expect(await rows(partial, "SELECT VALUE c.history FROM c")).toEqual([{ since: "2020" }]);
    expect((await rows(partial, "SELECT * FROM c")).map(bare)).toEqual([open(id, { tenantId: "t-r" })]);
    const marked = await rows(world().by({ missingGroups: "placeholder" }), "SELECT c.diagnosis FROM c");
    expect(isPlaceholder((marked[0] as { diagnosis: unknown }).diagnosis)).toBe(true);
    for (const text of ["SELECT c.diagnosis FROM c", "SELECT * FROM c", "SELECT VALUE c.stays FROM c"]) {
      expect(await codeOf(() => rows(world().by(), text)), text).toBe("ERR_GROUP_KEY_MISSING");
    }
  });

  test("what the answer hangs on is refused before anything is sent, whatever the policy", async () => {
    const { emulator, partial } = world();
    await made();
    await partial.items.query("SELECT c.id FROM c").fetchAll();
    for (const text of [
      "SELECT * FROM c WHERE c.diagnosis = 'asthma'",
      "SELECT c.id FROM c WHERE NOT IS_DEFINED(c.diagnosis)",
      "SELECT c.id FROM c WHERE c.history.note = 'x' OR c.plan = 'pro'",
      "SELECT c.id FROM c ORDER BY c.diagnosis",
      "SELECT DISTINCT c.diagnosis FROM c",
      "SELECT c.diagnosis, COUNT(1) AS n FROM c GROUP BY c.diagnosis",
      "SELECT VALUE MAX(c.diagnosis) FROM c",
      "SELECT c.diagnosis ?? 'healthy' AS d FROM c",
      "SELECT VALUE UPPER(c.diagnosis) FROM c",
      "SELECT VALUE s.finding = 'fever' FROM c JOIN s IN c.stays",
      "SELECT c.id FROM c WHERE EXISTS(SELECT VALUE s FROM s IN c.stays WHERE s.finding = 'fever')",
    ]) {
      const before = emulator.requests.length;
      const query = partial.items.query(text, { unindexed: "scan" });
      expect(await codeOf(() => query.fetchAll()), text).toBe("ERR_GROUP_KEY_MISSING");
      expect(emulator.requests.length, text).toBe(before);
    }
    const { resources } = await world().full.items.query("SELECT * FROM c WHERE c.diagnosis = 'asthma'").fetchAll();
    expect(resources.length).toBeGreaterThan(0);
  });
});

describe("explained queries", () => {
  test.each<[string, [group: string, use: string][]]>([
    ["SELECT c.plan FROM c", []],
    ["SELECT c.email FROM c", [["", "shown"]]],
    [
      "SELECT c.id, c.diagnosis FROM c WHERE c.email = 'x'",
      [
        ["", "judged"],
        ["medical", "shown"],
      ],
    ],
    [
      "SELECT * FROM c WHERE c.diagnosis = 'x'",
      [
        ["", "shown"],
        ["medical", "judged"],
      ],
    ],
    ["SELECT VALUE COUNT(1) FROM c", []],
  ])("%s tells the groups that it reads", (text, groups) => {
    const items = world().by().items as unknown as { explain(text: string): QueryExplanation };
    expect(items.explain(text).groups.map(({ group, use }) => [group, use])).toEqual(groups);
  });
});

describe("writing", () => {
  test("a replace carries the group and its tokens unchanged, and who holds the key opens it", async () => {
    const id = await made();
    const before = await stored(id);
    const { resource } = await world()
      .partial.item(id, "t-1")
      .replace({ ...open(id), plan: "free", email: "new@example.com" });
    expect(bare(resource)).toEqual(open(id, { plan: "free", email: "new@example.com" }));
    expect(await read(world().full, id)).toEqual({ id, ...CHART, plan: "free", email: "new@example.com" });
    const [old, next] = [before["_seal"], (await stored(id))["_seal"]] as [Seal, Seal];
    expect(next.g["medical"]![2]).toBe(old.g["medical"]![2]);
    expect(next.g["medical"]![1]).toBe(old.n);
    expect(next.g[""]![1]).toBe(0);
    const changed = Object.keys(next.x).filter((name) => JSON.stringify(next.x[name]) !== JSON.stringify(old.x[name]));
    expect([Object.keys(next.x).sort(), changed]).toEqual([Object.keys(old.x).sort(), [expect.stringMatching(/^e/)]]); // the e-mail's alone
    const byMail = "SELECT VALUE c.diagnosis FROM c WHERE c.email = 'new@example.com'";
    expect((await world().full.items.query(byMail).fetchAll()).resources).toEqual(["asthma"]);
    const found = await world().full.items.query("SELECT VALUE c.id FROM c WHERE c.diagnosis = 'asthma'").fetchAll();
    expect(found.resources).toContain(id);
  });

  test("it carries again what was carried, and whoever holds the key makes it new", async () => {
    const id = await made();
    const { n } = (await stored(id))["_seal"] as Seal;
    for (const plan of ["a", "b"])
      await world()
        .partial.item(id, "t-1")
        .replace({ ...open(id), plan });
    expect(((await stored(id))["_seal"] as Seal).g["medical"]![1]).toBe(n);
    await world()
      .full.item(id, "t-1")
      .replace({ id, ...CHART, diagnosis: "none" });
    expect(((await stored(id))["_seal"] as Seal).g["medical"]![1]).toBe(0);
    expect((await read(world().full, id))["diagnosis"]).toBe("none");
  });

  test("an upsert carries it too, and works under every policy", async () => {
    for (const missingGroups of ["error", "omit", "placeholder"] as const) {
      const id = await made();
      const container = world().by({ missingGroups });
      const response = await container.items.upsert({ ...open(id), plan: missingGroups });
      expect(response.statusCode).toBe(200);
      expect(response.item.id).toBe(id);
      expect(await read(world().full, id)).toEqual({ id, ...CHART, plan: missingGroups });
    }
  });

  test("read, change, replace works with placeholders, and changes nothing of the group", async () => {
    const id = await made();
    const container = world().by({ missingGroups: "placeholder" });
    const { resource } = await container.item(id, "t-1").read();
    await container.item(id, "t-1").replace(JSON.parse(JSON.stringify({ ...resource, plan: "free" })));
    expect(await read(world().full, id)).toEqual({ id, ...CHART, plan: "free" });
  });

  test("a placeholder is refused by whoever holds the key: it would overwrite what it stands for", async () => {
    const id = await made();
    const { resource } = await world().by({ missingGroups: "placeholder" }).item(id, "t-1").read();
    const failure = await failureOf(() => world().full.item(id, "t-1").replace(bare(resource)));
    expect(failure.code).toBe("ERR_VALUE_UNSUPPORTED");
    expect(await read(world().full, id)).toEqual({ id, ...CHART });
  });

  test("it makes no document: create, an upsert of what is not there, and a sealed form for other ways", async () => {
    const { emulator, partial } = world();
    await partial.items.query("SELECT c.id FROM c").fetchAll();
    const before = emulator.requests.length;
    expect(await codeOf(() => partial.items.create({ id: "new", tenantId: "t-1" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(emulator.requests.length).toBe(before);
    expect(await codeOf(() => partial.items.upsert({ id: "new", tenantId: "t-1" }))).toBe("ERR_GROUP_KEY_MISSING");
    const sealing = partial as unknown as { seal(document: object): Promise<object> };
    expect(await codeOf(() => sealing.seal({ id: "new", tenantId: "t-1" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect((await world().thief.item("new", "t-1").read()).statusCode).toBe(404);
    const missing = await failureOf(() => partial.item("new", "t-1").replace({ id: "new", tenantId: "t-1" }));
    expect(missing.code).toBe(404);
  });

  test.each<[string, object]>([
    ["a value at a path of the group", { diagnosis: "healthy" }],
    ["null there", { diagnosis: null }],
    ["a value inside an object", { history: { since: "2020", note: "new" } }],
    ["a value in an element", { stays: [{ day: "mon", ward: "w1", finding: "x" }, OPEN.stays[1]] }],
    ["an object on the way that goes", { history: undefined }],
    ["an array that gets longer", { stays: [...OPEN.stays, { day: "wed" }] }],
    ["an array that gets shorter", { stays: OPEN.stays.slice(1) }],
    ["an array that goes", { stays: undefined }],
    ["elements in another order", { stays: [OPEN.stays[1], OPEN.stays[0]] }],
    ["elements in another order, changed besides", { stays: [{ day: "x", ward: "w2" }, OPEN.stays[0]] }],
  ])("%s is refused, and nothing is changed", async (_, change) => {
    const id = await made();
    const failure = await failureOf(() =>
      world()
        .partial.item(id, "t-1")
        .replace({ ...open(id), ...change }),
    );
    expect(failure.code).toBe("ERR_GROUP_KEY_MISSING");
    expect(failure.message).not.toMatch(/healthy|asthma/);
    expect(await read(world().full, id)).toEqual({ id, ...CHART });
  });

  test("two elements that differ only in what is sealed elsewhere can't change places", async () => {
    const stays = [
      { day: "mon", ward: "w1", finding: "fever" },
      { day: "mon", ward: "w2", finding: "cough" },
    ];
    const id = await made({ stays });
    const swapped = [
      { day: "mon", ward: "w2" },
      { day: "mon", ward: "w1" },
    ];
    const failing = () =>
      world()
        .partial.item(id, "t-1")
        .replace({ ...open(id), stays: swapped });
    expect(await codeOf(failing)).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("one element may change where it stands, and objects may gain what is public", async () => {
    const id = await made();
    const stays = [{ day: "MON", ward: "w9" }, OPEN.stays[1]];
    await world()
      .partial.item(id, "t-1")
      .replace({ ...open(id), stays, history: { since: "2021" } });
    const { stays: after, history } = (await read(world().full, id)) as typeof CHART;
    expect(after[0]).toEqual({ day: "MON", ward: "w9", finding: "fever" });
    expect(history).toEqual({ since: "2021", note: "smokes" });
  });

  test("the caller's etag holds, and other writers in between are waited for", async () => {
    const id = await made();
    const item = world().partial.item(id, "t-1");
    const { etag } = await item.read();
    await world()
      .full.item(id, "t-1")
      .patch([{ op: PatchOperationType.set, path: "/plan", value: "x" }]);
    const old = await failureOf(() =>
      item.replace(open(id), { accessCondition: { type: "IfMatch", condition: etag } }),
    );
    expect(old.code).toBe(412);
    const none = await failureOf(() =>
      world().partial.items.upsert(open(id), { accessCondition: { type: "IfNoneMatch", condition: "*" } }),
    );
    expect(none.code).toBe(412);
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        i % 2 === 0
          ? item.replace({ ...open(id), email: `e${i}@example.com` })
          : world()
              .full.item(id, "t-1")
              .patch([{ op: PatchOperationType.set, path: "/diagnosis", value: `d${i}` }]),
      ),
    );
    const last = (await read(world().full, id)) as typeof CHART;
    expect(last.diagnosis).toMatch(/^d[1357]$/);
    expect(last.email).toMatch(/^e[0246]@example.com$/);
  });

  test("a patch is done where it touches nothing of the group, and refused where it may", async () => {
    const id = await made();
    const item = world().partial.item(id, "t-1");
    const { resource } = await item.patch([
      { op: PatchOperationType.set, path: "/email", value: "p@example.com" },
      { op: PatchOperationType.set, path: "/stays/0/day", value: "MON" },
      { op: PatchOperationType.set, path: "/stays/1/day", value: "TUE" },
      { op: PatchOperationType.set, path: "/history/since", value: "1999" },
    ]);
    expect(bare(resource)).toMatchObject({ email: "p@example.com", history: { since: "1999" } });
    const after = (await read(world().full, id)) as typeof CHART;
    expect(after.stays).toEqual([
      { day: "MON", ward: "w1", finding: "fever" },
      { day: "TUE", ward: "w2", finding: "cough" },
    ]);
    expect(after.history).toEqual({ since: "1999", note: "smokes" });
    const refused = [
      { op: "set", path: "/diagnosis", value: "x" },
      { op: "remove", path: "/diagnosis" },
      { op: "remove", path: "/history" },
      { op: "set", path: "/history", value: { since: "x" } },
      { op: "add", path: "/stays/-", value: { day: "wed" } },
      { op: "add", path: "/stays/0", value: { day: "wed" } },
      { op: "set", path: "/stays/0", value: { day: "wed" } },
      { op: "remove", path: "/stays/1" },
      { op: "set", path: "/stays", value: [] },
      { op: "set", path: "/stays/0/finding", value: "x" },
      { op: "move", from: "/stays/0/day", path: "/history/note" },
    ];
    for (const operation of refused) {
      const container = world().by({ missingGroups: "placeholder" });
      const failing = () => container.item(id, "t-1").patch([operation as never]);
      expect(await codeOf(failing), JSON.stringify(operation)).toBe("ERR_GROUP_KEY_MISSING");
    }
    const condition = "FROM c WHERE c.diagnosis = 'asthma'";
    const operations = [{ op: PatchOperationType.set, path: "/plan", value: "x" }];
    expect(await codeOf(() => item.patch({ condition, operations }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await read(world().full, id)).toEqual({ id, ...after });
  });

  test("a patch of unsigned paths alone is the server's as ever", async () => {
    const id = await made();
    await world()
      .partial.item(id, "t-1")
      .patch([{ op: PatchOperationType.incr, path: "/visits", value: 4 }]);
    expect((await read(world().full, id))["visits"]).toBe(5);
  });

  test("bulk requests pay one read for each document, and tell by operation what can't be done", async () => {
    const { emulator, partial } = world();
    const ids = [await made(), await made(), await made()];
    const before = emulator.requests.length;
    const operation = (id: string, kind: "Upsert" | "Replace") => ({
      operationType: BulkOperationType[kind],
      id,
      partitionKey: "t-1",
      resourceBody: { ...open(id), plan: "bulk" },
    });
    const results = await partial.items.executeBulkOperations([
      operation(ids[0]!, "Upsert"),
      operation(ids[1]!, "Replace"),
      { ...operation(ids[2]!, "Replace"), resourceBody: { ...open(ids[2]!), diagnosis: "x" } },
      operation("c-new", "Upsert"),
      operation("c-new", "Replace"),
      {
        operationType: BulkOperationType.Create,
        partitionKey: "t-1",
        resourceBody: { id: "c-new", tenantId: "t-1" },
      },
    ] as never);
    expect(results.map(({ response, error }) => response?.statusCode ?? error?.code)).toEqual([
      200,
      200,
      "ERR_GROUP_KEY_MISSING",
      "ERR_GROUP_KEY_MISSING",
      404,
      "ERR_GROUP_KEY_MISSING",
    ]);
    const items = emulator.requests
      .slice(before)
      .filter(({ method, path }) => method === "GET" && /\/docs\//.test(path));
    expect(items).toHaveLength(5);
    for (const id of ids.slice(0, 2)) expect(await read(world().full, id)).toEqual({ id, ...CHART, plan: "bulk" });
    expect(await read(world().full, ids[2]!)).toEqual({ id: ids[2], ...CHART });

    const old = await partial.items.bulk([operation(ids[0]!, "Replace"), operation(ids[1]!, "Upsert")] as never);
    expect(old.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const failure = await failureOf(() =>
      partial.items.bulk([operation(ids[0]!, "Replace"), operation("c-new", "Upsert")] as never),
    );
    expect(failure).toMatchObject({ code: "ERR_GROUP_KEY_MISSING", committed: true });
  });

  test("a batch carries too, all or nothing", async () => {
    const { partial } = world();
    const ids = [await made(), await made()];
    const replace = (id: string, more: object = {}) => ({
      operationType: BulkOperationType.Replace,
      id,
      resourceBody: { ...open(id), plan: "batch", ...more },
    });
    const upsert = (id: string) => ({
      operationType: BulkOperationType.Upsert,
      resourceBody: { ...open(id), plan: "batch" },
    });
    const { result } = await partial.items.batch([replace(ids[0]!), upsert(ids[1]!)] as never, "t-1");
    expect(result!.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    for (const id of ids) expect(await read(world().full, id)).toEqual({ id, ...CHART, plan: "batch" });
    const refused = [upsert(ids[0]!), replace(ids[1]!, { diagnosis: "x" })];
    expect(await codeOf(() => partial.items.batch(refused as never, "t-1"))).toBe("ERR_GROUP_KEY_MISSING");
    const absent = [upsert(ids[0]!), upsert("c-new")];
    expect(await codeOf(() => partial.items.batch(absent as never, "t-1"))).toBe("ERR_GROUP_KEY_MISSING");
    expect((await read(world().full, ids[0]!))["plan"]).toBe("batch");
  });
});

interface Seal {
  readonly n: number;
  readonly g: Record<string, [string, number, string]>;
  readonly x: Record<string, string | string[]>;
}
