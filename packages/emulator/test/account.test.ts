// The account: who may speak to it, and what it says of itself.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/index.js";
import { describeSetups, refusal } from "./sdk.js";
import { send, sign } from "./wire.js";

describeSetups(
  "the account",
  (setup) => {
    test("its document carries the scheme, host and port that the caller used", async () => {
      const { sdk, emulator } = setup();
      const endpoint = emulator.endpoint.replace("127.0.0.1", "localhost");
      const client = new sdk.CosmosClient({ endpoint, key: emulator.key });
      const { resource } = await client.getDatabaseAccount();
      expect(resource!.writableLocations[0]!.databaseAccountEndpoint).toBe(endpoint);
      expect(await client.getReadEndpoint()).toBe(endpoint);
      expect(resource!.consistencyPolicy).toBe("Session");
      client.dispose();
    });

    test("another key is refused with 401", async () => {
      const { sdk, emulator } = setup();
      const client = new sdk.CosmosClient({
        endpoint: emulator.endpoint,
        key: Buffer.from("another").toString("base64"),
      });
      expect((await refusal(client.databases.readAll().fetchAll())).code).toBe(401);
      client.dispose();
    });

    test("a resource token is refused by name", async () => {
      const { sdk, emulator } = setup();
      const client = new sdk.CosmosClient({
        endpoint: emulator.endpoint,
        resourceTokens: { "dbs/shop": "type=resource&ver=1&sig=abc" },
      });
      const error = await refusal(client.database("shop").read());
      expect(error.code).toBe(401);
      expect(error.message).toContain('\\"resource\\"');
      client.dispose();
    });
  },
  { ranges: [1] },
);

describe("authorization", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await createEmulator({ record: 3 });
  });
  afterAll(() => emulator.close());
  const read = { method: "GET", path: "/dbs" } as const;

  test("a request without a signature is 401", async () => {
    const response = await send(emulator, { ...read, authorization: null });
    expect(response.status).toBe(401);
    expect(response.text).toContain("Required Header authorization is missing");
  });

  test("a date fourteen minutes off is taken, sixteen minutes off is 403", async () => {
    for (const [minutes, status] of [
      [-16, 403],
      [-14, 200],
      [14, 200],
      [16, 403],
    ] as const) {
      const date = new Date(Date.now() + minutes * 60_000).toUTCString();
      expect([minutes, (await send(emulator, { ...read, date })).status]).toEqual([minutes, status]);
    }
  });

  test("a date that isn't one is 401", async () => {
    expect((await send(emulator, { ...read, date: "yesterday" })).status).toBe(401);
  });

  test("a signature is good for its verb, its path and its date alone", async () => {
    const date = new Date().toUTCString();
    const authorization = sign(emulator.key, "GET", "/dbs", date);
    expect((await send(emulator, { ...read, date, authorization })).status).toBe(200);
    expect(
      (await send(emulator, { method: "POST", path: "/dbs", body: '{"id":"x"}', date, authorization })).status,
    ).toBe(401);
    expect((await send(emulator, { method: "GET", path: "/dbs/x", date, authorization })).status).toBe(401);
    const later = new Date(Date.now() + 1000).toUTCString();
    expect((await send(emulator, { ...read, date: later, authorization })).status).toBe(401);
  });

  // Found by search: with this date the signature over GET /dbs/<id> ends in "sig=".
  test("a signature that itself ends in 'sig=' is taken", async () => {
    const date = new Date().toUTCString();
    let id = 0;
    let authorization = "";
    for (; id < 2_000_000; id++) {
      authorization = sign(emulator.key, "GET", `/dbs/d${id}`, date);
      if (/sig%3D[^%].*(?:sig%3D|sig=)/.test(authorization)) break;
    }
    expect(decodeURIComponent(authorization)).toMatch(/sig=.*sig=$/);
    expect((await send(emulator, { method: "GET", path: `/dbs/d${id}`, date, authorization })).status).toBe(404);
  }, 120_000);

  test("the verb, type and date of the signed text are in lower case, the link as it is", async () => {
    const created = await send(emulator, { method: "POST", path: "/dbs", body: '{"id":"CamelCase"}' });
    expect(created.status).toBe(201);
    expect((await send(emulator, { method: "GET", path: "/dbs/CamelCase" })).status).toBe(200);
    expect((await send(emulator, { method: "GET", path: "/dbs/camelcase" })).status).toBe(404);
  });

  test("doubled and trailing slashes of a path are passed over", async () => {
    expect((await send(emulator, { method: "GET", path: "//dbs//CamelCase/" })).status).toBe(200);
  });

  test("the record holds the last exchanges, byte for byte, and no more than it was told to", async () => {
    const body = '{"id":"recorded-ü"}';
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
