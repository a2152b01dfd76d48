/** Version stamps: strictly rising for each document that this process has seen, whatever its clock does. SPEC §4. */
import type { DocumentPlace } from "@cosmoseal/core";

/** Remembers the last stamp of the documents used last; a document that was forgotten goes by the clock again. */
export class Stamps {
  readonly #now: () => number;
  readonly #limit: number;
  /** In order of last use. */
  readonly #last = new Map<string, number>();

  constructor(now: () => number, limit = 10_000) {
    this.#now = now;
    this.#limit = limit;
  }

  /** For a new version of the document. To be asked once per call of the application: retries send the same bytes. */
  next(place: DocumentPlace): number {
    const stamp = Math.max(this.#now(), (this.#last.get(keyOf(place)) ?? -1) + 1);
    this.#remember(keyOf(place), stamp);
    return stamp;
  }

  /** Of a version that was read and verified. */
  note(place: DocumentPlace, stamp: number): void {
    const key = keyOf(place);
    this.#remember(key, Math.max(stamp, this.#last.get(key) ?? 0));
  }

  clear(): void {
    this.#last.clear();
  }

  #remember(key: string, stamp: number): void {
    this.#last.delete(key);
    this.#last.set(key, stamp);
    if (this.#last.size <= this.#limit) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest!);
  }
}

function keyOf({ container, partitionKey, id }: DocumentPlace): string {
  return JSON.stringify([container, partitionKey, id]);
}
