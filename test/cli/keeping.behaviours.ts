/** The commands that keep keys, and `init`: each does its work, at a terminal too, and says what is wrong where something is. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_TERMINAL, type Ran, run, runAtTerminal } from "./support/run.js";
import { expectJsonMistake, expectMistake, expectNoSecret, jsonOf } from "./support/says.js";
import { configText, KEK, OTHER_KEK, openWorld, type World } from "./support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());

const C = ["-c", "shop/customers"];
const person = (name: string): readonly string[] => ["-c", "shop/people", "-s", name];
const keys = (...args: readonly string[]): Promise<Ran> => world.cosmoseal(["keys", ...args]);
const json = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
  jsonOf(await keys(...args, "--json"));

interface Key {
  readonly kind: string;
  readonly group: string;
  readonly generation: number;
  readonly state: string;
}
const listed = async (...args: readonly string[]): Promise<readonly Key[]> =>
  (await json("list", ...args))["keys"] as readonly Key[];
const opens = async (id: string, container: string): Promise<unknown> =>
  jsonOf(await world.cosmoseal(["inspect", id, "-c", container, "--json"]))["opens"];

/** Everything in the key store, as it is stored. */
async function store(): Promise<string> {
  const { resources } = await world.account.database("ops").container("keys").items.readAll().fetchAll();
  return JSON.stringify(resources.map((item) => JSON.stringify(item)).sort());
}

/** At a terminal, or skipped with the reason. */
function atTerminal(
  context: { skip(note: string): void },
  args: readonly string[],
  dialogue: readonly (readonly [string, string])[],
  env = {},
): Promise<Ran> {
  if (NO_TERMINAL !== undefined) context.skip(NO_TERMINAL);
  return runAtTerminal(args, { cwd: world.folder, env: { ...world.env, ...env } }, dialogue);
}

