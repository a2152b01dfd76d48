/** The primitives: every back end has the same bytes, leaves nothing behind, and only right texts are read. */
import fc from "fast-check";
import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, test } from "vitest";
import type { AssociatedData, BackEnd } from "../src/crypto/back-end.js";
import { fromBase64url, isBase64url, lengthPrefixed, type Part, toBase64url } from "../src/crypto/bytes.js";
import { hChaCha20 } from "../src/crypto/hchacha20.js";
import { heapBackEnd } from "../src/crypto/heap.js";
import { openSslBackEnd } from "../src/crypto/openssl.js";
import { cryptoBackEnd, cryptoReady } from "../src/crypto/sodium.js";

interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(length: number): number;
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const part = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.maxSafeNat(),
  fc.uint8Array({ maxLength: 2000 }),
);

let heap: BackEnd;
let module: Module;

/** The library's public functions. */
const outer: BackEnd = {
  name: "wrapper",
  hash: (key, parts) => sodium.crypto_generichash(32, lengthPrefixed(parts), key),
  seal: (key, plaintext, data, nonce) =>
    Buffer.concat([
      nonce,
      sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, bytesOf(data), null, nonce, key),
    ]),
  open: (key, blob, data) =>
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      blob.subarray(24),
      bytesOf(data),
      blob.subarray(0, 24),
      key,
    ),
};

function bytesOf(data: AssociatedData): Uint8Array {
  return data instanceof Uint8Array ? data : lengthPrefixed(data);
}

beforeAll(async () => {
  await cryptoReady();
  module = (sodium as unknown as { readonly libsodium: Module }).libsodium;
  heap = heapBackEnd(module, outer)!;
});

describe("the heap", () => {
  test("is what computes where the library is the one that this release knows", () => {
    expect(cryptoBackEnd()).toBe("heap");
  });

  test("hashes as the library does, whatever the parts", () => {
    fc.assert(
      fc.property(bytes(32), fc.array(part, { maxLength: 12 }), (key, parts: Part[]) => {
        expect(Buffer.from(heap.hash(key, parts)).equals(Buffer.from(outer.hash(key, parts)))).toBe(true);
      }),
    );
  });

  test("seals what the library opens, and opens what the library seals", () => {
    fc.assert(
      fc.property(
        bytes(32),
        bytes(24),
        fc.uint8Array({ maxLength: 3000 }),
        fc.uint8Array({ maxLength: 300 }),
        (key, nonce, plaintext, data) => {
          const ours = heap.seal(key, plaintext, data, nonce);
          expect(Buffer.from(ours).equals(Buffer.from(outer.seal(key, plaintext, data, nonce)))).toBe(true);
          expect(Buffer.from(heap.open(key, ours, data)!).equals(Buffer.from(plaintext))).toBe(true);
        },
      ),
    );
  });

  test("takes associated data in parts, or as the bytes that they are together", () => {
    fc.assert(
      fc.property(bytes(32), bytes(24), fc.array(part, { maxLength: 8 }), (key, nonce, parts: Part[]) => {
        const plaintext = Buffer.from("plaintext");
        const blob = heap.seal(key, plaintext, parts, nonce);
        expect(Buffer.from(heap.open(key, blob, lengthPrefixed(parts))!).equals(plaintext)).toBe(true);
        expect(Buffer.from(heap.open(key, outer.seal(key, plaintext, parts, nonce), parts)!).equals(plaintext)).toBe(
          true,
        );
        expect(heap.open(key, blob, [...parts, 0])).toBeUndefined();
      }),
    );
  });

  test("opens nothing of which a bit was changed, nor under other associated data", () => {
    fc.assert(
      fc.property(bytes(32), bytes(24), fc.uint8Array({ maxLength: 200 }), fc.nat(), (key, nonce, plaintext, at) => {
        const blob = heap.seal(key, plaintext, plaintext, nonce);
        const changed = Uint8Array.from(blob);
        changed[at % blob.length]! ^= 1 << (at % 8);
        expect(heap.open(key, changed, plaintext)).toBeUndefined();
        expect(heap.open(key, blob, Uint8Array.of(...plaintext, 0))).toBeUndefined();
      }),
    );
  });

  test("leaves neither keys nor plaintext in the library's memory", () => {
    const key = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 ^ (i * 7));
    const plaintext = Buffer.from("a plaintext that stands nowhere else in this process");
    const memory = (): Buffer => Buffer.from(module.HEAPU8.buffer);
    const blob = heap.seal(key, plaintext, Buffer.from("data"), new Uint8Array(24));
    heap.open(key, blob, Buffer.from("data"));
    heap.hash(key, [plaintext, plaintext.toString()]);
    expect(memory().includes(plaintext)).toBe(false);
    expect(memory().includes(Buffer.from(key))).toBe(false);
  });

  test("goes on after the memory has grown and moved", () => {
    const key = new Uint8Array(32).fill(3);
    const before = heap.hash(key, ["text"]);
    const { buffer } = module.HEAPU8;
    module._malloc(24 * 1024 * 1024);
    expect(module.HEAPU8.buffer).not.toBe(buffer);
    expect(heap.hash(key, ["text"])).toEqual(before);
  });

  test("leaves to the library what has no room", () => {
    const key = new Uint8Array(32).fill(3);
    const large = new Uint8Array(600_000).fill(1);
    expect(heap.hash(key, [large])).toEqual(outer.hash(key, [large]));
    const blob = heap.seal(key, large, large, new Uint8Array(24));
    expect(heap.open(key, blob, large)).toEqual(large);
  });

  test("isn't there for a module of another kind", () => {
    for (const other of [undefined, null, {}, { HEAPU8: new Uint8Array(8) }, { ...module, _malloc: () => 0 }]) {
      expect(heapBackEnd(other, outer)).toBeUndefined();
    }
  });
});

