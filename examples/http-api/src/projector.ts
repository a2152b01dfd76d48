/** Follows the changes of orders and keeps what was sold of each product, in a container of its own that holds nothing private. */
import { ChangeFeedStartFrom, type Container } from "@azure/cosmos";

interface Ordered {
  readonly id: string;
  readonly kind: string;
  readonly product: string;
  readonly quantity: number;
}

export class SalesProjector {
  readonly #orders: Container;
  readonly #sales: Container;

  constructor(orders: Container, sales: Container) {
    this.#orders = orders;
    this.#sales = sales;
  }

  /** Projects all that is new, from where the last run ended; answers how many orders that were. A run that is repeated changes nothing. */
  async run(): Promise<number> {
    const bookmark = this.#sales.item("bookmark", "bookmark");
    const { resource } = await bookmark.read<{ token: string }>();
    const iterator = this.#orders.items.getChangeFeedIterator<Ordered>({
      changeFeedStartFrom:
        resource === undefined ? ChangeFeedStartFrom.Beginning() : ChangeFeedStartFrom.Continuation(resource.token),
      maxItemCount: 10,
    });
    let count = 0;
    for await (const { statusCode, result, continuationToken } of iterator.getAsyncIterator()) {
      if (statusCode === 304) break;
      for (const { id, kind, product, quantity } of result) {
        if (kind !== "order") continue;
        await this.#sales.items.upsert({ id, product, quantity });
        count++;
      }
      await this.#sales.items.upsert({ id: "bookmark", product: "bookmark", token: continuationToken });
    }
    return count;
  }

  async sold(product: string): Promise<number> {
    const query = "SELECT VALUE SUM(c.quantity) FROM c";
    const { resources } = await this.#sales.items.query<number>(query, { partitionKey: product }).fetchAll();
    return resources[0] ?? 0;
  }
}
