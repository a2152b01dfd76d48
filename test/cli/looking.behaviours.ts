/** The commands that look and mend: each does its work, and says what is wrong where something is. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runUntil } from "./support/run.js";
import { expectJsonMistake, expectMistake, expectNoSecret, jsonOf } from "./support/says.js";
import { openWorld, SCHEMAS, type World } from "./support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());
beforeEach(() => world.write("schemas.ts", SCHEMAS));

const C = ["-c", "shop/customers"];

/** What a holder of the account key does: changes a public field, past the client. */
async function forge(id: string, change: (stored: Record<string, unknown>) => void): Promise<void> {
  const { resources } = await world
    .plain()
    .items.query<Record<string, unknown>>({
      query: "SELECT * FROM c WHERE c.id = @id",
      parameters: [{ name: "@id", value: id }],
    })
    .fetchAll();
  const stored = resources[0]!;
  change(stored);
  await world
    .plain()
    .item(id, String(stored["tenantId"]))
    .replace(stored as { id: string });
}

describe("explain", () => {
  test("works: shows what is sent, what the server learns, what the client does", async () => {
    const ran = await world.cosmoseal([
      "explain",
      "SELECT * FROM c WHERE c.email = @e",
      "-p",
      "@e=canary@example.org",
      ...C,
    ]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/sent +SELECT VALUE c FROM c WHERE/);
    expect(ran.stdout).toMatch(/search +\/email by equality: 1 token sent/);
    expectNoSecret(ran);
  });
  test("asks no account and no key store", async () => {
    const before = world.emulator.requests.length;
    const env = { COSMOS_ENDPOINT: "http://127.0.0.1:1/" };
    const ran = await world.cosmoseal(["explain", "SELECT * FROM c WHERE c.plan = 'pro'", ...C, "--json"], env);
    expect([ran.code, jsonOf(ran)["fetches"], world.emulator.requests.length]).toEqual([0, "exact", before]);
  });
  test("a query that is refused ends with 1 and its remedy", async () => {
    const ran = await world.cosmoseal(["explain", "SELECT * FROM c WHERE c.name = 'x'", ...C]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^refused +ERR_QUERY_NEEDS_SCAN: .*Declare an index for it/);
  });
  test("a parameter without a value", async () => {
    expectMistake(
      await world.cosmoseal(["explain", "SELECT * FROM c", "-p", "e", ...C]),
      2,
      /--parameter takes @name=value/,
    );
  });
  test("no query", async () => {
    const { code, stderr } = await world.cosmoseal(["explain", ...C]);
    expect([code, stderr.split("\n")[0]]).toEqual([2, "cosmoseal: missing required argument 'sql'"]);
  });
});

