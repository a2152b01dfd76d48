/** Infrastructure code that makes the containers: what it doesn't name, its next deployment takes away. */
import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { storedContainerDefinition } from "cosmoseal";
import type { LoadedConfig } from "../config/load.js";
import type { Target } from "../config/target.js";
import { bad, type Finding, ok, warning } from "./finding.js";

/** Looks for the paths as strings, in Bicep, Terraform or JSON; comments count for nothing. */
export function checkInfrastructure({ config, folder }: LoadedConfig, targets: readonly Target[]): readonly Finding[] {
  const files = (config.infrastructure ?? []).map((file) => resolve(folder, file));
  if (files.length === 0) return [];
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    return [bad("infrastructure", `${missing} is not there.`, "Mend `infrastructure` in the configuration.")];
  }
  const text = files.map((file) => withoutComments(readFileSync(file, "utf8"))).join("\n");
  const findings = targets.flatMap(({ name, containerId, definition }) => {
    if (!names(text, containerId)) return [];
    const { body } = storedContainerDefinition(definition, containerId);
    const needed = [
      ...(body.indexingPolicy?.includedPaths ?? []).map(({ path }) => path),
      ...(body.indexingPolicy?.excludedPaths ?? []).map(({ path }) => path),
      ...(body.uniqueKeyPolicy?.uniqueKeys ?? []).flatMap(({ paths }) => paths),
    ].filter((path) => path.startsWith("/_seal/"));
    const lacking = needed.filter((path) => !names(text, path));
    if (lacking.length === 0) return [];
    return [
      warning(
        "infrastructure",
        `${files.map((file) => basename(file)).join(", ")} makes ${name} without ${lacking.join(", ")}: the next deployment takes it away.`,
        `Take over what cosmoseal policy --container ${name} prints.`,
      ),
    ];
  });
  return findings.length > 0
    ? findings
    : [ok("infrastructure", `${files.length} file(s) name what the containers need.`)];
}

function names(text: string, literal: string): boolean {
  return ["'", '"'].some((quote) => text.includes(`${quote}${literal}${quote}`));
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[^*/][\s\S]*?\*\//g, (comment) => (/['"]/.test(comment) ? comment : ""))
    .replace(/^\s*(\/\/|#).*$/gm, "");
}
