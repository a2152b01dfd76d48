/**
 * Prints how much the query language adds to a page, minified and compressed, and fails when it is more than is allowed.
 *
 * node --import tsx bench/sql/size.ts
 */
import { gzipSync } from "node:zlib";
import { bundle } from "./bundle.js";

/** In bytes of gzip; raise it with a reason. */
const bounds: Readonly<Record<string, number>> = {
  "{ parse }": 12_000,
  "{ parse, print, visit, transform, resolve }": 18_000,
  "*": 40_000,
};

for (const [exported, bound] of Object.entries(bounds)) {
  const minified = await bundle(exported);
  const compressed = gzipSync(minified, { level: 9 }).length;
  const within = compressed <= bound;
  const [size, most] = [compressed, bound].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`);
  console.log(`${exported}: ${size} compressed (${(minified.length / 1000).toFixed(1)} kB minified), at most ${most}`);
  if (!within) process.exitCode = 1;
}
