/** What `items.explain` says of a query is what then happens, and it says it without sending anything. */
import { describe, expect, test } from "vitest";
import { customers, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 1 });
const itemsOf = () => world().client.container(customers).items;

describe("an explanation", () => {
  test("shows what is pushed, what travels and what is searched, and no sealed value", () => {
    const since = world().sent().length;
    const explained = itemsOf().explain({
      query: "SELECT c.name FROM c WHERE c.email = @e AND c.plan = @p",
      parameters: [
        { name: "@e", value: "canary@example.org" },
        { name: "@p", value: "pro" },
      ],
    });
    expect(explained.pushed).toMatch(
      /^SELECT VALUE c FROM c WHERE .*c\._seal\.x\.e[0-9a-z]{5} = @seal0.* AND c\.plan = @p$/,
    );
    expect(explained).toMatchObject({ travels: ["@p"], rows: "stream", fetches: "exact", continues: true });
    expect(explained.searched).toEqual([
      {
        path: "/email",
        kind: "equality",
        tokens: 1,
        bytes: expect.any(Number),
        learns: expect.stringContaining("share a value"),
      },
    ]);
    expect(explained.refusal).toBeUndefined();
    expect(JSON.stringify(explained)).not.toContain("canary");
    expect(world().sent(since)).toEqual([]);
  });

  test("tells the refusal with its remedy, and what would be read if it were allowed", () => {
    const items = itemsOf();
    const refused = items.explain("SELECT * FROM c WHERE c.note = 'canary'");
    expect(refused.refusal).toMatchObject({ code: "ERR_QUERY_NEEDS_SCAN", path: "/note" });
    expect(refused.refusal?.remedy).toContain("equality: true");
    expect(refused.fetches).toBe("everything");
    expect(JSON.stringify(refused)).not.toContain("canary");
    expect(items.explain("SELECT * FROM c WHERE c.note = 'x'", { unindexed: "scan" }).refusal).toBeUndefined();
    expect(items.explain("SELECT * FROM c WHERE c.note = 'x'", { partitionKey: "t-1" }).refusal).toBeUndefined();
  });

  test("of a query that can't be read has a refusal and nothing else", () => {
    expect(itemsOf().explain("SELECT FROM")).toMatchObject({
      pushed: undefined,
      rows: undefined,
      refusal: { code: "ERR_QUERY_SYNTAX" },
    });
  });

  test("tells who makes the rows, and what the client does for it", () => {
    const items = itemsOf();
    expect(items.explain("SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'pro'")).toMatchObject({
      rows: "server",
      client: ["hands the server's rows on as they are"],
    });
    const strict = items.explain("SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'pro'", { integrity: "strict" });
    expect(strict).toMatchObject({ rows: "buffer", continues: false });
    const sorted = items.explain("SELECT TOP 3 c.id FROM c WHERE c.age = 3 ORDER BY c.email");
    expect(sorted.client).toContain("sorts");
    const joined = items.explain("SELECT TOP 3 k.brand FROM c JOIN k IN c.cards WHERE k.pan = 'x'");
    expect(joined.client.at(-1)).toContain("stops early");
  });
});
