/**
 * Two versions of an application on one container, several instances of each, in a random order of steps: what every instance
 * answers is held against a plain container that was told the same.
 */
import { type Container, ErrorResponse, type ItemDefinition, type SqlQuerySpec } from "@azure/cosmos";
import { type CosmosClient, type ErrorCode, isCosmosealError, type SealedContainerDefinition } from "cosmoseal";
import { expect } from "vitest";
import { bare, type World } from "./world.js";

export type Role = "old" | "new";
export type Definition = SealedContainerDefinition<unknown>;
export type Random = () => number;

/** One version of the application. */
export interface Application {
  readonly definition: Definition;
  /** A new document, but for id and partition key. */
  readonly make: (random: Random, unique: string) => object;
  /** A change that it makes to a document that it has read. */
  readonly change: (document: ItemDefinition, random: Random, unique: string) => object;
  /** Patches that it makes. */
  readonly patches?: readonly object[];
  /** `@p` stands for a value of a document that is in the container. */
  readonly queries: readonly Question[];
}

export interface Question {
  readonly text: string;
  /** Property whose value `@p` takes. */
  readonly property?: string;
}

export interface Play {
  readonly world: World;
  readonly name: string;
  readonly old: Application;
  readonly new: Application;
  readonly random: Random;
  readonly steps: number;
  readonly now: () => number;
  /** True where a write of the old application must be refused, since a later version sealed something in the document. */
  readonly isGuarded?: (document: ItemDefinition, writer: Role) => boolean;
  /** What happens in the middle, as a deployment does it. */
  readonly halfway?: (clients: Clients) => Promise<void>;
}

export type Clients = Readonly<Record<Role, readonly CosmosClient[]>>;

export interface Outcome {
  readonly clients: Clients;
  readonly containers: Readonly<Record<Role, readonly Container[]>>;
  readonly mirror: Container;
  readonly documents: ReadonlyMap<string, Kept>;
  /** What was done, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** All instances at once on the same documents; afterwards all must answer alike. */
  readonly rush: () => Promise<void>;
}

interface Kept {
  readonly document: ItemDefinition;
  readonly writer: Role;
}

/** As many instances of each version. */
const INSTANCES = 4;

/** Throws where an instance answers otherwise than the plain container, or refuses what it need not. */
export async function playSideBySide(play: Play): Promise<Outcome> {
  const { world, name } = play;
  const database = world.thief.database("shop");
  await world
    .connect({ containers: { [`shop/${name}`]: play.new.definition } })
    .database("shop")
    .containers.create({
      id: name,
      partitionKey: "/tenantId",
    });
  await database.containers.create({ id: `mirror-${name}`, partitionKey: "/tenantId" });
  const mirror = database.container(`mirror-${name}`);
  const clients = { old: [], new: [] } as Record<Role, CosmosClient[]>;
  for (const role of ["old", "new"] as const) {
    for (let i = 0; i < INSTANCES; i++) {
      const { definition } = play[role];
      const containers = { [`shop/${name}`]: definition };
      clients[role].push(world.connect({ containers, now: play.now, unindexed: "scan" }));
    }
    await clients[role][0]!.keys.createScope(play[role].definition);
  }
  const open = (client: CosmosClient): Container => client.database("shop").container(name) as Container;
  const containers = { old: clients.old.map(open), new: clients.new.map(open) };
  const table = new Table(play, containers, mirror);
  for (let step = 0; step < play.steps; step++) {
    if (step === Math.floor(play.steps / 2)) await play.halfway?.(clients);
    await table.step();
  }
  await table.readAll();
  const rush = (): Promise<void> => table.rush(world.stolen(name));
  return { clients, containers, mirror, documents: table.documents, counts: table.counts, rush };
}

/** A document that an instance has read and not yet replaced; others go on meanwhile. */
interface Held {
  readonly container: Container;
  readonly role: Role;
  readonly document: ItemDefinition;
  readonly writer: Role;
  readonly etag: string;
}

class Table {
  readonly documents = new Map<string, Kept>();
  readonly counts: Record<string, number> = {};
  readonly #play: Play;
  readonly #containers: Readonly<Record<Role, readonly Container[]>>;
  readonly #mirror: Container;
  readonly #held: Held[] = [];
  /** Documents that a later version has sealed something in. */
  readonly #everGuarded = new Set<string>();
  #made = 0;