describe("keys list", () => {
  test("works: kinds, groups, generations, states and ids, never a key", async () => {
    const ran = await keys("list", ...C);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/group +medical +1 +active/);
    expectNoSecret(ran);
  });
  test("a scope that the definition doesn't declare", async () => {
    expectMistake(await keys("list", ...C, "-s", "t-1"), 2, /The definition of shop\/customers declares no scope/);
  });
  test("a scope that has no keys", async () => {
    expectMistake(await keys("list", ...person("nobody")), 5, /no record of the scope|doesn't have|no keys/i);
  });
  test("the account key is asked for where it isn't set, and isn't shown", async (context) => {
    const ran = await atTerminal(context, ["keys", "list", ...C], [["Account key: ", `${world.env["COSMOS_KEY"]}\n`]], {
      COSMOS_KEY: undefined,
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/identity/);
    expect(ran.stdout).not.toContain(world.env["COSMOS_KEY"]);
  });
});

describe("keys create", () => {
  test("works: a new person has keys, and the second time nothing is lacking", async () => {
    expect((await json("create", ...person("p-9")))["made"]).toHaveLength(2);
    expect((await json("create", ...person("p-9")))["made"]).toEqual([]);
  });
  test("--dry-run changes nothing", async () => {
    const before = await store();
    expect((await keys("create", ...person("p-10"), "--dry-run")).stdout).toMatch(/person p-10: it has no keys yet/);
    expect(await store()).toBe(before);
  });
  test("keys that were destroyed are not begun anew", async () => {
    await keys("create", ...person("p-gone"));
    await keys("destroy", ...person("p-gone"), "--confirm", "p-gone");
    expectJsonMistake(await keys("create", ...person("p-gone"), "--json"), 1, "ERR_KEY_DESTROYED");
  });
});

describe("keys scopes", () => {
  test("works: lists containers and people", async () => {
    const { scopes } = await json("scopes");
    expect(scopes).toEqual(
      expect.arrayContaining([
        { family: "container", value: "customers" },
        { family: "person", value: "p-1" },
      ]),
    );
  });
});

describe("keys rotate", () => {
  test("works: new generations for new writes, and old documents open", async () => {
    expect((await keys("rotate", ...C)).stdout).toMatch(/made group key of group medical, generation 2/);
    expect(
      (await listed(...C))
        .filter(({ kind, state }) => kind === "group" && state === "active")
        .map(({ generation }) => generation),
    ).toEqual([2, 2]);
    expect(await opens("c-1", "shop/customers")).toBe(true);
  });
  test("an index key is announced", async () => {
    expect((await keys("rotate", ...C, "--kind", "index")).stdout).toMatch(
      /made index key, generation 2, used by writers from 20/,
    );
  });
  test("--dry-run says what would be made and makes nothing", async () => {
    const before = await store();
    const { wouldMake } = await json("rotate", ...C, "--group", "medical", "--dry-run");
    expect(wouldMake).toEqual([{ kind: "group", group: "medical", generation: 3 }]);
    expect(await store()).toBe(before);
  });
  test("a group that there is not", async () => {
    expectJsonMistake(await keys("rotate", ...C, "--group", "nothing", "--json"), 5, "ERR_KEY_MISSING");
  });
});

describe("keys retire", () => {
  test("works: a document under a retired key is refused", async () => {
    await keys("rotate", ...person("p-2"));
    const ran = await keys("retire", ...person("p-2"), "--kind", "group", "--generation", "1", "--confirm", "p-2");
    expect(ran.code).toBe(0);
    expect(await opens("p-2", "shop/people")).toBe(false);
  });
  test("--dry-run names the keys and retires none", async () => {
    const before = await store();
    const ran = await keys("retire", ...C, "--kind", "integrity", "--generation", "1", "--dry-run");
    expect([ran.code, ran.stdout]).toEqual([0, "container customers: integrity key, generation 1, readable\n"]);
    expect(await store()).toBe(before);
  });
  test("the generation that new writes use", async () => {
    const ran = await keys("retire", ...C, "--kind", "group", "--generation", "2", "--confirm", "customers", "--json");
    expectJsonMistake(ran, 6, "ERR_KEY_IN_USE");
  });
  test("no generation", async () => {
    const { code, stderr } = await keys("retire", ...C, "--kind", "group");
    expect([code, stderr.split("\n")[0]]).toEqual([2, "cosmoseal: required option '--generation <n>' not specified"]);
  });
  test("a generation that is no number", async () => {
    expectMistake(
      await keys("retire", ...C, "--kind", "group", "--generation", "x"),
      2,
      /--generation takes a whole number from 1/,
    );
  });
});

describe("keys usage", () => {
  test("works: counts the documents on each generation", async () => {
    const { keys: used } = (await json("usage", ...C)) as {
      keys: { kind: string; generation: number; documents?: number }[];
    };
    const integrity = used
      .filter(({ kind }) => kind === "integrity")
      .map(({ generation, documents }) => [generation, documents]);
    expect(integrity).toEqual([
      [1, 12],
      [2, 0],
    ]);
  });
});

describe("keys reseal", () => {
  test("--dry-run counts what hangs on older keys, and changes nothing", async () => {
    const { resources: before } = await world.plain().items.readAll().fetchAll();
    expect((await json("reseal", ...C, "--dry-run"))["documents"]).toBe(12);
    expect((await world.plain().items.readAll().fetchAll()).resources).toEqual(before);
  });
  test("works: every document is under the newest keys, and opens", async () => {
    const ran = await keys("reseal", ...C, "--json");
    expect([ran.code, jsonOf(ran)]).toEqual([0, expect.objectContaining({ state: "done", changed: 12, failed: 0 })]);
    expect((await json("reseal", ...C, "--dry-run"))["documents"]).toBe(0);
    expect(await opens("c-1", "shop/customers")).toBe(true);
  });
  test("a document that doesn't open stops it, and is named", async () => {
    await world.plain().items.create({ id: "plain", tenantId: "t-1" });
    const ran = await keys("reseal", ...C, "--again");
    expect([ran.code, ran.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      expect.stringMatching(/was stopped at a document.*"plain"/),
    ]);
    const past = await keys("reseal", ...C, "--again", "--quarantine", "--json");
    expect([past.code, jsonOf(past)["failed"]]).toEqual([1, 1]);
    await world.plain().item("plain", "t-1").delete();
  });
});

describe("keys rebuild", () => {
  test("--dry-run counts documents by generation of the index key, and changes nothing", async () => {
    const before = await store();
    expect((await keys("rebuild", ...C, "--dry-run")).stdout).toMatch(
      /index key of generation 1, readable: \d+ documents/,
    );
    expect(await store()).toBe(before);
  });
  test("works: records that every document carries the indexes", async () => {
    const ran = await keys("rebuild", ...C, "--json");
    expect([ran.code, jsonOf(ran)]).toEqual([0, expect.objectContaining({ state: "done", complete: true, failed: 0 })]);
  });
});

describe("keys destroy", () => {
  test("works: asks for the name typed again, and the person's documents are gone", async (context) => {
    const ran = await atTerminal(context, ["keys", "destroy", ...person("p-1")], [["Type p-1 to go on: ", "p-1\n"]]);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/person p-1: 2 keys erased/)]);
    const { code, conclusion } = jsonOf(await world.cosmoseal(["inspect", "p-1", "-c", "shop/people", "--json"]));
    expect([code, conclusion]).toEqual(["ERR_KEY_DESTROYED", expect.stringMatching(/gone for good/)]);
  });
  test("another name typed: nothing is changed", async (context) => {
    const before = await store();
    const ran = await atTerminal(context, ["keys", "destroy", ...person("p-3")], [["Type p-3 to go on: ", "p-33\n"]]);
    expect([ran.code, ran.stdout]).toEqual([6, expect.stringMatching(/That is not p-3\. Nothing was changed\./)]);
    expect(await store()).toBe(before);
  });
  test("Ctrl-C at the question: nothing is changed", async (context) => {
    const before = await store();
    const ran = await atTerminal(context, ["keys", "destroy", ...person("p-3")], [["Type p-3 to go on: ", "\u0003"]]);
    expect([ran.code, ran.stdout]).toEqual([130, expect.stringMatching(/Stopped\. Nothing was changed\./)]);
    expect(await store()).toBe(before);
  });
  test("no terminal and no --confirm", async () => {
    const ran = await keys("destroy", ...person("p-3"));
    expect([ran.code, ran.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      2,
      expect.stringMatching(/no terminal to ask at: "Type p-3 to go on".*Give --confirm p-3/),
    ]);
  });
  test("--dry-run names the keys and erases none", async () => {
    const before = await store();
    expect((await json("destroy", ...person("p-3"), "--dry-run"))["wouldDestroy"]).toHaveLength(2);
    expect(await store()).toBe(before);
  });
});

