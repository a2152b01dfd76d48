/** Writes docs/sql-matrix.md anew. */
import { writeFileSync } from "node:fs";
import { renderMatrix } from "./render.js";

writeFileSync(new URL("../../../../docs/sql-matrix.md", import.meta.url), renderMatrix());
