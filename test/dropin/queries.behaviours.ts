/** Queries: what they answer over public paths, over sealed ones, and what is wrong with some. */
import type { FeedOptions, SqlQuerySpec } from "@azure/cosmos";
import { describeMember } from "./behaviours.js";
import type { Subject } from "./subject.js";

/** Six documents: n from 0 to 5 in three partitions, plans alternating, emails of two people. */
async function filled({ fresh, doc }: Subject) {
  const container = await fresh();
  for (let n = 0; n < 6; n++) {
    await container.items.create(
      doc(n, {
        pk: `p${n % 3}`,
        plan: n % 2 === 0 ? "pro" : "free",
        email: n < 4 ? "jane@example.org" : "john@example.org",
        age: 20 + n,
      }),
    );
  }
  return container;
}

function rows(query: string | SqlQuerySpec, options?: FeedOptions, order?: (row: unknown) => unknown) {
  return async (subject: Subject) => {
    const { items } = await filled(subject);
    const { resources } = await items.query(query, options).fetchAll();
    return order === undefined
      ? resources
      : [...resources].sort((a, b) => String(order(a)).localeCompare(String(order(b))));
  };
}

const n = (row: unknown): unknown => (row as { n: number }).n;
const self = (row: unknown): unknown => JSON.stringify(row);

/** Only the numbers of the documents, in the order in which they came. */
function numbers(query: string | SqlQuerySpec, options?: FeedOptions) {
  return async (subject: Subject) => {
    const { items } = await filled(subject);
    const { resources } = await items.query(query, options).fetchAll();
    return resources.map(n);
  };
}

function sorted(query: string | SqlQuerySpec, options?: FeedOptions) {
  return async (subject: Subject) => (await numbers(query, options)(subject)).sort();
}

describeMember("Items.query over public paths", (behaviour) => {
  behaviour("SELECT * answers whole documents", rows("SELECT * FROM c", {}, n));
  behaviour("a condition on a text", sorted("SELECT * FROM c WHERE c.plan = 'free'"));
  behaviour("a condition on a number", sorted("SELECT * FROM c WHERE c.n > 2"));
  behaviour(
    "BETWEEN, IN, NOT and OR",
    sorted("SELECT * FROM c WHERE (c.n BETWEEN 1 AND 3) AND NOT (c.plan IN ('pro')) OR c.n = 5"),
  );
  behaviour(
    "a parameter",
    sorted({ query: "SELECT * FROM c WHERE c.plan = @plan", parameters: [{ name: "@plan", value: "pro" }] }),
  );
  behaviour(
    "a parameter that is undefined finds nothing",
    sorted({ query: "SELECT * FROM c WHERE c.plan = @p", parameters: [{ name: "@p", value: undefined as never }] }),
  );
  behaviour(
    "functions of texts",
    sorted("SELECT * FROM c WHERE STARTSWITH(c.plan, 'PR', true) AND CONTAINS(c.id, '-2')"),
  );
  behaviour("IS_DEFINED of a path that some lack", sorted("SELECT * FROM c WHERE NOT IS_DEFINED(c.nothing)"));
  behaviour("ORDER BY ascending across partitions", numbers("SELECT * FROM c ORDER BY c.n"));
  behaviour("ORDER BY descending across partitions", numbers("SELECT * FROM c ORDER BY c.n DESC"));
  behaviour("TOP with ORDER BY", numbers("SELECT TOP 2 * FROM c ORDER BY c.n DESC"));
  behaviour("OFFSET LIMIT with ORDER BY", numbers("SELECT * FROM c ORDER BY c.n OFFSET 2 LIMIT 3"));
  behaviour("of one partition by an option", sorted("SELECT * FROM c", { partitionKey: "p1" }));
  behaviour("of one partition by a condition", sorted("SELECT * FROM c WHERE c.pk = 'p2'"));
  behaviour("of a partition that is empty", sorted("SELECT * FROM c", { partitionKey: "none" }));
  behaviour("another name of the root", sorted("SELECT * FROM root r WHERE r.n = 1"));
  behaviour("SELECT VALUE of the whole document", sorted("SELECT VALUE c FROM c WHERE c.n < 2"));
  behaviour("SELECT c answers rows with a member c", rows("SELECT c FROM c WHERE c.n = 1"));
  behaviour("a projection of public paths", rows("SELECT c.n, c.plan FROM c", {}, n));
  behaviour("a projection under another name", rows("SELECT c.n AS number FROM c WHERE c.n = 3"));
  behaviour("SELECT VALUE of a public path", rows("SELECT VALUE c.n FROM c", {}, self));
  behaviour(
    "an object that the query makes",
    rows("SELECT VALUE { 'plan': c.plan, 'twice': c.n * 2 } FROM c WHERE c.n = 2"),
  );
  behaviour("DISTINCT VALUE", rows("SELECT DISTINCT VALUE c.plan FROM c", {}, self));
  behaviour("COUNT across partitions", rows("SELECT VALUE COUNT(1) FROM c"));
  behaviour("SUM and MAX of a public path", rows("SELECT SUM(c.n) AS s, MAX(c.n) AS m FROM c"));
  behaviour("GROUP BY a public path", rows("SELECT c.plan, COUNT(1) AS number FROM c GROUP BY c.plan", {}, self));
  behaviour(
    "a JOIN over a public array",
    rows("SELECT VALUE b.brand FROM c JOIN b IN c.cards WHERE c.n = 1", {}, self),
  );
  behaviour("system properties can be asked for", rows("SELECT c.id, c._etag, c._ts FROM c WHERE c.n = 1"));
  behaviour("a condition on the id", sorted("SELECT * FROM c WHERE ENDSWITH(c.id, '-4')"));
  behaviour("no row at all is an empty list", rows("SELECT * FROM c WHERE c.n = 99"));
  behaviour("an unsigned path", sorted("SELECT * FROM c WHERE c.visits = 1 AND c.n = 1"));
});

