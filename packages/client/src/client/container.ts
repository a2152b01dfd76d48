/** A container that has a definition. */
import {
  type ClientContext,
  type ContainerDefinition as ContainerProperties,
  type ContainerResponse,
  type DiagnosticNodeInternal,
  type PartitionKey,
  type PartitionKeyDefinition,
  type RequestOptions,
  type ResourceResponse,
  Container as SdkContainer,
  type Database as SdkDatabase,
  type SqlQuerySpec,
} from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { warnOnce } from "../policy/check.js";
import { restoreDefinition } from "../policy/restore.js";
import { rewriteDefinition } from "../policy/rewrite.js";
import { bindQuery } from "../query/bind.js";
import { settingsFor } from "../query/options.js";
import { planQuery } from "../query/plan.js";
import { readRequest } from "../query/request.js";
import { compileResidual } from "../query/residual.js";
import { amend, planApproved } from "../sdk/internals.js";
import { componentsOf, storedComponents, withContainerKeys } from "../sealing/keys-of-item.js";
import { checkPartitionKey } from "../sealing/partition-key.js";
import { openStored } from "../sealing/read.js";
import { sealOnly } from "../sealing/write.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import { Conflict } from "./conflict.js";
import { Conflicts } from "./conflicts.js";
import { Item } from "./item.js";
import { Items } from "./items.js";
import { Scripts } from "./scripts.js";
import { closeSurface, refuse } from "./surface.js";

export class Container extends SdkContainer {
  static {
    closeSurface(Container, SdkContainer, "Container");
  }

  /** The definition that everything in it is sealed under. */
  readonly definition: ContainerDefinition<unknown>;
  readonly #context: ClientContext;
  readonly #seal: SealContext;
  readonly #items: Items;
  readonly #conflicts: Conflicts;
  readonly #scripts: Scripts;

  constructor(
    database: SdkDatabase,
    id: string,
    context: ClientContext,
    sealing: SealContext,
    definition: ContainerDefinition<unknown>,
  ) {
    super(database, id, context);
    this.definition = definition;
    this.#context = context;
    this.#seal = sealing;
    this.#items = new Items(this, context, sealing);
    this.#conflicts = new Conflicts(this, context, sealing);
    this.#scripts = new Scripts(this, context, sealing);
  }

  override get items(): Items {
    return this.#items;
  }

  override get conflicts(): Conflicts {
    return this.#conflicts;
  }

  override get scripts(): Scripts {
    return this.#scripts;
  }

