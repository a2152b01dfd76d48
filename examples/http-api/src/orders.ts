/** Checkout: an order is written and its amount put to the customer's account at once, or nothing happens. */
import type { Container, OperationInput } from "@azure/cosmos";

export interface Order {
  readonly product: string;
  readonly quantity: number;
  readonly amount: number;
  readonly deliverTo: string;
}

export class OrderRepository {
  readonly #container: Container;

  constructor(container: Container) {
    this.#container = container;
  }

  async openAccount(customerId: string, limit: number): Promise<void> {
    await this.#container.items.upsert({ id: "account", customerId, kind: "account", owed: 0, limit });
  }

  /** The ids of the orders, or undefined where the customer's limit doesn't allow them. */
  async checkout(customerId: string, orders: readonly Order[]): Promise<readonly string[] | undefined> {
    const amount = orders.reduce((sum, order) => sum + order.amount, 0);
    const account: OperationInput = {
      operationType: "Patch",
      id: "account",
      resourceBody: {
        condition: `FROM c WHERE c.owed + ${amount} <= c["limit"]`,
        operations: [{ op: "incr", path: "/owed", value: amount }],
      },
    };
    const creations = orders.map((order): OperationInput => {
      return {
        operationType: "Create",
        resourceBody: { id: globalThis.crypto.randomUUID(), customerId, kind: "order", ...order },
      };
    });
    const { result = [] } = await this.#container.items.batch([account, ...creations], customerId);
    if (result[0]?.statusCode === 412) return undefined;
    const failed = result.find(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
    if (failed !== undefined) throw Object.assign(new Error("The checkout failed."), { code: failed.statusCode });
    return result.slice(1).map(({ resourceBody }) => String(resourceBody?.["id"]));
  }

  async owed(customerId: string): Promise<number | undefined> {
    const { resource } = await this.#container.item("account", customerId).read<{ owed: number }>();
    return resource?.owed;
  }

  async list(customerId: string): Promise<Order[]> {
    const { resources } = await this.#container.items
      .query<Order>({ query: "SELECT * FROM c WHERE c.kind = 'order'" }, { partitionKey: customerId })
      .fetchAll();
    return resources.map(({ product, quantity, amount, deliverTo }) => ({ product, quantity, amount, deliverTo }));
  }
}
