// Databases and containers: created, found, replaced and deleted, with every policy kept word for word.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

describeBehaviours("containers", (setup, behaviour) => {
  behaviour("a container is created once, found, listed, queried and deleted", async () => {
    const { database } = setup();
    const first = await database.containers.createIfNotExists({ id: "c", partitionKey: "/pk" });
    const second = await database.containers.createIfNotExists({ id: "c", partitionKey: "/pk" });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect((await refusal(database.containers.create({ id: "c", partitionKey: "/pk" }))).code).toBe(409);
    expect(Buffer.from(first.resource!._rid.replaceAll("-", "/"), "base64")).toHaveLength(8);
    expect((await database.containers.readAll().fetchAll()).resources.map((one) => one.id)).toContain("c");
    const found = await database.containers.query({ query: "SELECT * FROM root r WHERE r.id = 'c'" }).fetchAll();
    expect(found.resources.map((one) => one.id)).toEqual(["c"]);
    expect((await database.container("c").delete()).statusCode).toBe(204);
    expect((await refusal(database.container("c").read())).code).toBe(404);
    const again = await database.containers.create({ id: "c", partitionKey: "/pk" });
    expect(again.resource!._rid).not.toBe(first.resource!._rid);
    await database.container("c").delete();
  });

  const POLICIES = {
    indexingPolicy: {
      indexingMode: "consistent",
      automatic: true,
      includedPaths: [{ path: "/*" }, { path: '/"odd-name"/[]/?' }],
      excludedPaths: [{ path: '/"_etag"/?' }, { path: "/secret/*" }],
      compositeIndexes: [
        [
          { path: "/a", order: "ascending" },
          { path: "/b", order: "descending" },
        ],
      ],
      vectorIndexes: [{ path: "/vector", type: "flat" }],
    },
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/mail"] }] },
    conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/version" },
    vectorEmbeddingPolicy: {
      vectorEmbeddings: [{ path: "/vector", dataType: "float32", dimensions: 3, distanceFunction: "cosine" }],
    },
    fullTextPolicy: { defaultLanguage: "en-US", fullTextPaths: [{ path: "/text", language: "en-US" }] },
    clientEncryptionPolicy: {
      includedPaths: [
        {
          path: "/x",
          clientEncryptionKeyId: "k",
          encryptionType: "Deterministic",
          encryptionAlgorithm: "AEAD_AES_256_CBC_HMAC_SHA256",
        },
      ],
      policyFormatVersion: 1,
    },
    changeFeedPolicy: { retentionDuration: 10 },
    defaultTtl: -1,
    somethingNew: { kept: ["as", { it: "is" }] },
  };

  behaviour("every policy is kept word for word, through create, read and replace", async () => {
    const container = await setup().container(POLICIES as never);
    const { resource } = await container.read();
    expect(resource).toMatchObject(POLICIES);
    const changed = { ...resource!, defaultTtl: 60, indexingPolicy: { ...POLICIES.indexingPolicy, automatic: false } };
    const { resource: after } = await container.replace(changed as never);
    expect(after).toMatchObject({
      ...POLICIES,
      defaultTtl: 60,
      indexingPolicy: { ...POLICIES.indexingPolicy, automatic: false },
    });
    expect(after!._rid).toBe(resource!._rid);
    expect(after!._etag).not.toBe(resource!._etag);
    expect((await container.read()).resource).toEqual(after);
  });

  behaviour("a container without policies gets the service's defaults", async () => {
    const { resource } = await (await setup().container()).read();
    expect(resource!.indexingPolicy!.includedPaths).toEqual([{ path: "/*" }]);
    expect(resource!.conflictResolutionPolicy!.mode).toBe("LastWriterWins");
    expect(resource!.partitionKey).toMatchObject({ paths: ["/pk"] });
  });

  behaviour("partition key and unique keys can't be changed, nor unique keys be dropped", async () => {
    const container = await setup().container(POLICIES as never);
    const { resource } = await container.read();
    expect(
      (await refusal(container.replace({ ...resource!, partitionKey: { paths: ["/other"] } } as never))).code,
    ).toBe(400);
    const { uniqueKeyPolicy: _dropped, ...rest } = resource!;
    expect((await refusal(container.replace(rest as never))).code).toBe(403);
  });

  behaviour("replace with an old etag is 412", async () => {
    const container = await setup().container();
    const { resource } = await container.read();
    await container.replace({ ...resource!, defaultTtl: 10 } as never);
    const options = { accessCondition: { type: "IfMatch", condition: resource!._etag } };
    expect((await refusal(container.replace({ ...resource!, defaultTtl: 20 } as never, options))).code).toBe(412);
  });

  behaviour("an indexing path without quotes where it needs them is refused", async () => {
    const indexingPolicy = { includedPaths: [{ path: "/odd-name/?" }] };
    expect((await refusal(setup().container({ indexingPolicy }))).code).toBe(400);
    expect((await refusal(setup().container({ indexingPolicy: { includedPaths: [{ path: "/*/a" }] } }))).code).toBe(
      400,
    );
  });

  behaviour("a partition key definition that the service doesn't take is refused", async () => {
    for (const partitionKey of [
      { paths: ["/a", "/b"] },
      { paths: ["/a", "/b", "/c", "/d"], kind: "MultiHash", version: 2 },
      { paths: ["/a"], version: 3 },
      { paths: ["/a"], kind: "Range" },
    ]) {
      expect((await refusal(setup().container({ partitionKey } as never))).code).toBe(400);
    }
  });

  behaviour("computed properties are refused by name, for they would change answers", async () => {
    const computedProperties = [{ name: "lower", query: "SELECT VALUE LOWER(c.name) FROM c" }];
    const error = await refusal(setup().container({ computedProperties } as never));
    expect(error.code).toBe(501);
    expect(error.message).toContain("computed properties");
  });

  behaviour("ranges cover the key space without a gap, each with an id of its own", async () => {
    const { resources } = await (await setup().container()).readPartitionKeyRanges().fetchAll();
    expect(resources).toHaveLength(setup().ranges);
    expect(resources[0]!.minInclusive).toBe("");
    expect(resources.at(-1)!.maxExclusive).toBe("FF");
    for (let at = 1; at < resources.length; at++)
      expect(resources[at]!.minInclusive).toBe(resources[at - 1]!.maxExclusive);
    expect(new Set(resources.map((range) => range.id)).size).toBe(setup().ranges);
  });

  behaviour("documents spread over all ranges", async () => {
    const container = await setup().container();
    const ranges = new Set<string>();
    for (let at = 0; at < 40; at++) {
      const { headers } = await container.items.create({ id: `${at}`, pk: `${at}` });
      ranges.add(headers["x-ms-documentdb-partitionkeyrangeid"] as string);
    }
    expect(ranges.size).toBe(setup().ranges);
  });

  behaviour("an item request under a container that doesn't exist is 404", async () => {
    const container = setup().database.container("nowhere");
    expect((await refusal(container.items.create({ id: "a", pk: "k" }))).code).toBe(404);
    expect((await refusal(container.items.query("SELECT * FROM c").fetchAll())).code).toBe(404);
  });

  behaviour("what is left out says its name", async () => {
    const container = await setup().container();
    const attempts: (readonly [string, () => Promise<unknown>])[] = [
      ["stored procedures", () => container.scripts.storedProcedures.create({ id: "s", body: "function () {}" })],
      ["triggers", () => container.scripts.triggers.readAll().fetchAll()],
      ["user-defined functions", () => container.scripts.userDefinedFunctions.readAll().fetchAll()],
      ["offers", () => container.readOffer()],
      ["conflict", () => container.conflicts.readAll().fetchAll()],
      ["users", () => setup().database.users.create({ id: "u" })],
    ];
    for (const [name, attempt] of attempts) {
      const error = await refusal(attempt());
      expect([error.code, error.message.includes(name)]).toEqual([501, true]);
    }
  });
});
