// Patches: all six operations, on objects and arrays, under conditions; whole or not at all.

import type { PatchRequestBody } from "@azure/cosmos";
import { expect } from "vitest";
import { plain, refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

const BEFORE = { id: "a", pk: "k", n: 1, deep: { x: 1, "a/b": 2, "c~d": 3 }, list: [1, 2, 3] };

describeBehaviours("patch", (setup, behaviour) => {
  const patched = async (body: unknown, before: object = BEFORE) => {
    const container = await setup().container();
    await container.items.create(before as { id: string });
    const { resource, statusCode } = await container.item("a", "k").patch(body as PatchRequestBody);
    expect(statusCode).toBe(200);
    expect(plain((await container.item("a", "k").read()).resource)).toEqual(plain(resource));
    return plain(resource);
  };
  const refused = async (body: unknown) => {
    const container = await setup().container();
    await container.items.create(BEFORE);
    const error = await refusal(container.item("a", "k").patch(body as PatchRequestBody));
    expect(plain((await container.item("a", "k").read()).resource)).toEqual(BEFORE);
    return error.code;
  };

  behaviour("add, set, replace, remove and incr do what their names say", async () => {
    expect(
      await patched([
        { op: "add", path: "/fresh", value: { y: [null] } },
        { op: "set", path: "/deep/x", value: "new" },
        { op: "replace", path: "/list/1", value: 20 },
        { op: "remove", path: "/deep/a~1b" },
        { op: "incr", path: "/n", value: 2.5 },
        { op: "set", path: "/deep/c~0d", value: 4 },
      ]),
    ).toEqual({ id: "a", pk: "k", n: 3.5, deep: { x: "new", "c~d": 4 }, list: [1, 20, 3], fresh: { y: [null] } });
  });

  behaviour("add inserts into an array, set takes an element's place, '-' appends", async () => {
    expect(await patched([{ op: "add", path: "/list/1", value: 9 }])).toMatchObject({ list: [1, 9, 2, 3] });
    expect(await patched([{ op: "set", path: "/list/1", value: 9 }])).toMatchObject({ list: [1, 9, 3] });
    expect(await patched([{ op: "add", path: "/list/-", value: 9 }])).toMatchObject({ list: [1, 2, 3, 9] });
    expect(await patched([{ op: "add", path: "/list/3", value: 9 }])).toMatchObject({ list: [1, 2, 3, 9] });
    expect(await patched([{ op: "remove", path: "/list/0" }])).toMatchObject({ list: [2, 3] });
  });

  behaviour("move takes a value from one place to another", async () => {
    const after = await patched([{ op: "move", from: "/deep/x", path: "/moved" }]);
    expect(after).toEqual({ ...BEFORE, deep: { "a/b": 2, "c~d": 3 }, moved: 1 });
  });

  behaviour("incr creates a number that isn't there", async () => {
    expect(await patched([{ op: "incr", path: "/fresh", value: 3 }])).toMatchObject({ fresh: 3 });
  });

  behaviour("a condition that holds lets the patch through, one that doesn't is 412", async () => {
    const operations = [{ op: "set", path: "/n", value: 2 }];
    expect(
      await patched({ condition: "from c where c.n = 1 and ARRAY_CONTAINS(c.list, 3)", operations }),
    ).toMatchObject({ n: 2 });
    expect(await refused({ condition: "from c where c.n > 1", operations })).toBe(412);
    expect(await refused({ condition: "from c where c.missing = 1", operations })).toBe(412);
  });

  behaviour("a condition that isn't one is 400", async () => {
    const operations = [{ op: "set", path: "/n", value: 2 }];
    for (const condition of [
      "c.n = 1",
      "from c",
      "from c where",
      "from c where c.n = 1 order by c.n",
      "from c join x in c.list where x = 1",
    ]) {
      expect([condition, await refused({ condition, operations })]).toEqual([condition, 400]);
    }
  });

  behaviour("an operation that can't be done is 400, and those before it are undone", async () => {
    for (const operation of [
      { op: "replace", path: "/missing", value: 1 },
      { op: "remove", path: "/missing" },
      { op: "incr", path: "/deep", value: 1 },
      { op: "set", path: "/missing/child", value: 1 },
      { op: "add", path: "/list/7", value: 1 },
      { op: "set", path: "/list/x", value: 1 },
      { op: "set", path: "/n/x", value: 1 },
      { op: "move", from: "/missing", path: "/x" },
      { op: "move", from: "/deep", path: "/deep/x/y" },
      { op: "frobnicate", path: "/n", value: 1 },
      { op: "set", path: "n", value: 1 },
      { op: "set", path: "/bad~2path", value: 1 },
    ]) {
      expect([operation, await refused([{ op: "set", path: "/n", value: 100 }, operation])]).toEqual([operation, 400]);
    }
  });

  behaviour("the id, the partition key and system properties can't be patched", async () => {
    for (const path of ["/id", "/pk", "/_ts", "/_etag", "/_rid", "/_self"]) {
      expect([path, await refused([{ op: "set", path, value: "x" }])]).toEqual([path, 400]);
      expect([path, await refused([{ op: "move", from: path, path: "/elsewhere" }])]).toEqual([path, 400]);
    }
  });

  behaviour("ten operations are taken, eleven are refused, none is refused", async () => {
    const operations = (count: number) => Array.from({ length: count }, () => ({ op: "incr", path: "/n", value: 1 }));
    expect(await patched(operations(10))).toMatchObject({ n: 11 });
    expect(await refused(operations(11))).toBe(400);
    expect(await refused([])).toBe(400);
  });

  behaviour("__proto__ is patched as a property, not as a prototype", async () => {
    const after = await patched([{ op: "set", path: "/__proto__", value: { polluted: 1 } }]);
    expect(Object.hasOwn(after, "__proto__") || JSON.stringify(after).includes("__proto__")).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
