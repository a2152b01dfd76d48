/** Forgeries of stored documents: written with the account key, then read by the application in each of its ways. */
import { accepted, type Outcome, outcomeOfError, PREVENTED, prevented, type Trials } from "../outcome.js";
import type { Attempt } from "../row.js";
import type { Bed, Side } from "./bed.js";
import { bare, type Customer, otherOf, victimBefore, victimOf } from "./documents.js";
import type { Way } from "./ways.js";

/** What the thief finds in a partition: the victim, an earlier version of it, and a neighbour; as stored. */
export interface Loot {
  readonly victim: Stored;
  readonly before: Stored;
  readonly other: Stored;
}

export type Stored = Customer;

/** Documents to write over what is there, or beside it. */
export type Forge = (loot: Loot) => readonly Stored[] | Stored | Promise<Stored>;

export interface Forgery {
  readonly name: string;
  /** The same deed for each form of documents; undefined where the form has nothing to do it to. */
  readonly control: Forge;
  readonly ours: Forge;
  readonly builtIn?: Forge;
  /** Ids that the application asks for by name; default the two documents. */
  readonly ids?: readonly string[];
}

/** Tries a forgery against all three, each in a partition of its own. */
export async function tryForgery(bed: Bed, forgery: Forgery, ways: readonly Way[]): Promise<Attempt> {
  const { ids, name } = forgery;
  const [control, ours, builtIn] = await Promise.all([
    tryOn(bed, bed.control, forgery.control, ways, ids),
    tryOn(bed, bed.ours, forgery.ours, ways, ids),
    forgery.builtIn && tryOn(bed, bed.builtIn, forgery.builtIn, ways, ids),
  ]);
  return { name, control, ours, ...(builtIn && { builtIn }) };
}

/** Side by side: each has partitions of its own. */
export function tryForgeries(bed: Bed, forgeries: readonly Forgery[], ways: readonly Way[]): Promise<Attempt[]> {
  return Promise.all(forgeries.map((forgery) => tryForgery(bed, forgery, ways)));
}

/** A partition with the loot in it, on one side. */
export async function lootOf(side: Side, tenantId: string): Promise<Loot> {
  await side.customers.items.create(victimBefore(tenantId));
  const before = await stolenOf(side, "victim", tenantId);
  await side.customers.items.upsert(victimOf(tenantId));
  await side.customers.items.create(otherOf(tenantId));
  return { before, victim: await stolenOf(side, "victim", tenantId), other: await stolenOf(side, "other", tenantId) };
}

async function stolenOf({ stolen }: Side, id: string, tenantId: string): Promise<Stored> {
  const { resource } = await stolen.customers.item(id, tenantId).read();
  return bare(resource) as Stored;
}

async function tryOn(
  bed: Bed,
  side: Side,
  forge: Forge,
  ways: readonly Way[],
  ids: readonly string[] = ["victim", "other"],
): Promise<Trials> {
  const tenantId = bed.partition();
  const loot = await lootOf(side, tenantId);
  const used = ways.filter((way) => way.isOurs === undefined || side.name === "ours");
  const look = (): Promise<readonly Seen[]> => Promise.all(used.map((way) => seen(way, side, tenantId, ids)));
  const honest = await look();
  for (const document of [await forge(structuredClone(loot))].flat() as Stored[]) {
    await side.stolen.customers.items.upsert(document);
  }
  const forged = await look();
  return Object.fromEntries(used.map((way, i) => [way.name, judge(way, honest[i]!, forged[i]!)]));
}

type Seen = { readonly view: string } | { readonly error: unknown };

async function seen(way: Way, { customers }: Side, tenantId: string, ids: readonly string[]): Promise<Seen> {
  try {
    return { view: JSON.stringify(ordered(await way.read(customers, tenantId, ids))) };
  } catch (error) {
    return { error };
  }
}

function judge(way: Way, before: Seen, after: Seen): Outcome {
  if ("error" in before) return { kind: "failed", what: `the honest reading: ${outcomeText(before.error)}` };
  if ("error" in after) return outcomeOfError(after.error);
  if (after.view === before.view) return PREVENTED;
  if (way.mayOmit && isPart(after.view, before.view)) return prevented("a row less, and no wrong one");
  if (way.isServersWord) return { kind: "server's word", what: "another sum" };
  return accepted("read as data");
}

function isPart(part: string, whole: string): boolean {
  const rows = new Set((JSON.parse(whole) as readonly unknown[]).map((row) => JSON.stringify(row)));
  return (JSON.parse(part) as readonly unknown[]).every((row) => rows.has(JSON.stringify(row)));
}

function outcomeText(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}

/** Order of properties isn't data. */
export function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const members = Object.entries(value).map(([name, member]) => [name, ordered(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
