/** Long lists leave the event loop to others now and then. */

/** How many documents are sealed or opened in one go. */
export const PAUSE_EVERY = 100;

/** In order, one after the other. */
export async function mapWithPauses<T, R>(
  list: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of list.entries()) {
    if (index > 0 && index % PAUSE_EVERY === 0) await pause();
    results.push(await work(item, index));
  }
  return results;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
