/** The threat model promises nothing without an attack that tries it. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { OPEN } from "./attacks/open.js";
import { ROWS } from "./attacks/rows/index.js";

const root = new URL("../", import.meta.url);
const text = readFileSync(new URL("THREAT_MODEL.md", root), "utf8");
const linksIn = (part: string): readonly string[] =>
  [...part.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target!).filter((target) => !/^https?:/.test(target));
const sectionOf = (title: string): string => text.split(/^## /m).find((section) => section.startsWith(title)) ?? "";
const promises = sectionOf("Promises")
  .split("\n")
  .filter((line) => /^\| \d+ \|/.test(line));
const fileOf = (number: number): RegExp => new RegExp(`test/attacks/rows/${String(number).padStart(2, "0")}-`);

describe("the threat model", () => {
  test("links only to what is there", () => {
    const missing = linksIn(text).filter((target) => !existsSync(fileURLToPath(new URL(target, root))));
    expect(missing).toEqual([]);
  });

  test("has an attack for each promise", () => {
    expect(promises.length).toBeGreaterThan(10);
    const bare = promises.filter((line) => !linksIn(line).some((target) => target.startsWith("test/attacks/rows/")));
    expect(bare).toEqual([]);
  });

  test("names every attack of the list, once as a promise or among what isn't promised yet", () => {
    const section = sectionOf("Promises");
    expect(ROWS.map(({ number }) => number)).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
    const unnamed = ROWS.filter(
      ({ number }) => linksIn(section).filter((link) => fileOf(number).test(link)).length !== 1,
    );
    expect(unnamed.map(({ number }) => number)).toEqual([]);
  });

  test("promises nothing that is open as a whole", () => {
    const open = OPEN.filter(({ row }) => row !== PARTLY).map(({ row }) => row);
    const promised = open.filter((row) =>
      promises.some((line) => linksIn(line).some((link) => fileOf(row).test(link))),
    );
    expect(promised).toEqual([]);
  });
});

/** Of this row the promise says which processes notice it; the rest is told among what isn't promised yet. */
const PARTLY = 27;
