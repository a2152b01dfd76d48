import { defineConfig } from "tsup";

/** One build for every published package: ESM, CommonJS and declarations, nothing minified, no source left out. */
export function library(entry: string[]): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ["esm", "cjs"],
    target: "es2022",
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    silent: true,
    // Two entries must share one copy of their state; with one entry, splitting would only break `export *` in CommonJS.
    splitting: entry.length > 1,
  });
}
