/** `container.conflicts` of a sealed container: what the service keeps about a conflict, its content opened. */
import {
  type ClientContext,
  type ConflictDefinition,
  type FeedOptions,
  type Resource,
  Conflicts as SdkConflicts,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { startConflicts } from "../feed/conflicts.js";
import type { SealContext } from "../options/seal-options.js";
import type { BadDocumentOptions } from "../sealing/bad-documents.js";
import type { Container } from "./container.js";
import { QueryIterator } from "./query-iterator.js";
import { closeSurface } from "./surface.js";

export class Conflicts extends SdkConflicts {
  static {
    closeSurface(Conflicts, SdkConflicts, "Conflicts");
  }

  declare readonly container: Container;
  readonly #context: ClientContext;
  readonly #seal: SealContext;

  constructor(container: Container, context: ClientContext, seal: SealContext) {
    super(container, context);
    this.#context = context;
    this.#seal = seal;
  }

  /** Of what the service keeps about conflicts, whole: SELECT * with conditions on anything but `content`. Throws ERR_QUERY_NOT_SUPPORTED. */
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override query<T = any>(
    query: string | SqlQuerySpec,
    options: FeedOptions & BadDocumentOptions = {},
  ): QueryIterator<T> {
    const start = startConflicts<T>(this.#seal, this.container.definition, query, options, (pushed, pushedOptions) =>
      super.query<T>(pushed, pushedOptions),
    );
    return new QueryIterator<T>(this.#context, start);
  }

  override readAll(options?: FeedOptions & BadDocumentOptions): QueryIterator<ConflictDefinition & Resource> {
    // As the SDK: without a query the feed is read.
    return this.query<ConflictDefinition & Resource>(undefined as unknown as string, options);
  }
}
