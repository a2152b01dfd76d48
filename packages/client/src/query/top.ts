/**
 * The first documents by a sealed path, read from the end of its range index: node by node of the tree until enough are found.
 * The server's counts steer which nodes are read and which are divided; they prove nothing, and the rows are sorted by the
 * client, of opened documents.
 */
import type { FeedResponse, QueryIterator } from "@azure/cosmos";
import { documentTerms, isCosmosealError, type RangeNode, type RangeTree, rangeTree, readPath } from "@cosmoseal/core";
import type { Also } from "./answers.js";
import type { DocumentSource } from "./buffer.js";
import type { Fetched } from "./documents.js";
import type { PageDocument } from "./page.js";
import type { TopOrder } from "./query-plan.js";
import type { Fetch } from "./run.js";

export interface TopOptions<T> {
  /** Rows to find: those that are left out, too. */
  readonly wanted: number;
  /** True for a document that makes a row. */
  readonly makesRow: (document: PageDocument) => boolean;
  /** The documents that the query asks for under a condition of ours, in pages of at most `size`. */
  readonly documents: (also: Also, size: number, fetch: Fetch<T>) => AsyncIterable<Fetched<T>>;
  /** A row for each of them, without anything of it: they are counted, by the server's word. */
  readonly marks: (also: Also, size: number) => Promise<QueryIterator<T>>;
}

/** No document comes twice, and none is missing that could be among the first rows. */
export function topDocuments<T>(top: TopOrder, options: TopOptions<T>): DocumentSource<T> {
  return (fetch) => new TopReading(top, options, fetch).read();
}

class TopReading<T> {
  readonly #top: TopOrder;
  readonly #options: TopOptions<T>;
  readonly #fetch: Fetch<T>;
  readonly #tree: RangeTree;
  readonly #seen = new Set<string>();
  /** Rows that are known to come before all that were not read yet. */
  #found = 0;
  /** Documents that were read. */
  #read = 0;
  /** Counts and readings so far. */
  #asked = 0;

  constructor(top: TopOrder, options: TopOptions<T>, fetch: Fetch<T>) {
    this.#top = top;
    this.#options = options;
    this.#fetch = fetch;
    this.#tree = rangeTree(top.index);
  }

  async *read(): AsyncGenerator<Fetched<T>> {
    const { descending, index } = this.#top;
    if (this.#isEnough) return;
    // Of these the index says nothing: they may stand anywhere in the order, so that they count for nothing.
    yield* this.#documents({ kind: "lacks", index }, () => 0);
    if (descending) yield* this.#nodes(this.#tree.root, false);
    yield* this.#absent();
    if (!descending) yield* this.#nodes(this.#tree.root, false);
  }

  /** Documents whose value is null or absent, which is less than null: they come before all nodes, or after all. */
  async *#absent(): AsyncGenerator<Fetched<T>> {
    const { descending, index, pattern } = this.#top;
    if (this.#isEnough) return;
    const before = this.#found;
    let rows = 0;
    for await (const part of this.#documents({ kind: "absent", index }, ({ document }) => {
      const value = readPath(document, pattern);
      if (value === null || value === undefined) rows++;
      return value === (descending ? null : undefined) ? 1 : 0;
    })) {
      yield part;
      if (this.#isEnough) return;
    }
    this.#found = before + rows;
  }

  /** `isLarge`: it is known to hold too many documents to be read at once. */
  async *#nodes(node: RangeNode, isLarge: boolean): AsyncGenerator<Fetched<T>> {
    if (this.#isEnough) return;
    const { descending, index } = this.#top;
    const also: Also = { kind: "terms", index, terms: [this.#tree.term(node)] };
    const isLast = this.#tree.isLeaf(node) || this.#asked >= MOST_ASKED;
    const count = isLast ? 1 : isLarge ? Number.POSITIVE_INFINITY : yield* this.#countOf(also);
    if (count === 0) return;
    if (isLast || count <= this.#worthReading) {
      yield* this.#documents(also, (document) => (this.#isBelow(node, document) ? 1 : 0));
      return;
    }
    const children = descending ? [...this.#tree.children(node)].reverse() : this.#tree.children(node);
    const before = this.#read;
    for (const [n, child] of children.entries()) {
      // With nothing in the others, the last must have what the whole has.
      yield* this.#nodes(child, n === children.length - 1 && this.#read === before);
    }
  }

  /** `worth` of a document that makes a row and was not read before is added to what is found. */
  async *#documents(also: Also, worth: (document: PageDocument) => number): AsyncGenerator<Fetched<T>> {
    this.#asked++;
    for await (const { page, opened, fetched } of this.#options.documents(also, this.#worthReading, this.#fetch)) {
      this.#read += fetched;
      const documents = opened.documents.filter((document) => this.#isNew(document));
      for (const document of documents) if (this.#options.makesRow(document)) this.#found += worth(document);
      yield { page, fetched, opened: { documents, bad: opened.bad } };
    }
  }

  /** Counts no further than it matters. The pages are handed on without documents, for what they cost. */
  async *#countOf(also: Also): AsyncGenerator<Fetched<T>, number> {
    this.#asked++;
    const most = this.#worthReading;
    const inner = await this.#options.marks(also, most + 1);
    let count = 0;
    do {
      const page: FeedResponse<T> = await this.#fetch(inner);
      count += page.resources?.length ?? 0;
      yield { page, fetched: 0, opened: { documents: [], bad: [] } };
    } while (count <= most && inner.hasMoreResults());
    return count;
  }

  /** A server could answer with documents that stand elsewhere in the order: they must not pass for the first. */
  #isBelow(node: RangeNode, { document }: PageDocument): boolean {
    const { index, pattern } = this.#top;
    const { text } = this.#tree.term(node);
    try {
      return documentTerms(index, [readPath(document, pattern)]).some((term) => term.text === text);
    } catch (error) {
      // Of a schema version whose range is another: nothing can be told of its place.
      if (isCosmosealError(error, "ERR_VALUE_UNSUPPORTED")) return false;
      throw error;
    }
  }

  #isNew({ place: { id, partitionKey } }: PageDocument): boolean {
    const key = `${partitionKey}${id}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  get #isEnough(): boolean {
    return this.#found >= this.#options.wanted;
  }

  /** How many documents are rather read at once than counted in parts. */
  get #worthReading(): number {
    return Math.min(Math.max(4 * (this.#options.wanted - this.#found), 64), 1000);
  }
}

/** Counts and readings after which no node is divided any more: a server that counts wrong costs no more than that. */
const MOST_ASKED = 256;
