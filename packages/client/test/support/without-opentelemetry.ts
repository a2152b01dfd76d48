/** A process in which the OpenTelemetry API can't be found: a document goes through memory sealed and opened. */
import { register } from "node:module";

const HOOK = `
let asked = 0;
export async function initialize({ port }) { globalThis.port = port; }
export async function resolve(specifier, context, next) {
  if (specifier !== "@opentelemetry/api") return next(specifier, context);
  globalThis.port.postMessage("asked");
  throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
}`;

const { port1, port2 } = new MessageChannel();
let asked = 0;
port1.addEventListener("message", () => asked++);
port1.start();
register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: { port: port2 }, transferList: [port2 as never] });

const { CosmosClient, createKeyStore, memoryKeyStore, staticKeyring } = await import("cosmoseal");
const { customers, KEYRING_SECRET } = await import("./world.js").catch(async () => {
  throw new Error("the definitions of the tests can't be loaded");
});
const keyring = staticKeyring(KEYRING_SECRET);
const store = memoryKeyStore();
const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
const client = new CosmosClient({
  endpoint: "https://localhost:1",
  key: "AA==",
  connectionPolicy: { enableEndpointDiscovery: false },
  seal: { keyring, store, pin, containers: { "shop/customers": customers } },
});
const container = client.container(customers);
const stored = await container.seal({ id: "a", tenantId: "t", email: "x@example.org" });
const { email } = await container.open(stored);
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(JSON.stringify({ asked, email }));
process.exit(0);
