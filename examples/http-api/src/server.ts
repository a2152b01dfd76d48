/** The API over HTTP: routes, and the SDK's errors as answers. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { CustomerRepository } from "./customers.js";
import type { OrderRepository } from "./orders.js";
import type { SalesProjector } from "./projector.js";

export interface Services {
  readonly customers: CustomerRepository;
  readonly orders: OrderRepository;
  readonly projector: SalesProjector;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly etag?: string;
}

interface Request {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: never;
  readonly etag: string | undefined;
}

export function createApi(services: Services): Server {
  const routes = routesOf(services);
  return createServer(async (message, response) => {
    const { status, body, etag } = await answer(routes, message);
    response.writeHead(status, { "content-type": "application/json", ...(etag !== undefined && { etag }) });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function answer(
  routes: Readonly<Record<string, (request: Request) => Promise<Answer>>>,
  message: IncomingMessage,
): Promise<Answer> {
  const { pathname, searchParams: query } = new URL(message.url ?? "/", "http://localhost");
  const parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const shape = `${message.method} /${parts.map((part, i) => (i % 2 === 0 ? part : "*")).join("/")}`;
  const route = routes[shape];
  if (route === undefined) return { status: 404, body: { error: "There is no such route." } };
  try {
    const body = (await readJson(message)) as never;
    return await route({ parts, query, body, etag: message.headers["if-match"] });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 404 || code === 409 || code === 412) return { status: code, body: { error: TEXTS[code] } };
    if (error instanceof SyntaxError) return { status: 400, body: { error: "The body is no JSON." } };
    // The error may quote what is private: it belongs into a log that is kept as such, and not into an answer.
    return { status: 500, body: { error: "Something failed." } };
  }
}

function routesOf({
  customers,
  orders,
  projector,
}: Services): Readonly<Record<string, (request: Request) => Promise<Answer>>> {
  return {
    "POST /tenants/*/customers": async ({ parts: [, tenantId], body }) => {
      const { customer, etag } = await customers.create({ ...(body as object), tenantId } as never);
      return { status: 201, body: customer, etag };
    },
    "GET /tenants/*/customers": async ({ parts: [, tenantId], query }) => {
      const email = query.get("email");
      if (email !== null) return { status: 200, body: { rows: await customers.search(tenantId!, email) } };
      const size = Number(query.get("size") ?? 20);
      return { status: 200, body: await customers.list(tenantId!, size, query.get("cursor") ?? undefined) };
    },
    "GET /tenants/*/customers/*": async ({ parts: [, tenantId, , id] }) => {
      const found = await customers.find(tenantId!, id!);
      return found === undefined
        ? { status: 404, body: { error: TEXTS[404] } }
        : { status: 200, body: found.customer, etag: found.etag };
    },
    "PATCH /tenants/*/customers/*": async ({ parts: [, tenantId, , id], body, etag }) => {
      return { status: 200, body: await customers.change(tenantId!, id!, body, etag) };
    },
    "DELETE /tenants/*/customers/*": async ({ parts: [, tenantId, , id] }) => {
      await customers.remove(tenantId!, id!);
      return { status: 204 };
    },
    "POST /tenants/*/customers/*/visits": async ({ parts: [, tenantId, , id] }) => {
      return { status: 200, body: { visits: await customers.visit(tenantId!, id!) } };
    },
    "POST /accounts/*": async ({ parts: [, customerId], body }) => {
      await orders.openAccount(customerId!, (body as { limit: number }).limit);
      return { status: 201, body: { owed: 0 } };
    },
    "GET /accounts/*": async ({ parts: [, customerId] }) => {
      const owed = await orders.owed(customerId!);
      return owed === undefined ? { status: 404, body: { error: TEXTS[404] } } : { status: 200, body: { owed } };
    },
    "POST /accounts/*/orders": async ({ parts: [, customerId], body }) => {
      const ids = await orders.checkout(customerId!, body);
      return ids === undefined
        ? { status: 402, body: { error: "The limit doesn't allow it." } }
        : { status: 201, body: { ids } };
    },
    "GET /accounts/*/orders": async ({ parts: [, customerId] }) => ({
      status: 200,
      body: { rows: await orders.list(customerId!) },
    }),
    "POST /projections": async () => ({ status: 200, body: { projected: await projector.run() } }),
    "GET /sales/*": async ({ parts: [, product] }) => ({ status: 200, body: { sold: await projector.sold(product!) } }),
  };
}

const TEXTS = { 404: "There is no such thing.", 409: "It is there already.", 412: "It was changed meanwhile." };

async function readJson(message: IncomingMessage): Promise<unknown> {
  let text = "";
  message.setEncoding("utf8");
  for await (const part of message) text += part;
  return text === "" ? {} : JSON.parse(text);
}
