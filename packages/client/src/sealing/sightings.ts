/**
 * What a process has met of later schema versions and of sealed documents while services roll out one by one: enough that what
 * it writes after reading undoes nothing. Believed only of documents that verified.
 */
import type { DocumentPlace, NewerDocument } from "@cosmoseal/core";

/** What was met in one container. */
export interface Sighting {
  /** The latest schema version met; 0 for none above the own. */
  readonly newest: number;
  /** That version is one that the definition's history doesn't have. */
  readonly unknown: boolean;
  /** Places that later versions seal and the own doesn't, as patterns. */
  readonly ahead: readonly string[];
  /** A sealed document was met. */
  readonly sealed: boolean;
}

export class Sightings {
  readonly #limit: number;
  readonly #byContainer = new Map<string, Memory>();

  /** `limit` documents are told apart in each container; past it, every document counts as one that a later version sealed. */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** By the definition's name. */
  of(container: string): Sighting {
    const { newest = 0, unknown = false, ahead, sealed = false } = this.#byContainer.get(container) ?? {};
    return { newest, unknown, ahead: [...(ahead ?? [])], sealed };
  }

  noteSealed(container: string): void {
    this.#memory(container).sealed = true;
  }

  /** Returns true where the version is met for the first time. */
  note(container: string, { version, known, place, sealed }: NewerDocument): boolean {
    const memory = this.#memory(container);
    // Names may be the application's data, without end: then the whole document counts.
    for (const pattern of sealed) memory.ahead.add(memory.ahead.size < MOST_PLACES ? pattern : "");
    if (sealed.length > 0 && memory.documents.size <= this.#limit) memory.documents.add(keyOf(place));
    if (!known) memory.unknown = true;
    const isFirst = version > memory.newest;
    memory.newest = Math.max(memory.newest, version);
    return isFirst;
  }

  /** True where a later version has sealed something in the document, or in more documents than can be told apart. */
  isSealedAhead(container: string, place: DocumentPlace): boolean {
    const documents = this.#byContainer.get(container)?.documents;
    return documents !== undefined && (documents.size > this.#limit || documents.has(keyOf(place)));
  }

  /** The latest version met, if the key store hasn't been read again since. */
  unread(container: string): number | undefined {
    const memory = this.#byContainer.get(container);
    return memory === undefined || memory.read >= memory.newest ? undefined : memory.newest;
  }

  /** The key store was read again after this version was met. */
  noteRead(container: string, version: number): void {
    const memory = this.#memory(container);
    memory.read = Math.max(memory.read, version);
  }

  clear(): void {
    this.#byContainer.clear();
  }

  #memory(container: string): Memory {
    const known = this.#byContainer.get(container);
    if (known !== undefined) return known;
    const memory: Memory = {
      newest: 0,
      read: 0,
      unknown: false,
      sealed: false,
      ahead: new Set(),
      documents: new Set(),
    };
    this.#byContainer.set(container, memory);
    return memory;
  }
}

const MOST_PLACES = 1000;

interface Memory {
  newest: number;
  read: number;
  unknown: boolean;
  sealed: boolean;
  readonly ahead: Set<string>;
  readonly documents: Set<string>;
}

function keyOf({ partitionKey, id }: DocumentPlace): string {
  return JSON.stringify([partitionKey, id]);
}
