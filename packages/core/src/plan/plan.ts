/** The plan: a container definition, compiled once and frozen. Plain data; everything after it reads it and nothing else. */
import type { ValueType } from "../schema/node.js";
import type { EqualityOptions } from "../schema/treatment.js";
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
  readonly rest?: PlanNode;
  readonly element?: PlanNode;
  readonly indexes: readonly IndexPlan[];
}

/** One declared way to search a sealed path. */
export interface IndexPlan {
  readonly kind: "equality" | "unique";
  /** The name in `_seal.x`. SPEC §5.1. */
  readonly name: string;
  readonly pattern: string;
  /** The pattern stands for several places of a document, so that the tokens are always an array. */
  readonly many: boolean;
  readonly bits: number;
  readonly options: EqualityOptions;
}

/** What a reader must know of one schema version. SPEC §1.1. */
export interface VersionFacts {
  readonly version: number;
  /** Of each group, the places that it seals. */
  readonly groups: Readonly<Record<string, PlaceList>>;
  readonly unsigned: PlaceList;
}

/** The same, made ready. */
export interface VersionPlan extends VersionFacts {
  readonly groupNames: readonly string[];
  readonly sealedPlaces: ReadonlyMap<string, PlaceTree>;
  readonly unsignedPlaces: PlaceTree;
  /** JCS of `unsigned`, to be compared with `o`. */
  readonly unsignedText: string;
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
  /** `/id` and partition-key paths that are sealed. */
  readonly identity: readonly string[];
  readonly scope?: ScopeDeclaration;
  readonly root: PlanNode;
  readonly groups: readonly string[];
  readonly indexes: readonly IndexPlan[];
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

/** The member that holds everything of ours. */
export const SEAL = "_seal";

export const FORMAT_VERSION = 1;

/** Arrays and objects inside each other, at the most. SPEC §1. */
export const MAX_DEPTH = 256;

/** What the service accepts, in bytes of JSON. */
export const MAX_DOCUMENT_BYTES: number = 2 * 1024 * 1024;
