// The account: databases and their containers, in memory, with a journal beside it where a directory is given.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { conflict } from "../http/errors.js";
import { divideKeySpace, type RangeBounds } from "../partition/ranges.js";
import { type Clock, newEtag, timestamp } from "./clock.js";
import { Container, type ContainerRecord } from "./container.js";
import { type ContainerDefinition, readDefinition } from "./definition.js";
import type { JsonObject } from "./item.js";
import { type Journal, noJournal, openJournal } from "./journal.js";
import { lockDirectory } from "./lock.js";
import type { PartitionRange } from "./range.js";
import { replay } from "./replay.js";
import { type ResourceKind, ResourceStore } from "./resources.js";
import { newContainerRid, newDatabaseRid } from "./rid.js";

export interface DatabaseRecord {
  readonly id: string;
  readonly rid: string;
  readonly etag: string;
  readonly timestamp: number;
}

export interface Database {
  readonly record: DatabaseRecord;
  readonly containers: Map<string, Container>;
  /** Client-encryption keys by id: what the built-in encryption keeps on the server. */
  readonly encryptionKeys: Map<string, JsonObject>;
}

export interface AccountOptions {
  readonly clock: Clock;
  /** How many ranges a new container gets. */
  readonly ranges: number;
  readonly directory?: string;
  readonly fsync: boolean;
  readonly onTorn: (message: string) => void;
}

// One step in the life of the account, as journalled.
type CatalogRecord =
  | { readonly c: "database"; readonly record: DatabaseRecord }
  | { readonly c: "dropDatabase"; readonly id: string }
  | { readonly c: "container"; readonly database: string; readonly record: ContainerRecord }
  | { readonly c: "dropContainer"; readonly database: string; readonly id: string }
  | { readonly c: "put"; readonly kind: ResourceKind; readonly owner: string; readonly resource: JsonObject }
  | { readonly c: "remove"; readonly kind: ResourceKind; readonly owner: string; readonly id: string }
  | { readonly c: "encryptionKey"; readonly database: string; readonly resource: JsonObject };

export class Account {
  readonly databases: Map<string, Database> = new Map();
  readonly resources: ResourceStore = new ResourceStore();
  readonly clock: Clock;
  readonly #options: AccountOptions;
  readonly #catalog: Journal;
  #lock: { release(): void } | undefined;

  /** Opens what the directory holds; empty without one. */
  constructor(options: AccountOptions) {
    this.#options = options;
    this.clock = options.clock;
    try {
      this.#catalog = this.#open();
    } catch (error) {
      this.#lock?.release();
      throw error;
    }
  }

  createDatabase(id: string): Database {
    if (this.databases.has(id)) throw conflict();
    const record = { id, rid: newDatabaseRid(), etag: newEtag(), timestamp: timestamp(this.clock) };
    this.#catalog.append({ c: "database", record } satisfies CatalogRecord);
    return this.#addDatabase(record);
  }

  deleteDatabase(database: Database): void {
    const { id } = database.record;
    this.#catalog.append({ c: "dropDatabase", id } satisfies CatalogRecord);
    this.#dropDatabase(database);
    for (const container of database.containers.values()) this.#discard(container);
  }

  createContainer(database: Database, id: string, definition: ContainerDefinition): Container {
    if (database.containers.has(id)) throw conflict();
    const record: ContainerRecord = {
      id,
      rid: newContainerRid(database.record.rid),
      etag: newEtag(),
      timestamp: timestamp(this.clock),
      properties: definition.properties,
      ranges: divideKeySpace(definition.partitionKey, this.#options.ranges),
    };
    this.#catalog.append({ c: "container", database: database.record.id, record } satisfies CatalogRecord);
    const container = new Container(database.record, record, definition, this.#openItems(record.rid).journal);
    database.containers.set(id, container);
    return container;
  }

  replaceContainer(database: Database, container: Container, definition: ContainerDefinition): void {
    container.definition = definition;
    container.etag = newEtag();
    container.timestamp = timestamp(this.clock);
    this.#catalog.append({
      c: "container",
      database: database.record.id,
      record: container.record,
    } satisfies CatalogRecord);
  }

