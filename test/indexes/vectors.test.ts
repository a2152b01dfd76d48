/** The vectors of index tokens: made the same each time, and agreed upon by a second implementation in Python. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cryptoReady } from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import { optional } from "../support/optional.js";
import { makeTokens } from "../vectors/tokens.js";

await cryptoReady();
const file = makeTokens();
const path = fileURLToPath(new URL("../vectors/tokens.json", import.meta.url));
const python = optional("the second implementation of tokens", findPython(), "python3");

describe("vectors of tokens", () => {
  test("are what the generator makes", () => {
    assert.equal(readFileSync(path, "utf8"), `${JSON.stringify(file, null, 1)}\n`, "run: pnpm vectors");
  });

  test("are of every kind of index, with values that have tokens, that have none and that are refused", () => {
    expect(new Set(file.indexes.map(({ kind }) => kind)).size).toBe(5);
    const cases = file.indexes.flatMap((index) => index.cases);
    expect(cases.filter((one) => "fails" in one).length).toBeGreaterThan(15);
    expect(cases.filter((one) => "stored" in one && one.stored === null).length).toBeGreaterThan(5);
    expect(cases.filter((one) => "stored" in one && one.stored !== null).length).toBeGreaterThan(70);
  });

  test.runIf(python !== undefined)("are agreed upon by the second implementation, and a wrong one is told", () => {
    expect(runPython(path)).toMatch(/^tokens: (\d+)\/\1\n$/);
    const [first, ...rest] = file.indexes;
    const [one, ...others] = first!.cases;
    const wrong = {
      ...file,
      indexes: [{ ...first, cases: [{ ...one, stored: "AAAAAAAAAAAAAAAAAAAAAA" }, ...others] }, ...rest],
    };
    const folder = mkdtempSync(join(tmpdir(), "cosmoseal-"));
    try {
      writeFileSync(join(folder, "wrong.json"), JSON.stringify(wrong));
      expect(runPython(join(folder, "wrong.json"))).toMatch(/^wrong: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function findPython(): string | undefined {
  return ["/usr/bin/python3", "python3"].find((command) => spawnSync(command, ["--version"]).status === 0);
}

function runPython(vectors: string): string {
  const { stdout, stderr } = spawnSync(python!, ["tools/tokens.py", vectors], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}
