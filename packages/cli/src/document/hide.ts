/** A document as it may be shown: without what the schema seals, whoever put it there, and without what was opened. */
import { type Plan, type PlanNode, parsePattern } from "@cosmoseal/core";

/** A copy with a mark in the place of each hidden value. `opened` are pointers. A token of a sealed id or partition key is shown. */
export function hideSealed(plan: Plan, document: unknown, opened: ReadonlySet<string> = new Set()): unknown {
  const identities = new Set(
    plan.identity.filter((pattern) => parsePattern(pattern).every((segment) => typeof segment !== "string")),
  );
  return hide(document, plan.root, "");

  function hide(value: unknown, node: PlanNode | undefined, pointer: string): unknown {
    if (identities.has(pointer)) return opened.has(pointer) ? MARK : value;
    if (opened.has(pointer) || node?.treatment === "sealed") return MARK;
    if (Array.isArray(value)) return value.map((item, i) => hide(item, node?.element, `${pointer}/${i}`));
    if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array)
      return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        hide(
          member,
          node?.members?.get(name) ?? node?.rest,
          `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        ),
      ]),
    );
  }
}

const MARK = "(hidden)";
