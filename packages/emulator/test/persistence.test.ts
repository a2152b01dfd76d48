// Persistence: an emulator that is opened again on its directory is in the state that it was left in.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CosmosClient } from "@azure/cosmos";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/index.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cosmoseal-emulator-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function withEmulator<T>(
  use: (client: CosmosClient, emulator: Emulator, log: string[]) => Promise<T>,
): Promise<T> {
  const log: string[] = [];
  const emulator = await createEmulator({ directory, ranges: 3, log: (message) => log.push(message) });
  const client = new CosmosClient(emulator.connectionString);
  try {
    return await use(client, emulator, log);
  } finally {
    client.dispose();
    await emulator.close();
  }
}

const PARTITION_KEY = { paths: ["/pk"], version: 2 } as const;

async function snapshot(client: CosmosClient): Promise<unknown> {
  const { resources: databases } = await client.databases.readAll().fetchAll();
  const state: unknown[] = [];
  for (const { id } of databases) {
    const { resources: containers } = await client.database(id).containers.readAll().fetchAll();
    for (const definition of containers) {
      const container = client.database(id).container(definition.id);
      const { resources: ranges } = await container.readPartitionKeyRanges().fetchAll();
      const { resources: documents } = await container.items.query("SELECT * FROM c ORDER BY c.id").fetchAll();
      state.push({
        id,
        definition,
        documents,
        ranges: ranges.map(({ minInclusive, maxExclusive }) => [minInclusive, maxExclusive]),
      });
    }
    state.push(id);
  }
  return state;
}

function itemLog(): string {
  return join(directory, readdirSync(directory).find((name) => /^[0-9a-f]{16}\.log$/.test(name))!);
}

async function fill(client: CosmosClient, count: number) {
  const { database } = await client.databases.createIfNotExists({ id: "db" });
  const { container } = await database.containers.createIfNotExists({ id: "c", partitionKey: PARTITION_KEY } as never);
  for (let at = 0; at < count; at++)
    await container.items.create({ id: `d${at}`, pk: `k${at % 5}`, n: at, text: "ü\n\u2028" });
  return container;
}

