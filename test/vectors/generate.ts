/** Writes the vectors: `pnpm vectors`. They are the same each time; a test fails when the files are not what this makes. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cryptoReady } from "@cosmoseal/core";
import { makeKeyStores } from "./key-stores.js";
import { makeVectors } from "./make.js";
import { makeTokens } from "./tokens.js";

await cryptoReady();
const tokens = makeTokens();
await writeFile(fileURLToPath(new URL("tokens.json", import.meta.url)), `${JSON.stringify(tokens, null, 1)}\n`);
console.info(`tokens.json: ${tokens.indexes.length} indexes`);
const stores = makeKeyStores();
await writeFile(fileURLToPath(new URL("key-stores.json", import.meta.url)), `${JSON.stringify(stores, null, 1)}\n`);
console.info(`key-stores.json: ${stores.cases.length} cases`);
for (const [name, { file }] of Object.entries(makeVectors())) {
  await writeFile(fileURLToPath(new URL(`${name}.json`, import.meta.url)), `${JSON.stringify(file, null, 1)}\n`);
  console.info(`${name}.json: ${file.cases.length} cases`);
}
