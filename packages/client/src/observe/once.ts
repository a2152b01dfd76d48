/** Warnings that would come with every call are told once. */

/** Remembers what was told, up to a bound; past it everything counts as told. */
export class Once {
  readonly #told = new Set<string>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** True the first time. */
  first(key: string): boolean {
    if (this.#told.has(key) || this.#told.size >= this.#limit) return false;
    this.#told.add(key);
    return true;
  }
}
