/** The change feeds of a sealed container: the SDK's iterators over what is stored, their pages opened. */
import {
  type ChangeFeedIteratorResponse,
  type ChangeFeedPullModelIterator,
  type ChangeFeedResponse,
  type ClientContext,
  type Resource,
  ChangeFeedIterator as SdkChangeFeedIterator,
} from "@azure/cosmos";
import { type FeedRun, retryable } from "../feed/run.js";
import { ChangeFeedIteratorBase } from "../sdk/internals.js";
import { sealErrorsOf } from "../sealing/bad-documents.js";
import { closeSurface } from "./surface.js";

type Page<T> = ChangeFeedResponse<Array<T & Resource>>;

/** Of `items.changeFeed` and `items.readChangeFeed`. */
export class ChangeFeedIterator<T> extends ChangeFeedIteratorBase<T> {
  static {
    closeSurface(ChangeFeedIterator, SdkChangeFeedIterator, "ChangeFeedIterator");
  }

  readonly #start: () => Promise<FeedRun<SdkChangeFeedIterator<T>, Page<T>>>;
  #run: FeedRun<SdkChangeFeedIterator<T>, Page<T>> | undefined;

  constructor(context: ClientContext, start: () => Promise<FeedRun<SdkChangeFeedIterator<T>, Page<T>>>) {
    // The base class is given nothing to read.
    super(context, "", "", undefined, {});
    this.#start = retryable(start);
  }

  override get hasMoreResults(): boolean {
    return this.#run?.inner.hasMoreResults ?? true;
  }

  override async fetchNext(): Promise<Page<T>> {
    this.#run = await this.#start();
    const { inner, open } = this.#run;
    return open(await inner.fetchNext());
  }

  override async *getAsyncIterator(): AsyncGenerator<Page<T>> {
    do {
      const page = await this.fetchNext();
      if (page.count > 0 || sealErrorsOf(page).length > 0) yield page;
    } while (this.hasMoreResults);
  }
}

type PullPage<T> = ChangeFeedIteratorResponse<Array<T & Resource>>;

/** Of `items.getChangeFeedIterator`. */
export class ChangeFeedPullIterator<T> implements ChangeFeedPullModelIterator<T> {
  readonly #start: () => Promise<FeedRun<ChangeFeedPullModelIterator<T>, PullPage<T>>>;

  constructor(start: () => Promise<FeedRun<ChangeFeedPullModelIterator<T>, PullPage<T>>>) {
    this.#start = retryable(start);
  }

  get hasMoreResults(): boolean {
    return true;
  }

  async readNext(): Promise<PullPage<T>> {
    const { inner, open } = await this.#start();
    return open(await inner.readNext());
  }

  async *getAsyncIterator(): AsyncGenerator<PullPage<T>> {
    do yield await this.readNext();
    while (this.hasMoreResults);
  }
}
