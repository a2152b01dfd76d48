/** The committed parser is the one that the grammar makes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generated } from "../tools/generate.js";

test("the committed parser is the one that the grammar generates", () => {
  for (const [name, text] of generated()) {
    expect(readFileSync(new URL(`../src/parse/generated/${name}`, import.meta.url), "utf8")).toBe(text);
  }
});
