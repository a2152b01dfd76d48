/** The root key, or a group root, under other key-encryption keys: no document and no data key is touched. */
import { CosmosealError } from "../../errors.js";
import { wrapTelling } from "../availability.js";
import type { Keyring, RootWrap } from "../keyring.js";
import { groupKeyMissing } from "../loading/group-roots.js";
import { openWraps } from "../loading/open-root.js";
import type { KeysSettings } from "../options.js";
import { groupRootOf } from "../store.js";
import type { Draft, Outcome } from "./changes.js";

/** Whose wraps are changed: the root key's, or a group root's. */
export interface Target {
  readonly pin: string;
  readonly wraps: readonly RootWrap[];
  /** Opens them. */
  readonly keyring: Keyring;
  /** The group whose root it is. */
  readonly group?: string;
}

/** The root key's wraps, or those of the group's root. Throws ERR_GROUP_KEY_MISSING, ERR_KEY_MISSING for a group without a root. */
export function targetOf({ head }: Draft, { keyring, groups }: KeysSettings, group: string | undefined): Target {
  if (group === undefined) return { pin: head.root, wraps: head.wraps, keyring };
  const listed = groupRootOf(head, group);
  if (listed === undefined) {
    throw new CosmosealError("ERR_KEY_MISSING", `The group ${JSON.stringify(group)} has no root of its own.`, {
      remedy: "Its keys are under the root key. keys.rekey gives it a root.",
    });
  }
  const given = groups.get(group);
  if (given === undefined) throw groupKeyMissing(group);
  return { pin: listed.root, wraps: listed.wraps, keyring: given.keyring, group };
}

/**
 * Puts a wrap of `next` in the place of those that the target's keyring opens. Throws what the keyrings throw; then nothing is changed.
 */
export async function rewrap(draft: Draft, target: Target, next: Keyring): Promise<Outcome<void>> {
  const { keyring, pin, wraps } = target;
  const opened = await openWraps(keyring, wraps, pin);
  try {
    const made = await checkedWrap(next, opened[0]!.bytes, pin);
    const replaced = new Set(opened.map(({ wrap }) => wrap));
    return edited(draft, target, [...wraps.filter((wrap) => !replaced.has(wrap)), made]);
  } finally {
    for (const { bytes } of opened) bytes.fill(0);
  }
}

/** Adds a wrap of `next`: from then on either opens. Throws what the keyrings throw; then nothing is changed. */
export async function addWrap(draft: Draft, target: Target, next: Keyring): Promise<Outcome<void>> {
  const { keyring, pin, wraps } = target;
  const [opened] = await openWraps(keyring, wraps, pin, 1);
  try {
    return edited(draft, target, [...wraps, await checkedWrap(next, opened!.bytes, pin)]);
  } finally {
    opened!.bytes.fill(0);
  }
}

/**
 * Removes the wraps that match; the number of them. Throws ERR_OPTIONS_INVALID where none would be left that the target's keyring may
 * open: nobody could undo that.
 */
export async function removeWrap(
  draft: Draft,
  target: Target,
  matches: (wrap: RootWrap) => boolean,
): Promise<Outcome<number>> {
  const { keyring, pin, wraps } = target;
  const kept = wraps.filter((wrap) => !matches(wrap));
  const count = wraps.length - kept.length;
  if (count === 0) return { result: 0 };
  if (!kept.some((wrap) => keyring.accepts(wrap))) {
    throw new CosmosealError(
      "ERR_OPTIONS_INVALID",
      "Without that wrap this keyring could no longer open the key store.",
      {
        remedy: "Remove it with the keyring of another wrap, or call keys.rewrap.",
      },
    );
  }
  const [opened] = await openWraps(keyring, kept, pin, 1);
  opened!.bytes.fill(0);
  return { ...edited(draft, target, kept), result: count };
}

/** Opened again before it is relied on: a wrap that doesn't open would be found when it is needed most. */
export async function checkedWrap(keyring: Keyring, bytes: Uint8Array, pin: string): Promise<RootWrap> {
  const wrap = await wrapTelling(keyring, bytes, pin);
  const [opened] = await openWraps(keyring, [wrap], pin, 1);
  opened!.bytes.fill(0);
  return wrap;
}

function edited(
  { head }: Draft,
  { pin, group }: Target,
  wraps: readonly RootWrap[],
): Outcome<undefined> & { readonly edit: object } {
  const change = group === undefined ? { wraps } : { groups: { ...head.groups, [group]: { root: pin, wraps } } };
  return { edit: { ...change, raisesEpoch: true }, result: undefined };
}