describe("keys floor", () => {
  test("works: the store keeps older versions from writing", async () => {
    const ran = await keys("floor", "1", ...C, "--yes");
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringMatching(/shop\/customers: version 1 and newer ones write from now on/),
    ]);
  });
  test("--dry-run changes nothing", async () => {
    const before = await store();
    expect((await keys("floor", "1", "-c", "shop/people", "--dry-run")).code).toBe(0);
    expect(await store()).toBe(before);
  });
  test("answered with no: nothing is changed", async (context) => {
    const before = await store();
    const ran = await atTerminal(context, ["keys", "floor", "1", "-c", "shop/people"], [["gone? [y/N]: ", "n\n"]]);
    expect([ran.code, ran.stdout]).toEqual([6, expect.stringMatching(/Nothing was changed/)]);
    expect(await store()).toBe(before);
  });
  test("a version that is none", async () => {
    expectMistake(await keys("floor", "next", ...C, "--yes"), 2, /The version takes a whole number from 1/);
  });
});

describe("keys export", () => {
  test("works: a verified copy that its owner alone can read", async () => {
    const ran = await keys("export", "--out", "copy.json");
    expect(ran.code).toBe(0);
    const file = join(world.folder, "copy.json");
    expect([JSON.parse(await readFile(file, "utf8")).head.root, (await stat(file)).mode & 0o777]).toEqual([
      world.pin,
      0o600,
    ]);
  });
  test("a file that is there is never overwritten", async () => {
    const before = await readFile(join(world.folder, "copy.json"), "utf8");
    expectMistake(await keys("export", "--out", "copy.json"), 6, /copy\.json is there already\. Choose another name/);
    expect(await readFile(join(world.folder, "copy.json"), "utf8")).toBe(before);
  });
});

