/** Conflicts, scripts, query plans and what else a container does: documents in them are opened, values in them don't leave. */
import * as sdk from "@azure/cosmos";
import { type Container, type SealOptions, sealErrorsOf } from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, type DetourClient, detour } from "./support/detour.js";
import { bare, codeOf, customers as definition, failureOf, useWorld } from "./support/world.js";

const world = useWorld();
const isOlder = !("isRestError" in sdk);

/** The container by a client whose connection answers what the emulator doesn't have, by method and path. */
function answering(answers: Readonly<Record<string, Answer>>, seal: Partial<SealOptions> = {}, name = "customers") {
  const httpClient: DetourClient = detour((request) => answers[`${request.method} ${new URL(request.url).pathname}`]);
  const client = world().connect(seal, { httpClient });
  return { container: client.database("shop").container(name) as Container, httpClient, client };
}

const BASE = "/dbs/shop/colls/customers";
const DOCUMENT = {
  id: "a",
  tenantId: "t",
  plan: "pro",
  email: "a@example.org",
  address: { street: "1", city: "Oslo" },
};
let stored: Record<string, unknown>;
let forged: Record<string, unknown>;

beforeAll(async () => {
  await world().customers.items.create({ ...DOCUMENT });
  stored = (await world().stolen("customers").item("a", "t").read()).resource;
  forged = { ...stored, plan: "free" };
});

describe("conflicts", () => {
  const conflict = (content: unknown) => ({
    id: "k1",
    resourceId: "r",
    resourceType: "document",
    operationType: "replace",
    content,
  });
  const feed = (contents: readonly unknown[]): Answer => ({
    status: 200,
    body: { _rid: "r", Conflicts: contents.map(conflict), _count: contents.length },
  });

  test("of a container without any are none, as over plaintext", async () => {
    const answer = feed([]);
    for (const { container } of [
      answering({ [`GET ${BASE}/conflicts`]: answer }),
      answering({ "GET /dbs/shop/colls/plain/conflicts": answer }, {}, "plain"),
    ]) {
      expect(container.conflicts).toBeInstanceOf(sdk.Conflicts);
      expect((await container.conflicts.readAll().fetchAll()).resources).toEqual([]);
    }
  });

  test("come with their content opened, as JSON text again", async () => {
    const { container } = answering({ [`GET ${BASE}/conflicts`]: feed([JSON.stringify(stored), "", undefined]) });
    const { resources } = await container.conflicts.readAll().fetchAll();
    expect(resources.length).toBe(3);
    const { content, ...rest } = resources[0]!;
    expect(rest).toEqual({ id: "k1", resourceId: "r", resourceType: "document", operationType: "replace" });
    expect(bare(JSON.parse(content!))).toEqual(DOCUMENT);
    expect(resources.slice(1).map((one) => one.content)).toEqual(["", undefined]);
  });

  test.each([
    ["forged", () => JSON.stringify(forged), "ERR_INTEGRITY"],
    ["plaintext", () => JSON.stringify(DOCUMENT), "ERR_NOT_SEALED"],
    ["no JSON", () => "{", "ERR_INTEGRITY"],
    ["no text", () => DOCUMENT, "ERR_INTEGRITY"],
  ])("with content that is %s are bad documents, under either policy", async (_, content, code) => {
    const answers = { [`GET ${BASE}/conflicts`]: feed([JSON.stringify(stored), content()]) };
    const { container } = answering(answers);
    expect(await codeOf(() => container.conflicts.readAll().fetchAll())).toBe(code);
    const kept = answering(answers, { onBadDocument: "quarantine" }).container;
    const all = await kept.conflicts.readAll().fetchAll();
    expect([all.resources.length, sealErrorsOf(all).map((bad) => bad.code)]).toEqual([1, [code]]);
  });

  test("are found by what the service keeps about them, and by nothing of their content", async () => {
    const { container, httpClient } = answering({ [`POST ${BASE}/conflicts`]: feed([JSON.stringify(stored)]) });
    const query = "SELECT * FROM c WHERE c.operationType = 'replace'";
    const { resources } = await container.conflicts.query(query).fetchAll();
    expect(bare(JSON.parse(resources[0].content))).toEqual(DOCUMENT);
    const since = httpClient.requests.length;
    for (const text of [
      "SELECT * FROM c WHERE CONTAINS(c.content, 'a@example.org')",
      "SELECT c.content FROM c",
      "SELECT VALUE c.content FROM c",
      "SELECT * FROM c WHERE c.email = 'a@example.org'",
    ]) {
      expect([text, await codeOf(() => container.conflicts.query(text).fetchAll())]).toEqual([
        text,
        "ERR_QUERY_NOT_SUPPORTED",
      ]);
    }
    expect(httpClient.requests.length).toBe(since);
  });

  test("one by one are opened too, and deleted by the key as stored", async () => {
    // The SDK reads it under a path of its own making.
    const path = `${BASE}/conflicts/k1`;
    const content = JSON.stringify(stored);
    const { container, httpClient } = answering({
      [`GET ${path}`]: { status: 200, body: conflict(content) },
      [`GET ${path}/conflicts`]: { status: 200, body: conflict(content) },
      [`DELETE ${path}`]: { status: 204 },
    });
    const one = container.conflict("k1", "t");
    expect(one).toBeInstanceOf(sdk.Conflict);
    const response = await one.read();
    expect(response).toBeInstanceOf(sdk.ConflictResponse);
    expect(response.conflict).toBe(one);
    expect(bare(JSON.parse(response.resource!.content!))).toEqual(DOCUMENT);
    const deleted = await one.delete();
    expect([deleted.statusCode, deleted.conflict]).toEqual([204, one]);
    expect(httpClient.requests.at(-1)?.method).toBe("DELETE");
    const other = answering({ "DELETE /dbs/shop/colls/patients/conflicts/k1": { status: 204 } }, {}, "patients");
    expect((await other.container.conflict("k1", "ward-7").delete()).statusCode).toBe(204);
  });
});

