/** The vectors: made the same each time, and opened or refused by this reader and by the second one in Python. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cryptoReady, isCosmosealError, isIntegrityError, type Keys, open } from "@cosmoseal/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeValue, type Value } from "../packages/core/src/codec/extended.js";
import { anyCase } from "../packages/core/test/support/arbitrary.js";
import { importKeys } from "./support/import-keys.js";
import { optional } from "./support/optional.js";
import { makeVectors, type VectorSet } from "./vectors/make.js";
import type { VectorCase, VectorFile } from "./vectors/model.js";
import { NOW, Workshop } from "./vectors/workshop.js";

await cryptoReady();
const sets = makeVectors();
const python = optional("the second reader", pythonReader(), "python3 with nacl (Debian: python3-nacl)");

describe.each(Object.entries(sets))("vectors %s", (name, { definition, file }: VectorSet) => {
  let keys: Keys;
  beforeAll(async () => {
    keys = await importKeys(file.reader.keys);
  });

  test("are what the generator makes", () => {
    const committed = readFileSync(new URL(`vectors/${name}.json`, import.meta.url), "utf8");
    assert.equal(committed, `${JSON.stringify(file, null, 1)}\n`, "run: pnpm vectors");
  });

  test.each(file.cases.map((vector) => [vector.name, vector] as const))("%s", async (_, vector) => {
    const stored = "storedText" in vector ? JSON.parse(vector.storedText) : structuredClone(vector.stored);
    const opening = open(definition, keys, stored, { now: file.now });
    if ("fails" in vector) {
      const error = await opening.then(
        () => assert.fail("it opened"),
        (reason: unknown) => reason,
      );
      assert(isIntegrityError(error) || isCosmosealError(error, "ERR_SCOPE_UNKNOWN"), String(error));
    } else {
      assert.deepStrictEqual(transported(await opening, vector.stored), vector.opens);
    }
  });
});

describe("the second reader", () => {
  test.runIf(python !== undefined)("opens and refuses every vector as the first does", () => {
    const files = Object.keys(sets).map((name) => fileURLToPath(new URL(`vectors/${name}.json`, import.meta.url)));
    for (const file of files) runPython(file);
  });

  test.runIf(python !== undefined)(
    "opens 1,000 random documents of random schemas, and refuses them after a change",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "cosmoseal-"));
      try {
        let documents = 0;
        let path = "";
        for (const { definition, document } of fc.sample(anyCase(), { numRuns: 1000, seed: 20_211 })) {
          const shop = new Workshop(definition);
          const stored = shop.seal(document);
          const cases: VectorCase[] = [
            { name: "opens", stored, opens: transported(document, stored) },
            { name: "changed", stored: { ...stored, id: `${stored["id"]}x` }, fails: true },
          ];
          path = join(folder, `${documents++}.json`);
          const file: VectorFile = { about: "random", reader: shop.reader(), now: NOW, cases };
          writeFileSync(path, JSON.stringify(file));
        }
        expect(documents).toBe(1000);
        runPython(...Array.from({ length: documents }, (_, i) => join(folder, `${i}.json`)));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

/** /usr/bin first: Debian's python3-nacl belongs to Debian's python3. */
function pythonReader(): string | undefined {
  return ["/usr/bin/python3", "python3"].find(
    (command) => spawnSync(command, ["-c", "import nacl.bindings"]).status === 0,
  );
}

function runPython(...files: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(python!, ["tools/reader.py", ...files], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /^reader: (\d+)\/\1$/m);
}

/** As the vectors write it: values of groups in the form of SPEC §3.2, the public part as JSON. */
function transported(document: Record<string, unknown>, stored: Record<string, unknown>): Record<string, unknown> {
  return encodeSealed(document, stored) as Record<string, unknown>;
}

/** What the stored document doesn't have, or has another value of, came from a group. */
function encodeSealed(value: unknown, stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || typeof value !== "object" || value === null) {
    return stored === value || (stored === 0 && value === 0 && !Object.is(value, -0))
      ? value
      : encodeValue(value as Value);
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => encodeSealed(item, (stored as unknown[])[i]));
  }
  const copy = {};
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    const below = Object.getOwnPropertyDescriptor(stored, name)?.value;
    const encodedMember = below === undefined ? encodeValue(member as Value) : encodeSealed(member, below);
    Object.defineProperty(copy, name, { value: encodedMember, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}
