/** Writes the parser that peggy makes of the grammar, and its types, to src/parse/generated. */
import { mkdirSync, writeFileSync } from "node:fs";
import { generated } from "./generate.ts";

const folder = new URL("../src/parse/generated/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of generated()) writeFileSync(new URL(name, folder), text);
