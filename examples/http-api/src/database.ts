/** The database and its containers, made where they are missing. */
import type { Container, CosmosClient } from "@azure/cosmos";

export interface Shop {
  readonly customers: Container;
  readonly orders: Container;
  readonly sales: Container;
}

export async function openShop(client: CosmosClient): Promise<Shop> {
  const { database } = await client.databases.createIfNotExists({ id: "shop" });
  const container = async (id: string, path: string): Promise<Container> => {
    const response = await database.containers.createIfNotExists({ id, partitionKey: { paths: [path] } });
    return response.container;
  };
  return {
    customers: await container("customers", "/tenantId"),
    orders: await container("orders", "/customerId"),
    sales: await container("sales", "/product"),
  };
}
