/** The SDK's declared surface is the one that was looked at: a new export, method or option is noticed before it passes through unseen. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { declaredSurface } from "./support/sdk-types.js";

/** Packages by the versions that are tested. */
const VERSIONS = { "4.10.1": "@azure/cosmos", "4.9.3": "cosmos-4-9" };

describe.each(Object.entries(VERSIONS))("the types of %s", (version, name) => {
  const recorded = readFileSync(new URL(`support/sdk-types.${version}.tsv`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const declared = declaredSurface(name);

  test("have the exports, methods and options that were looked at, and none new", () => {
    expect(declared).toEqual(recorded);
  });

  test("name every option of a call and of the client", () => {
    const members = (type: string) =>
      declared
        .find((line) => line.startsWith(`${type}\t`))
        ?.split("\t")[2]
        ?.split(" ") ?? [];
    expect(members("RequestOptions")).toContain("accessCondition");
    expect(members("FeedOptions")).toContain("continuationToken");
    expect(members("CosmosClientOptions")).toContain("clientEncryptionOptions");
    expect(members("OperationInput")).toContain("resourceBody");
    expect(members("Items")).toContain("executeBulkOperations");
    expect(declared.length).toBeGreaterThan(200);
  });
});
