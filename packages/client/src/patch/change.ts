/** One attempt of a patch in the client: the opened document, changed, or what the service would refuse. */
import { canonicalJson, type Plan, parsePattern, readPath, SYSTEM_PROPERTIES } from "@cosmoseal/core";
import { applyPatch } from "./apply.js";
import { conditionHolds } from "./condition.js";
import type { Patch, PatchStep } from "./read-patch.js";
import { badPatch, conditionFailed } from "./refusal.js";

/**
 * Changes the opened document in place; it must be thrown away where this throws. Throws PatchRefusal: 412 where the condition
 * is not true, 400 where an operation can't be done.
 */
export function changeDocument(plan: Plan, document: Record<string, unknown>, { steps, condition }: Patch): void {
  if (condition !== undefined && !conditionHolds(condition, document)) throw conditionFailed();
  checkFixed(plan, steps);
  const before = fixedPart(plan, document);
  applyPatch(document, steps);
  if (fixedPart(plan, document) !== before) throw badPatch("A patch can't change the id or the partition key.");
}

function checkFixed(plan: Plan, steps: readonly PatchStep[]): void {
  const fixed = new Set([
    ...["id", ...SYSTEM_PROPERTIES].map((name) => JSON.stringify([name])),
    ...plan.partitionKey.map((path) => JSON.stringify(namesOf(path))),
  ]);
  for (const [i, step] of steps.entries()) {
    const paths = step.op === "move" ? [step.path, step.from] : [step.path];
    if (paths.some((path) => fixed.has(JSON.stringify(path)))) {
      throw badPatch(`Patch operation ${i + 1} (${step.op}) names the id, the partition key or a system property.`);
    }
  }
}

function fixedPart(plan: Plan, document: Readonly<Record<string, unknown>>): string {
  const values = ["/id", ...plan.partitionKey].map((path) => {
    const value = readPath(document, path);
    return typeof value === "object" && value !== null ? "object" : value === undefined ? {} : value;
  });
  return canonicalJson(values);
}

function namesOf(pattern: string): readonly string[] {
  return parsePattern(pattern).map((segment) => (typeof segment === "string" ? segment : segment.name));
}
