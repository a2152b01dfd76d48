/** What an examination says, in words: for each part whether it holds, and what that tells of what happened. */
import type { ErrorCode, Examination, ExaminedGroup } from "@cosmoseal/core";
import type { SealedContainerDefinition } from "cosmoseal";

/** One part of a stored document. */
export interface PartFinding {
  readonly part: string;
  readonly holds: boolean | undefined;
  readonly text: string;
}

/** Never a value; names of places come from the schema. */
export function partsOf(definition: SealedContainerDefinition<unknown>, { seal }: Examination): readonly PartFinding[] {
  if (seal === undefined) return [];
  const { integrityKey, manifestHolds, schemaVersion, groups } = seal;
  return [
    {
      part: "manifest",
      holds: manifestHolds,
      text:
        integrityKey.code !== undefined
          ? `can't be checked: its key ${why(integrityKey.code)}`
          : manifestHolds === true
            ? "holds: nothing was changed"
            : "fails: something of the document is not as a key holder wrote it",
    },
    ...groups.map((group): PartFinding => {
      const places = placesOf(definition, schemaVersion, group.name);
      return {
        part: `group ${group.name === "" ? "(default)" : group.name}`,
        holds: group.entries !== undefined,
        text: groupText(group, places),
      };
    }),
  ];
}

/** What happened, as far as the parts tell. */
export function conclusionOf(stored: Readonly<Record<string, unknown>>, { error, seal }: Examination): string {
  if (error === undefined) {
    return Object.hasOwn(stored, "_seal")
      ? "It opens."
      : "It is plaintext, which the phase of moving in still believes: anybody with the account key reads all of it.";
  }
  switch (error.code) {
    case "ERR_NOT_SEALED":
      return "It is plaintext: whoever wrote it last did so without this client.";
    case "ERR_KEY_DESTROYED":
      return "Its keys were destroyed: it is gone for good, and is meant to be.";
    case "ERR_KEY_RETIRED":
      return "It is under a retired key: replayed from before, or missed when documents were resealed.";
    case "ERR_SCHEMA_VERSION":
      return "It is of a schema version that this configuration doesn't know, or that had ended: give the definition its history.";
    case "ERR_STAMP_AHEAD":
      return "Its stamp lies in the future: the clock of the process that wrote it was wrong.";
    case "ERR_STORE_ROLLED_BACK":
      return "It is newer than the key store: somebody put back an old copy of the store. Mend that, not the document.";
    case "ERR_SCOPE_UNKNOWN":
      return "The key store has no keys for its scope: the scope's value was changed, or the store is an old copy.";
    default:
  }
  if (seal === undefined) {
    const isObject = typeof stored["_seal"] === "object" && stored["_seal"] !== null;
    return isObject
      ? "Its _seal is not of the form: somebody changed it."
      : "Its _seal is no object: somebody overwrote it.";
  }
  const closed = seal.groups.filter(({ entries }) => entries === undefined);
  if (closed.length === 0) {
    return "Every group opens: what was changed is the public part, a token, or which groups there are. Another writer, the portal, or somebody with the account key.";
  }
  if (closed.length === seal.groups.length) {
    return "No group opens: the whole was moved here from another document, or its id, partition key or ciphertext was changed.";
  }
  return "Some groups open and some don't: ciphertext was changed, or moved here from another document.";
}

function groupText({ key, entries, bytes }: ExaminedGroup, places: readonly string[]): string {
  const of = places.length === 0 ? "" : ` (${places.join(", ")})`;
  if (entries !== undefined) return `opens: ${entries.length} value${entries.length === 1 ? "" : "s"}${of}`;
  if (key.code !== undefined) return `doesn't open: its key ${why(key.code)}${of}`;
  return `doesn't open under its key: ${bytes} bytes that were changed, or belong to another document${of}`;
}

function why(code: ErrorCode): string {
  return WHY[code] ?? `can't be had (${code})`;
}

const WHY: Partial<Readonly<Record<ErrorCode, string>>> = {
  ERR_KEY_SCOPE: "is none of this scope and group: taken from elsewhere, or of another key store",
  ERR_KEY_RETIRED: "was retired",
  ERR_KEY_DESTROYED: "was destroyed",
  ERR_KEY_MISSING: "is missing in the key store",
  ERR_GROUP_KEY_MISSING: "is not at hand here: this configuration lacks the group's key",
  ERR_SCOPE_UNKNOWN: "is of a scope that the key store doesn't have",
};

function placesOf({ plan }: SealedContainerDefinition<unknown>, version: number, group: string): readonly string[] {
  const places = plan.versions.get(version)?.groups[group] ?? [];
  return places.map((place) => (typeof place === "string" ? place : `${place[0]}/*`));
}