  constructor(play: Play, containers: Readonly<Record<Role, readonly Container[]>>, mirror: Container) {
    this.#play = play;
    this.#containers = containers;
    this.#mirror = mirror;
  }

  async step(): Promise<void> {
    const role: Role = this.#play.random() < 0.5 ? "old" : "new";
    const container = pick(this.#containers[role], this.#play.random)!;
    const kinds = [
      this.#create,
      this.#upsert,
      ...[this.#hold, this.#hold, this.#replace, this.#replace],
      this.#patch,
      this.#read,
      ...[this.#ask, this.#ask],
      this.#delete,
    ];
    const kind = this.documents.size < 4 ? this.#create : pick(kinds, this.#play.random)!;
    await kind.call(this, role, container);
  }

  /** Every document by every instance. */
  async readAll(): Promise<void> {
    for (const role of ["old", "new"] as const) {
      for (const container of this.#containers[role]) {
        for (const id of this.documents.keys()) await this.#compare(container, id, role);
        for (const question of this.#play[role].queries) await this.#answer(role, container, question);
      }
    }
  }

  /** Reads, changes and replaces by all instances at the same time, while they ask. Then what is there is what all must see. */
  async rush(stolen: Container): Promise<void> {
    const ids = [...this.documents.keys()].slice(0, 6);
    const { random } = this.#play;
    const work = async (role: Role, container: Container): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        const item = container.item(pick(ids, random)!, "t");
        const { resource, etag } = await item.read();
        const changed = this.#play[role].change(
          resource as ItemDefinition,
          random,
          this.#unique(role),
        ) as ItemDefinition;
        const accessCondition = { type: "IfMatch", condition: etag };
        const outcome = await codeOf(() => item.replace(changed, { accessCondition }));
        this.#count(`at once: ${outcome}`);
        expect(["done", 412, ...(role === "old" ? ["ERR_SCHEMA_OUTDATED"] : [])]).toContain(outcome);
        const { text, property } = pick(this.#play[role].queries, random)!;
        const parameters = property === undefined ? [] : [{ name: "@p", value: "nothing has this value" }];
        await container.items.query({ query: text, parameters }).fetchAll();
      }
    };
    const instances = (["old", "new"] as const).flatMap((role) =>
      this.#containers[role].map((container) => work(role, container)),
    );
    await Promise.all(instances);
    const [first] = this.#containers.new;
    for (const id of ids) {
      const { resource } = await first!.item(id, "t").read();
      const { resource: stored } = await stolen.item(id, "t").read();
      const { s } = (stored as { readonly _seal: { readonly s: number } })._seal;
      await this.#keep(bare(resource) as ItemDefinition, s === 1 ? "old" : "new", "changed at once");
    }
    await this.readAll();
  }

  async #create(role: Role, container: Container): Promise<void> {
    const document = this.#make(role);
    await container.items.create({ ...document });
    await this.#keep(document, role, "created");
  }

  async #upsert(role: Role, container: Container): Promise<void> {
    const document = this.#make(role);
    await container.items.upsert({ ...document });
    await this.#keep(document, role, "upserted");
  }

  async #hold(role: Role, container: Container): Promise<void> {
    const id = pick([...this.documents.keys()], this.#play.random)!;
    const { resource, etag } = await container.item(id, "t").read();
    const { writer } = this.documents.get(id)!;
    this.#held.push({ container, role, document: resource as ItemDefinition, writer, etag });
  }

