/** HChaCha20: the key and the first 16 bytes of an XChaCha20 nonce → the key that ChaCha20 runs under. draft-irtf-cfrg-xchacha-03 §2.2. */

/** 32 bytes, which the caller wipes. */
export function hChaCha20(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const state = new Uint32Array(16);
  state.set(CONSTANTS);
  for (let i = 0; i < 8; i++) state[4 + i] = wordAt(key, 4 * i);
  for (let i = 0; i < 4; i++) state[12 + i] = wordAt(nonce, 4 * i);
  for (let round = 0; round < 10; round++) {
    quarter(state, 0, 4, 8, 12);
    quarter(state, 1, 5, 9, 13);
    quarter(state, 2, 6, 10, 14);
    quarter(state, 3, 7, 11, 15);
    quarter(state, 0, 5, 10, 15);
    quarter(state, 1, 6, 11, 12);
    quarter(state, 2, 7, 8, 13);
    quarter(state, 3, 4, 9, 14);
  }
  const derived = new Uint8Array(32);
  // The first and the last row: nothing is added to them, unlike in ChaCha20's own blocks.
  for (let i = 0; i < 4; i++) {
    putWord(derived, 4 * i, state[i]!);
    putWord(derived, 16 + 4 * i, state[12 + i]!);
  }
  state.fill(0);
  return derived;
}

/** "expand 32-byte k" */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

function quarter(state: Uint32Array, a: number, b: number, c: number, d: number): void {
  state[a]! += state[b]!;
  state[d] = rotated(state[d]! ^ state[a]!, 16);
  state[c]! += state[d]!;
  state[b] = rotated(state[b]! ^ state[c]!, 12);
  state[a]! += state[b]!;
  state[d] = rotated(state[d]! ^ state[a]!, 8);
  state[c]! += state[d]!;
  state[b] = rotated(state[b]! ^ state[c]!, 7);
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}
