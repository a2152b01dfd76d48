/** Chapter 3: the thief writes. Each forgery first without Cosmoseal, then with it, and the owner reads what came of it. */
import type { Container as PlainContainer } from "@azure/cosmos";
import { type Container, CosmosClient, createKeyStore, isCosmosealError } from "cosmoseal";
import { type Customer, customers } from "../customers.js";
import { ATTACKS, type Attack, administrator, type Forgery, type Loot } from "./attacks.js";
import { bare, type StoredCustomer, same } from "./documents.js";
import { openChapter, type Stage, tell, tellUnprotected } from "./stage.js";
import { wrap } from "./text.js";
import type { Theft } from "./theft.js";

const CHAPTER = "The thief writes";

/** Where the forgeries are done, and what the forger holds there. */
export interface Scene {
  readonly theft: Theft;
  /** The sealed container, as the owner's application has it. */
  readonly owner: Container;
  readonly loot: Loot;
  readonly plainLoot: Loot;
}

/** Tries every attack in both containers; each time all is put back, and the owner reads it as before. */
export async function playForgery(stage: Stage, owner: Container, theft: Theft, shop: Customer[]): Promise<Scene> {
  openChapter(
    stage,
    "3  The thief writes",
    "The account key also allows to change what is stored. First in the container without Cosmoseal, whose application " +
      "reads with @azure/cosmos and can't know:",
  );
  const scene = await prepare(stage, owner, theft, shop);
  const unprotected = new Map<Attack, string>();
  for (const attack of ATTACKS) {
    if (attack.unprotected !== undefined)
      unprotected.set(attack, await tryUnprotected(stage, scene, attack, attack.unprotected));
  }
  stage.terminal.line();
  stage.terminal.line(
    `  ${stage.terminal.style("dim", "The same with Cosmoseal; the owner reads by id and by query:")}`,
  );
  stage.terminal.line();
  const told = new Set<string>();
  for (const attack of ATTACKS) await trySealed(stage, scene, attack, unprotected.get(attack), told);
  return scene;
}

/** The owner corrects a diagnosis after the theft, so that the thief holds an older version of it. */
async function prepare(stage: Stage, owner: Container, theft: Theft, shop: Customer[]): Promise<Scene> {
  const [victim, other] = chooseVictims(shop);
  const corrected: Customer = { ...victim, diagnosis: "R53.8 Other malaise and fatigue" };
  await owner.items.upsert(corrected);
  await theft.unprotected.items.upsert({ ...corrected });
  shop[shop.indexOf(victim)] = corrected;
  const before = theft.dump.find(({ id }) => id === victim.id)!;
  const foreign = await sealForeign(stage, before);
  const sealed = {
    victim: await fetch(theft.sealed, victim),
    other: await fetch(theft.sealed, other),
    before,
    foreign,
  };
  const { id, tenantId } = victim;
  const plain = {
    victim: await fetch(theft.unprotected, victim),
    other: await fetch(theft.unprotected, other),
    before: { ...victim, id, tenantId },
    foreign,
  };
  return { theft, owner, loot: sealed, plainLoot: plain };
}

/** Two of one tenant, with two cards and different diagnoses, of which the first has something to gain from a better plan. */
function chooseVictims(shop: readonly Customer[]): readonly [Customer, Customer] {
  for (const victim of shop.slice(2)) {
    if (victim.plan === "enterprise" || victim.cards?.length !== 2 || !victim.diagnosis) continue;
    const other = shop.find(
      ({ tenantId, diagnosis, email, id }) =>
        tenantId === victim.tenantId &&
        diagnosis &&
        diagnosis !== victim.diagnosis &&
        email !== victim.email &&
        id !== victim.id,
    );
    if (other !== undefined) return [victim, other];
  }
  throw new Error("too few customers for the demo: raise --count");
}

/** The thief runs Cosmoseal too: the schema is no secret, the keys are. */
async function sealForeign(stage: Stage, victim: StoredCustomer): Promise<StoredCustomer> {
  const { account, keyring: makeKeyring } = stage.world;
  const { keyring } = makeKeyring("thief.keys");
  await createKeyStore({ keyring, containers: [customers] });
  const client = new CosmosClient({
    connectionString: account.connectionString,
    seal: { keyring, containers: { "shop/customers": customers } },
  });
  return (await client
    .container(customers)
    .seal(administrator(victim) as unknown as Customer)) as unknown as StoredCustomer;
}

