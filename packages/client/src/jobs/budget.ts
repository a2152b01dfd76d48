/** How fast a worker may send: its share of the request units that the job may use, and a rest whenever the service throttles. */
import { rest } from "./rest.js";

export class Budget {
  readonly #now: () => number;
  /** Request units that were used and not yet earned. */
  #debt = 0;
  #at: number;
  #resumesAt = 0;
  #perSecond: number;

  /** `perSecond` request units; infinity for no bound. `now` in milliseconds, of a clock that never goes back. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#at = now();
  }

  /** Another share, since workers came or went. */
  share(perSecond: number): void {
    this.#settle();
    this.#perSecond = perSecond;
  }

  /** Until something may be sent: what it costs is known only afterwards, and is waited for by whoever comes next. */
  async ready(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const wait = this.#wait();
      if (wait <= 0) return;
      await rest(Math.min(wait, LONGEST), signal);
    }
  }

  spend(requestUnits: number): void {
    this.#settle();
    this.#debt += requestUnits;
  }

  /** The service throttles: nobody sends for so many milliseconds. */
  pause(milliseconds: number): void {
    this.#resumesAt = Math.max(this.#resumesAt, this.#now() + milliseconds);
  }

  #wait(): number {
    this.#settle();
    const owed = this.#debt <= 0 ? 0 : (this.#debt / this.#perSecond) * 1000;
    return Math.max(owed, this.#resumesAt - this.#now());
  }

  /** Nothing is saved up: after an idle hour the application must not be flooded. */
  #settle(): void {
    const now = this.#now();
    this.#debt =
      this.#perSecond === Number.POSITIVE_INFINITY ? 0 : this.#debt - ((now - this.#at) / 1000) * this.#perSecond;
    this.#debt = Math.max(0, this.#debt);
    this.#at = now;
  }
}

/** A share may change meanwhile. */
const LONGEST = 1000;
