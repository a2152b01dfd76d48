/** The form of the vectors: see README.md beside this file. */
import type { ContainerDefinition, KeyKind, PlaceList } from "@cosmoseal/core";

export interface VectorFile {
  readonly about: string;
  readonly reader: Reader;
  readonly now: number;
  readonly cases: readonly VectorCase[];
}

export interface Reader {
  readonly container: string;
  readonly partitionKey: readonly string[];
  readonly identity: readonly string[];
  readonly scope: { readonly path: string; readonly family: string } | null;
  readonly versions: Readonly<
    Record<string, { readonly groups: Readonly<Record<string, PlaceList>>; readonly unsigned: PlaceList }>
  >;
  readonly keys: readonly ExportedKey[];
}

export interface ExportedKey {
  readonly kind: KeyKind;
  readonly scope: readonly [string, string | number | boolean];
  readonly group: string;
  readonly generation: number;
  readonly id: string;
  readonly state: string;
  /** base64 */
  readonly key: string;
}

export type VectorCase = { readonly name: string } & (
  | { readonly stored: Record<string, unknown>; readonly opens: Record<string, unknown> }
  | { readonly stored: Record<string, unknown>; readonly fails: true }
  | { readonly storedText: string; readonly fails: true }
);

/** What SPEC §1.1 says that a reader knows, but for the keys. */
export function readerOf({ plan }: ContainerDefinition | ContainerDefinition<never>): Omit<Reader, "keys"> {
  return {
    container: plan.name,
    partitionKey: plan.partitionKey,
    identity: plan.identity,
    scope: plan.scope ?? null,
    versions: Object.fromEntries(
      [...plan.versions.values()].map(({ version, groups, unsigned }) => [version, { groups, unsigned }]),
    ),
  };
}
