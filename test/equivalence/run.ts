/**
 * `pnpm equivalence`: each query of the catalogue against a plaintext and a sealed container. Equal, or refused as the list says;
 * nothing sealed in any byte sent. With COSMOSEAL_FULL=1 over 2,000 documents on one range and on three, otherwise over 500 on one
 * of the two.
 *
 * `--schema name`, `--ranges n`, `--match text` choose; `--show` prints rows that differ.
 */
import { parseArgs } from "node:util";
import { readCatalogue } from "./catalogue.js";
import { judge, type Verdict } from "./judge.js";
import { report } from "./report.js";
import { SCHEMAS } from "./schemas/index.js";
import { canariesOf } from "./secrets.js";
import { openStage } from "./stage.js";

const { values } = parseArgs({
  options: {
    schema: { type: "string" },
    ranges: { type: "string" },
    match: { type: "string" },
    show: { type: "boolean", default: false },
  },
});
const full = process.env["COSMOSEAL_FULL"] === "1";
const size = full ? 2000 : 500;
const catalogue = readCatalogue();
const chosen = catalogue.filter(
  ({ schema, query }) =>
    (values.schema === undefined || schema === values.schema) &&
    (values.match === undefined || query.includes(values.match)),
);
const isWhole = chosen.length === catalogue.length && values.ranges === undefined;

const verdicts: Verdict[] = [];
for (const ranges of values.ranges === undefined ? [1, 3] : [Number(values.ranges)]) {
  const stage = await openStage(ranges, SCHEMAS);
  for (const schema of SCHEMAS) {
    const entries = chosen.filter(
      (entry, i) =>
        entry.schema === schema.name && (full || values.ranges !== undefined || i % 2 === (ranges === 1 ? 0 : 1)),
    );
    if (entries.length === 0) continue;
    const documents = schema.documents(size);
    const started = Date.now();
    const twins = await stage.twins(schema, documents);
    const canaries = canariesOf(schema, documents);
    console.log(
      `${schema.name} × ${ranges}: ${size} documents twice in ${((Date.now() - started) / 1000).toFixed(1)} s, ${canaries.length} canaries`,
    );
    for (const [i, entry] of entries.entries()) {
      const verdict = await judge(schema, twins, canaries, entry, ranges);
      verdicts.push(verdict);
      if (verdict.complaint !== undefined) {
        console.log(`  ${verdict.complaint}\n    ${entry.query}  ${JSON.stringify(entry.parameters)}`);
        if (values.show) for (const row of verdict.rows) console.log(`    ${row.slice(0, 600)}`);
      }
      if ((i + 1) % 50 === 0 || i + 1 === entries.length)
        console.log(`${schema.name} × ${ranges}: ${i + 1}/${entries.length}`);
    }
  }
  await stage.close();
}
process.exitCode = report(verdicts, isWhole) ? 0 : 1;
