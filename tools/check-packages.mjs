/** The built packages as an application gets them: ESM and CommonJS load, and `cosmoseal` has every name of the SDK. Run after `pnpm build`. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const root = new URL("../packages/", import.meta.url);
let checked = 0;

for (const folder of readdirSync(root)) {
  const manifest = new URL(`${folder}/package.json`, root);
  const { name, publishConfig } = JSON.parse(readFileSync(manifest, "utf8"));
  const require = createRequire(manifest);
  for (const [path, conditions] of Object.entries(publishConfig.exports)) {
    if (typeof conditions === "string") continue;
    for (const file of [conditions.import.types, conditions.require.types])
      assert(existsSync(new URL(`${folder}/${file}`, root)), `${name}: ${file}`);
    const esm = await import(
      pathToFileURL(require.resolve(new URL(`${folder}/${conditions.import.default}`, root).pathname)).href
    );
    const cjs = require(new URL(`${folder}/${conditions.require.default}`, root).pathname);
    assert.deepEqual(
      Object.keys(esm)
        .filter((key) => key !== "default")
        .sort(),
      names(cjs),
      `${name}${path.slice(1)}: ESM and CommonJS differ`,
    );
    assert(!JSON.stringify(conditions).includes("@cosmoseal/source"), `${name}: publishes its sources`);
    checked++;
  }
}

const client = createRequire(new URL("client/package.json", root));
const sdk = client("@azure/cosmos");
const ours = client(new URL("client/dist/index.cjs", root).pathname);
for (const key of names(sdk)) assert(key in ours, `cosmoseal lacks ${key} of @azure/cosmos`);
assert(
  ours.CosmosClient.prototype instanceof sdk.CosmosClient,
  "cosmoseal's CosmosClient is not a subclass of the SDK's",
);
checked++;
console.log(`packages: ${checked}/${checked}`);

/** Of a CommonJS module, getters included. */
function names(module) {
  const found = [];
  for (const key in module) if (key !== "default" && key !== "__esModule") found.push(key);
  return found.sort();
}