describe("keys import", () => {
  test("works: into an empty store, where it goes on as the same one", async () => {
    await world.write(
      "empty.config.ts",
      configText(JSON.stringify(world.pin)).replace('container("keys") }', 'container("keys"), name: "mirror" }'),
    );
    const ran = await keys("import", "copy.json", "--config", "empty.config.ts");
    expect(ran.code).toBe(0);
    const [there, here] = [await keys("list", ...C, "--config", "empty.config.ts"), await keys("list", ...C)];
    expect([there.code, there.stdout]).toEqual([0, here.stdout]);
  });
  test("a store that isn't empty is never overwritten", async () => {
    const before = await store();
    expectJsonMistake(await keys("import", "copy.json", "--json"), 5, "ERR_KEY_STORE_EXISTS");
    expect(await store()).toBe(before);
  });
  test("--dry-run says whether it would go in, and changes nothing", async () => {
    const before = await store();
    const ran = await keys("import", "copy.json", "--dry-run");
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/not empty, and refuses it/)]);
    expect(await store()).toBe(before);
  });
  test("a copy under another root key than the pinned one", async () => {
    expectJsonMistake(await keys("import", "copy.json", "--pin", "A".repeat(43), "--json"), 5, "ERR_PIN_MISMATCH");
  });
  test("a file that is no copy", async () => {
    expectMistake(await keys("import", "schemas.ts"), 2, /schemas\.ts can't be read as what `keys export` writes/);
  });
});

describe("keys wraps", () => {
  test("works: the pin, the epoch, and which key-encryption keys there are", async () => {
    const { pin, wraps } = await json("wraps");
    expect([pin, wraps]).toEqual([world.pin, [{ keyring: "static", kek: expect.any(String) }]]);
  });
});

describe("keys add-wrap", () => {
  test("works: either key-encryption key opens from then on", async () => {
    expect((await keys("add-wrap", "other")).code).toBe(0);
    expect((await json("wraps"))["wraps"]).toHaveLength(2);
    expect((await world.cosmoseal(["keys", "list", ...C], { SEAL_KEK: OTHER_KEK })).code).toBe(0);
  });
  test("--dry-run changes nothing", async () => {
    const before = await store();
    expect((await keys("add-wrap", "other", "--dry-run")).code).toBe(0);
    expect(await store()).toBe(before);
  });
  test("a keyring that the configuration doesn't have", async () => {
    expectMistake(
      await keys("add-wrap", "hsm"),
      2,
      /The configuration has no keyring "hsm" under `keyrings`\. It has: other/,
    );
  });
});

describe("keys remove-wrap", () => {
  test("works: the one that is taken away opens no more", async () => {
    const { wraps } = (await json("wraps")) as { wraps: { kek: string }[] };
    const [, second] = wraps;
    expect((await keys("remove-wrap", "static", "--kek", second!.kek)).stdout).toMatch(/^1 wrap removed/);
    expect((await world.cosmoseal(["keys", "list", ...C], { SEAL_KEK: OTHER_KEK })).code).toBe(5);
  });
  test("the last one is never taken away", async () => {
    const before = await store();
    expectJsonMistake(await keys("remove-wrap", "static", "--json"), 3, "ERR_OPTIONS_INVALID");
    expect(await store()).toBe(before);
  });
  test("a kind that there is not", async () => {
    expectMistake(
      await keys("remove-wrap", "azure"),
      2,
      /No wrap of the root key matches\. cosmoseal keys wraps lists them/,
    );
  });
});

