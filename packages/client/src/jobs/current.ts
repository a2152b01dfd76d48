/** What a stored document says of the keys and the schema version that it is under, and whether they are the newest. */
import { type ContainerDefinition, type DocumentKeys, isSealed, SEAL } from "@cosmoseal/core";

/** Taken before the document is opened, and to be believed only when it did. */
export interface DocumentState {
  /** Id of the integrity key. */
  readonly integrity: string;
  /** Id of the key of each group. */
  readonly groups: Readonly<Record<string, string>>;
  readonly version: number;
  /** Generation of the index key. */
  readonly generation: number;
}

/** Undefined for what isn't sealed. What isn't of the form of a sealed document doesn't open anyway. */
export function stateOf(stored: Readonly<Record<string, unknown>>): DocumentState | undefined {
  if (!isSealed(stored)) return undefined;
  const { k, g, s, t } = (stored[SEAL] ?? {}) as Readonly<Record<string, unknown>>;
  const groups = Object.entries((g ?? {}) as Readonly<Record<string, readonly [string]>>);
  return {
    integrity: String(k),
    groups: Object.fromEntries(groups.map(([name, group]) => [name, String(group?.[0])])),
    version: Number(s),
    generation: Number(t),
  };
}

/** Sealed and signed under the keys that new documents are, by this schema version or a later one. Throws ERR_KEY_MISSING. */
export function isResealed(
  { plan }: ContainerDefinition<unknown>,
  { integrity, groups, version }: DocumentState,
  keys: DocumentKeys,
): boolean {
  if (version < plan.version || integrity !== keys.writing("integrity", "").id) return false;
  return Object.entries(groups).every(([name, id]) => id === keys.writing("group", name).id);
}

/** With the tokens that new documents get, by this schema version or a later one. Throws ERR_KEY_MISSING. */
export function isRebuilt(
  { plan }: ContainerDefinition<unknown>,
  { version, generation }: DocumentState,
  keys: DocumentKeys,
): boolean {
  return version >= plan.version && generation >= keys.index().generation;
}
