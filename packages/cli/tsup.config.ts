import { defineConfig } from "tsup";

const shared = { target: "es2022", sourcemap: true, silent: true } as const;

/** What configuration files import, as every package; and the command, which is ESM alone, in parts that are loaded when they are needed. */
export default defineConfig([
  {
    ...shared,
    entry: ["src/index.ts"],
    format: ["esm", "cjs"],
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    clean: true,
    splitting: false,
  },
  { ...shared, entry: ["src/bin.ts"], format: ["esm"], outDir: "dist/bin", clean: true, splitting: true },
]);
