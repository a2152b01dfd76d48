import { defineConfig } from "vitest/config";

// Tests run from source: the condition sends workspace imports to src/, so that no build is needed.
const source = {
  resolve: { conditions: ["@cosmoseal/source", "module", "browser", "development|production"] },
  ssr: { resolve: { conditions: ["@cosmoseal/source", "module", "node", "development|production"] } },
};

const packageProject = (name: string) => ({
  ...source,
  test: { name, include: [`packages/${name}/test/**/*.test.ts`], testTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [
      packageProject("core"),
      packageProject("sql"),
      packageProject("emulator"),
      packageProject("client"),
      { ...source, test: { name: "whole", include: ["test/**/*.test.ts"], testTimeout: 120_000 } },
    ],
  },
});
