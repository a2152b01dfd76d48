/** What the holder of the account key can read, as plain data: printed as JSON as it is, and made into text and a page. */
import type { PersonalFinding } from "../personal/detect.js";

export interface ExposureReport {
  readonly kind: "cosmoseal exposure";
  readonly version: 1;
  /** Address of the account; no secret. */
  readonly account: string;
  /** ISO 8601, when reading began and ended. */
  readonly begun: string;
  readonly ended: string;
  /** Documents read of each container at most, where that was bounded: all figures are of these then. */
  readonly limit?: number;
  readonly containers: readonly ContainerExposure[];
  readonly totals: ExposureTotals;
}

export interface ExposureTotals {
  readonly documents: number;
  readonly plaintext: number;
  readonly sealed: number;
  /** Documents with something that looks personal and is readable. */
  readonly personal: number;
  /** Containers whose index holds ciphertext. */
  readonly ciphertextIndexed: number;
  /** Stored procedures, triggers and functions. */
  readonly scripts: number;
}

export interface ContainerExposure {
  /** `database/container` */
  readonly name: string;
  readonly documents: number;
  /** Without `_seal`: anybody with the account key reads and changes all of it. */
  readonly plaintext: number;
  readonly sealed: number;
  /** `_seal` is there and not of the form. */
  readonly damaged: number;
  /** Sealed documents with a field that nothing vouches for. */
  readonly unsigned: number;
  /** Documents with something that looks personal and is readable, sealed ones with public fields too. */
  readonly personal: number;
  readonly personalSince: Since | undefined;
  /** How many people these are about, by the field that tells most; undefined where no field tells. */
  readonly people: People | undefined;
  readonly paths: readonly PathExposure[];
  /** Paths beyond the bound, that were not looked at one by one. */
  readonly pathsLeftOut: number;
  readonly groups: readonly GroupExposure[];
  readonly tokens: readonly TokenExposure[];
  readonly schemaVersions: readonly { readonly version: number; readonly documents: number }[];
  readonly index: { readonly ciphertext: boolean; readonly text: string };
  readonly scripts: ScriptsExposure;
  /** It holds a key store: wrapped keys, by the key-encryption keys that open them. */
  readonly keyStore: readonly { readonly keyring: string; readonly kek: string }[] | undefined;
}

/** By the time of the last write, which the service sets: what a document held before that is not known. */
export interface Since {
  /** ISO 8601 */
  readonly oldest: string;
  readonly newest: string;
  readonly months: readonly { readonly month: string; readonly documents: number }[];
}

export interface People {
  readonly path: string;
  /** Different values of it. */
  readonly count: number;
  readonly exact: boolean;
}

export interface PathExposure {
  readonly path: string;
  /** Documents in which it stands in the clear and nothing vouches for it, since they are plaintext. */
  readonly clear: number;
  /** In the clear, authenticated. */
  readonly signed: number;
  /** In the clear in sealed documents, not authenticated. */
  readonly unsigned: number;
  /** Documents in which it is sealed, at the most: whether it is there can't be seen from outside. */
  readonly sealed: number;
  /** `definition`: the configuration says so. `absence`: it stands in plaintext documents and in no sealed one. */
  readonly sealedBy: "definition" | "absence" | undefined;
  readonly types: readonly string[];
  readonly samples: readonly string[];
  readonly personal: readonly PersonalFinding[];
}

export interface GroupExposure {
  readonly name: string;
  readonly documents: number;
  /** Of ciphertext, in all. */
  readonly bytes: number;
  readonly keys: readonly { readonly id: string; readonly documents: number }[];
  /** Key ids beyond the bound. */
  readonly keysLeftOut: number;
}

export interface TokenExposure {
  readonly name: string;
  readonly kind: string;
  /** Where a definition tells it. */
  readonly path: string | undefined;
  readonly documents: number;
  readonly distinct: number;
  readonly exact: boolean;
  /** Share of the documents that carry the most frequent token, 0 to 1. */
  readonly largest: number;
  /** Bits by which one value is told from another; the entropy of the tokens. */
  readonly entropy: number;
  readonly tells: string;
}

export interface ScriptsExposure {
  readonly storedProcedures: readonly string[];
  readonly triggers: readonly string[];
  readonly functions: readonly string[];
  /** Listing them was not allowed. */
  readonly unknown: boolean;
}
