/** One container of the suite: what it seals, and the documents that stand in it and in its plaintext twin. */
import type { SealedContainerDefinition } from "cosmoseal";

/** As the application writes it. */
export interface EquivalenceDocument {
  readonly id: string;
  readonly [name: string]: unknown;
}

export interface EquivalenceSchema {
  readonly name: string;
  readonly partitionKey: readonly string[];
  /** A new definition: one serves one container of one client. */
  define(): SealedContainerDefinition<unknown>;
  /**
   * What the definition seals, in its own notation; `/*` at the end stands for all that isn't public. Written down a second
   * time, so that the search for what leaked doesn't believe the code that it searches.
   */
  readonly sealed: readonly string[];
  /** As the application writes them: with dates and bigints where the schema has them. */
  documents(count: number): readonly EquivalenceDocument[];
}

/** True for a value that stands at `path` (array indexes as `[]`) in a document. */
export function isSealed({ sealed }: Pick<EquivalenceSchema, "sealed">, path: readonly string[]): boolean {
  return sealed.some((pattern) => {
    const steps = pattern.slice(1).split("/");
    return steps.every((step, i) => step === "*" || step === path[i]);
  });
}
