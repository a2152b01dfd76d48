// Faults on demand: each kind reaches the client as the real one would, where and as often as was said.

import { expect, test } from "vitest";
import { createEmulator, type EmulatorOptions } from "../src/index.js";
import { refusal, SDKS } from "./sdk.js";
import { send } from "./wire.js";

for (const [name, sdk] of SDKS) {
  const start = async (options: EmulatorOptions = {}) => {
    const emulator = await createEmulator({ record: true, ...options });
    const client = new sdk.CosmosClient({
      endpoint: emulator.endpoint,
      key: emulator.key,
      connectionPolicy: {},
    });
    const { database } = await client.databases.create({ id: "shop" });
    const { container } = await database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
    const stop = async () => {
      client.dispose();
      await emulator.close();
    };
    return { emulator, container, stop };
  };
  const countCreates = (emulator: Awaited<ReturnType<typeof start>>["emulator"]) =>
    emulator.requests.filter((one) => one.method === "POST" && one.path.includes("/docs")).length;

  test(`throttling that ends is waited for, and the write is made once (${name})`, async () => {
    const { emulator, container, stop } = await start();
    const fault = emulator.injectFault({
      when: { operation: "create", resourceType: "docs" },
      times: 2,
      fault: { status: 429, retryAfterMs: 40 },
    });
    const before = countCreates(emulator);
    const began = performance.now();
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    expect(performance.now() - began).toBeGreaterThan(2 * 40 - 5);
    expect(fault.count).toBe(2);
    expect(countCreates(emulator) - before).toBe(3);
    const throttled = emulator.requests.filter((one) => one.status === 429);
    expect(
      throttled.map((one) => [one.responseHeaders["x-ms-substatus"], one.responseHeaders["x-ms-retry-after-ms"]]),
    ).toEqual([
      ["3200", "40"],
      ["3200", "40"],
    ]);
    await stop();
  });

  for (const [status, substatus] of [
    [408, undefined],
    [410, 1002],
    [410, 1007],
    [449, undefined],
    [503, undefined],
    [429, 3200],
  ] as const) {
    test(`an injected ${status}${substatus === undefined ? "" : `/${substatus}`} reaches the caller under its own number, and nothing was written (${name})`, async () => {
      const { emulator, container, stop } = await start();
      const fault = emulator.injectFault({
        when: { method: "PUT", path: /\/docs\/a$/ },
        fault: { status, ...(substatus === undefined ? {} : { substatus }), retryAfterMs: 1 },
      });
      await container.items.create({ id: "a", pk: "k", n: 1 });
      const refused = await refusal(container.item("a", "k").replace({ id: "a", pk: "k", n: 2 }));
      expect(Number(refused.code)).toBe(status);
      fault.remove();
      expect((await container.item("a", "k").read()).resource?.["n"]).toBe(1);
      await stop();
    });
  }

  test(`a fault after the write leaves the write, a fault before it leaves nothing (${name})`, async () => {
    const { emulator, container, stop } = await start();
    for (const fault of ["drop", "reset", "truncate", { status: 503 }] as const) {
      for (const applied of [true, false]) {
        const id = `${typeof fault === "string" ? fault : fault.status}-${applied}`;
        const injected = emulator.injectFault({ when: { operation: "create" }, fault, applied });
        await refusal(container.items.create({ id, pk: "k" }));
        expect(injected.count).toBeGreaterThan(0);
        injected.remove();
        expect([id, (await container.item(id, "k").read()).statusCode]).toEqual([id, applied ? 200 : 404]);
      }
    }
    await stop();
  });

  test(`an answer that is cut off is never taken for a whole one (${name})`, async () => {
    const { emulator, container, stop } = await start();
    await container.items.create({ id: "a", pk: "k", text: "x".repeat(5000) });
    const injected = emulator.injectFault({ when: { operation: "read" }, fault: "truncate" });
    await refusal(container.item("a", "k").read());
    injected.remove();
    expect((await container.item("a", "k").read()).resource?.["text"]).toHaveLength(5000);
    await stop();
  });

  test(`latency delays the answer and changes nothing else (${name})`, async () => {
    const { emulator, container, stop } = await start();
    emulator.injectFault({ when: { operation: "create" }, times: 1, fault: { latencyMs: 80 } });
    const began = performance.now();
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    expect(performance.now() - began).toBeGreaterThan(75);
    await stop();
  });

  test(`a client reads on through dropped connections (${name})`, async () => {
    const { emulator, container, stop } = await start();
    await container.items.create({ id: "a", pk: "k" });
    const fault = emulator.injectFault({ when: { operation: "read", resourceType: "docs" }, times: 1, fault: "reset" });
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
    expect(fault.count).toBe(1);
    await stop();
  });
}

test("with the same random numbers the same requests are befallen", async () => {
  const run = async (seed: number): Promise<number[]> => {
    let state = seed;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state / 2 ** 31;
    };
    const emulator = await createEmulator({
      random,
      faults: [{ when: { path: "/dbs" }, probability: 0.5, fault: { status: 503 } }],
    });
    const statuses: number[] = [];
    for (let n = 0; n < 30; n++) statuses.push((await send(emulator, { method: "GET", path: "/dbs" })).status);
    await emulator.close();
    return statuses;
  };
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 503]));
});

test("a fault whose numbers make no sense is refused when it is injected", async () => {
  const emulator = await createEmulator();
  expect(() => emulator.injectFault({ fault: { status: 200 } })).toThrow(RangeError);
  expect(() => emulator.injectFault({ fault: "drop", probability: 2 })).toThrow(RangeError);
  expect(() => emulator.injectFault({ fault: "drop", times: 0 })).toThrow(RangeError);
  expect(() => emulator.injectFault({ fault: { latencyMs: -1 } })).toThrow(RangeError);
  await emulator.close();
});
