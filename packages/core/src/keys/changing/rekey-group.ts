/** A new root for one group: its data keys leave the root key, or the group's root before, in one change. SPEC §2.7. */
import type { Key } from "../../crypto/key.js";
import { CosmosealError } from "../../errors.js";
import { groupKeyMissing } from "../loading/group-roots.js";
import { openRoot } from "../loading/open-root.js";
import { type GroupSettings, isPinned } from "../options.js";
import { makeRecord, rewrapEntry } from "../records.js";
import { groupRootOf, type KeyEntry, type ScopeRecord } from "../store.js";
import type { Draft, Outcome, Wrapping } from "./changes.js";
import { settled } from "./entries.js";
import type { NewRoot } from "./rekey.js";

/**
 * Throws ERR_GROUP_KEY_MISSING where this process is given nothing for the group; ERR_PIN_MISMATCH where it doesn't pin both what the
 * keys are under now and the new root; ERR_OPTIONS_INVALID for the root key itself; what the keyring throws.
 */
export async function rekeyGroup(
  draft: Draft,
  group: string,
  given: GroupSettings | undefined,
  next: NewRoot,
): Promise<Outcome<void>> {
  const { head, now } = draft;
  if (groupRootOf(head, group)?.root === next.pin) return { result: undefined };
  if (given === undefined) throw groupKeyMissing(group);
  if (next.pin === head.root) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "The root key itself can't be a group's root.", {
      remedy: "Make one by createRoot, under a keyring that only holders of the group have.",
    });
  }
  if (!isPinned(given.pins, next.pin, now)) {
    throw new CosmosealError("ERR_PIN_MISMATCH", "The new group root is not pinned for its group.", {
      remedy: "Deploy every holder of the group with both pins first: [{ pin: old, until }, { pin: new }].",
    });
  }
  const from = await draft.wrappingOf(group);
  if (from === undefined) throw groupKeyMissing(group);
  const records = (await draft.records()).filter(({ keys }) => keys.some((entry) => isLive(entry, group)));
  const key = await openRoot(given.keyring, next.wraps, next.pin);
  try {
    const moved = records.map((record) => movedRecord(draft, record, group, from, { key, root: next.pin }));
    const groups = { ...head.groups, [group]: { root: next.pin, wraps: next.wraps } };
    return { edit: { records: moved, groups, raisesEpoch: true }, result: undefined };
  } finally {
    key.wipe();
  }
}

function movedRecord(
  { root, now }: Draft,
  { scope, revision, keys, schema }: ScopeRecord,
  group: string,
  from: Wrapping,
  to: { readonly key: Key; readonly root: string },
): ScopeRecord {
  const moved = settled(keys, now).map((entry) =>
    isLive(entry, group) ? rewrapEntry(from.key, to.key, scope, entry, to.root) : entry,
  );
  return makeRecord(root, scope, revision + 1, moved, schema);
}

function isLive(entry: KeyEntry, group: string): boolean {
  return entry.kind === "group" && entry.group === group && entry.state !== "destroyed";
}
