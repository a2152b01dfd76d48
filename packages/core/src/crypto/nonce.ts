/**
 * Randomness, drawn in blocks from the platform's generator: one draw per document costs a hundred times a block's share. A
 * process that is resumed twice from one snapshot of its memory would hand out the same block twice: don't resume such a snapshot.
 */

const NONCE = 24;

// Looked up once: where it stands is a getter, which costs as much as the drawing.
const generator: typeof globalThis.crypto = globalThis.crypto;

const pool = new Uint8Array(32 * NONCE);
let used = pool.length;

/** 24 bytes that were never handed out before; wiped from the pool as they leave. */
export function nextNonce(): Uint8Array {
  if (used >= pool.length) {
    generator.getRandomValues(pool);
    used = 0;
  }
  const nonce = pool.slice(used, used + NONCE);
  pool.fill(0, used, used + NONCE);
  used += NONCE;
  return nonce;
}

export function randomBytes(length: number): Uint8Array {
  return generator.getRandomValues(new Uint8Array(length));
}
