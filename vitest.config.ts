import { defineConfig } from "vitest/config";

// Tests run from source: the condition sends workspace imports to src/, so that no build is needed.
const source = {
  resolve: { conditions: ["@cosmoseal/source", "module", "browser", "development|production"] },
  // Without "module", which Node itself doesn't know: packages keep files under it that only bundlers read.
  ssr: { resolve: { conditions: ["@cosmoseal/source", "node", "development|production"] } },
};

const full = process.env["COSMOSEAL_FULL"] === "1";

// Files of one worker share what they import: to load the SDK for each anew takes longer than most of them.
const shared = { isolate: false, testTimeout: 60_000 };

const packageProject = (name: string) => ({
  ...source,
  test: { name, include: [`packages/${name}/test/**/*.test.ts`], ...shared },
});

const dropInProject = (name: string, alias: Record<string, string>) => ({
  ...source,
  resolve: { ...source.resolve, alias },
  test: { name, include: ["test/dropin/*.behaviours.ts"], testTimeout: 60_000 },
});

export default defineConfig({
  // Here too, for reporters that read the same sources.
  ...source,
  test: {
    // All cores: by itself vitest leaves one free, which on two halves the pace.
    maxWorkers: "100%",
    projects: [
      packageProject("core"),
      packageProject("sql"),
      packageProject("emulator"),
      packageProject("client"),
      packageProject("cli"),
      // The same tests on the oldest SDK that is supported.
      {
        ...source,
        resolve: { ...source.resolve, alias: { "@azure/cosmos": "cosmos-4-9" } },
        test: {
          name: "client-4-9",
          include: ["packages/client/test/**/*.test.ts"],
          // On both SDKs at the full size, on the newer one alone at the small: every fault by every verb and every change of a schema
          // take a minute each, the weaker predicate meets no SDK, reading from the end of an index meets what other queries do.
          exclude: full
            ? []
            : ["faults", "schema-changes", "top", "weaken"].map((name) => `packages/client/test/${name}.test.ts`),
          ...shared,
          env: { COSMOS_SDK_VERSION: "4.9.3" },
        },
      },
      // The protocol, by the behaviours that its matrix names: on both SDKs, on one range and on several.
      {
        ...source,
        test: { name: "conformance", include: ["packages/emulator/conformance/*.behaviours.ts"], testTimeout: 60_000 },
      },
      // One suite for the plain client and for ours, on both SDKs.
      dropInProject("dropin", {}),
      dropInProject("dropin-4-9", { "@azure/cosmos": "cosmos-4-9" }),
      // Key stores and keyrings by their contracts, and what processes do to each other.
      { ...source, test: { name: "keys", include: ["test/keys/*.behaviours.ts"], testTimeout: 120_000 } },
      // The built command, driven as a person would: with the built packages beside it.
      { test: { name: "cli-matrix", include: ["test/cli/*.behaviours.ts"], testTimeout: 120_000 } },
      {
        ...source,
        test: { name: "whole", include: ["test/**/*.test.ts", "examples/*/test/*.test.ts"], testTimeout: 120_000 },
      },
    ],
  },
});
