/** Key stores as data: what opens with which key-encryption keys, and what must be refused. Fixed keys and nonces, so that the same bytes come out again. */
import { createHash } from "node:crypto";
import type { HeadRecord, KeyEntry, KeyKind, RootWrap, ScopeId, ScopeRecord } from "@cosmoseal/core";
import { canonicalJson } from "../../packages/core/src/codec/jcs.js";
import { lengthPrefixed, toBase64 } from "../../packages/core/src/crypto/bytes.js";
import { Key } from "../../packages/core/src/crypto/key.js";
import { deriveKey, keyIdOf, pinOf, sealBlob } from "../../packages/core/src/crypto/sodium.js";
import { bucketHash, makeHead, makeRecord } from "../../packages/core/src/keys/records.js";

export interface KeyStoreVectors {
  readonly about: string;
  readonly cases: readonly KeyStoreCase[];
}

export type KeyStoreCase = {
  readonly name: string;
  /** SPEC §2.5. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Of the root key, 32 bytes as base64 under the keyring `static`. */
  readonly kek: string;
  readonly pin: string;
  /** Of group roots. */
  readonly groups: Readonly<Record<string, { readonly kek: string; readonly pin: string }>>;
} & ({ readonly opens: readonly OpenedKey[] } | { readonly fails: true });

export interface OpenedKey {
  readonly kind: KeyKind;
  readonly scope: ScopeId;
  readonly group: string;
  readonly generation: number;
  readonly id: string;
  readonly state: string;
  /** base64; null where it is destroyed, or where the reader lacks the group's root. */
  readonly key: string | null;
}

/** The library must be loaded. */
export function makeKeyStores(): KeyStoreVectors {
  const plain = new Store();
  const grouped = new Store({ medical: MEDICAL, "": DEFAULT });
  const held = {
    medical: { kek: text(MEDICAL_KEK), pin: pinOf(key(MEDICAL)) },
    "": { kek: text(DEFAULT_KEK), pin: pinOf(key(DEFAULT)) },
  };
  const { medical } = held;
  const fails = (name: string, store: Store, groups: KeyStoreCase["groups"] = held): KeyStoreCase => ({
    name,
    ...store.asked(groups),
    fails: true,
  });
  return {
    about: "key files under static keyrings: SPEC §2.3 to §2.5 and §2.7",
    cases: [
      { name: "without group roots", ...plain.asked({}), opens: plain.opened([]) },
      { name: "all group roots at hand", ...grouped.asked(held), opens: grouped.opened(["medical", ""]) },
      { name: "one group root at hand", ...grouped.asked({ medical }), opens: grouped.opened(["medical"]) },
      { name: "no group root at hand", ...grouped.asked({}), opens: grouped.opened([]) },
      { name: "another root key than the pinned one", ...plain.asked({}), pin: pinOf(key(MEDICAL)), fails: true },
      { name: "a key-encryption key that is not the store's", ...plain.asked({}), kek: text(MEDICAL_KEK), fails: true },
      fails("a group root that is not the pinned one", grouped, { medical: { ...medical, pin: held[""].pin } }),
      fails("a key-encryption key that is not the group's", grouped, { medical: { ...medical, kek: text(KEK) } }),
      fails("a group that is pinned to a root, in a store without", plain, { medical }),
      fails("a head whose epoch was changed", new Store({}, { head: (head) => ({ ...head, epoch: 9 }) }), {}),
      fails("a record whose state was changed", new Store({}, { record: revived }), {}),
      fails("a record that is missing", new Store({}, { records: (all) => all.slice(1) }), {}),
      fails("a sum of another file", new Store({}, { sum: () => "0".repeat(64) }), {}),
      // What the holder of the root key could make.
      fails("group roots taken out of the head, and their keys left", forged({ groups: undefined })),
      fails("no group roots, by an empty list of them", forged({ groups: {} }, {}), {}),
      fails("a group's key under the root key beside a listed root", forged({}, { entry: underRoot })),
      fails("a group's key that names another group's root", forged({}, { entry: underOther })),
      fails("a group's key taken from another scope", forged({}, { entry: fromElsewhere })),
      fails("a group's key under the number of another generation", forged({}, { entry: renumbered })),
      fails("a root at a key that is of no group", forged({}, { entry: onIntegrity }), {}),
      fails("a root at a destroyed key", forged({}, { entry: onDestroyed }), {}),
    ],
  };
}

