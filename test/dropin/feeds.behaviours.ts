/** Feeds of changes in all three forms, conflicts, scripts, users and offers. */
import {
  type ChangeFeedIteratorOptions,
  ChangeFeedStartFrom,
  EncryptionQueryBuilder,
  TriggerOperation,
  TriggerType,
} from "@azure/cosmos";
import { describeMember } from "./behaviours.js";
import type { Subject } from "./subject.js";

/** Three documents in two partitions, the first changed once. */
async function changed({ fresh, doc }: Subject) {
  const container = await fresh();
  for (let n = 0; n < 3; n++) await container.items.create(doc(n, { pk: `p${n % 2}` }));
  await container.items.upsert(doc(0, { pk: "p0", email: "changed@example.org" }));
  return container;
}

const email = (row: unknown) => [(row as { n: number }).n, (row as { email: string }).email];

describeMember("Items.getChangeFeedIterator", (behaviour) => {
  const beginning = ChangeFeedStartFrom.Beginning();
  const from = (options: ChangeFeedIteratorOptions) => async (subject: Subject) => {
    const { items } = await changed(subject);
    const iterator = items.getChangeFeedIterator(options);
    const rows: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      const { result, statusCode } = await iterator.readNext();
      if (statusCode === 304) break;
      rows.push(...result.map(email));
    }
    return rows.sort();
  };
  behaviour("from the beginning gives the last version of each", from({ changeFeedStartFrom: beginning }));
  behaviour("from the beginning of a partition", from({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p1") }));
  behaviour("from now gives nothing", from({ changeFeedStartFrom: ChangeFeedStartFrom.Now() }));
  behaviour("by pages of one", from({ changeFeedStartFrom: beginning, maxItemCount: 1 }));
  behaviour("a page is a ChangeFeedIteratorResponse with its members", async (subject) => {
    const { items } = await changed(subject);
    return items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p0") }).readNext();
  });
  behaviour("nothing new is 304 with an empty result", async (subject) => {
    const { items } = await changed(subject);
    const iterator = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p0") });
    await iterator.readNext();
    return iterator.readNext();
  });
  behaviour("hasMoreResults is always true", async (subject) => {
    const { items } = await changed(subject);
    const iterator = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p0") });
    const before = iterator.hasMoreResults;
    await iterator.readNext();
    await iterator.readNext();
    return [before, iterator.hasMoreResults];
  });
  behaviour("getAsyncIterator gives the same", async (subject) => {
    const { items } = await changed(subject);
    const rows: unknown[] = [];
    for await (const { statusCode, result } of items
      .getChangeFeedIterator({ changeFeedStartFrom: beginning })
      .getAsyncIterator()) {
      if (statusCode === 304) break;
      rows.push(...result.map(email));
    }
    return rows.sort();
  });
  behaviour("a token goes on where it was left", async (subject) => {
    const { items } = await changed(subject);
    const { continuationToken } = await items
      .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p0") })
      .readNext();
    await items.create(subject.doc(9, { pk: "p0" }));
    const { result } = await items
      .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken) })
      .readNext();
    return result.map(email);
  });
  behaviour("of each feed range gives all", async (subject) => {
    const container = await changed(subject);
    const rows: unknown[] = [];
    for (const range of await container.getFeedRanges()) {
      const iterator = container.items.getChangeFeedIterator({
        changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range),
      });
      rows.push(...((await iterator.readNext()).result ?? []).map(email));
    }
    return rows.sort();
  });
  behaviour("from a time", from({ changeFeedStartFrom: ChangeFeedStartFrom.Time(new Date(0)) }));
});

