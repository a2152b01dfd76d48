/** What every entry exports, whatever it runs on: the SDK, our client in the place of its own, and what an application needs of the core. */
export * from "@azure/cosmos";
export {
  type ContainerDefinition as SealedContainerDefinition,
  CosmosealError,
  type CreateKeyStoreOptions,
  createKeyStore,
  type DocumentOf,
  defineContainer,
  type EqualityOptions,
  ERROR_CODES,
  type ErrorCode,
  type ErrorPlace,
  isCosmosealError,
  isIntegrityError,
  isSealed,
  type Keyring,
  type KeyStore,
  memoryKeyStore,
  type Normalizer,
  type PassphraseOptions,
  type PathContainerOptions,
  passphraseKek,
  type SealedOptions,
  sealed,
  signed,
  staticKeyring,
  type Treatment,
  unsigned,
  type ZodContainerOptions,
} from "@cosmoseal/core";
export { CosmosClient } from "./client/cosmos-client.js";
export type { ClientKeys } from "./client/keys.js";
export type { NewDocument, TypedContainer, TypedItem, TypedItems } from "./client/typed.js";
export type {
  ContainerDeclaration,
  ContainerLookup,
  ContainerTable,
  CosmosClientOptions,
  SealOptions,
} from "./options/seal-options.js";
