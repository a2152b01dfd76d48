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

  behaviour("the conflict feed of an account that writes in one region is empty", async () => {
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k" });
    expect((await container.conflicts.readAll().fetchAll()).resources).toEqual([]);
  });

  const read = async (definition: object) => (await (await setup().container(definition)).read()).resource!;

  behaviour("a partition key may be given as one text", async () => {
    const resource = await read({ partitionKey: "/tenant" });
    expect(resource.partitionKey!.paths).toEqual(["/tenant"]);
  });

  behaviour("without a partition key of its own it gets the SDK's default path", async () => {
    const { container } = await setup().database.containers.create({ id: setup().name("plain") });
    expect((await container.read()).resource!.partitionKey!.paths).toEqual(["/_partitionKey"]);
    await container.items.create({ id: "a", n: 1 });
    expect((await container.item("a", undefined).read()).resource!.n).toBe(1);
  });

  behaviour("an id may hold spaces and letters of any script", async () => {
    const { container } = await setup().database.containers.create({ id: "sample 中文 é", partitionKey: "/pk" });
    expect((await container.items.create({ id: "a", pk: "k" })).statusCode).toBe(201);
    expect((await container.read()).resource!.id).toBe("sample 中文 é");
  });

  behaviour("its links are made of resource ids", async () => {
    const resource = (await read({})) as unknown as Record<string, string>;
    expect(resource["_self"]).toMatch(/^dbs\/[^/]+\/colls\/[^/]+\/$/);
    expect(resource["_docs"]).toBe("docs/");
  });

  behaviour("an indexing policy that names paths alone is completed", async () => {
    const { indexingPolicy } = await read({ indexingPolicy: { includedPaths: [{ path: "/*" }] } });
    expect(indexingPolicy).toMatchObject({ indexingMode: "consistent", automatic: true });
    expect(indexingPolicy!.excludedPaths).toEqual([{ path: '/"_etag"/?' }]);
  });

  behaviour("an indexing policy that is empty gets the default paths", async () => {
    const { indexingPolicy } = await read({ indexingPolicy: {} });
    expect(indexingPolicy!.includedPaths).toEqual([{ path: "/*" }]);
    expect(indexingPolicy!.excludedPaths).toHaveLength(1);
  });

  behaviour("the etag's path is excluded from the index beside those that were named", async () => {
    const excludedPaths = [{ path: '/"systemMetadata"/*' }];
    const { indexingPolicy } = await read({ indexingPolicy: { includedPaths: [{ path: "/*" }], excludedPaths } });
    expect(indexingPolicy!.excludedPaths!.map((one) => one.path)).toEqual(['/"systemMetadata"/*', '/"_etag"/?']);
  });

  behaviour("indexing may be off, and items are found all the same by id", async () => {
    const container = await setup().container({ indexingPolicy: { indexingMode: "none", automatic: false } });
    await container.items.create({ id: "a", pk: "k" });
    expect((await container.item("a", "k").read()).statusCode).toBe(200);
    expect((await container.read()).resource!.indexingPolicy!.indexingMode).toBe("none");
  });

  behaviour("composite and spatial indexes are kept", async () => {
    const policy = {
      includedPaths: [{ path: "/*" }],
      compositeIndexes: [
        [
          { path: "/a", order: "ascending" as const },
          { path: "/b", order: "descending" as const },
        ],
      ],
      spatialIndexes: [{ path: "/place/*", types: ["Point", "Polygon"] }],
    };
    const { indexingPolicy } = await read({ indexingPolicy: policy as never });
    expect(indexingPolicy).toMatchObject(policy);
  });

  behaviour("a read tells how far the index has come", async () => {
    const { headers } = await (await setup().container()).read({ populateQuotaInfo: true });
    expect(headers["x-ms-documentdb-collection-index-transformation-progress"]).toBe("100");
  });

  behaviour("a delete with an old etag is 412", async () => {
    const container = await setup().container();
    const { resource } = await container.read();
    await container.replace({ ...resource!, defaultTtl: 10 } as never);
    const options = { accessCondition: { type: "IfMatch", condition: resource!._etag } };
    expect((await refusal(container.delete(options))).code).toBe(412);
  });

  behaviour("its id can't be changed by a replace", async () => {
    const container = await setup().container();
    const { resource } = await container.read();
    expect((await refusal(container.replace({ ...resource!, id: "other" }))).code).toBe(400);
  });

  behaviour("the list comes in pages of the size that was asked for", async () => {
    const { database } = await setup().client.databases.create({ id: setup().name("list") });
    for (const id of ["a", "b", "c"]) await database.containers.create({ id, partitionKey: "/pk" });
    const seen: string[] = [];
    for await (const { resources } of database.containers.readAll({ maxItemCount: 2 }).getAsyncIterator()) {
      expect(resources.length).toBeLessThanOrEqual(2);
      seen.push(...resources.map((one) => one.id));
    }
    expect(seen.sort()).toEqual(["a", "b", "c"]);
    await database.delete();
  });

  behaviour("a container of a database that isn't there is 404", async () => {
    const containers = setup().client.database("nowhere").containers;
    expect((await refusal(containers.create({ id: "c", partitionKey: "/pk" }))).code).toBe(404);
  });

  behaviour("paths of a partition key that are a text, or lack their slash, are refused", async () => {
    for (const paths of ["/id", ["id"]]) {
      const error = await refusal(setup().container({ partitionKey: { paths } as never }));
      // The SDK itself refuses the second.
      expect([undefined, 400]).toContain(error.code);
    }
  });
});
