/**
 * The first documents by a sealed path, read from the end of its range index: node by node of the tree until enough are found.
 * Counts of the server steer which nodes are read and which are divided; they prove nothing, and the rows are sorted by the
 * client, of opened documents.
 */
import type { FeedResponse, QueryIterator } from "@azure/cosmos";
import { type RangeNode, type RangeTree, rangeTree, readPath } from "@cosmoseal/core";
import type { DocumentSource } from "./buffer.js";
import type { Fetched } from "./documents.js";
import type { PageDocument } from "./page.js";
import type { Also } from "./predicate.js";
import type { TopOrder } from "./query-plan.js";
import type { Fetch } from "./run.js";

export interface TopOptions<T> {
  /** Rows to find: those that are left out, too. */
  readonly wanted: number;
  /** True for a document that makes a row. */
  readonly makesRow: (document: PageDocument) => boolean;
  /** The documents that the query asks for under a condition of ours. */
  readonly documents: (also: Also, fetch: Fetch<T>) => AsyncIterable<Fetched<T>>;
  /** How many they are, by the server's word. */
  readonly count: (also: Also) => Promise<QueryIterator<T>>;
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
  #counts = 0;

  constructor(top: TopOrder, options: TopOptions<T>, fetch: Fetch<T>) {
    this.#top = top;
    this.#options = options;
    this.#fetch = fetch;
    this.#tree = rangeTree(top.index);
  }

  async *read(): AsyncGenerator<Fetched<T>> {
    const { descending, index } = this.#top;
    // Of these the index says nothing: they may stand anywhere in the order, so that they count for nothing.
    yield* this.#documents({ kind: "lacks", index }, () => 0);
    if (descending) yield* this.#nodes(this.#tree.root);
    yield* this.#absent();
    if (!descending) yield* this.#nodes(this.#tree.root);
  }

  /** Documents whose value is null or absent, which is less than null: they come before all nodes, or after all. */
  async *#absent(): AsyncGenerator<Fetched<T>> {
    const { descending, index, pattern } = this.#top;
    if (this.#isEnough) return;
    const before = this.#found;
    const isFirst = ({ document }: PageDocument): boolean =>
      descending ? readPath(document, pattern) === null : readPath(document, pattern) === undefined;
    let rows = 0;
    for await (const part of this.#documents({ kind: "absent", index }, (document) => {
      rows++;
      return isFirst(document) ? 1 : 0;
    })) {
      yield part;
      if (this.#isEnough) return;
    }
    this.#found = before + rows;
  }

  async *#nodes(node: RangeNode): AsyncGenerator<Fetched<T>> {
    if (this.#isEnough) return;
    const { descending, index } = this.#top;
    const also: Also = { kind: "terms", index, terms: [this.#tree.term(node)] };
    const isRead = this.#tree.isLeaf(node) || this.#counts >= MOST_COUNTS;
    const count = isRead ? undefined : yield* this.#countOf(also);
    if (count === 0) return;
    if (isRead || count! <= Math.max(4 * (this.#options.wanted - this.#found), WORTH_READING)) {
      yield* this.#documents(also, () => 1);
      return;
    }
    const children = this.#tree.children(node);
    for (const child of descending ? [...children].reverse() : children) yield* this.#nodes(child);
  }

  /** `worth` of a document that makes a row and was not read before is added to what is found. */
  async *#documents(also: Also, worth: (document: PageDocument) => number): AsyncGenerator<Fetched<T>> {
    for await (const { page, opened, fetched } of this.#options.documents(also, this.#fetch)) {
      const documents = opened.documents.filter((document) => this.#isNew(document));
      for (const document of documents) if (this.#options.makesRow(document)) this.#found += worth(document);
      yield { page, fetched, opened: { documents, bad: opened.bad } };
    }
  }

  /** The pages of the counting are handed on without documents, for what they cost. */
  async *#countOf(also: Also): AsyncGenerator<Fetched<T>, number> {
    this.#counts++;
    const inner = await this.#options.count(also);
    let sum = 0;
    do {
      const page: FeedResponse<T> = await this.#fetch(inner);
      for (const count of (page.resources ?? []) as readonly unknown[]) sum += sizeIn(count);
      yield { page, fetched: 0, opened: { documents: [], bad: [] } };
    } while (inner.hasMoreResults());
    return sum;
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
}

/** What is no count steers nowhere: the node is divided, and its leaves are read. */
function sizeIn(count: unknown): number {
  return typeof count === "number" && count >= 0 ? count : Number.POSITIVE_INFINITY;
}

/** Documents that are read at once rather than counted in parts. */
const WORTH_READING = 64;
/** Counts that one reading asks for: past it nodes are read as they are. */
const MOST_COUNTS = 256;