describe("stored procedures", () => {
  const RUN = `POST ${BASE}/sprocs/p`;
  const answer = (body: unknown): Answer => ({ status: 200, body, headers: { "x-ms-request-charge": "7" } });

  test("an answer that is nested without end is refused as one that was committed", async () => {
    let result: unknown = 1;
    for (let i = 0; i < 1_000; i++) result = [result];
    const { container } = answering({ [RUN]: answer(result) });
    const failure = await failureOf(() => container.scripts.storedProcedure("p").execute("t"));
    expect(failure).toMatchObject({ code: "ERR_ANSWER_MISMATCH", committed: true });
  });

  test("answer with our documents opened wherever they stand, and with everything else as it is", async () => {
    const result = { count: 1, found: [stored, [structuredClone(stored)]], text: "_seal", none: null };
    const { container } = answering({ [RUN]: answer(result) });
    const response = await container.scripts.storedProcedure("p").execute("t");
    expect(response).toBeInstanceOf(sdk.ResourceResponse);
    expect(response.requestCharge).toBe(7);
    const { count, found, text, none } = response.resource;
    expect([count, text, none]).toEqual([1, "_seal", null]);
    expect([bare(found[0]), bare(found[1][0])]).toEqual([DOCUMENT, DOCUMENT]);
  });

  test.each([["done"], [7], [null], [[1, { a: 2 }]], [{}]])("answer with %j as it is", async (result) => {
    const { container } = answering({ [RUN]: answer(result) });
    expect((await container.scripts.storedProcedure("p").execute("t", [])).resource).toEqual(result);
  });

  test("that answer with a document that doesn't open, or of another partition, were run all the same, and the error says so", async () => {
    const bad = answering({ [RUN]: answer([forged]) });
    const failure = await failureOf(() => bad.container.scripts.storedProcedure("p").execute("t"));
    expect([failure.code, failure.committed]).toEqual(["ERR_INTEGRITY", true]);
    const { container } = answering({ [RUN]: answer([stored]) });
    const elsewhere = await failureOf(() => container.scripts.storedProcedure("p").execute("other"));
    expect([elsewhere.code, elsewhere.committed]).toEqual(["ERR_ANSWER_MISMATCH", true]);
  });

  test("get no parameters unless the application allows it, for all or for one", async () => {
    const refused = answering({ [RUN]: answer("done") });
    const procedure = refused.container.scripts.storedProcedure("p");
    const failure = await failureOf(() => procedure.execute("t", ["secret@example.org"]));
    expect(failure.code).toBe("ERR_NOT_SUPPORTED");
    expect(failure.message).not.toContain("secret@example.org");
    expect(refused.httpClient.requests.filter(({ method }) => method === "POST")).toEqual([]);
    const allowed = answering({ [RUN]: answer("done") }, { storedProcedures: "allow" });
    expect((await allowed.container.scripts.storedProcedure("p").execute("t", [1])).resource).toBe("done");
    expect(allowed.httpClient.requests.at(-1)?.body).toBe("[1]");
    const some = answering(
      { [RUN]: answer("done") },
      { storedProcedures: (container, procedure) => container === "customers" && procedure === "p" },
    );
    expect((await some.container.scripts.storedProcedure("p").execute("t", [1])).resource).toBe("done");
    expect(await codeOf(() => some.container.scripts.storedProcedure("q").execute("t", [1]))).toBe("ERR_NOT_SUPPORTED");
  });

  test("are run on the partition as it is stored", async () => {
    const run = { "POST /dbs/shop/colls/patients/sprocs/p": answer("done") };
    let key: string | undefined;
    const httpClient = detour((request) => {
      key = request.headers.get("x-ms-documentdb-partitionkey") ?? key;
      return run[`${request.method} ${new URL(request.url).pathname}` as keyof typeof run];
    });
    const client = world().connect({}, { httpClient });
    await client.database("shop").container("patients").scripts.storedProcedure("p").execute("ward-7");
    expect(key).toMatch(/^\["[A-Za-z0-9_-]{22}"\]$/);
  });

  test("are made, read, replaced and deleted as ever; the one that is handed back opens too", async () => {
    const source = { id: "p", body: "function () { return 1; }" };
    const { container } = answering({
      [`POST ${BASE}/sprocs`]: { status: 201, body: source },
      [`GET ${BASE}/sprocs/p`]: { status: 200, body: source },
      [`PUT ${BASE}/sprocs/p`]: { status: 200, body: source },
      [`DELETE ${BASE}/sprocs/p`]: { status: 204 },
      [RUN]: answer([stored]),
    });
    const { storedProcedures } = container.scripts;
    expect(storedProcedures).toBeInstanceOf(sdk.StoredProcedures);
    const made = await storedProcedures.create(source);
    expect(made).toBeInstanceOf(sdk.StoredProcedureResponse);
    expect(made.sproc).toBe(made.storedProcedure);
    const { resource } = await made.storedProcedure.execute("t");
    expect(bare(resource[0])).toEqual(DOCUMENT);
    expect((await made.storedProcedure.read()).resource).toEqual(source);
    expect((await made.storedProcedure.replace(source)).statusCode).toBe(200);
    expect((await made.storedProcedure.delete()).statusCode).toBe(204);
  });

  test("are the only scripts that carry documents: triggers and functions are the SDK's own", async () => {
    const { scripts } = world().customers;
    expect(Object.getPrototypeOf(scripts.triggers)).toBe(sdk.Triggers.prototype);
    expect(Object.getPrototypeOf(scripts.userDefinedFunction("f"))).toBe(sdk.UserDefinedFunction.prototype);
    expect(scripts.trigger("t").container).toBe(world().customers);
  });
});

