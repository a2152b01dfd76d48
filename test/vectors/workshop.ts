/**
 * Makes stored documents with fixed keys and nonces, and forgeries as only a key holder could make them: re-sealed and
 * re-signed, so that a reader must refuse them for what they say and not for a broken hash.
 */
import { type ContainerDefinition, type DocumentKeys, type KeyKind, type ScopeId, SEAL } from "@cosmoseal/core";
import { canonicalJson } from "../../packages/core/src/codec/jcs.js";
import { manifestOf } from "../../packages/core/src/codec/manifest.js";
import { paddedLength } from "../../packages/core/src/codec/padding.js";
import { placeOf } from "../../packages/core/src/codec/place.js";
import { prepareDocument, sealDocument } from "../../packages/core/src/codec/seal.js";
import type { ParsedGroup } from "../../packages/core/src/codec/seal-member.js";
import { lengthPrefixed, toBase64, utf8 } from "../../packages/core/src/crypto/bytes.js";
import { Key } from "../../packages/core/src/crypto/key.js";
import { deriveKey, keyIdOf, sealBlob } from "../../packages/core/src/crypto/sodium.js";
import { type ExportedKey, type Reader, readerOf } from "./model.js";

export const NOW = 1_795_513_325_123;

/** What a forgery changes before it is sealed and signed anew. */
export interface Forgery {
  /** Plaintext of a group, padded unless `padding` says otherwise. */
  readonly plaintexts?: Readonly<Record<string, string>>;
  readonly padding?: (text: string) => string;
  /** Changes the public part. */
  readonly open?: (document: Record<string, unknown>) => void;
  /** Changes members of `_seal` other than `g` and `m`. */
  readonly seal?: (member: Record<string, unknown>) => void;
  /** Changes the groups after they are sealed: what is stored and signed. */
  readonly groups?: (groups: Record<string, [string, number, string]>) => void;
  /** Stamp that groups are sealed under, where it is not the document's. */
  readonly stamp?: number;
}

export class Workshop {
  readonly definition: ContainerDefinition | ContainerDefinition<never>;
  readonly #keys = new Map<string, { readonly exported: ExportedKey; readonly key: Key }>();
  #count = 0;

  constructor(definition: ContainerDefinition | ContainerDefinition<never>) {
    this.definition = definition;
    this.#add("index", this.#container, "");
    this.#add("identity", this.#container, "");
  }

  get #container(): ScopeId {
    return ["container", this.definition.plan.name];
  }

  /** What a reader knows of all that was sealed here so far. */
  reader(): Reader {
    return { ...readerOf(this.definition), keys: [...this.#keys.values()].map(({ exported }) => exported) };
  }

  seal(document: unknown, stamp: number = NOW - 1000): Record<string, unknown> {
    const { plan } = this.definition;
    const prepared = prepareDocument(plan, document, false, () => this.#key("identity", this.#container, "").key);
    const nonces = Object.fromEntries(plan.groups.map((group) => [group, this.#nonce()]));
    return wire(sealDocument(plan, prepared, this.keysFor(prepared.scope), { stamp, nonces }));
  }

  forge(document: unknown, forgery: Forgery): Record<string, unknown> {
    const stored = this.seal(document);
    const { plan } = this.definition;
    const version = plan.versions.get(plan.version)!;
    const member = stored[SEAL] as Record<string, unknown>;
    forgery.open?.(stored);
    forgery.seal?.(member);
    const place = placeOf(plan, stored)!;
    const groups = member["g"] as Record<string, [string, number, string]>;
    const stamp = forgery.stamp ?? (member["n"] as number);
    for (const [name, text] of Object.entries(forgery.plaintexts ?? {})) {
      const { exported, key } = this.#key("group", place.scope, name);
      const padded = (forgery.padding ?? pad)(text);
      const data = lengthPrefixed([
        "cosmoseal/1/group",
        place.container,
        place.partitionKey,
        place.id,
        place.scopeText,
        name,
        stamp,
        exported.id,
      ]);
      groups[name] = [exported.id, 0, toBase64(sealBlob(deriveKey(key, "seal"), utf8(padded), data, this.#nonce()))];
    }
    forgery.groups?.(groups);
    const parsed = Object.keys(groups)
      .sort()
      .map((name): ParsedGroup => {
        const [keyId, stored, text] = groups[name]!;
        const blob = new Uint8Array(Buffer.from(text, "base64"));
        return { name, keyId, stamp: stored === 0 ? (member["n"] as number) : stored, blob };
      });
    const integrity = this.#key("integrity", place.scope, "").key;
    member["m"] = toBase64(manifestOf(integrity, place, parsed, member, stored, version.unsignedPlaces));
    return stored;
  }

  keysFor(scope: ScopeId): DocumentKeys {
    const container = this.#container;
    this.addScope(scope);
    const writing = (kind: KeyKind, owner: ScopeId, group: string) => {
      const { exported, key } = this.#key(kind, owner, group);
      return { id: exported.id, key };
    };
    return {
      epoch: 1,
      scopeText: canonicalJson(scope),
      writing: (kind, group) => writing(kind, scope, group),
      reading: (kind, group) => this.#key(kind, scope, group).key,
      index: () => ({ key: this.#key("index", container, "").key, generation: 1 }),
      searching: () => [{ key: this.#key("index", container, "").key, generation: 1 }],
      indexGenerations: () => ({ oldest: 1, newest: 1 }),
      schema: () => ({}),
      identity: () => this.#key("identity", container, "").key,
    };
  }

  /** Makes the keys of a scope, once; sealing does it by itself. */
  addScope(scope: ScopeId): void {
    if (this.#keys.has(name("integrity", scope, ""))) return;
    this.#add("integrity", scope, "");
    for (const group of this.definition.plan.groups) this.#add("group", scope, group);
  }

  #add(kind: KeyKind, scope: ScopeId, group: string): void {
    // Counted bytes: vectors are public, so are their keys.
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => (this.#keys.size + 1) * 7 + i);
    const exported = toBase64(bytes);
    const key = Key.take(bytes);
    this.#keys.set(name(kind, scope, group), {
      key,
      exported: { kind, scope, group, generation: 1, id: keyIdOf(key), state: "active", key: exported },
    });
  }

  #key(kind: KeyKind, scope: ScopeId, group: string): { readonly exported: ExportedKey; readonly key: Key } {
    return this.#keys.get(name(kind, scope, group))!;
  }

  #nonce(): Uint8Array {
    this.#count++;
    return Uint8Array.from({ length: 24 }, (_, i) => (i < 20 ? 0xa5 : (this.#count >> (8 * (i - 20))) & 0xff));
  }
}

/** As it stands in the container. */
export function wire(stored: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(stored));
}

function name(kind: KeyKind, scope: ScopeId, group: string): string {
  return canonicalJson([kind, scope, group]);
}

function pad(text: string): string {
  const length = utf8(text).length;
  return text + " ".repeat(paddedLength(length) - length);
}