describe("inspect", () => {
  test("works: shows what is stored, the tokens by their paths, and that every part holds", async () => {
    const ran = await world.cosmoseal(["inspect", "c-1", ...C]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/token e\w+ +\/email by equality: 1/);
    expect(ran.stdout).toMatch(/manifest +holds/);
    expect(ran.stdout).toMatch(/group medical +opens: 1 value \(\/diagnosis\)/);
    expectNoSecret(ran);
  });
  test("sealed values are shown with --reveal alone", async () => {
    const hidden = await world.cosmoseal(["inspect", "c-1", ...C, "--json"]);
    expectNoSecret(hidden);
    const shown = jsonOf(await world.cosmoseal(["inspect", "c-1", ...C, "--json", "--reveal"]));
    expect(shown["revealed"]).toMatchObject({ email: "canary-1@example.org", diagnosis: "J45.9" });
    expect(jsonOf(hidden)).not.toHaveProperty("revealed");
  });
  test("a forged document: which part fails, and what that tells", async () => {
    await forge("c-3", (stored) => {
      stored["plan"] = "free";
    });
    const ran = await world.cosmoseal(["inspect", "c-3", ...C]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/manifest +fails/);
    expect(ran.stdout).toMatch(/ERR_INTEGRITY {2}Every group opens: what was changed is the public part/);
    expectNoSecret(ran);
  });
  test("a plaintext document: what the schema seals is hidden here, too", async () => {
    await world
      .plain()
      .items.create({ id: "plain", tenantId: "t-1", plan: "pro", email: "canary@example.org", name: "Canary" });
    const ran = await world.cosmoseal(["inspect", "plain", ...C]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/ERR_NOT_SEALED {2}It is plaintext/);
    expect(ran.stdout).toMatch(/"email": "\(hidden\)"/);
    expectNoSecret(ran);
  });
  test("an id that steers the terminal is written out", async () => {
    await world.plain().items.create({ id: "x\u001b[2J\u202e", tenantId: "t-1" });
    const ran = await world.cosmoseal(["inspect", "x\u001b[2J\u202e", ...C]);
    expect(ran.stdout).toContain("x\\u001b[2J\\u202e");
    expect(ran.stdout).not.toContain("\u001b[2J");
    await world.plain().item("x\u001b[2J\u202e", "t-1").delete();
  });
  test("a document that is not there", async () => {
    expectMistake(await world.cosmoseal(["inspect", "nobody", ...C]), 4, /shop\/customers has no document "nobody"/);
  });
  test("an id that several partition keys have", async () => {
    await world.plain().items.create({ id: "twice", tenantId: "a" });
    await world.plain().items.create({ id: "twice", tenantId: "b" });
    expectMistake(
      await world.cosmoseal(["inspect", "twice", ...C]),
      2,
      /2 documents have the id "twice"; say which with --partition-key: \["a"\], \["b"\]/,
    );
    const ran = await world.cosmoseal(["inspect", "twice", ...C, "--partition-key", "a", "--json"]);
    expect(jsonOf(ran)["partitionKey"]).toEqual(["a"]);
    for (const tenant of ["a", "b"]) await world.plain().item("twice", tenant).delete();
  });
});

