/** The drop-in client: the SDK's own, with a tree of subclasses below it that seal and open, and a tripwire under all of it. */
import { CosmosClient as SdkClient, Container as SdkContainer, Database as SdkDatabase } from "@azure/cosmos";
import { type ContainerDefinition, containerScope, cryptoReady } from "@cosmoseal/core";
import { addressIn, type ContainerAddress } from "../options/declared.js";
import { type CosmosClientOptions, readOptions, type SealContext, sealContext } from "../options/seal-options.js";
import { contextOf } from "../sdk/internals.js";
import { tripwire } from "../tripwire/http-client.js";
import { Database } from "./database.js";
import { Databases } from "./databases.js";
import { type ClientJobs, clientJobs } from "./jobs.js";
import { type ClientKeys, clientKeys } from "./keys.js";
import { checkSdk } from "./sdk-check.js";
import { closeSurface } from "./surface.js";
import type { TypedContainer } from "./typed.js";

/**
 * `CosmosClient` of `@azure/cosmos`, that seals what the definitions of its containers say before it leaves the process, and
 * verifies and opens what comes back. API, types, responses, errors and paging are the SDK's.
 *
 * Synchronous: no key is asked for before the first document. Throws ERR_OPTIONS_INVALID without `seal`, with
 * `clientEncryptionOptions`, and for declarations that contradict each other; ERR_PIN_MISSING.
 *
 * @example
 * const client = new CosmosClient({
 *   connectionString,
 *   seal: {
 *     keyring: passphraseKeyring("customer.keys", { passphrase: () => process.env.SEAL_PASSPHRASE ?? "" }),
 *     containers: { "shop/customers": customers, "shop/audit": "plaintext" },
 *   },
 * });
 */
export class CosmosClient extends SdkClient {
  static {
    closeSurface(CosmosClient, SdkClient, "CosmosClient");
  }

  declare readonly databases: Databases;
  /** Scopes and the state of the keys. */
  readonly keys: ClientKeys;
  /** Work on whole containers: resealing, rebuilding indexes. */
  readonly jobs: ClientJobs;
  readonly #seal: SealContext;

  constructor(options: CosmosClientOptions);
  constructor(connectionString: string, options: Omit<CosmosClientOptions, "connectionString" | "endpoint" | "key">);
  constructor(first: string | CosmosClientOptions, second?: object) {
    checkSdk();
    const { sdk, seal } = readOptions(first, second);
    const context = sealContext(seal);
    super({ ...sdk, httpClient: tripwire(context, sdk.httpClient) });
    this.#seal = context;
    this.databases = new Databases(this, contextOf(this), context);
    const plainContainer = (definition: ContainerDefinition<unknown>, at: string | undefined): SdkContainer => {
      const { databaseId, containerId } = this.#addressOf(definition, at);
      const shared = contextOf(this);
      return new SdkContainer(new SdkDatabase(this, databaseId, shared), containerId, shared);
    };
    this.keys = clientKeys(context, plainContainer);
    this.jobs = clientJobs(context, plainContainer);
  }

  /** A handle; nothing is read. */
  override database(id: string): Database {
    return new Database(this, id, contextOf(this), this.#seal);
  }

  /**
   * The container that a definition is declared for, its items typed by the schema. `at` is needed where the containers are
   * declared by a function. Throws ERR_CONTAINER_UNDECLARED.
   *
   * @example const { resource } = await client.container(customers).item("c-17", "t-1").read();
   */
  container<Document>(definition: ContainerDefinition<Document>, at?: string): TypedContainer<Document> {
    const { databaseId, containerId } = this.#addressOf(definition, at);
    // The class answers to the typed view; types can't say so, since the SDK's own generics accept any document.
    return this.database(databaseId).container(containerId) as unknown as TypedContainer<Document>;
  }

  /**
   * Loads the keys, so that a wrong passphrase, pin or store is told at the start and not by the first request. Optional.
   * Throws what keyring and store throw, ERR_SCOPE_UNKNOWN for a declared container without keys.
   */
  async ready(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { keys, containers, createScopes } = this.#seal;
    await cryptoReady();
    await keys.ready(options.signal);
    for (const { plan } of containers.definitions) {
      if (createScopes) await keys.createScope(plan, undefined, options.signal);
      const lease = await keys.lease(plan, [], options.signal);
      try {
        lease.keysOf(containerScope(plan));
      } finally {
        lease.release();
      }
    }
  }

  /** Ends the client's timers and overwrites its keys; what is used after it throws ERR_CLIENT_DISPOSED. */
  override dispose(): void {
    super.dispose();
    this.#seal.keys.dispose();
    this.#seal.stamps.clear();
    this.#seal.sightings.clear();
  }

  #addressOf(definition: ContainerDefinition<unknown>, at: string | undefined): ContainerAddress {
    const { containers } = this.#seal;
    return at === undefined ? containers.locate(definition) : addressIn(containers, definition, at);
  }
}
