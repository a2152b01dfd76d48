/** The schemas of the suite. */
import { customers } from "./customers.js";
import { events } from "./events.js";
import { orders } from "./orders.js";
import type { EquivalenceSchema } from "./schema.js";

export const SCHEMAS: readonly EquivalenceSchema[] = [customers, orders, events];
