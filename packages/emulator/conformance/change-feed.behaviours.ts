// The change feed, latest version: every item that was written, once, in the order of its last write, resumable.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours, type Setup } from "./behaviours.js";

type Row = { readonly id: string; readonly n: number; readonly _lsn: number };

describeBehaviours("change feed", (setup, behaviour) => {
  const drain = async (
    container: Awaited<ReturnType<Setup["container"]>>,
    options: object,
  ): Promise<{ rows: Row[]; token: string }> => {
    const iterator = container.items.getChangeFeedIterator<Row>(options);
    const rows: Row[] = [];
    for (;;) {
      const page = await iterator.readNext();
      if (page.statusCode === 304) return { rows, token: page.continuationToken };
      expect(page.result.length).toBeGreaterThan(0);
      rows.push(...page.result);
    }
  };

  behaviour("from the beginning it holds every item once, at its latest version", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    for (let n = 0; n < 20; n++) await container.items.create({ id: `d${n}`, pk: `k${n % 5}`, n });
    await container.items.upsert({ id: "d3", pk: "k3", n: 100 });
    await container.item("d4", "k4").delete();
    const { rows } = await drain(container, {
      maxItemCount: 3,
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning(),
    });
    const expected = new Map(Array.from({ length: 20 }, (_, n) => [`d${n}`, n === 3 ? 100 : n]));
    expected.delete("d4");
    expect(new Map(rows.map((row) => [row.id, row.n]))).toEqual(expected);
    expect(rows).toHaveLength(19);
  });

  behaviour("from its token it goes on with what was written since, and is 304 when there is nothing", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const first = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(first.rows.map((row) => row.id)).toEqual(["a"]);
    const resume = (token: string) =>
      drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(token) });
    expect((await resume(first.token)).rows).toEqual([]);
    await container.items.create({ id: "b", pk: "l", n: 2 });
    await container.items.upsert({ id: "a", pk: "k", n: 3 });
    const second = await resume(first.token);
    expect(second.rows.map((row) => row.id).sort()).toEqual(["a", "b"]);
    expect((await resume(second.token)).rows).toEqual([]);
  });

  behaviour("from now it holds only what comes after", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "before", pk: "k", n: 1 });
    const { rows, token } = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Now() });
    expect(rows).toEqual([]);
    await container.items.create({ id: "after", pk: "k", n: 2 });
    const later = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(token) });
    expect(later.rows.map((row) => row.id)).toEqual(["after"]);
  });

  behaviour("by partition key it holds that key's items, in the order of their writing", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    for (let n = 0; n < 12; n++) await container.items.create({ id: `d${n}`, pk: `k${n % 3}`, n });
    await container.items.upsert({ id: "d1", pk: "k1", n: 50 });
    const { rows } = await drain(container, {
      maxItemCount: 2,
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning("k1"),
    });
    expect(rows.map((row) => row.n)).toEqual([4, 7, 10, 50]);
    expect(rows.map((row) => row._lsn)).toEqual([...rows.map((row) => row._lsn)].sort((a, b) => a - b));
  });

  behaviour("by feed range the ranges together hold every item once", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    for (let n = 0; n < 30; n++) await container.items.create({ id: `d${n}`, pk: `k${n}`, n });
    const ids: string[] = [];
    for (const range of await container.getFeedRanges()) {
      ids.push(
        ...(await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning(range) })).rows.map(
          (row) => row.id,
        ),
      );
    }
    expect(ids.sort()).toEqual(Array.from({ length: 30 }, (_, n) => `d${n}`).sort());
  });

  behaviour("from a time it holds what was written at that second or later", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const past = new Date(Date.now() - 60_000);
    const future = new Date(Date.now() + 60_000);
    expect((await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Time(past) })).rows).toHaveLength(1);
    expect((await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Time(future) })).rows).toHaveLength(
      0,
    );
  });

  behaviour("the older iterator reads a partition key's changes to the end", async () => {
    const container = await setup().container();
    for (let n = 0; n < 5; n++) await container.items.create({ id: `d${n}`, pk: "k", n });
    const rows: Row[] = [];
    for await (const page of container.items
      .changeFeed<Row>("k", { startFromBeginning: true, maxItemCount: 2 })
      .getAsyncIterator()) {
      rows.push(...page.result);
    }
    expect(rows.map((row) => row.n)).toEqual([0, 1, 2, 3, 4]);
  });

  behaviour("all versions and deletes are refused by name", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    const iterator = container.items.getChangeFeedIterator({
      changeFeedMode: sdk.ChangeFeedMode.AllVersionsAndDeletes,
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Now(),
    });
    const error = await refusal(iterator.readNext());
    expect(error.code).toBe(501);
    expect(error.message).toContain("all versions and deletes");
  });
});
