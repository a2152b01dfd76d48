/** The options of the client, and what is made of them: checked once, frozen, handed to every stage. */
import type { CosmosClientOptions as SdkOptions } from "@azure/cosmos";
import {
  type ContainerDefinition,
  CosmosealError,
  type GroupKeysOptions,
  type Keyring,
  type KeyStore,
  Keys,
  type PinUntil,
  unknownOption,
} from "@cosmoseal/core";
import { type Emit, emitTo, type SealEvent } from "../observe/events.js";
import { observedGroups, observedKeyring, observedStore } from "../observe/keys.js";
import { Once } from "../observe/once.js";
import type { Integrity, PerContainer, UnindexedPolicy } from "../query/options.js";
import type { BadDocumentPolicy } from "../sealing/bad-documents.js";
import type { MissingGroups } from "../sealing/missing-groups.js";
import { Sightings } from "../sealing/sightings.js";
import { Stamps } from "../sealing/stamps.js";
import { type DeclaredContainers, declareContainers } from "./declared.js";

/** What a container is: its definition, or plaintext by the application's own word. */
export type ContainerDeclaration = ContainerDefinition<unknown> | "plaintext";

/** By `"database/container"`. */
export type ContainerTable = Readonly<Record<string, ContainerDeclaration>>;

/** For many containers of one kind; asked whenever a container is used, so it must be quick and always answer alike. */
export type ContainerLookup = (databaseId: string, containerId: string) => ContainerDeclaration | undefined;

/** What the client needs to seal. Only `keyring` and `containers` are required, and `pin` unless the keyring keeps it. */
export interface SealOptions {
  /** Unwraps the root key; made synchronously, used first when a document is sealed or opened. */
  readonly keyring: Keyring;
  /** Where the wrapped keys lie. Default: the keyring's own store. */
  readonly store?: KeyStore;
  /**
   * Id of the root key, 43 characters, as createKeyStore returned it. While the root key is being replaced, a list: the old one with the
   * moment from which it is refused, and the new one.
   */
  readonly pin?: string | readonly PinUntil[];
  /**
   * Groups that have a root of their own in the key store, by name, each with its keyring and its pin; the default group's name is "".
   * Of a group that isn't named here the client holds no key where the store has a root for it: see `missingGroups`.
   *
   * @example groups: { medical: { keyring: azureKeyring({ key: MEDICAL_KEK, credential }), pin: MEDICAL_PIN } }
   */
  readonly groups?: Readonly<Record<string, GroupKeysOptions>>;
  /**
   * What becomes of documents with a group whose key the client doesn't hold: `error` (default) throws ERR_GROUP_KEY_MISSING, `omit`
   * leaves the group's paths out, `placeholder` puts a marker there (`isPlaceholder`). Queries that read nothing of the group are answered
   * in any case, and conditions on its paths never. Documents are verified whole in any case.
   */
  readonly missingGroups?: MissingGroups;
  /** Every container that is used; one definition serves one container. */
  readonly containers: ContainerTable | ContainerLookup;
  /** `plaintext` uses undeclared containers as the plain SDK does; default: they are refused, so that a misspelt name isn't plaintext. */
  readonly undeclared?: "plaintext";
  /** Make missing scopes on writing. Default false: scopes are made by `client.keys.createScope`. */
  readonly createScopes?: boolean;
  /** How old the view of the key store may be, in milliseconds. Default 60,000. */
  readonly maxStoreAge?: number;
  /**
   * How long keys are used without asking the key-encryption key again, in milliseconds. Default 3,600,000, an hour: within it,
   * whoever takes the key-encryption key away ends every process.
   */
  readonly cacheTtl?: number;
  /**
   * For how long beyond `maxStoreAge` and `cacheTtl` documents are still read, in milliseconds, while keyring or key store can't
   * be reached. Default 0. Never for writes, and never for queries by tokens.
   */
  readonly staleIfError?: number;
  /** Scopes kept unwrapped in memory. Default 1,000. */
  readonly maxScopes?: number;
  /**
   * What lists do with a document that doesn't open: `throw` (default) ends the call with a BadDocumentError, `quarantine`
   * leaves it out and lists it in `sealErrors`. A function is asked by the definition's name. Calls may say otherwise.
   */
  readonly onBadDocument?: PerContainer<BadDocumentPolicy>;
  /**
   * What becomes of queries that would have to read every document: `refuse` (default) or `scan`. A function is asked by the
   * definition's name. Queries may say otherwise; one that is bound to a whole partition key is always answered.
   */
  readonly unindexed?: PerContainer<UnindexedPolicy>;
  /**
   * Whose word rows of queries are: `rows` (default), `strict` or `fast`; see Integrity. A function is asked by the definition's
   * name. Queries may say otherwise.
   */
  readonly integrity?: PerContainer<Integrity>;
  /**
   * How many rows a query may hold back in the client to sort, group, count or tell them apart. Default 1,000,000; past it
   * ERR_QUERY_TOO_LARGE.
   */
  readonly maxBufferedRows?: number;
  /** How many bytes of rows, by their length as JSON text. Default 268,435,456; past it ERR_QUERY_TOO_LARGE. */
  readonly maxBufferedBytes?: number;
  /**
   * Told what the client does, in counts, names and codes; see SealEvent. Must be quick. What it throws is an uncaught exception
   * and doesn't reach the call.
   */
  readonly onEvent?: (event: SealEvent) => void;
  /**
   * Stored procedures whose parameters may travel, in the clear: all, or those that a function names by the definition's name and
   * the procedure's id. Default: none. Without parameters every procedure may be run.
   */
  readonly storedProcedures?: "allow" | ((container: string, procedure: string) => boolean);
  /** `allow` lets `container.semanticRerank` send documents and question, opened, to the inference service. Default: refused. */
  readonly semanticRerank?: "allow";
  /** Milliseconds since 1970. Default Date.now. */
  readonly now?: () => number;
}

