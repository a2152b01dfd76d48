/** The primitives against test data that others made, where it lies beside the project. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { canonicalJson } from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import { fromBase64url, toBase64, utf8 } from "../packages/core/src/crypto/bytes.js";
import { Key } from "../packages/core/src/crypto/key.js";
import { cryptoReady, openBlob, sealBlob } from "../packages/core/src/crypto/sodium.js";
import { sharedVectors } from "./support/shared.js";

await cryptoReady();

const wycheproof = sharedVectors("wycheproof-xchacha20-poly1305.json");
const canonical = sharedVectors("jcs/input/weird.json");

/** Where the folder isn't there, which is said when it is looked for, there is nothing to test. */
function whereThere(vectors: string | undefined): (name: string, tests: () => void) => void {
  return (name, tests) => {
    if (vectors !== undefined) describe(name, tests);
  };
}

interface Wycheproof {
  readonly testGroups: readonly {
    readonly ivSize: number;
    readonly tests: readonly {
      tcId: number;
      key: string;
      iv: string;
      aad: string;
      msg: string;
      ct: string;
      tag: string;
      result: string;
    }[];
  }[];
}

whereThere(wycheproof)("XChaCha20-Poly1305", () => {
  test("answers every Wycheproof case as it must", () => {
    const { testGroups } = JSON.parse(wycheproof!) as Wycheproof;
    let passed = 0;
    let total = 0;
    for (const group of testGroups) {
      for (const vector of group.tests) {
        total++;
        if (agrees(vector)) passed++;
        else console.error(`case ${vector.tcId} is answered wrongly`);
      }
    }
    console.info(`wycheproof: ${passed}/${total}`);
    expect(passed).toBe(total);
    expect(total).toBe(315);
  });
});

whereThere(canonical)("RFC 8785", () => {
  const names = readdirSync(new URL("../../shared/vectors/jcs/input/", import.meta.url));
  test.each(names)("canonical form of %s", (name) => {
    assert.equal(
      canonicalJson(JSON.parse(sharedVectors(`jcs/input/${name}`)!)),
      sharedVectors(`jcs/output/${name}`)!.trim(),
    );
  });
});

/** Nonces of another length can't even be named in our blobs: they count as refused. */
function agrees({ key, iv, aad, msg, ct, tag, result }: Wycheproof["testGroups"][number]["tests"][number]): boolean {
  const nonce = hex(iv);
  const blob = new Uint8Array([...nonce, ...hex(ct), ...hex(tag)]);
  const valid = result === "valid";
  if (nonce.length !== 24) return !valid;
  const secret = Key.take(hex(key));
  const opened = openBlob(secret, blob, hex(aad));
  if (!valid) return opened === undefined;
  return opened !== undefined && same(opened, hex(msg)) && same(sealBlob(secret, hex(msg), hex(aad), nonce), blob);
}

test("base64url has one spelling", () => {
  expect([...fromBase64url("AA")!]).toEqual([0]);
  expect(fromBase64url("AB")).toBeUndefined();
  expect(fromBase64url("A")).toBeUndefined();
  expect(fromBase64url("AA==")).toBeUndefined();
  expect(toBase64(utf8("\u{1F600}"))).toBe("8J+YgA==");
});

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