describe("repair", () => {
  const said = ["--reason", "ticket 1: changed in the portal"];
  const opens = async (id: string): Promise<unknown> =>
    jsonOf(await world.cosmoseal(["inspect", id, ...C, "--json"]))["opens"];

  test("works: a changed document is sealed as it is now, and opens", async () => {
    await forge("c-4", (stored) => {
      stored["plan"] = "free";
    });
    expect(await opens("c-4")).toBe(false);
    const ran = await world.cosmoseal(["repair", "c-4", ...C, ...said, "--confirm", "c-4"]);
    expect(ran.code).toBe(0);
    expectNoSecret(ran);
    const shown = jsonOf(await world.cosmoseal(["inspect", "c-4", ...C, "--json", "--reveal"]));
    expect(shown["revealed"]).toMatchObject({
      plan: "free",
      email: "canary-4@example.org",
      diagnosis: "J45.9",
      visits: 4,
    });
  });
  test("is recorded before and after, with the reason, the user and both etags, and no value", async () => {
    const file = join(world.folder, "cosmoseal-repairs.jsonl");
    const lines = (await readFile(file, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual(["begun", "done"]);
    expect(lines[1]).toMatchObject({
      container: "shop/customers",
      id: "c-4",
      reason: said[1],
      found: "ERR_INTEGRITY",
      lost: [],
    });
    expect(lines[1].newEtag).not.toBe(lines[1].etag);
    expect(lines[0].by.length).toBeGreaterThan(0);
    expectNoSecret({ code: 0, stdout: JSON.stringify(lines), stderr: "" });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
  test("a document that opens is left alone", async () => {
    const ran = await world.cosmoseal(["repair", "c-1", ...C, ...said, "--confirm", "c-1", "--json"]);
    expect([ran.code, jsonOf(ran)["repaired"]]).toEqual([0, false]);
  });
  test("--dry-run shows what would be sealed and changes nothing", async () => {
    await forge("c-5", (stored) => {
      stored["plan"] = "free";
    });
    const ran = await world.cosmoseal(["repair", "c-5", ...C, "--dry-run", "--json"]);
    expect([ran.code, jsonOf(ran)]).toEqual([
      0,
      expect.objectContaining({ dryRun: true, repaired: false, code: "ERR_INTEGRITY" }),
    ]);
    expect(ran.stderr).toContain('"plan": "free"');
    expectNoSecret(ran);
    expect(await opens("c-5")).toBe(false);
  });
  test("another id typed than the document's: nothing is changed", async () => {
    const ran = await world.cosmoseal(["repair", "c-5", ...C, ...said, "--confirm", "c-6"]);
    expect([ran.code, ran.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      6,
      "cosmoseal: That is not c-5. Nothing was changed.",
    ]);
    expect(await opens("c-5")).toBe(false);
  });
  test("no reason and no terminal to ask at", async () => {
    const ran = await world.cosmoseal(["repair", "c-5", ...C, "--confirm", "c-5"]);
    expect([ran.code, ran.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      2,
      expect.stringMatching(/no terminal to ask at: "Why is it repaired".*Give --reason/),
    ]);
  });
  test("a group that doesn't open is lost only where that is said", async () => {
    await forge("c-6", (stored) => {
      const seal = stored["_seal"] as { g: Record<string, unknown[]> };
      seal.g["medical"]![2] = Buffer.alloc(72, 1).toString("base64");
    });
    const refused = await world.cosmoseal(["repair", "c-6", ...C, ...said, "--confirm", "c-6"]);
    expect([refused.code, refused.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      6,
      expect.stringMatching(/The group medical doesn't open: its values would be lost/),
    ]);
    const ran = await world.cosmoseal([
      "repair",
      "c-6",
      ...C,
      ...said,
      "--confirm",
      "c-6",
      "--lose",
      "medical",
      "--json",
    ]);
    expect([ran.code, jsonOf(ran)["lost"]]).toEqual([0, ["medical"]]);
    expect(await opens("c-6")).toBe(true);
  });
  test("a property that the schema doesn't declare is named, and dropped where that is said", async () => {
    await forge("c-7", (stored) => {
      stored["extra"] = 1;
    });
    const refused = await world.cosmoseal(["repair", "c-7", ...C, ...said, "--confirm", "c-7", "--json"]);
    expectJsonMistake(refused, 6, "ERR_PATH_UNDECLARED");
    expect(await opens("c-7")).toBe(false);
    const ran = await world.cosmoseal(["repair", "c-7", ...C, ...said, "--confirm", "c-7", "--drop", "/extra"]);
    expect([ran.code, await opens("c-7")]).toEqual([0, true]);
  });
  test("what others changed meanwhile is not overwritten", async () => {
    await forge("c-8", (stored) => {
      stored["plan"] = "free";
    });
    const fault = world.emulator.injectFault({
      when: { operation: "replace", resourceType: "docs" },
      times: 1,
      fault: { status: 412 },
    });
    const ran = await world.cosmoseal(["repair", "c-8", ...C, ...said, "--confirm", "c-8"]);
    fault.remove();
    expect([ran.code, ran.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      6,
      "cosmoseal: The document was changed meanwhile. Look at it again.",
    ]);
    const record = (await readFile(join(world.folder, "cosmoseal-repairs.jsonl"), "utf8")).trimEnd().split("\n");
    expect(JSON.parse(record.at(-1)!)).toMatchObject({ event: "failed", id: "c-8" });
  });
});

describe("policy", () => {
  test.each(["bicep", "terraform"])("works: %s names every path that the index needs", async (format) => {
    const { code, stdout } = await world.cosmoseal(["policy", ...C, "--format", format]);
    expect(code).toBe(0);
    for (const path of ["/_seal/x/*", "/_seal/s/?", "/_seal/t/?", "/_seal/*", "/tenantId"])
      expect(stdout).toContain(path);
  });
  test("works: a container that is made of its JSON is as doctor wants it", async () => {
    const { code, stdout } = await world.cosmoseal(["policy", ...C]);
    const { database: _, ...body } = JSON.parse(stdout);
    const { database } = await world.account.databases.createIfNotExists({ id: "copy" });
    await database.containers.create(body);
    await world.write("copy.config.ts", (await configOf()).replace('"shop/customers"', '"copy/customers"'));
    const { findings } = jsonOf(
      await world.cosmoseal(["doctor", "-c", "copy/customers", "--config", "copy.config.ts", "--json"]),
    ) as {
      findings: { check: string }[];
    };
    expect([code, findings.filter(({ check }) => check === "policy")]).toEqual([0, []]);
    await database.delete();
  });
  test("a format that there is not", async () => {
    const { code, stderr } = await world.cosmoseal(["policy", "--format", "pulumi"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      expect.stringMatching(/Allowed choices are json, bicep, terraform/),
    ]);
  });
});

describe("doctor", () => {
  interface Finding {
    readonly check: string;
    readonly level: string;
    readonly text: string;
    readonly remedy?: string;
  }
  const findings = async (
    args: readonly string[] = [],
    env = {},
  ): Promise<{ code: number | null; findings: readonly Finding[] }> => {
    const ran = await world.cosmoseal(["doctor", "--json", ...args], env);
    expectNoSecret(ran);
    return { code: ran.code, findings: jsonOf(ran)["findings"] as readonly Finding[] };
  };

  test("works: everything in order, every finding with its remedy", async () => {
    const { code, findings: found } = await findings();
    expect(code).toBe(0);
    expect(found.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["sdk", "endpoint", "clock", "pin", "keys", "container", "writers"]),
    );
    for (const { level, remedy } of found) if (level !== "ok") expect(remedy?.length).toBeGreaterThan(10);
  });
  test("--strict takes warnings for bad", async () => {
    expect((await findings(["--strict"])).code).toBe(1);
  });
  test("a wrong key is a finding with its remedy", async () => {
    const { code, findings: found } = await findings([], { COSMOS_KEY: Buffer.alloc(64, 1).toString("base64") });
    expect(code).toBe(1);
    expect(found.find(({ check }) => check === "endpoint")).toMatchObject({
      level: "bad",
      text: expect.stringMatching(/refuses the key/),
    });
  });
  test("a wrong key-encryption key is a finding with its remedy", async () => {
    const { code, findings: found } = await findings([], { SEAL_KEK: Buffer.alloc(32, 9).toString("base64") });
    expect([code, found.find(({ check }) => check === "keys")?.level]).toEqual([1, "bad"]);
  });
  test("a container without the index that tokens need is told", async () => {
    await world.account.database("shop").containers.create({ id: "bare", partitionKey: "/tenantId" });
    await world.write("bare.config.ts", (await configOf()).replace('"shop/customers"', '"shop/bare"'));
    const { findings: found } = await findings(["--config", "bare.config.ts"]);
    expect(found.filter(({ check }) => check === "policy").map(({ text }) => text)).toEqual([
      expect.stringMatching(/shop\/bare: The indexing policy doesn't include \/_seal\/x/),
      expect.stringMatching(/shop\/bare: The indexing policy doesn't exclude \/_seal/),
    ]);
  });
  test("infrastructure code that would take the index away is told", async () => {
    await world.write(
      "infra.bicep",
      `resource c 'x' = {\n  name: 'customers'\n  // '/_seal/x/*'\n  includedPaths: [ { path: '/*' } ]\n}\n`,
    );
    await world.write(
      "infra.config.ts",
      (await configOf()).replace("keyrings:", 'infrastructure: ["infra.bicep"],\n  keyrings:'),
    );
    const { findings: found } = await findings(["--config", "infra.config.ts"]);
    const told = found.filter(({ check }) => check === "infrastructure");
    expect(told.map(({ level, text }) => [level, text])).toEqual([
      [
        "warning",
        expect.stringMatching(
          /infra\.bicep makes shop\/customers without .*\/_seal\/x\/\*.*the next deployment takes it away/,
        ),
      ],
    ]);
  });
  test("--watch sees who writes past the client", async () => {
    const watching = findings([...C, "--watch", "6s"]);
    const writing = setInterval(
      () => void world.plain().items.upsert({ id: "foreign", tenantId: "t-1", plan: "x" }),
      500,
    );
    const { code, findings: found } = await watching;
    clearInterval(writing);
    const told = found.find(({ check }) => check === "writers");
    expect([code, told?.level, told?.text]).toEqual([
      1,
      "bad",
      expect.stringMatching(/don't open \(ERR_NOT_SEALED\), the first is "foreign"/),
    ]);
  });
});

describe("exposure", () => {
  const own = ["exposure", "shop/customers", "shop/people"];
  test("works: counts what is sealed and what isn't, by path, with no data key at hand", async () => {
    const ran = await world.cosmoseal([...own, "--json"], { SEAL_KEK: undefined, OTHER_KEK: undefined });
    // What the configuration needs for its keyring is missing: the account key is enough.
    expect(ran.code).toBe(0);
    expectNoSecret(ran);
    const [customers] = jsonOf(ran)["containers"] as { name: string; sealed: number; paths: { path: string }[] }[];
    expect([customers?.name, customers?.sealed]).toEqual(["shop/customers", 12]);
  });
  test("works: the page stands on its own, and holds no value", async () => {
    const { code } = await world.cosmoseal([...own, "--html", "exposure.html"]);
    const page = await readFile(join(world.folder, "exposure.html"), "utf8");
    expect(code).toBe(0);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\/(?!127\.0\.0\.1)/);
    expectNoSecret({ code, stdout: page, stderr: "" });
    expect((await stat(join(world.folder, "exposure.html"))).mode & 0o777).toBe(0o600);
  });
  test("--fail-if ends with 1 beyond a bound, and with 0 below", async () => {
    const beyond = await world.cosmoseal([...own, "--fail-if", "plaintext>0", "--json"]);
    expect([beyond.code, jsonOf(beyond)["exceeded"]]).toEqual([1, ["plaintext>0"]]);
    expect((await world.cosmoseal([...own, "--fail-if", "plaintext>99%"])).code).toBe(0);
  });
  test("a bound that can't be read", async () => {
    expectMistake(
      await world.cosmoseal([...own, "--fail-if", "plain=0"]),
      2,
      /--fail-if takes a bound as "plaintext>0" or "personal>1%", not "plain=0"/,
    );
  });
  test("a database that is not there", async () => {
    expectMistake(await world.cosmoseal(["exposure", "shoop"]), 4, /The account has no database "shoop"/);
  });
  test("Ctrl-C stops it cleanly and says how to go on", async () => {
    const slow = world.emulator.injectFault({ when: { resourceType: "docs" }, fault: { latencyMs: 3000 } });
    const options = { cwd: world.folder, env: { ...world.env, FORCE_COLOR: "0" } };
    const running = runUntil(["exposure", "shop"], options, "", "SIGINT");
    const { code, stdout, stderr } = await running;
    slow.remove();
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(
      /^(?:reading [^\n]*\n)?cosmoseal: Stopped\. Nothing was written\. Run it again, or bound it with --limit\.\n$/,
    );
  });
});

describe("schema lock", () => {
  test("works: writes the facts of the version, which the definition then takes as its history", async () => {
    const ran = await world.cosmoseal(["schema", "lock"]);
    expect(ran.code).toBe(0);
    const lock = JSON.parse(await readFile(join(world.folder, "customers.lock.json"), "utf8"));
    expect(lock).toEqual([
      expect.objectContaining({ version: 1, groups: expect.objectContaining({ medical: ["/diagnosis"] }) }),
    ]);
    await world.write(
      "schemas.ts",
      `import lock from "./customers.lock.json" with { type: "json" };\n${SCHEMAS.replace('name: "customers",', 'name: "customers", history: lock,')}`,
    );
    expect((await world.cosmoseal(["schema", "check"])).code).toBe(0);
  });
  test("does nothing the second time", async () => {
    const ran = await world.cosmoseal(["schema", "lock", "--json"]);
    expect((jsonOf(ran)["locks"] as { changed: boolean }[]).map(({ changed }) => changed)).toEqual([false, false]);
  });
  test("--dry-run says with 1 that the lock is behind, and writes nothing", async () => {
    await world.write("schemas.ts", SCHEMAS.replace('name: "customers",', 'name: "customers", version: 2,'));
    const before = await readFile(join(world.folder, "customers.lock.json"), "utf8");
    expect((await world.cosmoseal(["schema", "lock", "--dry-run"])).code).toBe(1);
    expect(await readFile(join(world.folder, "customers.lock.json"), "utf8")).toBe(before);
  });
  test("a schema that was changed under a locked version", async () => {
    await world.write("schemas.ts", SCHEMAS.replace('"/plan": signed()', '"/plan": sealed()'));
    expectMistake(
      await world.cosmoseal(["schema", "lock"]),
      6,
      /Version 1 of customers is locked with other facts: raise `version`/,
    );
  });
  test("a lock file that is no JSON", async () => {
    await world.write("people.lock.json", "<<<<<<< HEAD");
    expectMistake(
      await world.cosmoseal(["schema", "lock"]),
      3,
      /people\.lock\.json is no JSON\. Restore it from version control/,
    );
    await world.write("people.lock.json", "[]");
  });
});

describe("schema check", () => {
  const check = async (change: readonly (readonly [string, string])[]) => {
    let text = SCHEMAS.replace('name: "customers",', 'name: "customers", version: 2,');
    for (const [from, to] of change) text = text.replace(from, to);
    await world.write("schemas.ts", text);
    const ran = await world.cosmoseal(["schema", "check", ...C, "--json"]);
    return jsonOf(ran) as { results: { need: string; changes: { need: string; path: string; remedy: string }[] }[] };
  };

  test("works: a new sealed path is safe", async () => {
    const { results } = await check([['"/name": sealed(),', '"/name": sealed(), "/phone": sealed(),']]);
    expect(results).toMatchObject([{ need: "safe", changes: [{ path: "/phone", need: "safe" }] }]);
  });
  test("a new index needs a rebuild", async () => {
    const { results } = await check([['"/name": sealed(),', '"/name": sealed({ equality: true }),']]);
    expect(results).toMatchObject([{ need: "rebuild", changes: [{ path: "/name" }] }]);
  });
  test("sealing what was public needs phases", async () => {
    const { results } = await check([['"/plan": signed()', '"/plan": sealed()']]);
    expect(results).toMatchObject([{ need: "phases", changes: [{ path: "/plan" }] }]);
  });
  test("making public what was sealed declassifies, and says which word that needs", async () => {
    const { results } = await check([['"/name": sealed(),', '"/name": signed(),']]);
    expect(results).toMatchObject([
      { need: "declassifies", changes: [{ path: "/name", remedy: expect.stringMatching(/declassify: \["\/name"\]/) }] },
    ]);
  });
  test("what a definition with a history refuses to be is told the same way, with 1", async () => {
    await world.write(
      "schemas.ts",
      `import lock from "./customers.lock.json" with { type: "json" };\n${SCHEMAS.replace('name: "customers",', 'name: "customers", version: 2, history: lock,').replace('"/name": sealed(),', '"/name": signed(),')}`,
    );
    const ran = await world.cosmoseal(["schema", "check"]);
    expect([ran.code, ran.stderr]).toEqual([1, ""]);
    expect(ran.stdout).toMatch(/declassifies +\/name was sealed and would be public in version 2/);
  });
});

function configOf(): Promise<string> {
  return readFile(join(world.folder, "cosmoseal.config.ts"), "utf8");
}