  async #replace(): Promise<void> {
    const held = this.#held.shift();
    if (held === undefined) return;
    const { container, role, document, writer, etag } = held;
    const { change } = this.#play[role];
    const changed = change(document, this.#play.random, this.#unique(role)) as ItemDefinition;
    const id = document.id!;
    const isGuarded = role === "old" && this.#isGuarded(changed, writer);
    const accessCondition = { type: "IfMatch", condition: etag };
    const replace = (): Promise<unknown> => container.item(id, "t").replace(changed, { accessCondition });
    const outcome = await codeOf(replace);
    if (outcome === "ERR_SCHEMA_OUTDATED") {
      this.#count("held off");
      // Or it was sealed after this instance had read it, and read again.
      expect([role, this.#everGuarded.has(document.id!)]).toEqual(["old", true]);
      return;
    }
    expect(isGuarded).toBe(false);
    // Another instance was faster, or the document is gone.
    if (outcome === 412 || outcome === 404) return this.#count("came too late");
    expect(outcome).toBe("done");
    await this.#keep(bare(changed) as ItemDefinition, role, "replaced");
  }

  async #patch(role: Role, container: Container): Promise<void> {
    const { patches = [] } = this.#play[role];
    const id = pick([...this.documents.keys()], this.#play.random)!;
    const patch = pick(patches, this.#play.random);
    if (patch === undefined) return;
    const outcome = await codeOf(() => container.item(id, "t").patch([patch as never]));
    const { document, writer } = this.documents.get(id)!;
    if (outcome === "ERR_SCHEMA_OUTDATED") {
      this.#count("held off");
      expect([role, this.#isGuarded(document, writer)]).toEqual(["old", true]);
      return;
    }
    expect(outcome).toBe("done");
    const { resource } = await this.#mirror.item(id, "t").patch([patch as never]);
    // What the server itself changed stays of the version that wrote the document.
    const isSealedAnew = !this.#isServers(patch);
    this.documents.set(id, { document: bare(resource) as ItemDefinition, writer: isSealedAnew ? role : writer });
    this.#count("patched");
  }

  async #delete(_: Role, container: Container): Promise<void> {
    if (this.documents.size < 8) return;
    const id = pick([...this.documents.keys()], this.#play.random)!;
    await container.item(id, "t").delete();
    await this.#mirror.item(id, "t").delete();
    this.documents.delete(id);
    this.#count("deleted");
  }

  async #read(role: Role, container: Container): Promise<void> {
    await this.#compare(container, pick([...this.documents.keys()], this.#play.random)!, role);
  }

  async #ask(role: Role, container: Container): Promise<void> {
    await this.#answer(role, container, pick(this.#play[role].queries, this.#play.random)!);
  }

  async #answer(role: Role, container: Container, { text, property }: Question): Promise<void> {
    const candidates = [...this.documents.values()].filter(({ writer }) => role === "new" || writer === "old");
    const values = property === undefined ? [] : candidates.map(({ document }) => document[property]);
    const value = pick(
      values.filter((one) => one !== undefined),
      this.#play.random,
    );
    if (property !== undefined && value === undefined) return;
    const query: SqlQuerySpec = { query: text, ...(property && { parameters: [{ name: "@p", value }] }) };
    const { resources } = await container.items.query(query).fetchAll();
    const expected = await this.#mirror.items.query(query).fetchAll();
    expect([role, text, sorted(resources)]).toEqual([role, text, sorted(expected.resources)]);
    this.#count(expected.resources.length > 0 ? "asked" : "asked for nothing");
  }

  async #compare(container: Container, id: string, role: Role): Promise<void> {
    const { resource } = await container.item(id, "t").read();
    expect([role, bare(resource)]).toEqual([role, this.documents.get(id)!.document]);
    this.#count("read");
  }

  async #keep(document: ItemDefinition, writer: Role, count: string): Promise<void> {
    this.documents.set(document.id!, { document, writer });
    if (this.#isGuarded(document, writer)) this.#everGuarded.add(document.id!);
    await this.#mirror.items.upsert(document);
    this.#count(count);
  }

  #isGuarded(document: ItemDefinition, writer: Role): boolean {
    return this.#play.isGuarded?.(document, writer) === true;
  }

  /** Nobody signs the path, in any version: the document is not sealed anew. */
  #isServers(patch: object): boolean {
    const { path } = patch as { readonly path: string };
    return [
      ...this.#play.old.definition.plan.versions.values(),
      ...this.#play.new.definition.plan.versions.values(),
    ].every(({ unsigned }) => unsigned.includes(path));
  }

  #make(role: Role): ItemDefinition {
    const id = `d${this.#made}`;
    const document = this.#play[role].make(this.#play.random, this.#unique(role));
    return { id, tenantId: "t", ...document };
  }

  /** A value of one writer alone; those of the new version are canaries. */
  #unique(role: Role): string {
    this.#made++;
    return role === "new" ? `canary-${this.#made}-of-the-new` : `value-${this.#made}`;
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

/** A generator that repeats itself: mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}

/** "done", a code of ours, or the service's status. */
export async function codeOf(work: () => Promise<unknown>): Promise<ErrorCode | "done" | unknown> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (isCosmosealError(error)) return error.code;
    if (error instanceof ErrorResponse) return error.code;
    throw error;
  }
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(ordered(isDocument(row) ? bare(row) : row))).sort();
}

function isDocument(row: unknown): boolean {
  return typeof row === "object" && row !== null && "_etag" in row;
}

function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, ordered(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
