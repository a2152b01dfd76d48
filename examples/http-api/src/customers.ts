/** Customers: made, read, listed page by page, searched, changed. */
import type { Container, PatchOperation } from "@azure/cosmos";

export interface Customer {
  id: string;
  tenantId: string;
  plan: "free" | "pro";
  email: string;
  name: string;
  address?: { street: string; city: string };
  visits: number;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** For the next page; undefined after the last. */
  readonly cursor: string | undefined;
}

export class CustomerRepository {
  readonly #container: Container;

  constructor(container: Container) {
    this.#container = container;
  }

  async create(customer: Omit<Customer, "id" | "visits">): Promise<{ customer: Customer; etag: string }> {
    const { resource, etag } = await this.#container.items.create<Omit<Customer, "id">>({ ...customer, visits: 0 });
    return { customer: tidy(resource), etag };
  }

  async find(tenantId: string, id: string): Promise<{ customer: Customer; etag: string } | undefined> {
    const { resource, etag } = await this.#container.item(id, tenantId).read<Customer>();
    return resource === undefined ? undefined : { customer: tidy(resource), etag };
  }

  async list(tenantId: string, size: number, cursor?: string): Promise<Page<Customer>> {
    const { resources, continuationToken } = await this.#container.items
      .query<Customer>("SELECT * FROM c", {
        partitionKey: tenantId,
        maxItemCount: size,
        ...(cursor !== undefined && { continuationToken: cursor }),
      })
      .fetchNext();
    return { rows: (resources ?? []).map(tidy), cursor: continuationToken };
  }

  /** Whatever the letter case: addresses of mail are kept as they were given. */
  async search(tenantId: string, email: string): Promise<Customer[]> {
    const query = "SELECT * FROM c WHERE c.tenantId = @tenantId AND LOWER(c.email) = @email";
    const parameters = [
      { name: "@tenantId", value: tenantId },
      { name: "@email", value: email.toLowerCase() },
    ];
    const { resources } = await this.#container.items.query<Customer>({ query, parameters }).fetchAll();
    return resources.map(tidy);
  }

  /** Throws the SDK's errors: 404 for an unknown customer, 412 where the etag is another's. */
  async change(tenantId: string, id: string, changes: Partial<Customer>, etag?: string): Promise<Customer> {
    const operations = Object.entries(changes).map(
      ([name, value]): PatchOperation => ({ op: "set", path: `/${name}`, value }),
    );
    const options = etag === undefined ? {} : { accessCondition: { type: "IfMatch", condition: etag } };
    const { resource } = await this.#container.item(id, tenantId).patch<Customer>(operations, options);
    return tidy(resource);
  }

  async visit(tenantId: string, id: string): Promise<number> {
    const { resource } = await this.#container
      .item(id, tenantId)
      .patch<Customer>([{ op: "incr", path: "/visits", value: 1 }]);
    return tidy(resource).visits;
  }

  async remove(tenantId: string, id: string): Promise<void> {
    await this.#container.item(id, tenantId).delete();
  }
}

/** Without what the service adds. */
function tidy(resource: object | undefined): Customer {
  return Object.fromEntries(
    Object.entries(resource ?? {}).filter(([name]) => !name.startsWith("_")),
  ) as unknown as Customer;
}