describe("keys rewrap", () => {
  test("works: the root key is under the other one alone", async () => {
    expect((await keys("rewrap", "other", "--yes")).code).toBe(0);
    expect((await world.cosmoseal(["keys", "list", ...C], { SEAL_KEK: OTHER_KEK })).code).toBe(0);
    expect((await keys("list", ...C)).code).toBe(5);
    // Back again, for what follows.
    const back = await world.cosmoseal(["keys", "rewrap", "other", "--yes"], { SEAL_KEK: OTHER_KEK, OTHER_KEK: KEK });
    expect(back.code).toBe(0);
  });
  test("answered with no: nothing is changed", async (context) => {
    const before = await store();
    const ran = await atTerminal(context, ["keys", "rewrap", "other"], [["already? [y/N]: ", "\n"]]);
    expect([ran.code, ran.stdout]).toEqual([6, expect.stringMatching(/Nothing was changed/)]);
    expect(await store()).toBe(before);
  });
  test("no terminal and no --yes", async () => {
    expectMistake(
      await keys("rewrap", "other"),
      2,
      /no terminal to ask at: "Do all applications have other already\?"\. Give --yes/,
    );
  });
});

describe("keys new-root", () => {
  test("works: a wrapped root key in a file, and what to deploy", async () => {
    const ran = await keys("new-root", "--out", "next.json");
    const { pin } = JSON.parse(await readFile(join(world.folder, "next.json"), "utf8"));
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(pin)]);
    expectNoSecret(ran);
  });
  test("a file that is there is never overwritten", async () => {
    expectMistake(await keys("new-root", "--out", "next.json"), 6, /next\.json is there already/);
  });
});

describe("keys rekey", () => {
  test("a process that doesn't pin the next root key is refused, and nothing is changed", async () => {
    const before = await store();
    expectJsonMistake(await keys("rekey", "next.json", "--yes", "--json"), 5, "ERR_PIN_MISMATCH");
    expect(await store()).toBe(before);
  });
  test("--dry-run names both root keys and changes nothing", async () => {
    const before = await store();
    const ran = await keys("rekey", "next.json", "--dry-run");
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(world.pin)]);
    expect(await store()).toBe(before);
  });
  test("works: documents open under the new root key, and no longer under the old pin", async () => {
    const { pin } = JSON.parse(await readFile(join(world.folder, "next.json"), "utf8")) as { pin: string };
    const pins = JSON.stringify([{ pin: world.pin, until: "2099-01-01" }, { pin }]);
    await world.write("both.config.ts", configText(pins));
    const ran = await keys("rekey", "next.json", "--yes", "--config", "both.config.ts");
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(pin)]);
    const inspected = await world.cosmoseal(["inspect", "c-1", ...C, "--json", "--config", "both.config.ts"]);
    expect(jsonOf(inspected)["opens"]).toBe(true);
    expectMistake(await keys("list", ...C), 5, /root key is not one that is pinned now/);
  });
  test("a file that is no root key", async () => {
    expectMistake(
      await keys("rekey", "copy.json", "--yes", "--config", "both.config.ts"),
      2,
      /copy\.json is not what `keys new-root` writes/,
    );
  });
});