async function tryUnprotected(
  stage: Stage,
  { theft, plainLoot }: Scene,
  { tried }: Attack,
  forge: Forgery,
): Promise<string> {
  const forged = forge(plainLoot);
  const target = forged[0]!;
  const originals = await replaceBy(theft.unprotected, forged);
  const read = await fetch(theft.unprotected, target);
  const accepted = same(read, target) && !same(read, originals[0]);
  const happened = accepted ? "accepted" : "not accepted";
  await putBack(theft.unprotected, forged, originals);
  tellUnprotected(stage, tried, happened);
  return happened;
}

/** Kept only if both ways of reading refuse, the same was accepted without Cosmoseal, and what is put back opens again. */
async function trySealed(
  stage: Stage,
  { theft, owner, loot }: Scene,
  attack: Attack,
  unprotected: string | undefined,
  told: Set<string>,
): Promise<void> {
  const forged = attack.sealed(loot);
  const { id, tenantId } = forged[0]!;
  const originals = await replaceBy(theft.sealed, forged);
  const read = await outcomeOf(() => owner.item(id, tenantId).read());
  const query = { query: "SELECT * FROM c WHERE c.id = @id", parameters: [{ name: "@id", value: id }] };
  const queried = await outcomeOf(() => owner.items.query(query, { partitionKey: tenantId }).fetchAll());
  await putBack(theft.sealed, forged, originals);
  const after = await outcomeOf(() => owner.item(loot.victim.id, loot.victim.tenantId).read());

  const outcomes = new Set([read.code, queried.code, ...(after.code === "opened" ? [] : [`then ${after.code}`])]);
  const happened = [...outcomes].join(", ");
  const trial = stage.ledger.judge({
    chapter: CHAPTER,
    tried: attack.tried,
    ...(unprotected === undefined ? {} : { unprotected }),
    promised: attack.promised,
    happened,
    kept: happened === attack.promised && (unprotected ?? "accepted") === "accepted",
  });
  const { terminal } = stage;
  tell(stage, trial, `${attack.tried}: ${trial.kept ? "refused" : happened}`);
  const message = told.has(read.code) ? read.brief : read.message;
  told.add(read.code);
  for (const line of wrap(message, terminal.width - 6)) terminal.line(`      ${terminal.style("yellow", line)}`);
}

interface Outcome {
  /** `opened`, or the code of the error. */
  readonly code: string;
  readonly message: string;
  /** The message without place and remedy. */
  readonly brief: string;
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return { code: "opened", message: "It opened.", brief: "It opened." };
  } catch (error) {
    if (!isCosmosealError(error)) throw error;
    return { code: error.code, message: error.message, brief: error.message.replace(/ \(container ".*$/s, "") };
  }
}

/** Writes with the account key alone, and returns what stood there before. */
export async function replaceBy(
  container: PlainContainer,
  forged: readonly StoredCustomer[],
): Promise<readonly (StoredCustomer | undefined)[]> {
  const originals: (StoredCustomer | undefined)[] = [];
  for (const document of forged) {
    const { resource } = await container.item(document.id, document.tenantId).read<StoredCustomer>();
    originals.push(resource === undefined ? undefined : (bare(resource) as StoredCustomer));
    await container.items.upsert({ ...document });
  }
  return originals;
}

export async function putBack(
  container: PlainContainer,
  forged: readonly StoredCustomer[],
  originals: readonly (StoredCustomer | undefined)[],
): Promise<void> {
  for (const [at, { id, tenantId }] of forged.entries()) {
    const original = originals[at];
    if (original === undefined) await container.item(id, tenantId).delete();
    else await container.items.upsert({ ...original });
  }
}

/** As it lies in the account, less what the service adds. */
async function fetch(container: PlainContainer, { id, tenantId }: StoredCustomer | Customer): Promise<StoredCustomer> {
  const { resource } = await container.item(id, tenantId).read<StoredCustomer>();
  if (resource === undefined) throw new Error(`the account has no document ${id}`);
  return bare(resource) as StoredCustomer;
}