/** What a client that seals asks for, where it would have to read every document; the plain one knows nothing of it. */
const scan = { unindexed: "scan" } as FeedOptions;

describeMember("Items.query over sealed paths", (behaviour) => {
  behaviour("= finds by a literal", sorted("SELECT * FROM c WHERE c.email = 'jane@example.org'"));
  behaviour(
    "= finds by a parameter",
    sorted({ query: "SELECT * FROM c WHERE c.email = @e", parameters: [{ name: "@e", value: "john@example.org" }] }),
  );
  behaviour(
    "= with a public condition",
    sorted("SELECT * FROM c WHERE c.email = 'jane@example.org' AND c.plan = 'pro'"),
  );
  behaviour("= or a public condition", sorted("SELECT * FROM c WHERE c.email = 'john@example.org' OR c.n = 0"));
  behaviour("IN", sorted("SELECT * FROM c WHERE c.age IN (21, 23, 99)"));
  behaviour("ARRAY_CONTAINS", sorted("SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, 'red')"));
  behaviour(
    "ORDER BY a public path with TOP",
    numbers("SELECT TOP 2 * FROM c WHERE c.email = 'jane@example.org' ORDER BY c.n DESC"),
  );
  behaviour(
    "OFFSET LIMIT",
    numbers("SELECT * FROM c WHERE c.email = 'jane@example.org' ORDER BY c.n OFFSET 1 LIMIT 2"),
  );
  behaviour("in one partition", sorted("SELECT * FROM c WHERE c.email = 'jane@example.org'", { partitionKey: "p0" }));
  behaviour("a value that nobody has", rows("SELECT * FROM c WHERE c.email = 'nobody@example.org'"));
  behaviour("inside an array", sorted("SELECT * FROM c WHERE c.cards[0].pan = '4111' AND c.n = 1"));
  behaviour("!=", sorted("SELECT * FROM c WHERE c.email != 'jane@example.org'", scan));
  behaviour(">", sorted("SELECT * FROM c WHERE c.age > 22"));
  behaviour("ORDER BY", numbers("SELECT * FROM c ORDER BY c.age", scan));
  behaviour("STARTSWITH", sorted("SELECT * FROM c WHERE STARTSWITH(c.email, 'jane')"));
  behaviour("LIKE", sorted("SELECT * FROM c WHERE c.email LIKE 'ja%'"));
  behaviour("a path without an index", sorted("SELECT * FROM c WHERE c.note = 'a note'", scan));
  behaviour(
    "a path without an index, in one partition",
    sorted("SELECT * FROM c WHERE c.note = 'a note'", { partitionKey: "p1" }),
  );
  behaviour("a path without an index, where no scan is allowed", sorted("SELECT * FROM c WHERE c.note = 'a note'"));
  behaviour("TOP with ORDER BY", numbers("SELECT TOP 3 * FROM c ORDER BY c.age DESC"));
  behaviour("IS_DEFINED", sorted("SELECT * FROM c WHERE IS_DEFINED(c.email)", scan));
  behaviour("a projection", rows("SELECT c.email, c.n FROM c WHERE c.n = 1"));
  behaviour("SELECT VALUE", rows("SELECT VALUE c.email FROM c WHERE c.n = 1"));
  behaviour("an alias of a sealed path", rows("SELECT c.email AS mail FROM c WHERE c.n = 1"));
  behaviour("a projection of a subtree", rows("SELECT c.address.city FROM c WHERE c.n = 1"));
  behaviour("COUNT with a sealed condition", rows("SELECT VALUE COUNT(1) FROM c WHERE c.email = 'jane@example.org'"));
  behaviour("DISTINCT", rows("SELECT DISTINCT VALUE c.email FROM c", scan, self));
  behaviour("GROUP BY", rows("SELECT c.email, COUNT(1) AS number FROM c GROUP BY c.email", scan, self));
  behaviour("SUM", rows("SELECT VALUE SUM(c.age) FROM c", scan));
  behaviour(
    "JOIN over an array with sealed members",
    rows("SELECT VALUE b.pan FROM c JOIN b IN c.cards WHERE c.n = 1", {}, self),
  );
});