describe("OpenSSL", () => {
  const openSsl = openSslBackEnd(outer)!;
  const text = fc.uint8Array({ maxLength: 20_000, size: "max" });

  test("HChaCha20 answers the vector of its draft", () => {
    const key = Uint8Array.from({ length: 32 }, (_, i) => i);
    const nonce = Buffer.from("000000090000004a0000000031415927", "hex");
    const derived = Buffer.from(hChaCha20(key, nonce)).toString("hex");
    expect(derived).toBe("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
  });

  test("seals what the library opens, and opens what the library seals", () => {
    fc.assert(
      fc.property(
        bytes(32),
        bytes(24),
        text,
        fc.array(part, { maxLength: 4 }),
        (key, nonce, plaintext, data: Part[]) => {
          const ours = openSsl.seal(key, plaintext, data, nonce);
          expect(Buffer.from(ours).equals(Buffer.from(outer.seal(key, plaintext, data, nonce)))).toBe(true);
          expect(Buffer.from(openSsl.open(key, ours, lengthPrefixed(data))!).equals(Buffer.from(plaintext))).toBe(true);
        },
      ),
    );
  });

  test("opens nothing of which a bit was changed, nor under other associated data", () => {
    fc.assert(
      fc.property(bytes(32), bytes(24), text, fc.nat(), (key, nonce, plaintext, at) => {
        const blob = openSsl.seal(key, plaintext, [plaintext], nonce);
        const changed = Uint8Array.from(blob);
        changed[at % blob.length]! ^= 1 << (at % 8);
        expect(openSsl.open(key, changed, [plaintext])).toBeUndefined();
        expect(openSsl.open(key, blob, [plaintext, 0])).toBeUndefined();
      }),
    );
  });

  test("computes what is large, beside the heap", () => {
    const key = new Uint8Array(32).fill(3);
    const asked: number[] = [];
    const told: BackEnd = {
      ...openSsl,
      seal: (...given) => {
        asked.push(given[1].length);
        return openSsl.seal(...given);
      },
    };
    const both = heapBackEnd(module, told, 8192)!;
    for (const length of [8192, 8193]) {
      const plaintext = new Uint8Array(length).fill(5);
      const blob = both.seal(key, plaintext, [], new Uint8Array(24));
      expect(Buffer.from(both.open(key, blob, [])!).equals(plaintext)).toBe(true);
    }
    expect(asked).toEqual([8193]);
  });
});

describe("base64url", () => {
  test("has one spelling for any bytes, and nothing else is read", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AQgwEIMb-_09=+/ €\n"), maxLength: 12 }), (text) => {
        // What node makes of the text is only what it spells where it spells it so.
        const decoded = Buffer.from(text, "base64url");
        const isSpelling = decoded.toString("base64url") === text;
        expect(isBase64url(text)).toBe(isSpelling);
        expect(fromBase64url(text)?.join()).toBe(isSpelling ? decoded.join() : undefined);
      }),
      { numRuns: 5000 },
    );
  });

  test("gives back the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (given) => {
        expect(Buffer.from(fromBase64url(toBase64url(given))!).equals(Buffer.from(given))).toBe(true);
      }),
    );
  });
});