const bytes = (byte: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (byte + i) % 256);
const key = (raw: Uint8Array): Key => Key.take(Uint8Array.from(raw));
const text = (raw: Uint8Array): string => Buffer.from(raw).toString("base64");
const KEK = bytes(1);
const MEDICAL_KEK = bytes(2);
const DEFAULT_KEK = bytes(3);
const ROOT = bytes(10);
const MEDICAL = bytes(20);
const DEFAULT = bytes(30);
const KEKS = new Map([
  [MEDICAL, MEDICAL_KEK],
  [DEFAULT, DEFAULT_KEK],
]);

const SCOPES: readonly ScopeId[] = [
  ["container", "charts"],
  ["tenant", "t-1"],
  ["tenant", 2],
];

interface Tampering {
  /** Before it is signed. */
  readonly entry?: (entry: KeyEntry, scope: ScopeId, all: ReadonlyMap<string, KeyEntry>) => KeyEntry;
  readonly signedHead?: Readonly<Record<string, unknown>>;
  /** After it is signed. */
  readonly head?: (head: HeadRecord) => HeadRecord;
  readonly record?: (record: ScopeRecord) => ScopeRecord;
  readonly records?: (all: readonly ScopeRecord[]) => readonly ScopeRecord[];
  readonly sum?: (sum: string) => string;
}

function forged(signedHead: Readonly<Record<string, unknown>>, more: Tampering = {}): Store {
  return new Store({ medical: MEDICAL, "": DEFAULT }, { signedHead, ...more });
}

class Store {
  readonly #roots: ReadonlyMap<string, Uint8Array>;
  readonly #tampering: Tampering;
  readonly #keys = new Map<string, { readonly entry: KeyEntry; readonly raw: Uint8Array; readonly scope: ScopeId }>();
  #nonces = 0;

  constructor(roots: Readonly<Record<string, Uint8Array>> = {}, tampering: Tampering = {}) {
    this.#roots = new Map(Object.entries(roots));
    this.#tampering = tampering;
    for (const scope of SCOPES) {
      if (scope[0] === "container") {
        this.#add(scope, "index", "", 1);
        this.#add(scope, "identity", "", 1);
      } else {
        for (const generation of [1, 2]) {
          for (const group of ["", "medical"]) this.#add(scope, "group", group, generation);
          this.#add(scope, "integrity", "", generation);
        }
      }
    }
  }

  asked(groups: KeyStoreCase["groups"]): Omit<KeyStoreCase, "name"> {
    return { file: this.#file(), kek: text(KEK), pin: pinOf(key(ROOT)), groups };
  }

  /** By a reader who is given these groups' roots. */
  opened(held: readonly string[]): readonly OpenedKey[] {
    return [...this.#keys.values()].map(({ entry, raw, scope }) => {
      const { kind, group, generation, id, state } = entry;
      const isOpen = state !== "destroyed" && (entry.root === undefined || held.includes(group));
      return { kind, scope, group, generation, id, state, key: isOpen ? text(raw) : null };
    });
  }

