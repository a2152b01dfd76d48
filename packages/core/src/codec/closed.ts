/** Documents that were verified and opened in part, since this process lacks the root of a group: the group stays closed. SPEC §6, rule 5. */
import type { VersionPlan } from "../plan/plan.js";
import type { DocumentPlace } from "./place.js";
import type { ParsedGroup, SealMember } from "./seal-member.js";

/**
 * What becomes of a document with a group whose key the client doesn't hold: `error` throws ERR_GROUP_KEY_MISSING, `omit` leaves the
 * group's places out, `placeholder` puts a marker at those whose place is known without opening. The manifest is verified in any case.
 */
export type MissingGroupPolicy = "error" | "omit" | "placeholder";

/** A verified document and its closed groups: what a writer who lacks their keys carries into the next version. SPEC §4.10. */
export interface ClosedDocument {
  readonly place: DocumentPlace;
  readonly seal: SealMember;
  readonly version: VersionPlan;
  readonly groups: readonly ParsedGroup[];
  /**
   * The document as far as it opened. Absent where whoever changes it vouches that every object and array on the way to a place of a
   * closed group is what it was.
   */
  readonly before?: Readonly<Record<string, unknown>>;
}

/**
 * The groups of an opened document that stayed closed, sorted; empty where all were opened, and for what was not opened by this client.
 *
 * @example if (closedGroupsOf(patient).includes("medical")) show("part of this record is not for you");
 */
export function closedGroupsOf(document: object): readonly string[] {
  return closed.get(document) ?? NONE;
}

export function noteClosed(document: object, groups: readonly string[]): void {
  closed.set(document, Object.freeze([...groups]));
}

const closed = new WeakMap<object, readonly string[]>();
const NONE: readonly string[] = Object.freeze([]);
