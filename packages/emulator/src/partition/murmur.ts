// MurmurHash3 (public domain, Austin Appleby): the 32-bit x86 form for version 1 partition keys, the 128-bit x64 form for version 2.

const MASK64 = 0xffff_ffff_ffff_ffffn;

/** MurmurHash3 x86 32-bit with seed 0, as an unsigned integer. */
export function murmur32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let hash = 0;
  for (let offset = 0; offset < whole; offset += 4) {
    hash = rotate32(hash ^ scramble32(view.getUint32(offset, true)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let offset = bytes.length - 1; offset >= whole; offset--) tail = (tail << 8) | view.getUint8(offset);
  if (whole !== bytes.length) hash ^= scramble32(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble32(block: number): number {
  return Math.imul(rotate32(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate32(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** MurmurHash3 x64 128-bit with seed 0, as its two unsigned 64-bit halves. */
export function murmur128(bytes: Uint8Array): readonly [bigint, bigint] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~15;
  let first = 0n;
  let second = 0n;
  for (let offset = 0; offset < whole; offset += 16) {
    first ^= scrambleFirst(view.getBigUint64(offset, true));
    first = times(plus(rotate64(first, 27n), second), 5n, 0x52dce729n);
    second ^= scrambleSecond(view.getBigUint64(offset + 8, true));
    second = times(plus(rotate64(second, 31n), first), 5n, 0x38495ab5n);
  }
  if (whole !== bytes.length) {
    const block = new DataView(new ArrayBuffer(16));
    for (let offset = whole; offset < bytes.length; offset++) block.setUint8(offset - whole, view.getUint8(offset));
    second ^= scrambleSecond(block.getBigUint64(8, true));
    first ^= scrambleFirst(block.getBigUint64(0, true));
  }
  const length = BigInt(bytes.length);
  first ^= length;
  second ^= length;
  first = plus(first, second);
  second = plus(second, first);
  first = finish64(first);
  second = finish64(second);
  first = plus(first, second);
  second = plus(second, first);
  return [first, second];
}

function scrambleFirst(block: bigint): bigint {
  return times(rotate64(times(block, 0x87c37b91114253d5n), 31n), 0x4cf5ad432745937fn);
}

function scrambleSecond(block: bigint): bigint {
  return times(rotate64(times(block, 0x4cf5ad432745937fn), 33n), 0x87c37b91114253d5n);
}

function finish64(value: bigint): bigint {
  let mixed = times(value ^ (value >> 33n), 0xff51afd7ed558ccdn);
  mixed = times(mixed ^ (mixed >> 33n), 0xc4ceb9fe1a85ec53n);
  return mixed ^ (mixed >> 33n);
}

function rotate64(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK64;
}

function plus(left: bigint, right: bigint): bigint {
  return (left + right) & MASK64;
}

function times(value: bigint, factor: bigint, addend = 0n): bigint {
  return (value * factor + addend) & MASK64;
}
