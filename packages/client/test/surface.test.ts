/** Nothing of the SDK passes through unseen: its surface is the one that was looked at, and what isn't covered is refused. */
import * as sdk from "@azure/cosmos";
import * as ours from "cosmoseal";
import { describe, expect, test } from "vitest";
import { COVERED } from "../src/client/surface.js";
import surface from "./support/sdk-surface.json" with { type: "json" };
import { codeOf, failureOf, useWorld } from "./support/world.js";

const world = useWorld();

/** The older SDK lacks what `since` lists; it has nothing else. */
const isOlder = !("isRestError" in sdk);
const without = (names: readonly string[], absent: readonly string[] = []): string[] =>
  names.filter((name) => !isOlder || !absent.includes(name));

function membersOf(name: string): string[] {
  const { prototype } = (sdk as unknown as Record<string, { prototype: object }>)[name]!;
  return Object.getOwnPropertyNames(prototype)
    .filter((member) => member !== "constructor")
    .sort();
}

describe("the SDK's surface", () => {
  test("is of the version that these tests are said to run on", () => {
    expect(sdk.Constants.SDKVersion).toBe(process.env["COSMOS_SDK_VERSION"] ?? "4.10.1");
    expect(isOlder).toBe(sdk.Constants.SDKVersion === "4.9.3");
  });

  test("exports what was looked at, and nothing new", () => {
    expect(Object.keys(sdk).sort()).toEqual(without(surface.exports, surface.since["4.10"].exports));
  });

  test.each(Object.entries(surface.members))(
    "has in %s the members that were looked at, and none new",
    (name, members) => {
      const absent = (surface.since["4.10"].members as Readonly<Record<string, readonly string[]>>)[name];
      expect(membersOf(name)).toEqual(without(members, absent));
    },
  );

  test("is exported whole by ours, with one class replaced", () => {
    const replaced = Object.keys(sdk).filter(
      (name) => (ours as Record<string, unknown>)[name] !== (sdk as Record<string, unknown>)[name],
    );
    expect(replaced).toEqual(["CosmosClient"]);
    expect(ours.CosmosClient.prototype).toBeInstanceOf(sdk.CosmosClient);
  });
});

describe("a member that isn't covered", () => {
  const objects = () => {
    const { client, customers } = world();
    return {
      CosmosClient: client,
      Databases: client.databases,
      Database: customers.database,
      Containers: customers.database.containers,
      Container: customers,
      Items: customers.items,
      Item: customers.item("x", "t"),
      QueryIterator: customers.items.query("SELECT * FROM c"),
      ChangeFeedIterator: customers.items.changeFeed("t"),
      Conflicts: customers.conflicts,
      Conflict: customers.conflict("c"),
      Scripts: customers.scripts,
      StoredProcedures: customers.scripts.storedProcedures,
      StoredProcedure: customers.scripts.storedProcedure("s"),
    };
  };

  test.each(Object.keys(COVERED) as (keyof typeof COVERED)[])(
    "of %s is refused by name, and nothing is sent",
    async (name) => {
      const object = objects()[name] as unknown as Record<string, unknown>;
      const covered: readonly string[] = COVERED[name];
      const since = world().sent().length;
      const refused = membersOf(name).filter((member) => !covered.includes(member));
      for (const member of refused) {
        const failure = await failureOf(async () => {
          const value = object[member];
          return (value as (...args: unknown[]) => unknown).call(object, [], {});
        });
        expect([member, failure.code]).toEqual([member, "ERR_NOT_SUPPORTED"]);
        expect(failure.message).toContain(`${name}.${member}`);
      }
      expect(world().sent(since)).toEqual([]);
    },
  );

  test("rejects where the SDK's answers a promise, throws where it doesn't", async () => {
    // Of what the SDK keeps to itself: no type tells of it.
    const items = world().customers.items as unknown as Record<string, () => unknown>;
    const promise = items["bulkBatchEncryptionHelper"]!();
    expect(await codeOf(() => promise)).toBe("ERR_NOT_SUPPORTED");
    expect(() => items["executeBatchOperations"]!()).toThrow("Items.executeBatchOperations");
  });

  test("of a sealed container's plaintext neighbour works as ever", async () => {
    const [response] = await world().plain.items.bulk([
      { operationType: "Create", resourceBody: { id: "bulk", tenantId: "t" }, partitionKey: "t" },
    ]);
    expect(response?.statusCode).toBe(201);
  });
});

test("client encryption keys, which belong to the SDK's own encryption, are refused", async () => {
  const { database } = world().customers;
  expect(await codeOf(() => database.readClientEncryptionKey("key"))).toBe("ERR_NOT_SUPPORTED");
});