describeMember("Items.query of what is wrong", (behaviour) => {
  const code = (query: string, options?: FeedOptions) => async (subject: Subject) => {
    const { container, thrown } = subject;
    const error = (await thrown(() => container.items.query(query, options).fetchAll())) as {
      "<thrown>"?: { code?: unknown };
    };
    return error["<thrown>"]?.code;
  };
  behaviour("a syntax error throws 400", code("SELECT * FORM c"));
  behaviour("an empty text", code(""));
  behaviour("an unknown function", code("SELECT * FROM c WHERE NO_SUCH(c.n)"));
  behaviour("in a missing container throws 404", async ({ database, declare }) =>
    database.container(declare("none")).items.query("SELECT * FROM c").fetchAll(),
  );
  behaviour(
    "is told at the first page and not when the iterator is made",
    async ({ container }) => typeof container.items.query("SELECT * FORM c").fetchNext,
  );
});

describeMember("Items.readAll", (behaviour) => {
  behaviour("answers every document", async (subject) => {
    const { items } = await filled(subject);
    return (await items.readAll().fetchAll()).resources.map(n).sort();
  });
  behaviour("of one partition", async (subject) => {
    const { items } = await filled(subject);
    return (await items.readAll({ partitionKey: "p0" }).fetchAll()).resources.map(n).sort();
  });
  behaviour("of an empty container", async ({ fresh }) => (await fresh()).items.readAll().fetchAll());
  behaviour("by pages", async (subject) => {
    const { items } = await filled(subject);
    const sizes: number[] = [];
    for await (const { resources } of items.readAll({ maxItemCount: 2, partitionKey: "p0" }).getAsyncIterator())
      sizes.push(resources.length);
    return sizes;
  });
});