  #add(scope: ScopeId, kind: KeyKind, group: string, generation: number): void {
    const name = nameOf(scope, kind, group, generation);
    const raw = bytes(100 + 7 * this.#keys.size);
    const id = keyIdOf(key(raw));
    const state = generation === 2 || scope[0] === "container" ? "active" : scope[1] === 2 ? "destroyed" : "readable";
    const frame = { kind, group, generation, id, state, created: 1_795_513_325_123 } as const;
    const root = kind === "group" ? this.#roots.get(group) : undefined;
    if (state === "destroyed") {
      this.#keys.set(name, { entry: frame, raw, scope });
      return;
    }
    const pin = root && pinOf(key(root));
    const data =
      pin === undefined
        ? ["cosmoseal/1/wrap", kind, canonicalJson(scope), group, generation, id]
        : ["cosmoseal/1/group-wrap", pin, canonicalJson(scope), group, generation, id];
    const wrapping = deriveKey(key(root ?? ROOT), root === undefined ? "wrap" : "group-wrap");
    const wrapped = toBase64(sealBlob(wrapping, raw, lengthPrefixed(data), this.#nonce()));
    this.#keys.set(name, { entry: { ...frame, ...(pin !== undefined && { root: pin }), wrapped }, raw, scope });
  }

  #file(): Record<string, unknown> {
    const { entry: change = (entry) => entry, signedHead = {}, sum = (one) => one } = this.#tampering;
    const { head: changeHead, record: changeRecord, records: changeRecords } = this.#tampering;
    const root = key(ROOT);
    const all = new Map([...this.#keys].map(([name, { entry }]) => [name, entry]));
    const records = SCOPES.map((scope) => {
      const own = [...this.#keys.values()].filter((one) => one.scope === scope);
      return makeRecord(
        root,
        scope,
        1,
        own.map(({ entry }) => change(entry, scope, all)),
      );
    });
    const tree: Record<string, string> = {};
    for (const { bucket } of records) {
      tree[bucket] = bucketHash(
        root,
        bucket,
        records.filter((record) => record.bucket === bucket),
      );
    }
    const groups = [...this.#roots].map(([group, raw]) => {
      const pin = pinOf(key(raw));
      return [group, { root: pin, wraps: [this.#wrap(KEKS.get(raw)!, raw, pin)] }] as const;
    });
    const pin = pinOf(root);
    const frame = {
      root: pin,
      wraps: [this.#wrap(KEK, ROOT, pin)],
      ...(groups.length > 0 && { groups: Object.fromEntries(groups) }),
      epoch: 3,
      revision: 7,
      tree,
      ...signedHead,
    };
    const head = makeHead(root, JSON.parse(JSON.stringify(frame)));
    const sorted = records.toSorted((a, b) => (canonicalJson(a.scope) < canonicalJson(b.scope) ? -1 : 1));
    const changed = changeRecord === undefined ? sorted : sorted.map(changeRecord);
    const file = {
      v: 1,
      head: changeHead?.(head) ?? head,
      records: changeRecords?.(changed) ?? changed,
    };
    return { ...file, sum: sum(createHash("sha256").update(canonicalJson(file)).digest("hex")) };
  }

  #wrap(kek: Uint8Array, root: Uint8Array, pin: string): RootWrap {
    const data = lengthPrefixed(["cosmoseal/1/root-wrap", "static", pin, "{}"]);
    const wrapped = toBase64(sealBlob(deriveKey(key(kek), "root-wrap"), root, data, this.#nonce()));
    return { keyring: "static", kek: keyIdOf(key(kek)), parameters: {}, wrapped };
  }

  #nonce(): Uint8Array {
    return new Uint8Array(24).fill(this.#nonces++);
  }
}

function nameOf(scope: ScopeId, kind: KeyKind, group: string, generation: number): string {
  return canonicalJson([scope, kind, group, generation]);
}

function isMedical({ kind, group, state }: KeyEntry): boolean {
  return kind === "group" && group === "medical" && state !== "destroyed";
}

function revived(record: ScopeRecord): ScopeRecord {
  const keys = record.keys.map((entry) =>
    entry.state === "readable" ? { ...entry, state: "active" as const } : entry,
  );
  return { ...record, keys };
}

function underRoot(entry: KeyEntry, scope: ScopeId): KeyEntry {
  if (!isMedical(entry)) return entry;
  const { root: _, ...rest } = entry;
  const { kind, group, generation, id } = rest;
  const data = lengthPrefixed(["cosmoseal/1/wrap", kind, canonicalJson(scope), group, generation, id]);
  // A key that he knows, which is not the id's: the root is what it must fail on first.
  const wrapped = sealBlob(deriveKey(key(ROOT), "wrap"), bytes(5), data, new Uint8Array(24));
  return { ...rest, id: keyIdOf(key(bytes(5))), wrapped: toBase64(wrapped) };
}

function underOther(entry: KeyEntry): KeyEntry {
  return isMedical(entry) ? { ...entry, root: pinOf(key(DEFAULT)) } : entry;
}

function fromElsewhere(entry: KeyEntry, scope: ScopeId, all: ReadonlyMap<string, KeyEntry>): KeyEntry {
  const isTarget = isMedical(entry) && entry.generation === 2 && scope[1] === "t-1";
  return isTarget ? all.get(nameOf(["tenant", 2], "group", "medical", 2))! : entry;
}

function renumbered(entry: KeyEntry, scope: ScopeId, all: ReadonlyMap<string, KeyEntry>): KeyEntry {
  if (!isMedical(entry) || scope[1] !== "t-1") return entry;
  const other = all.get(nameOf(scope, "group", "medical", 3 - entry.generation))!;
  return { ...entry, id: other.id, wrapped: other.wrapped! };
}

function onIntegrity(entry: KeyEntry): KeyEntry {
  return entry.kind === "integrity" && entry.state === "active" ? { ...entry, root: pinOf(key(MEDICAL)) } : entry;
}

function onDestroyed(entry: KeyEntry): KeyEntry {
  const isTarget = entry.kind === "group" && entry.group === "medical" && entry.state === "destroyed";
  return isTarget ? { ...entry, root: pinOf(key(MEDICAL)) } : entry;
}
