/**
 * The entry for Node.js: the SDK, our client in the place of its own, what an application needs of the core, and keyrings that need a file system.
 * The star stands in the entry itself: bundlers lose one that reaches it through another file.
 */
export * from "@azure/cosmos";
export {
  anyKeyring,
  type ContainerDefinition as SealedContainerDefinition,
  CosmosealError,
  type CreatedKeyStore,
  type CreateKeyStoreOptions,
  closedGroupsOf,
  createKeyStore,
  createRoot,
  type DestroyOptions,
  type DocumentOf,
  defineContainer,
  type EqualityOptions,
  ERROR_CODES,
  type ErrorCode,
  type ErrorPlace,
  exportKeyStore,
  type GroupDescription,
  type GroupKeysOptions,
  importKeyStore,
  isCosmosealError,
  isIntegrityError,
  isPlaceholder,
  isSealed,
  type KeyDescription,
  type Keyring,
  type KeyStore,
  type KeyStoreCopy,
  type LockedVersion,
  type MissingGroupPolicy,
  type MovingInOptions,
  memoryKeyStore,
  type NewRoot,
  type Normalizer,
  type PassphraseOptions,
  type PathContainerOptions,
  type PinUntil,
  type Placeholder,
  passphraseKek,
  type RetireOptions,
  type RootCallOptions,
  type RootWrap,
  type RotateOptions,
  type Rotation,
  type ScopeId,
  type ScopeValue,
  type SealedOptions,
  sealed,
  signed,
  staticKeyring,
  type TransferOptions,
  type Treatment,
  type UniqueOptions,
  unsigned,
  type VersionFacts,
  versionFacts,
  type ZodContainerOptions,
} from "@cosmoseal/core";
export { fileKeyStore, passphraseKeyring } from "@cosmoseal/core/node";
export { CosmosClient } from "./client/cosmos-client.js";
export type { ClientJobs, JobPlace } from "./client/jobs.js";
export type { ClientKeys, KeyCallOptions } from "./client/keys.js";
export type { NewDocument, TypedContainer, TypedItem, TypedItems } from "./client/typed.js";
export { type JobLeasesOptions, jobLeases, jobLeasesContainer } from "./jobs/cosmos-leases.js";
export type { JobCounts, JobFailure, JobOptions, JobProgress, JobRange, JobResult } from "./jobs/job.js";
export type { JobLeases } from "./jobs/leases.js";
export type { RebuildOptions, RebuildResult } from "./jobs/rebuild.js";
export type { ResealOptions } from "./jobs/reseal.js";
export { JobStoppedError } from "./jobs/stopped.js";
export type { KeyUsage, ScopeUsage } from "./jobs/usage.js";
export {
  type CosmosKeyStore,
  type CosmosKeyStoreOptions,
  cosmosKeyStore,
  keyStoreContainer,
} from "./keystore/cosmos-key-store.js";
export type {
  BadDocumentEvent,
  JobEvent,
  KeysLoadedEvent,
  OpenedEvent,
  PageEvent,
  SealEvent,
  SealedEvent,
  UnwrappedEvent,
  WarningEvent,
} from "./observe/events.js";
export type {
  ContainerDeclaration,
  ContainerLookup,
  ContainerTable,
  CosmosClientOptions,
  SealOptions,
} from "./options/seal-options.js";
export { lackingInContainer, type StoredContainerDefinition, storedContainerDefinition } from "./policy/stored.js";
export type { ExplainedGroup, ExplainedRefusal, ExplainedSearch, QueryExplanation } from "./query/explain.js";
export type { Integrity, PerContainer, QueryOptions, UnindexedPolicy } from "./query/options.js";
export { type SealStats, sealStatsOf } from "./query/stats.js";
export {
  type BadDocument,
  BadDocumentError,
  type BadDocumentOptions,
  type BadDocumentPolicy,
  sealErrorsOf,
} from "./sealing/bad-documents.js";
export type { MissingGroups } from "./sealing/missing-groups.js";
