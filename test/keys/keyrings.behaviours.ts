/** One contract for all keyrings. The cases and who runs them stand in matrix.tsv. */
import assert from "node:assert/strict";
import {
  anyKeyring,
  createKeyStore,
  createRoot,
  type HeadRecord,
  type Keyring,
  type KeyStore,
  Keys,
  memoryKeyStore,
  type RootWrap,
  staticKeyring,
} from "@cosmoseal/core";
import { azureKeyring } from "@cosmoseal/keyring-azure";
import { pkcs11Keyring } from "@cosmoseal/keyring-pkcs11";
import { contract } from "./contract.js";
import { codeOf, failureOf } from "./support/code.js";
import { charts, keysOn, notes, outcomeOf, outcomeOfChart, sealChart, sealNote } from "./support/documents.js";
import {
  anyWorld,
  azureWorld,
  CREDENTIAL,
  type KeyringWorld,
  passphraseWorld,
  pkcs11World,
  staticWorld,
} from "./support/keyring-worlds.js";
import { findSoftHsm } from "./support/softhsm.js";
import { refused, startVault } from "./support/vault.js";

const { hsm, missing } = findSoftHsm();
const onHsm = (type: "aes" | "rsa") =>
  hsm === undefined ? { open: undefined, missing: missing ?? "" } : { open: () => pkcs11World(hsm, type) };

const spare = staticKeyring(Buffer.alloc(32, 5).toString("base64"));
const PIN = "p".repeat(43);
const rootBytes = (): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => i + 1);

/** A key store under the keyring, with one sealed document. */
async function stored(
  keyring: Keyring,
): Promise<{ readonly store: KeyStore; readonly pin: string; readonly document: unknown }> {
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [notes] });
  const keys = keysOn(store, keyring, pin);
  const document = await sealNote(keys, "a");
  keys.dispose();
  return { store, pin, document };
}

/** A key store of another root key, in which a group has a root under the keyring, with one sealed document. */
async function storedChart(keyring: Keyring): Promise<{
  readonly store: KeyStore;
  readonly pin: string;
  readonly medical: string;
  readonly document: unknown;
}> {
  const store = memoryKeyStore();
  const { pin, groups } = await createKeyStore({
    keyring: spare,
    store,
    containers: [charts],
    groups: { medical: { keyring } },
  });
  const medical = groups["medical"]!;
  const keys = keysOn(store, spare, pin, { medical: { keyring, pin: medical } });
  const document = await sealChart(keys, "a");
  keys.dispose();
  return { store, pin, medical, document };
}

/** The store with other wraps in its head: it is where the attacker is. */
function withWraps(store: KeyStore, change: (wrap: RootWrap) => RootWrap): KeyStore {
  return {
    ...store,
    readHead: async () => {
      const head = (await store.readHead()) as HeadRecord;
      return { ...head, wraps: head.wraps.map(change) };
    },
  };
}

function flipped(wrap: RootWrap, at: number): RootWrap {
  const bytes = Buffer.from(wrap.wrapped, "base64");
  bytes[at % bytes.length]! ^= 1;
  return { ...wrap, wrapped: bytes.toString("base64") };
}

async function codeOfUnwrap(keyring: Keyring, wrap: RootWrap): Promise<string> {
  return codeOf(keyring.unwrap(wrap, PIN));
}

/** What a keyring says of a wrap that is not its key's. */
const FOREIGN: Readonly<Record<string, string>> = {
  passphrase: "ERR_PASSPHRASE_WRONG",
  static: "ERR_UNWRAP_FAILED",
  any: "ERR_UNWRAP_FAILED",
  "azure-rsa": "ERR_KEYRING_MISMATCH",
  "azure-hsm": "ERR_KEYRING_MISMATCH",
  "pkcs11-aes": "ERR_KEYRING_MISMATCH",
  "pkcs11-rsa": "ERR_KEYRING_MISMATCH",
};

