/** What a store says of its scopes and their keys, verified; never a key. */
import type { ScopeId } from "../../codec/place.js";
import type { KeyKind, KeyState } from "../store.js";
import type { Draft, Outcome } from "./changes.js";
import { known, settled } from "./entries.js";

/** One generation of a key. */
export interface KeyDescription {
  readonly kind: KeyKind;
  readonly group: string;
  readonly generation: number;
  /** As documents name it. */
  readonly id: string;
  readonly state: KeyState;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Of an announced index key: from when on writers use it, in milliseconds since 1970. */
  readonly from?: number;
  /** Pin of the group root that it is wrapped under; absent under the root key. */
  readonly root?: string;
}

/** An announced generation whose time has come is told as active. Throws ERR_SCOPE_UNKNOWN. */
export async function describe(draft: Draft, scope: ScopeId): Promise<Outcome<readonly KeyDescription[]>> {
  const { keys } = known(await draft.record(scope), scope);
  return {
    result: settled(keys, draft.now).map(({ wrapped: _wrapped, ...description }) => Object.freeze(description)),
  };
}

/** The keys of one scope among others. */
export interface ScopeDescription {
  readonly scope: ScopeId;
  readonly keys: readonly KeyDescription[];
}

/** Of all scopes of the family. Reads the whole store. */
export async function describeFamily(draft: Draft, family: string): Promise<Outcome<readonly ScopeDescription[]>> {
  const records = (await draft.records()).filter(({ scope }) => scope[0] === family);
  const result: ScopeDescription[] = [];
  for (const { scope } of records) result.push({ scope, keys: (await describe(draft, scope)).result });
  return { result };
}

export async function listScopes(draft: Draft): Promise<Outcome<readonly ScopeId[]>> {
  return { result: (await draft.records()).map(({ scope }) => scope) };
}
