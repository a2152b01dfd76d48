/** The vectors of key stores: made the same each time, opened or refused by the code of the client and by a second implementation in Python. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cryptoReady, isCosmosealError, Keys, staticKeyring } from "@cosmoseal/core";
import { fileKeyStore } from "@cosmoseal/core/node";
import { afterAll, describe, expect, test } from "vitest";
import { keyBytes } from "../packages/core/src/crypto/key.js";
import { readHeadForm } from "../packages/core/src/keys/forms.js";
import { openRoot } from "../packages/core/src/keys/loading/open-root.js";
import { verifyBucket, verifyHead } from "../packages/core/src/keys/records.js";
import { LoadedScope } from "../packages/core/src/keys/scope-keys.js";
import { optional } from "./support/optional.js";
import { type KeyStoreCase, makeKeyStores, type OpenedKey } from "./vectors/key-stores.js";

await cryptoReady();
const vectors = makeKeyStores();
const path = fileURLToPath(new URL("vectors/key-stores.json", import.meta.url));
const python = optional(
  "the second implementation of key stores",
  findPython(),
  "python3 with nacl (Debian: python3-nacl)",
);

/** What this implementation says of them; the format only says that they are refused. */
const CODES: Readonly<Record<string, string>> = {
  "another root key than the pinned one": "ERR_PIN_MISMATCH",
  "a key-encryption key that is not the store's": "ERR_UNWRAP_FAILED",
  "a group root that is not the pinned one": "ERR_PIN_MISMATCH",
  "a key-encryption key that is not the group's": "ERR_UNWRAP_FAILED",
  "a group that is pinned to a root, in a store without": "ERR_PIN_MISMATCH",
  "a head whose epoch was changed": "ERR_KEY_STORE_FORGED",
  "a record whose state was changed": "ERR_KEY_STORE_FORGED",
  "a record that is missing": "ERR_KEY_STORE_FORGED",
  "a sum of another file": "ERR_KEY_STORE_DAMAGED",
  "group roots taken out of the head, and their keys left": "ERR_PIN_MISMATCH",
  "no group roots, by an empty list of them": "ERR_KEY_STORE_DAMAGED",
  "a group's key under the root key beside a listed root": "ERR_KEY_STORE_FORGED",
  "a group's key that names another group's root": "ERR_KEY_STORE_FORGED",
  "a group's key taken from another scope": "ERR_KEY_STORE_FORGED",
  "a group's key under the number of another generation": "ERR_KEY_STORE_FORGED",
  "a root at a key that is of no group": "ERR_KEY_STORE_DAMAGED",
  "a root at a destroyed key": "ERR_KEY_STORE_DAMAGED",
};

const folder = mkdtempSync(join(tmpdir(), "cosmoseal-vectors-"));
let count = 0;
afterAll(() => rmSync(folder, { recursive: true }));

describe("vectors of key stores", () => {
  test("are what the generator makes", () => {
    assert.equal(readFileSync(path, "utf8"), `${JSON.stringify(vectors, null, 1)}\n`, "run: pnpm vectors");
  });

  test.each(vectors.cases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    if ("fails" in one) {
      const error = await opened(one).then(
        () => assert.fail("it opened"),
        (reason: unknown) => reason,
      );
      assert(isCosmosealError(error), String(error));
      assert.equal(error.code, CODES[one.name]);
    } else {
      expect(sorted(await opened(one))).toEqual(sorted(one.opens));
    }
  });

  test.runIf(python !== undefined)("are opened and refused alike by the second implementation", () => {
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const { stdout, stderr } = spawnSync(python!, ["tools/keystores.py", path], { cwd, encoding: "utf8" });
    expect(`${stdout}${stderr}`).toMatch(/^key stores: (\d+)\/\1\n$/);
  });
});

/** Every key of the store, by the steps that a client takes. */
async function opened({ file, kek, pin, groups }: KeyStoreCase): Promise<readonly OpenedKey[]> {
  const place = join(folder, `${++count}.keys`);
  writeFileSync(place, JSON.stringify(file), { mode: 0o600 });
  const store = fileKeyStore(place);
  const given = Object.entries(groups).map(([group, one]) => {
    return [group, { keyring: staticKeyring(one.kek), pin: one.pin }] as const;
  });
  const keys = new Keys({ keyring: staticKeyring(kek), store, pin, groups: Object.fromEntries(given) });
  await keys.ready(); // pins and wraps
  keys.dispose();
  const form = readHeadForm(await store.readHead());
  const root = await openRoot(staticKeyring(kek), form.wraps, pin);
  verifyHead(root, form);
  const all: OpenedKey[] = [];
  for (const bucket of Object.keys(form.tree)) {
    for (const record of verifyBucket(root, form, bucket, await store.readBucket(bucket))) {
      const scope = new LoadedScope(root, record, form);
      for (const [group, { keyring, pin: own }] of given) {
        if (scope.lockedUnder(group) === undefined) continue;
        scope.unlock(group, await openRoot(keyring, form.groups![group]!.wraps, own));
      }
      for (const { kind, group, generation, id, state } of record.keys) {
        const key = keyOf(scope, kind, group, id);
        all.push({ kind, scope: record.scope, group, generation, id, state, key });
      }
    }
  }
  return all;
}

function keyOf(scope: LoadedScope, kind: OpenedKey["kind"], group: string, id: string): string | null {
  try {
    return Buffer.from(keyBytes(scope.reading(kind, group, id))).toString("base64");
  } catch (error) {
    if (isCosmosealError(error, "ERR_KEY_DESTROYED", "ERR_GROUP_KEY_MISSING")) return null;
    throw error;
  }
}

function sorted(keys: readonly OpenedKey[]): readonly OpenedKey[] {
  const text = (key: OpenedKey): string => JSON.stringify([key.scope, key.kind, key.group, key.generation]);
  return keys.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** /usr/bin first: Debian's python3-nacl belongs to Debian's python3. */
function findPython(): string | undefined {
  return ["/usr/bin/python3", "python3"].find(
    (command) => spawnSync(command, ["-c", "import nacl.bindings"]).status === 0,
  );
}
