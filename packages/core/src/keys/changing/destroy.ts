/** Crypto-shredding: the wrapped keys leave the store, tombstones stay, so that what was theirs is told from what is forged. */
import type { ScopeId } from "../../codec/place.js";
import type { Draft, Outcome } from "./changes.js";
import { changedRecord, inState, known } from "./entries.js";

export interface DestroyOptions {
  /** The keys of one group alone. Default: all keys of the scope. */
  readonly group?: string | undefined;
}

/**
 * The number of keys that were destroyed, 0 where there were none left. Throws ERR_SCOPE_UNKNOWN.
 *
 * What stays behind: the documents with their public parts, tokens and tombstones; keys in the memory of running processes for the
 * maximum store age; and every earlier copy of the store, which opens for whoever has the key-encryption key: see rekey.
 */
export async function destroy(draft: Draft, scope: ScopeId, { group }: DestroyOptions): Promise<Outcome<number>> {
  const old = known(await draft.record(scope), scope);
  const isChosen = (entry: (typeof old.keys)[number]): boolean =>
    entry.state !== "destroyed" && (group === undefined || (entry.kind === "group" && entry.group === group));
  const count = old.keys.filter(isChosen).length;
  if (count === 0) return { result: 0 };
  const keys = old.keys.map((entry) => (isChosen(entry) ? inState(entry, "destroyed") : entry));
  return { edit: { records: [changedRecord(draft.root, old, { keys })], raisesEpoch: true }, result: count };
}
