/** On an SDK that was not tested: what is new is refused by name, and what is missing ends the start. */
import { afterEach, describe, expect, test, vi } from "vitest";

/** The SDK as a later version may be, and the client made on it. */
async function onSdk(change: (sdk: Record<string, { prototype: Record<string, unknown> }>) => void) {
  vi.resetModules();
  vi.doMock("@azure/cosmos", async (importActual) => {
    const actual = await importActual<Record<string, unknown>>();
    const copy: Record<string, unknown> = { ...actual };
    for (const name of ["Items", "Database", "CosmosClient", "Containers"]) {
      copy[name] = class extends (actual[name] as new (...args: never[]) => object) {};
      Object.defineProperty(copy[name] as object, "name", { value: name });
    }
    // Members that a version has on the class itself: the copy begins with all of them.
    for (const name of ["Items", "Database", "CosmosClient", "Containers"]) {
      const theirs = (actual[name] as { prototype: object }).prototype;
      const ours = (copy[name] as { prototype: object }).prototype;
      for (const [member, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(theirs))) {
        if (member !== "constructor") Object.defineProperty(ours, member, descriptor);
      }
    }
    copy["Constants"] = { ...(actual["Constants"] as object), SDKVersion: "4.99.0" };
    change(copy as never);
    return copy;
  });
  const { CosmosClient, defineContainer, memoryKeyStore, staticKeyring } = await import("cosmoseal");
  const definition = defineContainer({ name: "c", partitionKey: "/pk", paths: {}, unlisted: "sealed" });
  return () =>
    new CosmosClient({
      endpoint: "http://127.0.0.1:9/",
      key: "a2V5",
      connectionPolicy: { enableEndpointDiscovery: false },
      seal: {
        keyring: staticKeyring(Buffer.alloc(32, 7).toString("base64")),
        store: memoryKeyStore(),
        pin: "A".repeat(43),
        containers: { "d/c": definition, "d/p": "plaintext" },
      },
    });
}

afterEach(() => {
  vi.doUnmock("@azure/cosmos");
  vi.resetModules();
});

describe("a version of the SDK that was not tested", () => {
  test("has its new members refused by name", async () => {
    const create = await onSdk((sdk) => {
      for (const name of ["Items", "Database", "CosmosClient", "Containers"])
        sdk[name]!.prototype["shiny"] = async () => "sent";
    });
    const client = create();
    const database = client.database("d");
    const objects = {
      CosmosClient: client,
      Database: database,
      Containers: database.containers,
      Items: database.container("c").items,
    };
    for (const [name, object] of Object.entries(objects)) {
      const shiny = (object as unknown as { shiny: () => unknown }).shiny;
      await expect(async () => shiny.call(object)).rejects.toThrow(`${name}.shiny is refused`);
    }
    client.dispose();
  });

  test("that lacks what ours build on is refused when the client is made", async () => {
    const create = await onSdk((sdk) => {
      Object.defineProperty(sdk, "Database", { value: class Database {} });
    });
    expect(create).toThrow("@azure/cosmos 4.99.0 was not tested and lacks Database.container");
  });

  test("that has all of it works", async () => {
    const create = await onSdk(() => {});
    create().dispose();
  });
});
