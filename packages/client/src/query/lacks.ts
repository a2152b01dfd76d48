/** Which documents an index says nothing of: those written before it was declared, otherwise than now, or not sealed at all. */
import type { ContainerDefinition, DocumentKeys, IndexPlan, Plan } from "@cosmoseal/core";
import type { BinaryOperator, Expression } from "@cosmoseal/sql";
import { among, call, memberOf, not } from "./nodes.js";

/** What tells the documents whose tokens can't be relied on. */
export interface Lacks {
  /** Documents of schema versions below may lack the index. */
  readonly below: number | undefined;
  /** Documents of newer schema versions may have it otherwise. */
  readonly above: number;
  /**
   * Documents under index keys before this generation have tokens that nobody makes any more. None is under a later one than this
   * client knows: writers wait until every view of the key store shows it.
   */
  readonly oldest: number;
  /** The container is moving in: plaintext documents have no token at all. */
  readonly plaintext: boolean;
}

/**
 * The key store's word that every document carries the index counts only where it also keeps writers of earlier versions from
 * adding others.
 */
export function lacksOf(definition: ContainerDefinition<unknown>, index: IndexPlan, keys: DocumentKeys): Lacks {
  const { complete, floor = 1 } = keys.schema();
  const isComplete = (complete?.[index.name] ?? 0) >= index.since && floor >= index.since;
  const lacks = lacksOfSchema(definition, index);
  return { ...lacks, oldest: keys.indexGenerations().oldest, ...(isComplete && { below: undefined }) };
}

/** What the schema alone tells, before keys are loaded. */
export function lacksOfSchema({ movingIn, plan }: ContainerDefinition<unknown>, index: IndexPlan): Lacks {
  return {
    below: index.since > 1 ? index.since : undefined,
    above: definedThrough(plan, index),
    oldest: 1,
    plaintext: movingIn !== undefined,
  };
}

/** Conditions, one of which is true for a document of which the index says nothing. */
export function lacking(alias: string, { above, below, oldest, plaintext }: Lacks): readonly Expression[] {
  return [
    ...(below === undefined ? [] : [compared(alias, "s", "<", below)]),
    compared(alias, "s", ">", above),
    ...(oldest > 1 ? [compared(alias, "t", "<", oldest)] : []),
    ...(plaintext ? [not(call("IS_DEFINED", memberOf(alias, "_seal")))] : []),
  ];
}

/** True for documents that were written under one of these schema versions. */
export function ofVersions(alias: string, versions: readonly number[]): Expression {
  return among(
    memberOf(alias, "_seal", "s"),
    versions.map((value) => ({ kind: "Literal", value })),
  );
}

/** The highest version up to which each one that is known defines the index as the own one does. */
function definedThrough({ version: own, versions }: Plan, { name }: IndexPlan): number {
  const definitionIn = (version: number): string | undefined =>
    versions.get(version)?.indexes?.find((index) => index.name === name)?.definition;
  let last = own;
  while (versions.has(last + 1) && definitionIn(last + 1) === definitionIn(own)) last++;
  return last;
}

function compared(alias: string, member: "s" | "t", operator: BinaryOperator, value: number): Expression {
  return { kind: "Binary", operator, left: memberOf(alias, "_seal", member), right: { kind: "Literal", value } };
}