  /** Splits a range in two. Throws a `RangeError` where it has no keys to divide. */
  splitRange(database: Database, container: Container, range: PartitionRange): readonly RangeBounds[] {
    const bounds = container.planSplit(range);
    if (bounds === undefined) throw new RangeError(`The range ${range.bounds.id} can't be split: it holds one key.`);
    const { record } = container;
    const ranges = record.ranges.flatMap((one) => (one.id === range.bounds.id ? bounds : [one]));
    this.#catalog.append({
      c: "container",
      database: database.record.id,
      record: { ...record, ranges },
    } satisfies CatalogRecord);
    container.split(range, bounds);
    return bounds;
  }

  deleteContainer(database: Database, container: Container): void {
    this.#catalog.append({
      c: "dropContainer",
      database: database.record.id,
      id: container.id,
    } satisfies CatalogRecord);
    this.#dropContainer(database, container);
    this.#discard(container);
  }

  putResource(kind: ResourceKind, owner: string, resource: JsonObject): void {
    this.#catalog.append({ c: "put", kind, owner, resource } satisfies CatalogRecord);
    this.resources.put(kind, owner, resource);
  }

  removeResource(kind: ResourceKind, owner: string, id: string): void {
    this.#catalog.append({ c: "remove", kind, owner, id } satisfies CatalogRecord);
    this.resources.remove(kind, owner, id);
  }

  putEncryptionKey(database: Database, resource: JsonObject): void {
    this.#catalog.append({
      c: "encryptionKey",
      database: database.record.id,
      resource,
    } satisfies CatalogRecord);
    database.encryptionKeys.set(resource["id"] as string, resource);
  }

  /** Resolves when all that was written is as durable as the options promise. */
  async settled(container?: Container): Promise<void> {
    await this.#catalog.settled();
    await container?.journal.settled();
  }

  close(): void {
    this.#catalog.close();
    for (const database of this.databases.values()) {
      for (const container of database.containers.values()) container.journal.close();
    }
    this.#lock?.release();
  }

  #open(): Journal {
    const { directory } = this.#options;
    if (directory === undefined) return noJournal;
    mkdirSync(directory, { recursive: true });
    this.#lock = lockDirectory(directory);
    const { records, journal } = openJournal(join(directory, "catalog.log"), this.#options);
    for (const record of records as readonly CatalogRecord[]) this.#takeUp(record);
    // The items are read last, when it is known which containers still stand.
    for (const database of this.databases.values()) {
      for (const container of database.containers.values()) {
        const items = this.#openItems(container.rid);
        container.journal = items.journal;
        replay(container, items.records);
      }
    }
    return journal;
  }

  #takeUp(record: CatalogRecord): void {
    if (record.c === "database") {
      this.#addDatabase(record.record);
      return;
    }
    if (record.c === "dropDatabase") {
      this.#dropDatabase(this.databases.get(record.id)!);
      return;
    }
    if (record.c === "put") {
      this.resources.put(record.kind, record.owner, record.resource);
      return;
    }
    if (record.c === "remove") {
      this.resources.remove(record.kind, record.owner, record.id);
      return;
    }
    const database = this.databases.get(record.database)!;
    if (record.c === "encryptionKey") database.encryptionKeys.set(record.resource["id"] as string, record.resource);
    else if (record.c === "dropContainer") this.#dropContainer(database, database.containers.get(record.id)!);
    else {
      const definition = readDefinition(record.record.properties);
      database.containers.set(record.record.id, new Container(database.record, record.record, definition, noJournal));
    }
  }

  #dropDatabase(database: Database): void {
    this.databases.delete(database.record.id);
    for (const container of database.containers.values()) this.resources.dropOwner(container.rid);
    this.resources.dropOwner(database.record.rid);
  }

  #dropContainer(database: Database, container: Container): void {
    database.containers.delete(container.id);
    this.resources.dropOwner(container.rid);
  }

  #addDatabase(record: DatabaseRecord): Database {
    const database: Database = { record, containers: new Map(), encryptionKeys: new Map() };
    this.databases.set(record.id, database);
    return database;
  }

  #openItems(rid: string): { records: readonly unknown[]; journal: Journal } {
    const path = this.#pathOf(rid);
    return path === undefined ? { records: [], journal: noJournal } : openJournal(path, this.#options);
  }

  // Hexadecimal, for file systems that don't tell "a" from "A".
  #pathOf(rid: string): string | undefined {
    const { directory } = this.#options;
    const name = Buffer.from(rid.replaceAll("-", "/"), "base64").toString("hex");
    return directory === undefined ? undefined : join(directory, `${name}.log`);
  }

  #discard(container: Container): void {
    container.journal.close();
    const path = this.#pathOf(container.rid);
    if (path !== undefined) rmSync(path, { force: true });
  }
}
