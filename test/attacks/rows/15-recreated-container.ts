/** Row 15: the container deleted and made anew, without or with another policy, indexing, partition key. */
import type { Container, ContainerRequest, CosmosClient as SdkClient } from "@azure/cosmos";
import type { Bed } from "../bed/bed.js";
import { createKeys, encryptedDefinition } from "../bed/built-in.js";
import { customers, victimOf } from "../bed/documents.js";
import { type Canaries, searchFor } from "../bed/traces.js";
import { accepted, type Outcome, outcomeOf, prevented } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 15,
  attacker: "deletes and re-creates the container, without or with another policy, indexing, partition key",
  must: "nothing is written in the clear; detected",
  run: async (bed) => {
    const attempts: Attempt[] = [];
    for (const [name, made] of Object.entries(MADE_ANEW)) {
      attempts.push({
        name,
        control: await recreate(bed, "control", made),
        ours: await recreate(bed, "ours", made),
        builtIn: await recreate(bed, "builtIn", made),
      });
    }
    return attempts;
  },
};

const MADE_ANEW: Readonly<Record<string, object>> = {
  "without a policy": { partitionKey: { paths: ["/tenantId"] } },
  "with another indexing": {
    partitionKey: { paths: ["/tenantId"] },
    indexingPolicy: { includedPaths: [{ path: "/email/?" }], excludedPaths: [{ path: "/*" }] },
  },
  "with a partition key that is to be sealed": { partitionKey: { paths: ["/email"] } },
  "with a partition key that is public": { partitionKey: { paths: ["/plan"] } },
};

const CANARIES: Canaries = { email: "canary.mail-5581@example.org", diagnosis: "canary-influenza-5587" };

/** The application goes on in the process that knew the first container, and in a new one. */
async function recreate(bed: Bed, kind: "control" | "ours" | "builtIn", made: object): Promise<Attempt["ours"]> {
  const id = bed.fresh(`again-${kind}`.toLowerCase());
  const connect = (): SdkClient => {
    if (kind === "ours") return bed.connect({ containers: { [`${id}/customers`]: customers } });
    return kind === "control" ? bed.connectPlain() : bed.connectBuiltIn();
  };
  const client = connect();
  const { database } = await client.databases.create({ id });
  if (kind === "builtIn") await createKeys(database);
  const first: ContainerRequest =
    kind === "builtIn" ? encryptedDefinition("customers") : { id: "customers", partitionKey: { paths: ["/tenantId"] } };
  await database.containers.create(first);
  await database.container("customers").items.create(victimOf("t"));

  const stolen = bed.thief.database(id);
  await stolen.container("customers").delete();
  await stolen.containers.create({ id: "customers", ...made } as ContainerRequest);
  return {
    "the process that knew the first": await goOn(bed, database.container("customers"), "old"),
    "a new process": await goOn(bed, connect().database(id).container("customers"), "new"),
  };
}

async function goOn(bed: Bed, container: Container, id: string): Promise<Outcome> {
  const since = bed.emulator.requests.length;
  const document = { ...victimOf("t"), id, email: CANARIES["email"], diagnosis: CANARIES["diagnosis"] };
  const outcome = await outcomeOf(
    async () => {
      await container.items.create(document);
      return container.item(id, "t").read();
    },
    ({ resource }) =>
      resource === undefined ? accepted("what was written is gone, and nobody says so") : prevented("sealed as ever"),
    ["ERR_OPTIONS_INVALID"],
  );
  const sent = bed.emulator.requests.slice(since).map(({ path, requestBody, requestHeaders }, n) => ({
    where: `request ${n}`,
    text: [path, ...requestHeaders, requestBody.toString("utf8")].join("\n"),
  }));
  const leak = searchFor(CANARIES, sent);
  return leak.kind === "accepted" ? leak : outcome;
}
