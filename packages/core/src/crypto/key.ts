/** A key in memory: 32 bytes that are there, not all zero, not yet wiped, never printed and never enumerable. */
import { CosmosealError } from "../errors.js";

const secrets = new WeakMap<Key, Uint8Array>();

/** Opaque holder of a 32-byte key. */
export class Key {
  readonly #derived = new Map<string, Key>();

  private constructor() {
    Object.freeze(this);
  }

  /** Takes over `bytes`: the caller must not use them again. Throws ERR_KEY_INVALID. */
  static take(bytes: Uint8Array): Key {
    if (!(bytes instanceof Uint8Array) || bytes.length !== 32 || bytes.every((byte) => byte === 0)) {
      throw new CosmosealError("ERR_KEY_INVALID", "A key is 32 bytes, not all of them zero.");
    }
    const key = new Key();
    secrets.set(key, bytes);
    return key;
  }

  /** False once wiped. */
  get live(): boolean {
    return secrets.has(this);
  }

  /** The sub-key under `name`, made once; it is wiped with this key. The number of names per key is bounded. */
  derived(name: string, make: () => Key): Key {
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    const made = make();
    if (this.#derived.size >= 256) {
      const oldest = this.#derived.keys().next().value as string;
      this.#derived.delete(oldest);
    }
    this.#derived.set(name, made);
    return made;
  }

  /** Overwrites the key and all that was derived from it. What the JavaScript engine copied elsewhere is out of reach. */
  wipe(): void {
    secrets.get(this)?.fill(0);
    secrets.delete(this);
    for (const key of this.#derived.values()) key.wipe();
    this.#derived.clear();
  }

  toJSON(): string {
    return "[key]";
  }

  toString(): string {
    return "[key]";
  }
}

/** For crypto/sodium alone: the bytes of a live key. Throws ERR_KEY_INVALID. */
export function keyBytes(key: Key): Uint8Array {
  const bytes = secrets.get(key);
  if (bytes === undefined) throw new CosmosealError("ERR_KEY_INVALID", "The key is no longer live: it was wiped.");
  return bytes;
}