contract<KeyringWorld>(
  "keyring",
  {
    passphrase: { open: passphraseWorld },
    static: { open: staticWorld },
    any: { open: anyWorld },
    "azure-rsa": { open: () => azureWorld("RSA") },
    "azure-hsm": { open: () => azureWorld("oct-HSM") },
    "pkcs11-aes": onHsm("aes"),
    "pkcs11-rsa": onHsm("rsa"),
  },
  {
    "what one instance wraps another opens": async (world) => {
      const wrap = JSON.parse(JSON.stringify(await world.keyring().wrap(rootBytes(), PIN))) as RootWrap;
      assert(world.keyring().accepts(wrap));
      assert.deepEqual(Uint8Array.from(await world.keyring().unwrap(wrap, PIN)), rootBytes());
    },

    "a wrap holds nothing of the root key, and is JSON of its form": async (world) => {
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      const text = JSON.stringify(wrap);
      for (const encoding of ["base64", "base64url", "hex"] as const) {
        assert(!text.includes(Buffer.from(rootBytes()).toString(encoding).slice(0, 20)));
      }
      assert.deepEqual(Object.keys(wrap).toSorted(), ["kek", "keyring", "parameters", "wrapped"]);
      for (const value of Object.values(wrap.parameters)) assert(["string", "number"].includes(typeof value));
      assert.equal(Buffer.from(wrap.wrapped, "base64").toString("base64"), wrap.wrapped);
    },

    "bytes belong to the caller: it changes none that it is given, and keeps none that it gives": async (world) => {
      const [keyring, given] = [world.keyring(), rootBytes()];
      const wrap = await keyring.wrap(given, PIN);
      assert.deepEqual(given, rootBytes());
      (await keyring.unwrap(wrap, PIN)).fill(0);
      assert.deepEqual(Uint8Array.from(await keyring.unwrap(wrap, PIN)), rootBytes());
    },

    "another key-encryption key of its kind opens nothing": async (world, implementation) => {
      const { store, pin, document } = await stored(world.keyring());
      const other = keysOn(store, world.other(), pin);
      assert.equal(await codeOf(other.ready()), FOREIGN[implementation]);
      assert.equal(await outcomeOf(other, document), FOREIGN[implementation]);
    },

    "a wrap that is changed in any byte gives no root key": async (world, implementation) => {
      const { store, pin } = await stored(world.keyring());
      const { wraps } = (await store.readHead()) as HeadRecord;
      const length = Buffer.from(wraps[0]!.wrapped, "base64").length;
      // Argon2id takes its time: there a few bytes stand for all.
      const step = implementation === "passphrase" ? 15 : Math.max(1, Math.floor(length / 40));
      for (let at = 0; at < length; at += step) {
        const code = await codeOf(
          keysOn(
            withWraps(store, (wrap) => flipped(wrap, at)),
            world.keyring(),
            pin,
          ).ready(),
        );
        assert(["ERR_UNWRAP_FAILED", "ERR_PASSPHRASE_WRONG"].includes(code), `byte ${at}: ${code}`);
      }
    },

    "a wrap that is cut, empty or no base64 gives no root key": async (world) => {
      const { store, pin } = await stored(world.keyring());
      for (const wrapped of ["", "AAAA", "no base64!"]) {
        const code = await codeOf(
          keysOn(
            withWraps(store, (wrap) => ({ ...wrap, wrapped })),
            world.keyring(),
            pin,
          ).ready(),
        );
        assert(
          ["ERR_UNWRAP_FAILED", "ERR_PASSPHRASE_WRONG", "ERR_KEY_STORE_DAMAGED"].includes(code),
          `${wrapped}: ${code}`,
        );
      }
    },

    "a root key that a thief wraps under the same key fails on the pin": async (world) => {
      const { store, pin } = await stored(world.keyring());
      const planted = await createRoot(world.keyring());
      const [wrap] = planted.wraps;
      const code = await codeOf(
        keysOn(
          withWraps(store, () => wrap!),
          world.keyring(),
          pin,
        ).ready(),
      );
      assert(["ERR_PIN_MISMATCH", "ERR_UNWRAP_FAILED", "ERR_PASSPHRASE_WRONG"].includes(code), code);
    },

    "wraps of other kinds are none of its own": async (world) => {
      const own = await world.keyring().wrap(rootBytes(), PIN);
      for (const kind of ["aws-kms", "", "__proto__", "PASSPHRASE"]) {
        assert(!world.keyring().accepts({ ...own, keyring: kind }));
      }
    },

    "a store moves to it from another key-encryption key and back, and no document is touched": async (
      world,
      implementation,
    ) => {
      const { store, pin, document } = await stored(spare);
      await keysOn(store, spare, pin).rewrap(world.keyring());
      const code = await codeOf(keysOn(store, spare, pin).ready());
      assert.equal(code, ["static", "any"].includes(implementation) ? "ERR_UNWRAP_FAILED" : "ERR_KEYRING_MISMATCH");
      assert.equal(await outcomeOf(keysOn(store, world.keyring(), pin), document), "open");
      await keysOn(store, world.keyring(), pin).rewrap(spare);
      assert.equal(await outcomeOf(keysOn(store, spare, pin), document), "open");
    },

    "beside another wrap either opens, and a second key-encryption key stands in where the first is gone": async (
      world,
    ) => {
      const { store, pin, document } = await stored(spare);
      await keysOn(store, spare, pin).addWrap(world.keyring());
      for (const keyring of [spare, world.keyring(), anyKeyring(world.other(), spare)]) {
        assert.equal(await outcomeOf(keysOn(store, keyring, pin), document), "open");
      }
    },

    "a new root key under it takes the old one's place": async (world) => {
      const { store, pin, document } = await stored(world.keyring());
      const next = await createRoot(world.keyring());
      await new Keys({ keyring: world.keyring(), store, pin: [{ pin }, { pin: next.pin }] }).rekey(next);
      assert.equal(await outcomeOf(keysOn(store, world.keyring(), next.pin), document), "open");
      assert.equal(await codeOf(keysOn(store, world.keyring(), pin).ready()), "ERR_PIN_MISMATCH");
    },

    "a disabled key is told, and a process ends when it asks again": async (world) => {
      const { server, name } = world.vault!;
      const { store, pin, document } = await stored(world.keyring());
      let now = Date.now();
      const running = new Keys({
        keyring: world.keyring(),
        store,
        pin,
        cacheTtl: 1000,
        staleIfError: 60_000,
        now: () => now,
      });
      await running.ready();
      server.disable(name);
      assert.equal(await codeOf(keysOn(store, world.keyring(), pin).ready()), "ERR_KEK_DISABLED");
      now += 2000;
      assert.equal(await outcomeOf(running, document), "ERR_KEK_DISABLED");
    },

    "a key that has expired is told": async (world) => {
      const { server, name } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      server.expire(name);
      assert.equal(await codeOfUnwrap(world.keyring(), wrap), "ERR_KEK_DISABLED");
    },

    "a key that is not there, or was deleted, is told": async (world) => {
      if (world.hsm !== undefined) {
        const gone = pkcs11Keyring({ ...world.hsm, pin: () => world.hsm!.pin, key: "nobody" });
        assert.equal(await codeOf(gone.wrap(rootBytes(), PIN)), "ERR_KEK_NOT_FOUND");
        return;
      }
      const { server, name } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      server.answer(refused(409, "Conflict", "ObjectIsDeletedButRecoverable"));
      assert.equal(await codeOfUnwrap(world.keyring(), wrap), "ERR_KEK_NOT_FOUND");
      server.answer(undefined);
      server.remove(name);
      assert.equal(await codeOfUnwrap(world.keyring(), wrap), "ERR_KEK_NOT_FOUND");
      assert.equal(await codeOf(world.keyring().wrap(rootBytes(), PIN)), "ERR_KEK_NOT_FOUND");
    },

    "expired credentials are told, whoever finds out": async (world) => {
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      const expired = world.vault!.with({
        credential: { getToken: async () => ({ token: "expired", expiresOnTimestamp: Date.now() + 60_000 }) },
      });
      assert.equal(await codeOfUnwrap(expired, wrap), "ERR_KEK_DENIED");
      const refusing = world.vault!.with({
        credential: {
          getToken: async () => {
            throw Object.assign(new Error("AADSTS7000222: the client secret keys are expired"), {
              name: "AuthenticationError",
            });
          },
        },
      });
      assert.equal(await codeOfUnwrap(refusing, wrap), "ERR_KEK_DENIED");
    },

    "a key that may not be used for it is told": async (world) => {
      if (world.hsm !== undefined) {
        const forbidden = pkcs11Keyring({ ...world.hsm, pin: () => world.hsm!.pin, key: "forbidden" });
        const wrap = await forbidden.wrap(rootBytes(), PIN);
        assert.equal(await codeOfUnwrap(forbidden, wrap), "ERR_KEK_DENIED");
        return;
      }
      const { server } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      server.answer({ ...refused(403, "Forbidden", "ForbiddenByRbac"), path: "unwrapkey" });
      assert.equal(await codeOfUnwrap(world.keyring(), wrap), "ERR_KEK_DENIED");
    },

    "throttled calls are tried again, and the caller notices nothing": async (world) => {
      const { server } = world.vault!;
      const { store, pin, document } = await stored(world.keyring());
      server.answer({ ...refused(429, "Throttled"), headers: { "retry-after-ms": "5" } }, 2);
      assert.equal(await outcomeOf(keysOn(store, world.keyring(), pin), document), "open");
    },

    "throttling without end is told, and a process reads on within its grace": async (world) => {
      const { server, with: make } = world.vault!;
      const { store, pin, document } = await stored(world.keyring());
      let now = Date.now();
      const keyring = make({ retries: 1 });
      const running = new Keys({ keyring, store, pin, cacheTtl: 1000, staleIfError: 60_000, now: () => now });
      await running.ready();
      server.answer({ ...refused(429, "Throttled"), headers: { "retry-after-ms": "5" } });
      assert.equal(await codeOf(keysOn(store, make({ retries: 1 }), pin).ready()), "ERR_KEK_THROTTLED");
      now += 2000;
      assert.equal(await outcomeOf(running, document), "open");
      assert.equal(await codeOf(running.lease(notes.plan, [])), "ERR_KEK_THROTTLED");
    },

    "who gives up waiting for a throttled service is let go at once": async (world) => {
      const { server } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      server.answer({ ...refused(429, "Throttled"), headers: { "retry-after": "30" } });
      const controller = new AbortController();
      const waiting = world.keyring().unwrap(wrap, PIN, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error("enough")), 50);
      const started = performance.now();
      await assert.rejects(waiting, /enough/);
      assert(performance.now() - started < 5000);
    },

    "what can't be reached is unavailable, and may be had later": async (world, implementation) => {
      if (world.hsm !== undefined) {
        const { token, library } = world.hsm;
        const pin = (): string => world.hsm!.pin;
        const noLibrary = pkcs11Keyring({ library: "/nowhere/libnothing.so", token, key: "kek", pin });
        const noToken = pkcs11Keyring({ library, token: "not plugged in", key: "kek", pin });
        for (const keyring of [noLibrary, noToken]) {
          assert.equal(await codeOf(keyring.wrap(rootBytes(), PIN)), "ERR_KEY_UNAVAILABLE");
        }
        return;
      }
      const { server, with: make } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      server.answer(refused(500, "InternalError"));
      assert.equal(await codeOfUnwrap(make({ retries: 0 }), wrap), "ERR_KEY_UNAVAILABLE");
      server.answer(undefined);
      assert.deepEqual(Uint8Array.from(await world.keyring().unwrap(wrap, PIN)), rootBytes());
      const away = await startVault({ kek: implementation === "azure-rsa" ? "RSA" : "oct-HSM" });
      const gone = make({ key: `${away.url}/keys/kek`, retries: 0 });
      await away.close();
      assert.equal(await codeOf(gone.wrap(rootBytes(), PIN)), "ERR_KEY_UNAVAILABLE");
    },

    "an address that a wrap names is compared with the application's, and never called": async (world) => {
      const { server } = world.vault!;
      const rogue = await startVault({ kek: "RSA" });
      const { store, pin } = await stored(world.keyring());
      const asked = server.requests.length;
      const version = "0123456789abcdef0123456789abcdef";
      for (const kek of [
        `${rogue.url}/keys/kek/${version}`,
        `${server.url}@${rogue.url.slice(8)}/keys/kek/${version}`,
        `${server.url}/keys/other/${version}`,
        `${server.url}/keys/kek/../other/${version}`,
        `${server.url}/secrets/kek/${version}`,
        `${server.url.replace("https", "http")}/keys/kek/${version}`,
        `${server.url}/keys/kek`,
        "",
      ]) {
        const keys = keysOn(
          withWraps(store, (wrap) => ({ ...wrap, kek })),
          world.keyring(),
          pin,
        );
        assert.equal(await codeOf(keys.ready()), "ERR_KEYRING_MISMATCH", kek);
      }
      assert.deepEqual([rogue.requests.length, server.requests.length], [0, asked]);
      await rogue.close();
    },

    "a mechanism that a wrap names is compared with the application's, and never taken": async (world) => {
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      const name = world.hsm === undefined ? "algorithm" : "mechanism";
      for (const weaker of ["RSA1_5", "RSA-OAEP", "AES-CBC", 7]) {
        const forged = { ...wrap, parameters: { ...wrap.parameters, [name]: weaker } };
        assert(!world.keyring().accepts(forged));
        assert.equal(await codeOfUnwrap(world.keyring(), forged), "ERR_UNWRAP_FAILED");
      }
    },

    "a key that is rotated where it lies goes on opening what its older version wrapped": async (world) => {
      const { server, name } = world.vault!;
      const { store, pin, document } = await stored(world.keyring());
      server.rotate(name);
      assert.equal(await outcomeOf(keysOn(store, world.keyring(), pin), document), "open");
      const before = ((await store.readHead()) as HeadRecord).wraps[0]!.kek;
      await keysOn(store, world.keyring(), pin).rewrap(world.keyring());
      assert.notEqual(((await store.readHead()) as HeadRecord).wraps[0]!.kek, before);
      assert.equal(await outcomeOf(keysOn(store, world.keyring(), pin), document), "open");
    },

    "a key whose version the application names needs no permission but to wrap and to unwrap": async (world) => {
      const { server, name, with: make } = world.vault!;
      const version = server.rotate(name);
      server.answer({ ...refused(403, "Forbidden", "ForbiddenByRbac"), path: version });
      const keyring = make({ key: `${server.url}/keys/${name}/${version}` });
      const wrap = await keyring.wrap(rootBytes(), PIN);
      assert.deepEqual(Uint8Array.from(await keyring.unwrap(wrap, PIN)), rootBytes());
      server.answer(undefined);
      const newer = await make({}).wrap(rootBytes(), PIN);
      assert(keyring.accepts(newer));
      server.rotate(name);
      assert(!keyring.accepts(await make({}).wrap(rootBytes(), PIN)));
    },

    "what the service answers is never told, even where the answer is broken": async (world) => {
      const { server, with: make } = world.vault!;
      const wrap = await world.keyring().wrap(rootBytes(), PIN);
      const secret = Buffer.from(rootBytes()).toString("base64url");
      for (const body of [`{"value":"${secret}"`, { error: { code: secret, message: secret } }]) {
        server.answer({ status: typeof body === "string" ? 200 : 418, body, path: "unwrapkey" });
        const failure = await failureOf(make({ retries: 0 }).unwrap(wrap, PIN));
        assert.equal(failure.code, "ERR_KEY_UNAVAILABLE");
        for (let error: unknown = failure; error instanceof Error; error = error.cause) {
          assert(!`${error.message} ${error.stack} ${JSON.stringify(error)}`.includes(secret.slice(0, 20)));
        }
      }
    },

    "a wrong PIN is told, and the token is not asked a second time": async (world) => {
      const { library, token, pin } = world.hsm!;
      let given = "9999";
      const key = (await world.keyring().wrap(rootBytes(), PIN)).kek.split("object=")[1]!;
      const mechanism = key === "pair" ? ({ mechanism: "RSA-OAEP-SHA1" } as const) : {};
      const keyring = pkcs11Keyring({ library, token, key, pin: () => given, ...mechanism });
      const first = await failureOf(keyring.wrap(rootBytes(), PIN));
      const second = await failureOf(keyring.wrap(rootBytes(), PIN));
      assert.deepEqual([first.code, second.code], ["ERR_KEK_PIN_WRONG", "ERR_KEK_PIN_WRONG"]);
      assert.match(first.message, /CKR_PIN_INCORRECT/);
      assert.doesNotMatch(second.message, /CKR_/);
      for (const { message } of [first, second]) assert(!message.includes(given));
      given = "";
      assert.equal(await codeOf(keyring.wrap(rootBytes(), PIN)), "ERR_OPTIONS_INVALID");
      given = pin;
      assert.deepEqual(Uint8Array.from(await keyring.unwrap(await keyring.wrap(rootBytes(), PIN), PIN)), rootBytes());
    },

    "options that say no key are refused before anything is asked": async (world) => {
      const invalid: (() => Keyring)[] =
        world.hsm === undefined
          ? ["", "http://kv.vault.azure.net/keys/k", "https://kv.vault.azure.net/secrets/k", "kek"].map(
              (key) => () => azureKeyring({ key, credential: CREDENTIAL }),
            )
          : [{ key: "" }, { token: "" }, { mechanism: "RSA1_5" }, { pin: "1234" }].map(
              (change) => () => pkcs11Keyring({ ...world.hsm!, key: "kek", pin: () => "1234", ...change } as never),
            );
      for (const make of invalid) assert.throws(make, /ERR_OPTIONS_INVALID/);
    },

    "it holds a group's root beside a root key that is another's, is asked for it once, and opens nothing else": async (
      world,
    ) => {
      const { store, pin, medical } = await storedChart(world.keyring());
      let asked = 0;
      const own = world.keyring();
      const counting: Keyring = {
        ...own,
        accepts: (wrap) => own.accepts(wrap),
        unwrap: (...given) => {
          asked++;
          return own.unwrap(...given);
        },
      };
      const keys = keysOn(store, spare, pin, { medical: { keyring: counting, pin: medical } });
      const documents = [await sealChart(keys, "a"), await sealChart(keys, "b")];
      for (const document of documents) assert.equal(await outcomeOfChart(keys, document), "open");
      assert.equal(asked, 1);
      assert.equal(await outcomeOfChart(keysOn(store, spare, pin), documents[0]), "open but for the group");
      assert.notEqual(await codeOf(keysOn(store, world.keyring(), pin).ready()), undefined);
    },

    "a group's root moves to it and away, and the root key's wraps stay": async (world) => {
      const { store, pin, medical, document } = await storedChart(spare);
      const by = (keyring: Keyring) => keysOn(store, spare, pin, { medical: { keyring, pin: medical } });
      const { wraps } = (await store.readHead()) as HeadRecord;
      await by(spare).rewrap(world.keyring(), { group: "medical" });
      assert.equal(await outcomeOfChart(by(world.keyring()), document), "open");
      assert.match(
        await outcomeOfChart(by(world.other()), document),
        /^ERR_(PASSPHRASE_WRONG|UNWRAP_FAILED|KEYRING_MISMATCH)$/,
      );
      await by(world.keyring()).rewrap(spare, { group: "medical" });
      assert.equal(await outcomeOfChart(by(spare), document), "open");
      assert.deepEqual(((await store.readHead()) as HeadRecord).wraps, wraps);
    },
  },
);
