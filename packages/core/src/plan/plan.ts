/** The plan: a container definition, compiled once and frozen. Plain data; everything after it reads it and nothing else. */
import type { ValueType } from "../schema/node.js";
import type { DatePrecision, Normalizer } from "../schema/treatment.js";
import type { PlaceList, PlaceTree } from "./places.js";

/** What is to be done at one place of a document, and below it. */
export interface PlanNode {
  readonly pattern: string;
  readonly treatment: "sealed" | "signed" | "unsigned";
  /** The group, where sealed. */
  readonly group: string;
  /** Sealed, but with a token in its place: the id or a partition-key path. SPEC §5.3. */
  readonly identity: boolean;
  readonly types: ReadonlySet<ValueType>;
  /** Any value, with any names below. */
  readonly open: boolean;
  /** Something below is sealed, so that a value of another structure could hide it. */
  readonly seals: boolean;
  readonly members?: ReadonlyMap<string, PlanNode>;
  /** Members that the schema requires, where it says so. */
  readonly required?: ReadonlySet<string>;
  readonly rest?: PlanNode;
  readonly element?: PlanNode;
  readonly indexes: readonly IndexPlan[];
  /** Not declared any more: what an earlier version said of the place holds for documents that have it already. */
  readonly removed?: true;
}

/** One declared way to search a sealed path. */
export interface IndexPlan {
  readonly kind: IndexKind;
  /** The name in `_seal.x`. SPEC §5.1. */
  readonly name: string;
  readonly pattern: string;
  /** The pattern stands for several places of a document, so that the tokens are always an array. */
  readonly many: boolean;
  /** Length of a token. */
  readonly bits: number;
  /** Values there may be bigints, which a query sees as the nearest doubles. */
  readonly bigints: boolean;
  readonly options: IndexOptions;
  /**
   * Schema version from which on every document of a known version carries this index as it is defined now: the plan's own,
   * unless the history says an earlier one.
   */
  readonly since: number;
}

/** How an index is searched: by the whole value, by intervals, by beginnings, by parts. */
export type IndexKind = "equality" | "range" | "prefix" | "substring" | "unique";

/** What was declared, with the defaults filled in; of each kind those members that it has. */
export interface IndexOptions {
  /** equality, unique, prefix, substring */
  readonly normalize?: Normalizer | readonly Normalizer[];
  /** equality */
  readonly bits?: number;
  /** prefix: the longest that has a token, in code points */
  readonly max?: number;
  /** substring: the longest text that is indexed by its grams, in code points */
  readonly maxLength?: number;
  /** range */
  readonly range?: RangePlan;
}

/** The steps and the tree of a range index. SPEC §5.5. */
export type RangePlan = RangeSteps & {
  readonly sparsity: number;
  /** N: the step of `max`. */
  readonly top: bigint;
  /** L: binary digits of a leaf. */
  readonly digits: number;
};

/** How values become steps. SPEC §5.5. */
export type RangeSteps =
  | { readonly type: "number"; readonly min: number; readonly max: number; readonly precision: number }
  | { readonly type: "bigint"; readonly min: bigint; readonly max: bigint; readonly precision: bigint }
  /** `min` and `max` are cut to the precision: the texts of the first and the last step. */
  | {
      readonly type: "date" | "datetime";
      readonly min: string;
      readonly max: string;
      readonly precision: DatePrecision;
    };

/** What a reader must know of one schema version (SPEC §1.1), and what a query must know of its indexes. Plain JSON. */
export interface VersionFacts {
  readonly version: number;
  /** Of each group, the places that it seals. */
  readonly groups: Readonly<Record<string, PlaceList>>;
  readonly unsigned: PlaceList;
  /** The places that it declares public and authenticated. Without it they aren't known once they are removed. */
  readonly signed?: PlaceList;
  /** Those of its places that the schema doesn't declare any more: they stem from earlier versions. Absent where there are none. */
  readonly removed?: PlaceList;
  /**
   * ISO 8601 in UTC: no writer of the version ran from then on. A document of it that has in public what is sealed now opens
   * only if the service stored it before. Without it, such documents open for as long as the version is known.
   */
  readonly until?: string;
  /** Every index of the version. Without it, none is known: each index of a later version counts as new. */
  readonly indexes?: readonly IndexFacts[];
}

/** An index of a schema version; two of one definition make the same tokens of the same values. */
export interface IndexFacts {
  readonly name: string;
  /** Canonical text of kind, pattern, bits and options, the names of normalizers included. */
  readonly definition: string;
}

/** The same, made ready. */
export interface VersionPlan extends VersionFacts {
  readonly groupNames: readonly string[];
  readonly sealedPlaces: ReadonlyMap<string, PlaceTree>;
  readonly unsignedPlaces: PlaceTree;
  /** JCS of `unsigned`, to be compared with `o`. */
  readonly unsignedText: string;
  /** `until` in milliseconds since 1970. */
  readonly endedAt?: number;
}

export interface ScopeDeclaration {
  /** Pattern of a signed path, or of a sealed id or partition key. */
  readonly path: string;
  readonly family: string;
}

export interface Plan {
  /** Logical name, bound into every sealed document. */
  readonly name: string;
  readonly version: number;
  readonly partitionKey: readonly string[];
  /** Partition-key paths that the schema requires. */
  readonly requiredPartitionKey: readonly string[];
  /** What the schema doesn't declare is refused on writing. */
  readonly refusesUndeclared: boolean;
  /** `/id` and partition-key paths that are sealed. */
  readonly identity: readonly string[];
  readonly scope?: ScopeDeclaration;
  readonly root: PlanNode;
  readonly groups: readonly string[];
  readonly indexes: readonly IndexPlan[];
  /** Its own version, earlier ones, and later ones that it knows ahead of the application's change. */
  readonly versions: ReadonlyMap<number, VersionPlan>;
}

/** Names that the service sets; never sealed, outside the manifest. SPEC §1. */
export const SYSTEM_PROPERTIES: ReadonlySet<string> = new Set([
  "_rid",
  "_self",
  "_etag",
  "_ts",
  "_attachments",
  "_lsn",
]);

/** The default group has no name. SPEC §4. */
export const GROUP_NAME: RegExp = /^[a-z0-9_-]{0,32}$/;

/** The member that holds everything of ours. */
export const SEAL = "_seal";

export const FORMAT_VERSION = 1;

/** Arrays and objects inside each other, at the most. SPEC §1. */
export const MAX_DEPTH = 256;

/** What the service accepts, in bytes of JSON. */
export const MAX_DOCUMENT_BYTES: number = 2 * 1024 * 1024;
