/** The arrows between packages, and the rules that keep a promise in one place. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each package may import, beside itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sql: [],
  emulator: ["@cosmoseal/sql"],
  client: ["@cosmoseal/core", "@cosmoseal/sql"],
  cli: ["@cosmoseal/core", "cosmoseal"],
  "keyring-azure": ["@cosmoseal/core"],
  "keyring-pkcs11": ["@cosmoseal/core"],
};

/** Packages from elsewhere that each package may import. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  core: ["libsodium-wrappers", "libsodium-wrappers-sumo", "zod"],
  sql: [],
  emulator: [],
  client: ["@azure/cosmos", "@azure/core-rest-pipeline", "@opentelemetry/api", "zod"],
  cli: ["@azure/cosmos", "commander", "jiti", "zod"],
  "keyring-azure": ["@azure/core-auth", "@azure/keyvault-keys"],
  "keyring-pkcs11": ["pkcs11js"],
};

describe("architecture", () => {
  test("every package has its arrows here", () => {
    expect(readdirSync(join(root, "packages")).sort()).toEqual(Object.keys(ARROWS).sort());
  });

  test.each(Object.keys(ARROWS))("%s imports only what its arrows and dependencies allow", (name) => {
    const allowed = new Set([...ARROWS[name]!, ...OUTSIDE[name]!]);
    const strays = importsOf(name).filter(
      ({ module }) => !module.startsWith(".") && !module.startsWith("node:") && !allowed.has(packageOf(module)),
    );
    expect(strays).toEqual([]);
  });

  test.each(Object.keys(ARROWS))("%s stays inside its own folder", (name) => {
    const source = join(root, "packages", name, "src");
    const strays = importsOf(name).filter(
      ({ file, module }) => module.startsWith(".") && relative(source, join(file, "..", module)).startsWith(".."),
    );
    expect(strays).toEqual([]);
  });

  test("one file imports libsodium", () => {
    const files = Object.keys(ARROWS).flatMap((name) =>
      importsOf(name).filter(({ module }) => module.startsWith("libsodium")),
    );
    expect(new Set(files.map(({ file }) => relative(root, file)))).toEqual(
      new Set(["packages/core/src/crypto/sodium.ts"]),
    );
  });

  test("core does no I/O outside its file store, sql none at all", () => {
    const files = ["core", "sql"].flatMap((name) => importsOf(name).filter(({ module }) => module.startsWith("node:")));
    expect(new Set(files.map(({ file }) => relative(root, file)))).toEqual(
      new Set(["file-store.ts", "key-file.ts", "lock.ts"].map((name) => `packages/core/src/keys/file/${name}`)),
    );
  });

  test("the main entry of core never reaches a Node built-in", () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const module of modulesIn(file)) {
        assert(!module.startsWith("node:"), `${relative(root, file)} imports ${module}`);
        if (module.startsWith(".")) visit(join(file, "..", module).replace(/\.js$/, ".ts"));
      }
    };
    visit(join(root, "packages/core/src/index.ts"));
    expect(seen.size).toBeGreaterThan(20);
  });

  test("no source has a path of a machine or a host of a package registry", () => {
    const bad = /\/(home|Users)\/[a-z]+\/[A-Za-z]|\/(work|root)\/[a-z]|registry\.(npmjs|yarnpkg)|deb\.debian/;
    for (const folder of ["packages", "examples", "test", "bench", "docs", "tools"]) {
      for (const file of filesBelow(join(root, folder))) {
        if (file.endsWith("architecture.test.ts")) continue;
        const match = bad.exec(readFileSync(file, "utf8"));
        assert(match === null, `${relative(root, file)}: ${match?.[0]}`);
      }
    }
  });
});

function importsOf(name: string): { file: string; module: string }[] {
  const source = join(root, "packages", name, "src");
  return filesBelow(source)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => modulesIn(file).map((module) => ({ file, module })));
}

function modulesIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const patterns = [
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"/gm,
    /^import\s+"([^"]+)"/gm,
    /\bimport\("([^"]+)"\)/g,
    /\brequire\("([^"]+)"\)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}

function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