describe("persistence", () => {
  test("the reopened state equals the one that was left: databases, containers, items, with etags and resource ids", async () => {
    const before = await withEmulator(async (client) => {
      const container = await fill(client, 30);
      await container.items.upsert({ id: "d1", pk: "k1", n: -1 });
      await container.item("d2", "k2").delete();
      await container.item("d3", "k3").patch([{ op: "incr", path: "/n", value: 1000 }]);
      await container.items.batch(
        [
          { operationType: "Create", resourceBody: { id: "b1", pk: "k0" } },
          { operationType: "Delete", id: "d0" },
        ] as never,
        "k0",
      );
      const { resource } = await container.read();
      await container.replace({ ...resource!, defaultTtl: 1000 } as never);
      const { database } = await client.databases.create({ id: "gone" });
      await database.containers.create({ id: "c", partitionKey: "/pk" });
      await database.delete();
      return snapshot(client);
    });
    const after = await withEmulator(snapshot);
    expect(after).toEqual(before);
    expect(readdirSync(directory).filter((name) => name.endsWith(".log"))).toHaveLength(2);
  });

  test("what is written after reopening takes no number that was taken before", async () => {
    await withEmulator((client) => fill(client, 5));
    await withEmulator(async (client) => {
      const container = client.database("db").container("c");
      const { resource } = await container.items.create({ id: "new", pk: "k", n: 0 });
      const { resources } = await container.items.query<string>("SELECT VALUE c._rid FROM c").fetchAll();
      expect(new Set(resources).size).toBe(6);
      expect(resources).toContain(resource!._rid);
    });
  });

  test("the change feed goes on across a restart", async () => {
    const token = await withEmulator(async (client) => {
      const container = await fill(client, 6);
      const iterator = container.items.changeFeed("k1", { startFromBeginning: true });
      return (await iterator.fetchNext()).continuation;
    });
    await withEmulator(async (client) => {
      const container = client.database("db").container("c");
      await container.items.upsert({ id: "d1", pk: "k1", n: 77 });
      const page = await container.items.changeFeed<{ n: number }>("k1", { continuation: token }).fetchNext();
      expect(page.result.map((row) => row.n)).toEqual([77]);
    });
  });

  test("a torn tail is dropped with a message, wherever the last record was cut", async () => {
    await withEmulator((client) => fill(client, 4));
    const path = itemLog();
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastStart + 1; length < whole.length; length += 17) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      await withEmulator(async (client, _emulator, log) => {
        expect(log).toHaveLength(1);
        expect(log[0]).toContain("incomplete");
        const { resources } = await client
          .database("db")
          .container("c")
          .items.query("SELECT VALUE c.id FROM c ORDER BY c.id")
          .fetchAll();
        expect(resources).toEqual(["d0", "d1", "d2"]);
      });
      expect(statSync(path).size).toBe(lastStart);
    }
  });

  test("garbage after the last record is dropped with a message", async () => {
    await withEmulator((client) => fill(client, 3));
    appendFileSync(itemLog(), '00000000 {"not":"ours"}\n');
    await withEmulator(async (client, _emulator, log) => {
      expect(log).toHaveLength(1);
      const { resources } = await client
        .database("db")
        .container("c")
        .items.query("SELECT VALUE COUNT(1) FROM c")
        .fetchAll();
      expect(resources).toEqual([3]);
    });
  });

  test("damage with whole records behind it is an error that names the file, not a silent loss", async () => {
    await withEmulator((client) => fill(client, 3));
    const path = itemLog();
    const bytes = readFileSync(path);
    bytes[20]! ^= 1;
    writeFileSync(path, bytes);
    await expect(createEmulator({ directory })).rejects.toThrow(/damaged/);
  });

  test("a directory serves one emulator at a time", async () => {
    await withEmulator(async () => {
      await expect(createEmulator({ directory })).rejects.toThrow(/in use/);
    });
    await (await createEmulator({ directory })).close();
  });

  for (const fsync of [false, true]) {
    const kills = fsync && process.env["COSMOSEAL_FULL"] === "1" ? 200 : 3;
    test(
      `after each of ${kills} times kill -9 in the middle of writes every acknowledged write is there (fsync ${fsync ? "on" : "off"})`,
      async () => {
        const acknowledged = new Map<string, number>();
        for (let round = 0; round < kills; round++) {
          const before = acknowledged.size;
          await writeUntilKilled(fsync, round, acknowledged);
          expect(acknowledged.size - before).toBeGreaterThan(5);
          await withEmulator(async (client) => {
            const { resources } = await client
              .database("db")
              .container("c")
              .items.query<{ id: string; n: number }>("SELECT c.id, c.n FROM c")
              .fetchAll();
            const stored = new Map(resources.map(({ id, n }) => [id, n]));
            const lost = [...acknowledged].filter(([id, n]) => (stored.get(id) ?? -1) < n);
            expect(lost).toEqual([]);
            // Each of the eight writers may have had one write under way.
            expect(stored.size - acknowledged.size).toBeLessThanOrEqual(8 * (round + 1));
          });
        }
      },
      120_000 + kills * 10_000,
    );
  }
});

// Creates, and replaces of what an earlier round wrote; what is acknowledged is noted with its newest number.
async function writeUntilKilled(fsync: boolean, round: number, acknowledged: Map<string, number>): Promise<void> {
  const server = spawn(
    process.execPath,
    [
      "--conditions=@cosmoseal/source",
      "--import",
      "tsx",
      fileURLToPath(new URL("../src/bin.ts", import.meta.url)),
      "--port",
      "0",
      "--directory",
      directory,
      ...(fsync ? ["--fsync"] : []),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(server, "exit");
  const client = new CosmosClient(await connectionString(server));
  const container = await fill(client, 0);
  let written = 0;
  const write = async (writer: number): Promise<void> => {
    const kept = `kept-${writer}`;
    for (let at = 0; ; at++) {
      const id = at % 3 === 2 ? kept : `r${round}-w${writer}-${at}`;
      const n = round * 1000 + at;
      await container.items.upsert({ id, pk: id, n, padding: "x".repeat((at * 50) % 5_000) });
      acknowledged.set(id, n);
      if (++written === 30 + ((round * 17) % 90)) server.kill("SIGKILL");
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, (_, writer) => write(writer)));
  await exited;
  client.dispose();
}

async function connectionString(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const match = /connection string\s+(\S+)/.exec(line);
    if (match) return match[1]!;
  }
  throw new Error("the emulator ended before it was ready");
}
