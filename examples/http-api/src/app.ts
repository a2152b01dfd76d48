/** The application, put together on any client. */
import type { Server } from "node:http";
import type { CosmosClient } from "@azure/cosmos";
import { CustomerRepository } from "./customers.js";
import { openShop } from "./database.js";
import { OrderRepository } from "./orders.js";
import { SalesProjector } from "./projector.js";
import { createApi } from "./server.js";

export async function createApp(client: CosmosClient): Promise<Server> {
  const { customers, orders, sales } = await openShop(client);
  return createApi({
    customers: new CustomerRepository(customers),
    orders: new OrderRepository(orders),
    projector: new SalesProjector(orders, sales),
  });
}