for (const member of ["changeFeed", "readChangeFeed"] as const) {
  describeMember(`Items.${member}`, (behaviour) => {
    behaviour("of a partition from the beginning", async (subject) => {
      const { items } = await changed(subject);
      const { result } = await items[member]("p0", { startFromBeginning: true }).fetchNext();
      return result.map(email);
    });
    behaviour("a page is a ChangeFeedResponse with its members", async (subject) => {
      const { items } = await changed(subject);
      return items[member]("p0", { startFromBeginning: true }).fetchNext();
    });
    behaviour("after the last page is 304 with an empty result", async (subject) => {
      const { items } = await changed(subject);
      const iterator = items[member]("p0", { startFromBeginning: true });
      await iterator.fetchNext();
      const { statusCode, result, count } = await iterator.fetchNext();
      return [statusCode, result, count, iterator.hasMoreResults];
    });
    behaviour("goes on from a continuation", async (subject) => {
      const { items } = await changed(subject);
      const { continuation } = await items[member]("p0", { startFromBeginning: true }).fetchNext();
      await items.create(subject.doc(9, { pk: "p0" }));
      const { result } = await items[member]("p0", { continuation }).fetchNext();
      return result.map(email);
    });
    behaviour("getAsyncIterator gives the pages", async (subject) => {
      const { items } = await changed(subject);
      const sizes: number[] = [];
      for await (const { result } of items[member]("p0", {
        startFromBeginning: true,
        maxItemCount: 1,
      }).getAsyncIterator()) {
        if (result.length === 0 || sizes.length > 5) break;
        sizes.push(result.length);
      }
      return sizes;
    });
  });
}

describeMember("Items.getEncryptionQueryIterator", (behaviour) => {
  behaviour("belongs to the SDK's own encryption", async ({ container }) => {
    const query = new EncryptionQueryBuilder("SELECT * FROM c");
    return (await container.items.getEncryptionQueryIterator(query)).constructor.name;
  });
});

describeMember("Conflicts", (behaviour) => {
  behaviour("readAll of a container without conflicts", async ({ container }) =>
    container.conflicts.readAll().fetchAll(),
  );
  behaviour("query of a container without conflicts", async ({ container }) =>
    container.conflicts.query("SELECT * FROM c").fetchAll(),
  );
  behaviour("read of a missing one throws", async ({ container, pk, thrown }) => {
    const error = (await thrown(() => container.conflict("none", pk).read())) as { "<thrown>"?: unknown };
    return error["<thrown>"] !== undefined;
  });
  behaviour("delete of a missing one throws", async ({ container, pk, thrown }) => {
    const error = (await thrown(() => container.conflict("none", pk).delete())) as { "<thrown>"?: unknown };
    return error["<thrown>"] !== undefined;
  });
});

describeMember("Scripts", (behaviour) => {
  behaviour("handles of all kinds send nothing", async ({ container: { scripts } }) => [
    scripts.storedProcedure("a"),
    scripts.trigger("b"),
    scripts.userDefinedFunction("c"),
    scripts.storedProcedures,
    scripts.triggers,
    scripts.userDefinedFunctions,
  ]);
  behaviour("storedProcedures.create answers what the account answers", async ({ container, pk, thrown }) =>
    thrown(() =>
      container.scripts.storedProcedures.create({
        id: `sp-${pk}`,
        body: "function () { getContext().getResponse().setBody(1); }",
      }),
    ),
  );
  behaviour("triggers.create answers what the account answers", async ({ container, pk, thrown }) =>
    thrown(() =>
      container.scripts.triggers.create({
        id: `t-${pk}`,
        body: "function () {}",
        triggerType: TriggerType.Pre,
        triggerOperation: TriggerOperation.All,
      }),
    ),
  );
  behaviour("userDefinedFunctions.create answers what the account answers", async ({ container, pk, thrown }) =>
    thrown(() => container.scripts.userDefinedFunctions.create({ id: `u-${pk}`, body: "function () {}" })),
  );
  behaviour("storedProcedure.execute of a missing one", async ({ container, pk, thrown }) =>
    thrown(() => container.scripts.storedProcedure("none").execute(pk)),
  );
  behaviour("storedProcedures.readAll", async ({ container, thrown }) =>
    thrown(() => container.scripts.storedProcedures.readAll().fetchAll()),
  );
});

describeMember("Users and offers", (behaviour) => {
  behaviour(
    "users.create answers what the account answers",
    async ({ database, pk, thrown }) => thrown(() => database.users.create({ id: pk })),
    "emulator",
  );
  behaviour(
    "users.readAll",
    async ({ database, thrown }) => thrown(() => database.users.readAll().fetchAll()),
    "emulator",
  );
  behaviour(
    "offers.readAll",
    async ({ client, thrown }) => thrown(() => client.offers.readAll().fetchAll()),
    "own account",
  );
  behaviour("user.permission is a handle", async ({ database }) => database.user("u").permission("p"));
});
