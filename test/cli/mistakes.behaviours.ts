/** The mistakes that can be made with many commands: each is told in one sentence, and changes nothing. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYWHERE, MATRIX } from "./matrix.js";
import { INVOCATIONS, type Invocation } from "./support/minimal.js";
import { run } from "./support/run.js";
import { expectJsonMistake, expectMistake } from "./support/says.js";
import { OTHER_KEK, openWorld, type World } from "./support/world.js";

let world: World;
let before: string;
beforeAll(async () => {
  world = await openWorld();
  await world.write("next-root.json", JSON.stringify({ pin: "p".repeat(43), wraps: [] }));
  await world.write("copy.json", JSON.stringify(await world.exported()));
  before = await everything();
}, 120_000);
afterAll(async () => {
  const after = await everything();
  await world.close();
  // No mistake changed a document or a key.
  expect(after).toBe(before);
});

/** All documents of all containers, key store included. */
async function everything(): Promise<string> {
  const all = [];
  for (const [database, container] of [
    ["shop", "customers"],
    ["shop", "people"],
    ["shop", "audit"],
    ["ops", "keys"],
  ] as const) {
    const { resources } = await world.account.database(database).container(container).items.readAll().fetchAll();
    all.push(resources.map((document) => JSON.stringify(document)).sort());
  }
  return JSON.stringify(all);
}

/** What each case of the matrix does, and what must be said. */
const CASES: Readonly<Record<(typeof EVERYWHERE)[number], (command: string, invocation: Invocation) => Promise<void>>> =
  {
    "help, with an example": async (command) => {
      const { code, stdout, stderr } = await world.cosmoseal([...command.split(" "), "--help"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(new RegExp(`^Usage: cosmoseal ${command} `));
      expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n {2}\\$ cosmoseal ${command}`));
      for (const option of ["--config <file>", "--json", "--help"]) expect(stdout).toContain(option);
      // A sentence, not only a name.
      expect(stdout.split("\n").slice(2, 4).join(" ")).toMatch(/[A-Z].{20,}/);
    },
    "no configuration": async (command, { args }) => {
      const empty = await mkdtemp(join(tmpdir(), "cosmoseal-empty-"));
      const ran = await run([...command.split(" "), ...args], { cwd: empty, env: world.env });
      await rm(empty, { recursive: true });
      expectMistake(
        ran,
        3,
        /There is no cosmoseal\.config\.ts here or in a folder above\. Make one with: cosmoseal init/,
      );
    },
    "an unknown option": async (command, { args }) => {
      const { code, stdout, stderr } = await world.cosmoseal([...command.split(" "), ...args, "--sekret"]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^cosmoseal: unknown option '--sekret'/);
    },
    "wrong key": async (command, { args }) => {
      const env = { COSMOS_KEY: Buffer.alloc(64, 1).toString("base64") };
      const line = [...command.split(" "), ...args];
      expectMistake(
        await world.cosmoseal(line, env),
        4,
        /refuses the key\. Check that key and endpoint belong to the same account/,
      );
      expectJsonMistake(await world.cosmoseal([...line, "--json"], env), 4, "ACCOUNT_401");
    },
    "wrong account": async (command, { args }) => {
      const ran = await world.cosmoseal([...command.split(" "), ...args], { COSMOS_ENDPOINT: "http://127.0.0.1:1/" });
      expectMistake(ran, 4, /The account http:\/\/127\.0\.0\.1:1\/ can't be reached: nothing listens there/);
    },
    "no endpoint in the environment": async (command, { args }) => {
      const ran = await world.cosmoseal([...command.split(" "), ...args], { COSMOS_ENDPOINT: undefined });
      expectMistake(ran, 3, /The environment variable COSMOS_ENDPOINT is not set/);
    },
    "no rights": async (command, { args }) => {
      const faults = ["docs", "colls"].map((resourceType) =>
        world.emulator.injectFault({ when: { resourceType }, fault: { status: 403 } }),
      );
      const ran = await world.cosmoseal([...command.split(" "), ...args]);
      for (const fault of faults) fault.remove();
      expectMistake(ran, 4, /doesn't allow this\. The key, the role or the firewall lacks the right/);
    },
    "container missing": async (command, { args }) => {
      const line = [...command.split(" "), ...args.map((arg) => (arg.startsWith("shop") ? "shop/nowhere" : arg))];
      await world.write("missing.config.ts", (await configOf()).replace('"shop/customers"', '"shop/nowhere"'));
      const ran = await world.cosmoseal([...line, "--config", "missing.config.ts"]);
      expectMistake(ran, 4, /has no container shop\/nowhere\. Check the names, or make it/);
    },
    "a container without a definition": async (command, { args }) => {
      const line = [...command.split(" "), ...args.map((arg) => (arg.startsWith("shop/") ? "shop/custommers" : arg))];
      expectMistake(
        await world.cosmoseal(line),
        2,
        /No container "shop\/custommers" has a definition.*It has: shop\/customers, shop\/people/,
      );
    },
    "key store missing": async (command, { args }) => {
      const config = await configOf();
      await world.write("storeless.config.ts", config.replace('container("keys")', 'container("kees")'));
      const ran = await world.cosmoseal([...command.split(" "), ...args, "--config", "storeless.config.ts"]);
      expectMistake(ran, 5, /The container kees of the key store is not there/);
    },
    "wrong key-encryption key": async (command, { args }) => {
      const ran = await world.cosmoseal([...command.split(" "), ...args], { SEAL_KEK: OTHER_KEK });
      expectMistake(ran, 5, /The static key doesn't open the root key/);
    },
    "another root key than the pinned one": async (command, { args }) => {
      const config = await configOf();
      await world.write("pinned.config.ts", config.replace(world.pin, `${world.pin.slice(0, -4)}AAAA`));
      const ran = await world.cosmoseal([...command.split(" "), ...args, "--config", "pinned.config.ts"]);
      expectMistake(ran, 5, /root key is not one that is pinned now/);
    },
  };

function configOf(): Promise<string> {
  return readFile(join(world.folder, "cosmoseal.config.ts"), "utf8");
}

for (const command of new Set(MATRIX.map((row) => row.command))) {
  const cases = EVERYWHERE.filter((name) => MATRIX.some((row) => row.command === command && row.case === name));
  if (cases.length === 0) continue;
  describe(command, () => {
    for (const name of cases) test(name, () => CASES[name](command, INVOCATIONS[command]!));
  });
}
