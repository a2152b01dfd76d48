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

  behaviour("a deleted item shows no more", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.item("a", "k").delete();
    const { rows } = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(rows).toEqual([]);
  });

  behaviour("an item written three times shows once, at its last place", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.items.create({ id: "b", pk: "k", n: 2 });
    await container.items.upsert({ id: "a", pk: "k", n: 3 });
    await container.item("a", "k").patch([{ op: "incr", path: "/n", value: 10 }]);
    const { rows } = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning("k") });
    expect(rows.map((row) => row.n)).toEqual([2, 13]);
  });

  behaviour("no page is longer than was asked for", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    for (let n = 0; n < 9; n++) await container.items.create({ id: `${n}`, pk: "k", n });
    const options = { maxItemCount: 4, changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning("k") };
    const iterator = container.items.getChangeFeedIterator<Row>(options);
    const sizes: number[] = [];
    for (let page = await iterator.readNext(); page.statusCode !== 304; page = await iterator.readNext()) {
      sizes.push(page.result.length);
    }
    expect(sizes).toEqual([4, 4, 1]);
  });

  behaviour("a container without items is 304 at once, with a token to go on from", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    const empty = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(empty.rows).toEqual([]);
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const later = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(empty.token) });
    expect(later.rows.map((row) => row.id)).toEqual(["a"]);
  });

  behaviour("a hierarchical key, whole or a prefix, has its own feed", async () => {
    const { sdk } = setup();
    const partitionKey = { paths: ["/a", "/b"], kind: "MultiHash", version: 2 } as never;
    const container = await setup().container({ partitionKey });
    for (let n = 0; n < 8; n++) await container.items.create({ id: `${n}`, a: `a${n % 2}`, b: n % 4, n });
    const of = async (key: string | (string | number)[]) => {
      const start = sdk.ChangeFeedStartFrom.Beginning(key as never);
      return (await drain(container, { changeFeedStartFrom: start })).rows.map((row) => row.n).sort();
    };
    expect(await of(["a1", 3])).toEqual([3, 7]);
  });

  behaviour("the older iterator starts from now unless it is told otherwise", async () => {
    const container = await setup().container();
    await container.items.create({ id: "before", pk: "k" });
    const iterator = container.items.changeFeed<Row>("k");
    expect((await iterator.fetchNext()).result ?? []).toEqual([]);
    await container.items.create({ id: "after", pk: "k" });
    expect((await iterator.fetchNext()).result.map((row) => row.id)).toEqual(["after"]);
  });

  behaviour("an older iterator goes on from a continuation", async () => {
    const container = await setup().container();
    for (let n = 0; n < 4; n++) await container.items.create({ id: `${n}`, pk: "k", n });
    const first = await container.items.changeFeed<Row>("k", { startFromBeginning: true, maxItemCount: 3 }).fetchNext();
    const rest = await container.items.changeFeed<Row>("k", { continuation: first.continuation }).fetchNext();
    expect([first.result.length, rest.result.map((row) => row.n)]).toEqual([3, [3]]);
  });

  behaviour("a change carries its sequence number", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    const { rows } = await drain(container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(rows[0]!._lsn).toBeGreaterThan(0);
  });
});

interface Version {
  readonly current?: { readonly id: string; readonly n: number };
  readonly previous?: { readonly id: string; readonly n: number };
  readonly metadata: { readonly operationType: string; readonly lsn: number; readonly crts: number };
}

describeBehaviours("all versions and deletes", (setup, behaviour) => {
  const versioned = async (definition: object = {}) => {
    const { sdk } = setup();
    const changeFeedPolicy = new sdk.ChangeFeedPolicy(sdk.ChangeFeedRetentionTimeSpan.fromMinutes(10));
    const container = await setup().container({ changeFeedPolicy, ...definition } as never);
    const iterate = (start: unknown) =>
      container.items.getChangeFeedIterator<Version>({
        changeFeedMode: sdk.ChangeFeedMode.AllVersionsAndDeletes,
        changeFeedStartFrom: start,
      } as never);
    const begun = iterate(sdk.ChangeFeedStartFrom.Now());
    let token = "";
    const drain = async (iterator = begun): Promise<Version[]> => {
      const versions: Version[] = [];
      for (;;) {
        const page = await iterator.readNext();
        token = page.continuationToken;
        if (page.statusCode === 304) return versions;
        versions.push(...page.result);
      }
    };
    expect(await drain()).toEqual([]);
    return { container, drain, iterate, token: () => token };
  };
  const told = (versions: readonly Version[]) =>
    versions.map(({ metadata, current, previous }) => [metadata.operationType, current?.n, previous?.n]);

  behaviour("create, replace and delete each show, with their images", async () => {
    const { container, drain } = await versioned();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.item("a", "k").replace({ id: "a", pk: "k", n: 2 });
    await container.item("a", "k").delete();
    const versions = await drain();
    expect(versions.map(({ metadata }) => metadata.operationType)).toEqual(["create", "replace", "delete"]);
    expect(versions.slice(0, 2).map(({ current }) => current!.n)).toEqual([1, 2]);
    expect(versions[2]!.previous).toMatchObject({ id: "a", n: 2 });
  }, ["all versions"]);

  behaviour("every version in between shows", async () => {
    const { container, drain } = await versioned();
    for (let n = 0; n < 5; n++) await container.items.upsert({ id: "a", pk: "k", n });
    expect((await drain()).map(({ current }) => current!.n)).toEqual([0, 1, 2, 3, 4]);
  }, ["all versions"]);

  behaviour("a patch shows as a replace", async () => {
    const { container, drain } = await versioned();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.item("a", "k").patch([{ op: "incr", path: "/n", value: 4 }]);
    expect(told(await drain()).map(([type, n]) => [type, n])).toEqual([
      ["create", 1],
      ["replace", 5],
    ]);
  }, ["all versions"]);

  behaviour("a version tells when it was committed, and its sequence number rises", async () => {
    const { container, drain } = await versioned();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.items.upsert({ id: "a", pk: "k", n: 2 });
    const versions = await drain();
    expect(versions[1]!.metadata.lsn).toBeGreaterThan(versions[0]!.metadata.lsn);
    expect(Math.abs(versions[0]!.metadata.crts - Date.now() / 1000)).toBeLessThan(3600);
  }, ["all versions"]);

  behaviour("a token goes on after the last version", async () => {
    const { sdk } = setup();
    const { container, drain, iterate, token } = await versioned();
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await drain();
    await container.item("a", "k").delete();
    const rest = await drain(iterate(sdk.ChangeFeedStartFrom.Continuation(token())));
    expect(rest.map(({ metadata }) => metadata.operationType)).toEqual(["delete"]);
  }, ["all versions"]);

  behaviour("a container without a retention for it is refused with 400", async () => {
    const { sdk } = setup();
    const container = await setup().container();
    const iterator = container.items.getChangeFeedIterator({
      changeFeedMode: sdk.ChangeFeedMode.AllVersionsAndDeletes,
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Now(),
    });
    expect((await refusal(iterator.readNext())).code).toBe(400);
  }, ["all versions"]);

  behaviour("an item whose time is over shows as a delete by time to live", async () => {
    const { container, drain } = await versioned({ defaultTtl: 5 });
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await setup().elapse(6);
    const versions = await drain();
    expect(versions.map(({ metadata }) => metadata.operationType)).toEqual(["create", "delete"]);
    expect(versions[1]!.metadata).toMatchObject({ timeToLiveExpired: true });
  }, ["all versions"]);
});
