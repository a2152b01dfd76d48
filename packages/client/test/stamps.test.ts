/** Stamps rise for each document, whatever the clock does, and cost bounded memory. */
import { describe, expect, test } from "vitest";
import { Stamps } from "../src/sealing/stamps.js";
import { bare, customers, useWorld } from "./support/world.js";

const place = (id: string) => ({
  container: "c",
  partitionKey: '["p"]',
  id,
  scope: ["container", "c"] as const,
  scopeText: "",
});

describe("a stamp", () => {
  test("is the clock's, and one more than the last of the document where the clock is behind it", () => {
    let now = 1000;
    const stamps = new Stamps(() => now);
    expect(stamps.next(place("a"))).toBe(1000);
    expect(stamps.next(place("a"))).toBe(1001);
    expect(stamps.next(place("b"))).toBe(1000);
    stamps.note(place("a"), 5000);
    expect(stamps.next(place("a"))).toBe(5001);
    stamps.note(place("a"), 10);
    now = 900;
    expect(stamps.next(place("a"))).toBe(5002);
    now = 6000;
    expect(stamps.next(place("a"))).toBe(6000);
  });

  test("of the document used longest ago is forgotten first", () => {
    const stamps = new Stamps(() => 1, 2);
    stamps.note(place("a"), 50);
    stamps.note(place("b"), 50);
    stamps.note(place("a"), 50);
    stamps.note(place("c"), 50);
    expect([stamps.next(place("a")), stamps.next(place("b"))]).toEqual([51, 1]);
  });
});

const world = useWorld();

test("a document that is read, changed and replaced at once gets a later stamp each time", async () => {
  const clock = world().connect({ now: () => 1_700_000_000_000 });
  const { items } = clock.container(customers);
  const { item } = await items.create({ id: "s", tenantId: "t-1" });
  const stamps: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    await item.replace({ ...bare((await item.read()).resource), rank: i } as never);
    const { resource } = await world().stolen("customers").item("s", "t-1").read();
    stamps.push(resource._seal.n - 1_700_000_000_000);
  }
  expect(stamps).toEqual([1, 2, 3]);
  const later = world().connect({ now: () => 1_699_999_999_000 });
  const { resource } = await later.container(customers).item("s", "t-1").read();
  await later.container(customers).items.upsert({ ...bare(resource), rank: 9 } as never);
  expect((await world().stolen("customers").item("s", "t-1").read()).resource._seal.n - 1_700_000_000_000).toBe(4);
  clock.dispose();
  later.dispose();
});

test("a retry of the SDK sends the same bytes", async () => {
  const { createDefaultHttpClient, createHttpHeaders } = await import("@azure/core-rest-pipeline");
  const inner = createDefaultHttpClient();
  const bodies: unknown[] = [];
  const client = world().connect(
    {},
    {
      httpClient: {
        sendRequest: async (request) => {
          if (request.method !== "POST" || bodies.push(request.body) > 2) return inner.sendRequest(request);
          const headers = createHttpHeaders({ "x-ms-retry-after-ms": "1" });
          return { request, status: 429, headers, bodyAsText: '{"code":"429","message":"slow down"}' };
        },
      },
    },
  );
  const { resource } = await client.container(customers).items.create({ id: "retry", tenantId: "t-1", email: "r@x" });
  expect(resource?.email).toBe("r@x");
  expect(bodies.length).toBe(3);
  expect(new Set(bodies).size).toBe(1);
  client.dispose();
});
