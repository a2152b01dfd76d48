/** The query language as a browser gets it: one minified module, without a name of Node in it. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles what `exported` takes from the package (`{ parse }`, or `*`). Fails when anything in it asks for Node. */
export async function bundle(exported: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export ${exported} from "@cosmoseal/sql";`, resolveDir: `${root}bench` },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@cosmoseal/source"],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}