describe("query plans", () => {
  test("are of what is pushed down, and no value of a sealed path is in the request", async () => {
    const query = {
      query: "SELECT * FROM c WHERE c.email = @e ORDER BY c.rank",
      parameters: [{ name: "@e", value: "plan@example.org" }],
    };
    const since = world().sent().length;
    const ours = await world().customers.getQueryPlan(query);
    const sent = world()
      .sent(since)
      .filter(({ method }) => method === "POST");
    expect(sent.length).toBe(1);
    const body = sent[0]!.requestBody.toString();
    expect(body).not.toContain("plan@example.org");
    const theirs = await world().stolen("customers").getQueryPlan(JSON.parse(body));
    expect(ours.result).toEqual(theirs.result);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    expect(ours.diagnostics).toBeInstanceOf(sdk.CosmosDiagnostics);
  });

  test("of queries that are refused are refused, and nothing is sent", async () => {
    const since = world().sent().length;
    const { customers } = world();
    expect(await codeOf(() => customers.getQueryPlan("SELECT c.id, udf.f(c.email) FROM c"))).toBe(
      "ERR_QUERY_NOT_SUPPORTED",
    );
    expect(await codeOf(() => customers.getQueryPlan("SELECT * FROM c WHERE c.emial = 'x'"))).toBe(
      "ERR_PATH_UNDECLARED",
    );
    expect(await codeOf(() => customers.getQueryPlan("SELECT"))).toBe("ERR_QUERY_SYNTAX");
    expect(world().sent(since)).toEqual([]);
  });
});

