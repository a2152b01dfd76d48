/** The README's code is a file that runs, its links lead somewhere, and its commands exist. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");

describe("README", () => {
  const text = read("README.md");

  test("its TypeScript is examples/quickstart/roundtrip.ts, to the letter", () => {
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]);
    expect(blocks).toEqual([read("examples/quickstart/roundtrip.ts")]);
  });

  test("the round trip has at most 25 lines of code", () => {
    const lines = read("examples/quickstart/roundtrip.ts").split("\n");
    expect(lines.filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length).toBeLessThanOrEqual(25);
  });

  test.each(["README.md", "CONTRIBUTING.md", "docs/decisions/README.md"])(
    "links of %s lead to files that are there",
    (page) => {
      const folder = page.includes("/") ? page.slice(0, page.lastIndexOf("/") + 1) : "";
      const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
      for (const link of links.filter((target) => !target.startsWith("http"))) {
        assert(existsSync(`${root}${folder}${link}`), `${page}: ${link}`);
      }
    },
  );

  test("its commands are scripts", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const commands = [
      ...`${text}${read("CONTRIBUTING.md")}`.matchAll(/pnpm(?:@[\d.]+)? (demo|test(?::full)?|build|format|vectors)\b/g),
    ];
    expect(commands.length).toBeGreaterThan(3);
    for (const [, script] of commands) expect(Object.keys(scripts)).toContain(script);
  });
});
