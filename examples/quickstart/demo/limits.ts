/** Chapter 4: what the account key still gives, shown rather than passed over. */
import type { Container } from "cosmoseal";
import type { Customer } from "../customers.js";
import { putBack, replaceBy, type Scene } from "./forgery.js";
import { openChapter, type Stage, tell } from "./stage.js";
import { grouped } from "./text.js";
import type { Theft } from "./theft.js";

const CHAPTER = "What the account key still gives";

export async function playLimits(stage: Stage, scene: Scene, shop: readonly Customer[]): Promise<void> {
  openChapter(
    stage,
    "4  What the account key still gives",
    "Not refused: a client alone can't see it, or the schema allows it.",
  );
  showSharedValues(stage, scene.theft, shop);
  await changeUnsigned(stage, scene);
  await putBackWhole(stage, scene);
  await deleteOne(stage, scene);
}

/** What an equality index leaks: which documents share a value, never the value. */
function showSharedValues(stage: Stage, { dump }: Theft, shop: readonly Customer[]): void {
  const seen = new Map<string, string[]>();
  for (const { _seal: seal } of dump) {
    for (const [index, token] of Object.entries(seal?.x ?? {}))
      seen.set(index, [...(seen.get(index) ?? []), ...[token].flat()]);
  }
  const guessed = [...seen.values()].map(sharedBy).sort((a, b) => a - b);
  const truth = [
    sharedBy(shop.map(({ email }) => email.toLowerCase())),
    sharedBy(shop.map(({ name }) => name)),
    sharedBy(shop.flatMap(({ phone }) => (phone === undefined ? [] : [phone?.replace(/\D/g, "") ?? null]))),
  ].sort((a, b) => a - b);
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "count customers who share a value",
    promised: truth.map(grouped).join(", "),
    happened: guessed.map(grouped).join(", "),
  });
  tell(
    stage,
    trial,
    `the thief can count customers who share an indexed value (${trial.happened} by the three indexes), not read it`,
  );
}

function sharedBy(values: readonly (string | null)[]): number {
  const times = new Map<string | null, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return [...times.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}

async function changeUnsigned(stage: Stage, { theft, owner, loot }: Scene): Promise<void> {
  const visits = Number(loot.victim["visits"]) + 1;
  const forged = [{ ...loot.victim, visits }];
  const originals = await replaceBy(theft.sealed, forged);
  const seen = await readAs(owner, loot.victim.id, loot.victim.tenantId);
  await putBack(theft.sealed, forged, originals);
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "change a field declared unsigned",
    promised: "opened, changed",
    happened: seen?.visits === visits ? "opened, changed" : "opened, unchanged",
  });
  tell(
    stage,
    trial,
    "the thief can change visits, a counter that the schema declares unsigned: the client opened the changed one",
  );
}

async function putBackWhole(stage: Stage, { theft, owner, loot, plainLoot }: Scene): Promise<void> {
  const originals = await replaceBy(theft.sealed, [loot.before]);
  const seen = await readAs(owner, loot.victim.id, loot.victim.tenantId);
  await putBack(theft.sealed, [loot.before], originals);
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "put back a whole older document",
    promised: "opened, old",
    happened: seen?.diagnosis === plainLoot.before["diagnosis"] ? "opened, old" : "opened, new",
  });
  tell(
    stage,
    trial,
    "the thief can put back a whole older document: it was sealed by the owner once, and the client opened it",
  );
}

async function deleteOne(stage: Stage, { theft, owner, loot }: Scene): Promise<void> {
  const { id, tenantId } = loot.victim;
  await theft.sealed.item(id, tenantId).delete();
  const { statusCode } = await owner.item(id, tenantId).read();
  await theft.sealed.items.upsert({ ...loot.victim });
  const trial = stage.ledger.note({
    chapter: CHAPTER,
    tried: "delete a document",
    promised: "404",
    happened: String(statusCode),
  });
  tell(stage, trial, "the thief can delete a document: the owner's client answers 404, as after any deletion");
}

async function readAs(owner: Container, id: string, tenantId: string): Promise<Customer | undefined> {
  return (await owner.item(id, tenantId).read<Customer>()).resource;
}