describe("semantic reranking", () => {
  test("is refused, since it sends documents in the clear", async () => {
    const failure = await failureOf(() => world().customers.semanticRerank("question", ["secret"]));
    expect(failure.code).toBe("ERR_NOT_SUPPORTED");
    expect(failure.message).not.toContain("secret");
  });

  test("is the SDK's where the application allows it and the SDK has it, which 4.9 does not", async () => {
    expect("semanticRerank" in world().plain).toBe(!isOlder);
    if (isOlder) return;
    const client = world().connect({ semanticRerank: "allow" });
    const container = client.database("shop").container("customers");
    // It gets as far as the SDK's own check of its options.
    const failure = await failureOf(() => container.semanticRerank("question", ["document"]));
    expect(failure.code).not.toBe("ERR_NOT_SUPPORTED");
    const plain = await failureOf(() => world().plain.semanticRerank("question", ["document"]));
    expect(failure.message).toBe(plain.message);
    client.dispose();
  });
});

test("initializeEncryption loads the container's keys, so that the first document waits for none", async () => {
  const events: string[] = [];
  const client = world().connect({ onEvent: ({ type }) => events.push(type) });
  const container = client.container(definition) as unknown as Container;
  await container.initializeEncryption();
  expect(events).toContain("unwrapped");
  const before = events.length;
  await container.item("a", "t").read();
  expect(events.slice(before)).toEqual(["opened"]);
  client.dispose();
});

describe("scripts that run", () => {
  test("a procedure finds what is stored, and what it answers with comes opened", async () => {
    const { scripts } = world().customers;
    const body = `function find() {
      const container = getContext().getCollection();
      container.queryDocuments(container.getSelfLink(), "SELECT * FROM c WHERE c.id = 'a'", (error, found) => {
        if (error) throw error;
        getContext().getResponse().setBody({ count: found.length, found, leaked: found[0].email === undefined });
      });
    }`;
    const { storedProcedure } = await scripts.storedProcedures.create({ id: "find", body });
    const { resource } = await storedProcedure.execute("t");
    expect([resource.count, resource.leaked, bare(resource.found[0])]).toEqual([1, true, DOCUMENT]);
    expect((await storedProcedure.delete()).statusCode).toBe(204);
  });

  test("a trigger that changes a document breaks its seal, and the error says that it was written", async () => {
    const body = `function () {
      const request = getContext().getRequest();
      const document = request.getBody();
      document.plan = "changed by a trigger";
      request.setBody(document);
    }`;
    await world().customers.scripts.triggers.create({
      id: "change",
      body,
      triggerType: sdk.TriggerType.Pre,
      triggerOperation: sdk.TriggerOperation.All,
    });
    const document = { id: "triggered", tenantId: "t", plan: "pro" };
    const failure = await failureOf(() => world().customers.items.create(document, { preTriggerInclude: ["change"] }));
    expect([failure.code, failure.committed]).toEqual(["ERR_INTEGRITY", true]);
    expect(await codeOf(() => world().customers.item("triggered", "t").read())).toBe("ERR_INTEGRITY");
  });
});
