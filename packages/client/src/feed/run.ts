/** A feed that was started, once for all its pages. */

export interface FeedRun<I, P> {
  /** The SDK's iterator over what is stored. */
  readonly inner: I;
  open(page: P): Promise<P>;
}

/** Starts at the first call; a start that failed is tried again at the next. */
export function retryable<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };
}
