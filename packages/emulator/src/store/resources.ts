// Resources that are kept as they came, beside the items: users, permissions, offers, scripts. By owner, by kind, by id.

import type { JsonObject } from "./item.js";

/** As in the path and in the catalog's records. */
export type ResourceKind = "offers" | "users" | "permissions" | "sprocs" | "triggers" | "udfs";

export class ResourceStore {
  readonly #tables: Map<string, Map<string, JsonObject>> = new Map();

  /** In the order of their creation. */
  list(kind: ResourceKind, ownerRid: string): readonly JsonObject[] {
    return [...(this.#tables.get(tableOf(kind, ownerRid))?.values() ?? [])];
  }

  get(kind: ResourceKind, ownerRid: string, id: string): JsonObject | undefined {
    return this.#tables.get(tableOf(kind, ownerRid))?.get(id);
  }

  put(kind: ResourceKind, ownerRid: string, resource: JsonObject): void {
    const name = tableOf(kind, ownerRid);
    const table = this.#tables.get(name) ?? new Map<string, JsonObject>();
    // Under a new name it is the same resource still, and keeps what belongs to it.
    for (const [id, other] of table) {
      if (other["_rid"] === resource["_rid"] && id !== resource["id"]) table.delete(id);
    }
    table.set(resource["id"] as string, resource);
    this.#tables.set(name, table);
  }

  remove(kind: ResourceKind, ownerRid: string, id: string): void {
    const resource = this.get(kind, ownerRid, id);
    this.#tables.get(tableOf(kind, ownerRid))?.delete(id);
    if (resource !== undefined) this.dropOwner(resource["_rid"] as string);
  }

  /** Removes what belongs to a resource that is gone, and what belongs to that. */
  dropOwner(rid: string): void {
    for (const kind of KINDS) {
      for (const resource of this.list(kind, rid)) this.dropOwner(resource["_rid"] as string);
      this.#tables.delete(tableOf(kind, rid));
    }
    for (const offer of this.list("offers", ACCOUNT)) {
      if (offer["offerResourceId"] === rid) this.remove("offers", ACCOUNT, offer["id"] as string);
    }
  }
}

/** The owner of what belongs to the account itself. */
export const ACCOUNT = "";

const KINDS: readonly ResourceKind[] = ["users", "permissions", "sprocs", "triggers", "udfs"];

function tableOf(kind: ResourceKind, ownerRid: string): string {
  return `${kind}/${ownerRid}`;
}