  override conflict(id: string, partitionKey?: PartitionKey): Conflict {
    return new Conflict(this, id, this.#context, this.#seal, partitionKey);
  }

  override item(id: string, partitionKeyValue?: PartitionKey): Item {
    return new Item(this, id, this.#context, this.#seal, partitionKeyValue);
  }

  /** Every reading of the definition ends here. What comes back is the application's own; what the stored one lacks is told once. */
  override async readInternal(
    diagnosticNode: DiagnosticNodeInternal,
    options?: RequestOptions,
  ): Promise<ContainerResponse> {
    const response = await super.readInternal(diagnosticNode, options);
    const { resource } = response;
    if (resource === undefined || resource === null) return response;
    warnOnce(this.#seal, this.definition, this.url, resource);
    return amend(response, { resource: restoreDefinition(this.definition.plan, resource) });
  }

  /**
   * Sends the definition as `containers.create` does. Throws ERR_OPTIONS_INVALID where the partition key isn't the definition's,
   * and what `rewriteDefinition` refuses.
   */
  override async replace(body: ContainerProperties, options?: RequestOptions): Promise<ContainerResponse> {
    if (body?.partitionKey !== undefined) checkPartitionKey(this.definition, body.partitionKey.paths);
    // The SDK has its own error for what is no definition.
    if (typeof body !== "object" || body === null) return super.replace(body, options);
    const { body: rewritten, warnings } = rewriteDefinition(
      this.definition,
      body as Omit<ContainerProperties, "partitionKey">,
    );
    for (const message of warnings) this.#seal.emit({ type: "warning", container: this.definition.name, message });
    const response = await super.replace(rewritten, options);
    const { resource } = response;
    return resource ? amend(response, { resource: restoreDefinition(this.definition.plan, resource) }) : response;
  }

  /** Asked by the SDK before each write. Throws ERR_OPTIONS_INVALID where the account says another key than the definition. */
  override async readPartitionKeyDefinition(
    diagnosticNode: DiagnosticNodeInternal,
  ): Promise<ResourceResponse<PartitionKeyDefinition>> {
    const response = await super.readPartitionKeyDefinition(diagnosticNode);
    checkPartitionKey(this.definition, response.resource?.paths ?? []);
    return response;
  }

  /** As the SDK's; a sealed partition key is given as it is in documents. Throws what keys throw. */
  override async deleteAllItemsForPartitionKey(
    partitionKey: PartitionKey,
    options?: RequestOptions,
  ): Promise<ContainerResponse> {
    const components = componentsOf(this.definition, partitionKey);
    const stored = await storedComponents(this.#seal, this.definition, components, options?.abortSignal);
    return super.deleteAllItemsForPartitionKey([...stored], options);
  }

  /** The service's plan for what is pushed down of the query. Throws what `items.query` throws before it sends. */
  override async getQueryPlan(query: string | SqlQuerySpec): ReturnType<SdkContainer["getQueryPlan"]> {
    const { text, parameters } = readRequest(query);
    const { integrity } = settingsFor(this.#seal, this.definition, undefined);
    const plan = planQuery(this.definition, text, integrity);
    // Nothing is read for a plan.
    compileResidual(this.#seal, this.definition, plan, parameters);
    const pushed = await bindQuery(this.#seal, this.definition, plan, parameters, { scan: true });
    const initialHeaders = { [APPROVAL_HEADER]: this.#seal.approval };
    return planApproved(this, this.#context, initialHeaders, (approved) => super.getQueryPlan.call(approved, pushed));
  }

  /** Loads the container's keys, so that the first document doesn't wait for them. Throws what keys throw. */
  override async initializeEncryption(): Promise<void> {
    await withContainerKeys(this.#seal, this.definition, undefined, () => undefined);
  }

  /**
   * Sends documents and question as they are given, in the clear, to the inference service. Throws ERR_NOT_SUPPORTED unless
   * `seal.semanticRerank` is "allow".
   */
  override async semanticRerank(
    ...given: Parameters<SdkContainer["semanticRerank"]>
  ): ReturnType<SdkContainer["semanticRerank"]> {
    const { allowsSemanticRerank } = this.#seal;
    if (!allowsSemanticRerank) {
      refuse(
        "Container.semanticRerank",
        "It sends documents in the clear to another service; `seal.semanticRerank` allows it.",
      );
    }
    if (typeof super.semanticRerank !== "function")
      refuse("Container.semanticRerank", "This version of the SDK has none.");
    return super.semanticRerank(...given);
  }

  /**
   * The stored form of a document, for what is written by other ways than this client: queues, imports, triggers. The document
   * stays as it is. Throws what `items.create` throws before it sends.
   */
  async seal(document: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
    return sealOnly(this.#seal, this.definition, document, "replace", options.signal);
  }

  /** The document in a stored one that came by another way: change feed of a function, queue, export. The stored one stays as it is. Throws integrity errors. */
  async open(stored: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
    const [document] = await this.openAll([stored], options);
    return document!;
  }

  /** Many at once, in order; see `open`. Throws the first error. */
  async openAll(
    stored: readonly unknown[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>[]> {
    // One by one: a document that is listed twice must not become one object.
    const copies = stored.map((document) => structuredClone(document));
    const opened = await openStored(this.#seal, this.definition, copies, options.signal);
    return opened.map(({ document }) => document);
  }
}