/** The SDK's options, and `seal`. */
export interface CosmosClientOptions extends SdkOptions {
  readonly seal: SealOptions;
}

/** What the stages share: made once per client, never changed. */
export interface SealContext {
  readonly keys: Keys;
  readonly containers: DeclaredContainers;
  readonly stamps: Stamps;
  readonly sightings: Sightings;
  readonly warned: Once;
  readonly createScopes: boolean;
  readonly missingGroups: MissingGroups;
  readonly onBadDocument: PerContainer<BadDocumentPolicy>;
  readonly unindexed: PerContainer<UnindexedPolicy>;
  readonly integrity: PerContainer<Integrity>;
  readonly maxBufferedRows: number;
  readonly maxBufferedBytes: number;
  /** Of a stored procedure, by the definition's name and its own id. */
  readonly allowsParameters: (container: string, procedure: string) => boolean;
  readonly allowsSemanticRerank: boolean;
  readonly emit: Emit;
  readonly now: () => number;
  /** Proof to the tripwire that a query comes from our query stage; random, of this client alone. */
  readonly approval: string;
}

/** Throws ERR_OPTIONS_INVALID, ERR_PIN_MISSING. */
export function sealContext(options: SealOptions): SealContext {
  checkOptions(options);
  const now = options.now ?? Date.now;
  const containers = declareContainers(options.containers, options.undeclared);
  const emit = emitTo(options.onEvent);
  const { pin, maxScopes, maxStoreAge, cacheTtl, staleIfError, storedProcedures } = options;
  const keyring = options.keyring && observedKeyring(options.keyring, emit);
  const store = options.store && observedStore(options.store, emit);
  const groups = observedGroups(options.groups, emit);
  return Object.freeze({
    keys: new Keys({ keyring, store, pin, groups, maxScopes, maxStoreAge, cacheTtl, staleIfError, now }),
    containers,
    stamps: new Stamps(now),
    sightings: new Sightings(),
    warned: new Once(),
    createScopes: options.createScopes === true,
    missingGroups: options.missingGroups ?? "error",
    onBadDocument: options.onBadDocument ?? "throw",
    unindexed: options.unindexed ?? "refuse",
    integrity: options.integrity ?? "rows",
    maxBufferedRows: bound("maxBufferedRows", options.maxBufferedRows ?? 1_000_000),
    maxBufferedBytes: bound("maxBufferedBytes", options.maxBufferedBytes ?? 268_435_456),
    allowsParameters: (container: string, procedure: string) =>
      typeof storedProcedures === "function"
        ? storedProcedures(container, procedure) === true
        : storedProcedures === "allow",
    allowsSemanticRerank: options.semanticRerank === "allow",
    emit,
    now,
    approval: globalThis.crypto.randomUUID(),
  });
}