describe("init", () => {
  let folder: string;
  const PASSPHRASE = "tin otter violin lamp";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cosmoseal-init-"));
    await symlink(join(world.folder, "node_modules"), join(folder, "node_modules"));
    for (let i = 0; i < 20; i++) {
      await world.plain("audit").items.create({
        id: `a-${i}`,
        day: "2026-11-24",
        email: `canary-${i}@example.org`,
        note: "n",
        ...(i > 10 && { iban: "DE89370400440532013000" }),
      });
    }
  });
  afterAll(() => rm(folder, { recursive: true }));
  const init = (args: readonly string[], env = {}): Promise<Ran> =>
    run(["init", "--container", "shop/audit", ...args], { cwd: folder, env: { ...world.env, ...env } });

  test("--dry-run prints what would be written, with no value of a document, and writes nothing", async () => {
    const ran = await init(["--dry-run"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/\/\/ REVIEW looks like email: 20 of 20\.\n +email: sealed\(z\.string\(\)\),/);
    expect(ran.stdout).toMatch(/\/\/ REVIEW looks like iban: 9 of 9\.\n +iban: sealed\(z\.string\(\)\)\.optional\(\),/);
    expectNoSecret(ran);
    expect(existsSync(join(folder, "cosmoseal.config.ts"))).toBe(false);
  });
  test("a weak passphrase is refused, and nothing is written", async () => {
    expectMistake(await init([], { SEAL_PASSPHRASE: "short" }), 6, /The passphrase has fewer than 12 characters/);
    expect(existsSync(join(folder, "cosmoseal.config.ts"))).toBe(false);
  });
  test("two passphrases that differ are refused, and nothing is written", async (context) => {
    if (NO_TERMINAL !== undefined) context.skip(NO_TERMINAL);
    const dialogue = [
      ["New passphrase of the key file: ", `${PASSPHRASE}\n`],
      ["The same again: ", "tin otter violin lump\n"],
    ] as const;
    const ran = await runAtTerminal(["init", "--container", "shop/audit"], { cwd: folder, env: world.env }, dialogue);
    expect([ran.code, ran.stdout]).toEqual([
      6,
      expect.stringMatching(/The two are not the same\. Nothing was changed\./),
    ]);
    expect(existsSync(join(folder, "cosmoseal.config.ts"))).toBe(false);
  });
  test("works: at a terminal, from question to question, and what it writes loads; the passphrase isn't shown", async (context) => {
    if (NO_TERMINAL !== undefined) context.skip(NO_TERMINAL);
    const dialogue = [
      ["Which container, as database/container: ", "shop/audit\n"],
      ["New passphrase of the key file: ", `${PASSPHRASE}\n`],
      ["The same again: ", `${PASSPHRASE}\n`],
    ] as const;
    const ran = await runAtTerminal(["init"], { cwd: folder, env: world.env }, dialogue);
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringMatching(/audit\.seal\.ts, cosmoseal\.config\.ts and cosmoseal\.keys are made\./),
    ]);
    expect(ran.stdout).not.toContain(PASSPHRASE);
    expect((await stat(join(folder, "cosmoseal.keys"))).mode & 0o777).toBe(0o600);
    const doctor = await run(["doctor", "--json"], { cwd: folder, env: { ...world.env, SEAL_PASSPHRASE: PASSPHRASE } });
    const { findings } = jsonOf(doctor) as { findings: { check: string; level: string }[] };
    expect([doctor.code, findings.filter(({ level }) => level === "bad")]).toEqual([0, []]);
  });
  test("a wrong passphrase afterwards is told in one sentence", async () => {
    const ran = await run(["keys", "list"], {
      cwd: folder,
      env: { ...world.env, SEAL_PASSPHRASE: "tin otter violin lump" },
    });
    expectMistake(ran, 5, /The passphrase doesn't open the root key/);
  });
  test("no passphrase and no terminal", async () => {
    expectMistake(
      await run(["keys", "list"], { cwd: folder, env: world.env }),
      3,
      /The environment variable SEAL_PASSPHRASE is not set/,
    );
  });
  test("files that are there are never overwritten", async () => {
    const before = await readFile(join(folder, "audit.seal.ts"), "utf8");
    expectMistake(
      await init([], { SEAL_PASSPHRASE: PASSPHRASE }),
      6,
      /audit\.seal\.ts is there already\. Nothing was changed/,
    );
    expect(await readFile(join(folder, "audit.seal.ts"), "utf8")).toBe(before);
  });
});
