/**
 * `pnpm weaker`: arbitrary conditions and documents, and no document lost by what is pushed; then the same with each rule of the
 * weaker predicate broken, which must be noticed. 20,000 pairs, with COSMOSEAL_FULL=1 100,000. `--seed n` repeats a run, `--rule text` breaks the rules whose
 * law holds the text.
 */
import { register } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { checkWeaker } from "./check.js";
import { MUTATIONS } from "./mutations.js";

const { values } = parseArgs({ options: { seed: { type: "string" }, rule: { type: "string" } } });
const full = process.env["COSMOSEAL_FULL"] === "1";
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const root = pathToFileURL(fileURLToPath(new URL("../../../", import.meta.url))).href;
register("./hooks.mjs", import.meta.url, { data: { root, mutations: MUTATIONS } });

console.log(`weaker: seed ${seed}`);
const sound = await (await load("none"))({ seed, schemas: full ? 60 : 12, conditions: 60, documents: full ? 60 : 40 });
console.log(
  `${sound.pairs} pairs of ${sound.conditions} conditions, ${sound.held} hold, ${sound.lost} lost, ${sound.leaked} leaked; ${sound.narrowed} conditions narrow`,
);
if (sound.first !== undefined) console.log(`  ${sound.first}`);
const isSound =
  sound.first === undefined &&
  sound.pairs >= (full ? 100_000 : 20_000) &&
  sound.held > sound.pairs / 10 &&
  sound.narrowed > sound.conditions / 5;

const rules = MUTATIONS.map((mutation, n) => ({ ...mutation, n })).filter(({ rule }) =>
  rule.includes(values.rule ?? ""),
);
let caught = 0;
for (const { about, n, rule } of rules) {
  // The seed of the mutations is fixed: whether a broken rule is noticed must not hang on luck.
  const { conditions, first } = await (await load(String(n)))({
    seed: 4242,
    schemas: 60,
    conditions: 80,
    documents: 30,
    about,
    first: true,
  });
  if (first !== undefined) caught++;
  console.log(
    `${first === undefined ? "MISSED" : "caught"} after ${String(conditions).padStart(4)} conditions: ${rule}`,
  );
}
console.log(
  `weaker: ${caught + (isSound ? 1 : 0)}/${rules.length + 1}, ${sound.pairs} pairs, ${sound.lost} lost, seed ${seed}`,
);
process.exitCode = isSound && caught === rules.length ? 0 : 1;

/** The check over the project as it is, or with one of its rules broken. */
async function load(mutation: string): Promise<typeof checkWeaker> {
  const module = (await import(`./check.js?mutation=${mutation}`)) as { readonly checkWeaker: typeof checkWeaker };
  return module.checkWeaker;
}
