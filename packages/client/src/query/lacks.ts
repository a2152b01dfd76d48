/** Which documents an index says nothing of: those written before it was declared, or under keys that this client doesn't have. */
import type { DocumentKeys, IndexPlan, Plan } from "@cosmoseal/core";
import type { BinaryOperator, Expression } from "@cosmoseal/sql";
import { memberOf } from "./nodes.js";

/** Bounds of `_seal.s` and `_seal.t` outside of which tokens can't be relied on. */
export interface Lacks {
  /** Documents of schema versions below may lack the index. */
  readonly below: number | undefined;
  /** Documents of newer schema versions may have it otherwise. */
  readonly above: number;
  readonly oldest: number;
  readonly newest: number;
}

export function lacksOf(plan: Plan, index: IndexPlan, keys: DocumentKeys): Lacks {
  const { oldest, newest } = keys.indexGenerations();
  const complete = (keys.schema().complete?.[index.name] ?? 0) >= index.since;
  return { below: index.since > 1 && !complete ? index.since : undefined, above: plan.version, oldest, newest };
}

/** What the schema alone tells, before keys are loaded. */
export function lacksOfSchema(plan: Plan, index: IndexPlan): Lacks {
  return { below: index.since > 1 ? index.since : undefined, above: plan.version, oldest: 1, newest: 1 };
}

/** True for a document of which the index says nothing. */
export function lacking(alias: string, { above, below, newest, oldest }: Lacks): readonly Expression[] {
  return [
    ...(below === undefined ? [] : [compared(alias, "s", "<", below)]),
    compared(alias, "s", ">", above),
    ...(oldest > 1 ? [compared(alias, "t", "<", oldest)] : []),
    compared(alias, "t", ">", newest),
  ];
}

function compared(alias: string, member: "s" | "t", operator: BinaryOperator, value: number): Expression {
  return { kind: "Binary", operator, left: memberOf(alias, "_seal", member), right: { kind: "Literal", value } };
}
