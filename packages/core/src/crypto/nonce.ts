/**
 * Randomness, drawn in blocks from the platform's generator: one draw per document costs a hundred times a block's share.
 * A process that is resumed from a snapshot of its memory would draw the same block again: `setNoncePool(1)` is for those.
 */

const NONCE = 24;
const LARGEST_POOL = 256;

let pool = new Uint8Array(32 * NONCE);
let used = pool.length;

/** 24 bytes that were never handed out before; wiped from the pool as they leave. */
export function nextNonce(): Uint8Array {
  if (used >= pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const nonce = pool.slice(used, used + NONCE);
  pool.fill(0, used, used + NONCE);
  used += NONCE;
  return nonce;
}

/** How many nonces are drawn at a time; 1 where memory may be snapshotted and resumed. */
export function setNoncePool(size: number): void {
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_POOL) throw new RangeError("A pool holds 1 to 256 nonces.");
  pool = new Uint8Array(size * NONCE);
  used = pool.length;
}

export function randomBytes(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
