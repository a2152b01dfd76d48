/** Test data that others made and that lies beside the project, where it is there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../shared/vectors/", import.meta.url);

/** The file's text, or undefined where the folder is not beside the project; says so then. */
export function sharedVectors(name: string): string | undefined {
  const path = fileURLToPath(new URL(name, folder));
  if (existsSync(path)) return readFileSync(path, "utf8");
  console.info(`skipped: ${name}, since there is no folder shared/vectors beside the project`);
  return undefined;
}
