/** docs/cli.md tells what there is, and the version is the package's. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../src/program.js";
import { EXIT_MEANINGS } from "../src/terminal/exit.js";
import { VERSION } from "../src/version.js";

const page = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");

describe("docs/cli.md", () => {
  test.each(Object.keys(COMMANDS))("names the command `%s`", (command) => {
    expect(page).toMatch(new RegExp(`^\\|.*\`${command}[ \`]`, "m"));
  });

  test.each(EXIT_MEANINGS)("says of exit code %i what --help says", (code, meaning) => {
    expect(page).toContain(`| ${code} | ${meaning} |`);
  });
});

test("the version is the package's", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});
