/** Row 22: a stored procedure, trigger or UDF that rewrites documents in passing. */
import type { Bed, Side } from "../bed/bed.js";
import { bare, victimOf } from "../bed/documents.js";
import { lootOf, ordered } from "../bed/forge.js";
import { onAll } from "../bed/sides.js";
import { POINT_READ, SELECT_ALL, WAYS } from "../bed/ways.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 22,
  attacker: "runs a stored procedure, trigger or UDF that rewrites documents in passing",
  must: "detected on reading",
  run: async (bed) => [
    await onAll(bed, "a stored procedure over a partition", "reading", (side) => procedure(bed, side)),
    await onAll(bed, "the application's own trigger, rewritten", "writing", (side) => trigger(bed, side, "Pre")),
    await onAll(bed, "the same, read afterwards", "reading", (side) => trigger(bed, side, "Pre", true)),
    await onAll(bed, "the application's own procedure, rewritten", "its result", (side) => ownProcedure(bed, side)),
    await onAll(bed, "the application's own function, rewritten", "a query by it", (side) => ownFunction(bed, side)),
  ],
};

const REWRITE = `function () {
  const collection = getContext().getCollection();
  collection.queryDocuments(collection.getSelfLink(), "SELECT * FROM c", {}, (error, documents) => {
    if (error) throw error;
    for (const document of documents) {
      document.plan = "max";
      collection.replaceDocument(document._self, document, {}, (failure) => { if (failure) throw failure; });
    }
    getContext().getResponse().setBody(documents.length);
  });
}`;

const ON_THE_WAY = `function () {
  const request = getContext().getRequest();
  const document = request.getBody();
  document.plan = "max";
  request.setBody(document);
}`;

const ANSWERS = `function () {
  const collection = getContext().getCollection();
  collection.queryDocuments(collection.getSelfLink(), "SELECT * FROM c", {}, (error, documents) => {
    if (error) throw error;
    for (const document of documents) document.plan = "max";
    getContext().getResponse().setBody(documents);
  });
}`;

async function procedure(bed: Bed, side: Side): Promise<Outcome> {
  const tenantId = bed.partition();
  await lootOf(side, tenantId);
  const read = async (): Promise<string> => {
    const views = [POINT_READ, SELECT_ALL, WAYS[2]!].map((way) => way.read(side.customers, tenantId, ["victim"]));
    return JSON.stringify(ordered(await Promise.all(views)));
  };
  const honest = await read();
  const id = bed.fresh("rewrite");
  await side.stolen.customers.scripts.storedProcedures.create({ id, body: REWRITE });
  const { resource: changed } = await side.stolen.customers.scripts.storedProcedure(id).execute(tenantId);
  if (changed !== 2) return { kind: "failed", what: "the procedure changed nothing" };
  return outcomeOf(read, (seen) => (seen === honest ? PREVENTED : accepted("read as data")));
}

/** A trigger that the application names with each write. */
async function trigger(bed: Bed, side: Side, kind: "Pre", reads = false): Promise<Outcome> {
  const tenantId = bed.partition();
  const id = bed.fresh("stamp");
  await side.stolen.customers.scripts.triggers.create({
    id,
    body: ON_THE_WAY,
    triggerType: kind,
    triggerOperation: "All",
  } as never);
  const written = side.customers.items.create(victimOf(tenantId), { preTriggerInclude: [id] });
  if (!reads) return outcomeOf(async () => (await written).resource, judgePlan);
  await written.catch(() => undefined);
  return outcomeOf(async () => (await side.customers.item("victim", tenantId).read()).resource, judgePlan);
}

function judgePlan(resource: object | undefined): Outcome {
  return (resource as { readonly plan?: unknown } | undefined)?.plan === "pro" ? PREVENTED : accepted("read as data");
}

async function ownProcedure(bed: Bed, side: Side): Promise<Outcome> {
  const tenantId = bed.partition();
  await lootOf(side, tenantId);
  const id = bed.fresh("list");
  await side.stolen.customers.scripts.storedProcedures.create({ id, body: ANSWERS });
  return outcomeOf(
    async () => (await side.customers.scripts.storedProcedure(id).execute(tenantId)).resource as readonly object[],
    (documents) =>
      documents.some((document) => bare(document)["plan"] === "max") ? accepted("taken for data") : PREVENTED,
  );
}

/** By the function, the application asks for those of a plan; now it answers for all. */
async function ownFunction(bed: Bed, side: Side): Promise<Outcome> {
  const tenantId = bed.partition();
  await lootOf(side, tenantId);
  const id = bed.fresh("isFree").replace("-", "");
  await side.stolen.customers.scripts.userDefinedFunctions.create({ id, body: "function () { return 'max'; }" });
  return outcomeOf(
    async () =>
      (
        await side.customers.items
          .query(`SELECT c.id, udf.${id}(c.plan) AS plan FROM c WHERE c.id = 'victim'`, { partitionKey: tenantId })
          .fetchAll()
      ).resources as readonly { readonly plan: unknown }[],
    (rows) => (rows.some(({ plan }) => plan === "max") ? accepted("taken for data") : PREVENTED),
    ["ERR_QUERY_NOT_SUPPORTED"],
  );
}
