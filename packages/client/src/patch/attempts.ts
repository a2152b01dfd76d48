/** How often a change under If-Match is tried again, and how long it waits in between. */

/** Each failed attempt means that another writer got through, so that of N writers each succeeds within N attempts. */
export const MAX_ATTEMPTS = 100;

/** Waits a random time, the longer the more attempts failed, at most a quarter of a second. Ends early when aborted. */
export function backOff(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const longest = Math.min(LONGEST, SHORTEST * 2 ** attempt);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.random() * longest);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}

const SHORTEST = 5;
const LONGEST = 250;