/** What is misspelt must not pass for what was left out. */
function checkOptions(options: SealOptions): void {
  const unknown = unknownOption(options, Object.keys(OPTIONS));
  if (unknown !== undefined) throw invalid(`\`seal\` has no option \`${unknown.name}\`.`, unknown.remedy);
  for (const [option, values] of Object.entries(OPTIONS)) {
    const value: unknown = options[option as keyof SealOptions];
    if (value === undefined || values === ANY || values.includes(value)) continue;
    if (typeof value === "function" && ASKED.has(option)) continue;
    const list = values.map((one) => JSON.stringify(one)).join(", ");
    throw invalid(`\`seal.${option}\` is one of ${list}.`, "Leave it out for the default.");
  }
}

const ANY = "checked where it is used";
/** All that there are, each with the values that it may have. */
const OPTIONS: Readonly<Record<keyof SealOptions, typeof ANY | readonly unknown[]>> = {
  keyring: ANY,
  store: ANY,
  pin: ANY,
  groups: ANY,
  missingGroups: ["error", "omit", "placeholder"],
  containers: ANY,
  undeclared: ["plaintext"],
  createScopes: [true, false],
  maxStoreAge: ANY,
  cacheTtl: ANY,
  staleIfError: ANY,
  maxScopes: ANY,
  onBadDocument: ["throw", "quarantine"],
  unindexed: ["refuse", "scan"],
  integrity: ["rows", "strict", "fast"],
  maxBufferedRows: ANY,
  maxBufferedBytes: ANY,
  onEvent: ANY,
  storedProcedures: ["allow"],
  semanticRerank: ["allow"],
  now: ANY,
};
/** Those that a function may decide, for each container. */
const ASKED: ReadonlySet<string> = new Set([
  "missingGroups",
  "onBadDocument",
  "unindexed",
  "integrity",
  "storedProcedures",
]);

function bound(option: string, value: number): number {
  if (typeof value === "number" && value >= 0) return value;
  throw invalid(`\`seal.${option}\` is a number from 0.`, "Leave it out for the default.");
}

/** The SDK's own options, a copy, and ours. Throws ERR_OPTIONS_INVALID. */
export function readOptions(first: unknown, second: unknown): { readonly sdk: SdkOptions; readonly seal: SealOptions } {
  const given = typeof first === "string" ? { connectionString: first, ...(second ?? {}) } : first;
  if (typeof given !== "object" || given === null) {
    throw invalid("The client is made of a connection string or of options.", SHOW);
  }
  const { seal, ...sdk } = given as Partial<CosmosClientOptions>;
  if (typeof seal !== "object" || seal === null) {
    throw invalid("The client has no `seal`: it could only write plaintext.", SHOW);
  }
  if (sdk.clientEncryptionOptions !== undefined) {
    throw invalid("`clientEncryptionOptions` is the SDK's own encryption, which this client replaces.", SHOW);
  }
  return { sdk, seal };
}

const SHOW =
  "Write new CosmosClient({ connectionString, seal: { keyring, containers } }), or new CosmosClient(connectionString, { seal }).";

function invalid(message: string, remedy: string): CosmosealError {
  return new CosmosealError("ERR_OPTIONS_INVALID", message, { remedy });
}
