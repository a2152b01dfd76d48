/**
 * The core of Cosmoseal: schema → plan → codec, keys beside. No Azure, no I/O; runs wherever WebAssembly does.
 */
export { type ClosedDocument, closedGroupsOf, type MissingGroupPolicy } from "./codec/closed.js";
export { isSealed, type OpenCallOptions, open, openAll, type SealCallOptions, seal } from "./codec/codec.js";
export { openContinuation, sealContinuation } from "./codec/continuation.js";
export {
  type Examination,
  type ExaminedGroup,
  type ExaminedKey,
  type ExaminedSeal,
  examine,
} from "./codec/examine.js";
export { checkFloor } from "./codec/floor.js";
export { canonicalJson } from "./codec/jcs.js";
export type { Json, JsonObject } from "./codec/json.js";
export { type NewerDocument, publicAt } from "./codec/newer.js";
export { isPublicWhereSealed } from "./codec/open.js";
export { containerScope, type DocumentPlace, partitionKeyOf, placeOf, readPath, type ScopeId } from "./codec/place.js";
export { isPlaceholder, type Placeholder, placeholderOf } from "./codec/placeholder.js";
export { checkSealable, isStillPlain, placeOfPlain } from "./codec/plaintext.js";
export { type RebuiltDocument, rebuildDocument } from "./codec/rebuild.js";
export { cryptoBackEnd, cryptoReady } from "./crypto/sodium.js";
export {
  CosmosealError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorPlace,
  isCosmosealError,
  isIntegrityError,
} from "./errors.js";
export type { Clauses, IndexCondition, IndexTerm, IntervalEnd, TermPlace } from "./index/condition.js";
export { describeIndex, type IndexDescription, type IndexSize } from "./index/describe.js";
export { identityToken } from "./index/identity.js";
export { type RangeNode, type RangeTree, rangeTree } from "./index/range.js";
export { documentTerms, isBlurred, isList, termsFor } from "./index/terms.js";
export { indexToken, indexTokens, type StoredTokens } from "./index/tokens.js";
export { anyKeyring } from "./keys/any-keyring.js";
export type { KeyDescription, ScopeDescription } from "./keys/changing/describe.js";
export type { DestroyOptions } from "./keys/changing/destroy.js";
export { createRoot, type NewRoot } from "./keys/changing/rekey.js";
export type { RetireOptions } from "./keys/changing/retire.js";
export type { RotateOptions, Rotation } from "./keys/changing/rotate.js";
export { type CreatedKeyStore, type CreateKeyStoreOptions, createKeyStore } from "./keys/create.js";
export type { DocumentKeys, IndexKey } from "./keys/document-keys.js";
export type { Keyring, KeyringOptions, RootWrap } from "./keys/keyring.js";
export { type GroupDescription, type KeyLease, Keys, type RootCallOptions, type ScopeValue } from "./keys/keys.js";
export type { KeyUse } from "./keys/loading/view.js";
export type { GroupKeysOptions, KeysOptions, PinUntil } from "./keys/options.js";
export { type PassphraseOptions, passphraseKek, staticKeyring } from "./keys/root-wrap.js";
export {
  type GroupRoot,
  type HeadRecord,
  type KeyEntry,
  type KeyKind,
  type KeyState,
  type KeyStore,
  memoryKeyStore,
  type SchemaRecord,
  type ScopeRecord,
  type StoreChange,
} from "./keys/store.js";
export { exportKeyStore, importKeyStore, type KeyStoreCopy, type TransferOptions } from "./keys/transfer.js";
export { nearest, unknownOption } from "./nearest.js";
export type { LockedVersion } from "./plan/history.js";
export { versionFacts } from "./plan/index-facts.js";
export { indexName } from "./plan/index-names.js";
export { compilePlaces, memberPlace, type PlaceEntry, type PlaceList, type PlaceTree } from "./plan/places.js";
export {
  type IndexFacts,
  type IndexKind,
  type IndexOptions,
  type IndexPlan,
  MAX_DOCUMENT_BYTES,
  type Plan,
  type PlanNode,
  type RangePlan,
  type RangeSteps,
  SEAL,
  SYSTEM_PROPERTIES,
  type VersionFacts,
  type VersionPlan,
} from "./plan/plan.js";
export {
  type ContainerDefinition,
  type DocumentOf,
  defineContainer,
  type PathContainerOptions,
  type ZodContainerOptions,
} from "./schema/define.js";
export type { MovingIn, MovingInOptions } from "./schema/moving-in.js";
export type { PathTable } from "./schema/paths.js";
export { formatPattern, joinPattern, parsePattern, type Segment } from "./schema/pattern.js";
export {
  type DatePrecision,
  type EqualityOptions,
  type Normalizer,
  type PrefixOptions,
  type RangeOptions,
  type SealedOptions,
  type SubstringOptions,
  sealed,
  signed,
  type Treatment,
  type UniqueOptions,
  unsigned,
} from "./schema/treatment.js";
