// The emulator as a thing: what it records, where it listens, which options it takes.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal } from "../conformance/answers.js";
import { createEmulator, type Emulator } from "../src/index.js";
import { send } from "./wire.js";

describe("the emulator", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await createEmulator({ record: 3 });
  });
  afterAll(() => emulator.close());
  const read = { method: "GET", path: "/dbs" } as const;

  test("the record holds the last exchanges, byte for byte, and no more than it was told to", async () => {
    const body = '{"id":"recorded-ü"}';
    for (let at = 0; at < 3; at++) await send(emulator, read);
    await send(emulator, { method: "POST", path: "/dbs", body });
    const last = emulator.requests.at(-1)!;
    expect([last.method, last.path, last.status]).toEqual(["POST", "/dbs", 201]);
    expect(last.requestBody.toString("utf8")).toBe(body);
    expect(last.responseBody.toString("utf8")).toContain("recorded-ü");
    expect(last.requestHeaders.map((header) => header.toLowerCase())).toContain("x-ms-date");
    expect(emulator.requests).toHaveLength(3);
  });

  test("nothing is recorded unless it was asked for", async () => {
    const silent = await createEmulator();
    await send(silent, read);
    expect(silent.requests).toEqual([]);
    await silent.close();
  });

  test("it listens on the loopback address", () => {
    expect(new URL(emulator.endpoint).hostname).toBe("127.0.0.1");
  });

  test("a port that is taken is an error, not a silent other port", async () => {
    const port = Number(new URL(emulator.endpoint).port);
    expect((await refusal(createEmulator({ port }))).code).toBe("EADDRINUSE");
  });

  test("number of ranges and key are checked", async () => {
    await expect(createEmulator({ ranges: 0 })).rejects.toThrow(RangeError);
    await expect(createEmulator({ key: "" })).rejects.toThrow(RangeError);
  });
});
