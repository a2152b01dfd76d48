/** SoftHSM 2 with a token of its own, and the binding compiled where it isn't yet. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as Pkcs11js from "pkcs11js";
import { afterAll } from "vitest";

export interface SoftHsm {
  readonly library: string;
  readonly token: string;
  readonly pin: string;
}

export type Found =
  | { readonly hsm: SoftHsm; readonly missing?: undefined }
  | { readonly hsm?: undefined; readonly missing: string };

const LIBRARIES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
const TOKEN = "shop";
const PIN = "1234";

/** A token with two AES keys, `kek` and `other`, two pairs, `pair` and `other-pair`, and an AES key that may not decrypt, `forbidden`. */
export function findSoftHsm(): Found {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library === undefined) return { missing: "SoftHSM 2 (Debian: softhsm2)" };
  const binding = findBinding();
  if (binding === undefined) return { missing: "a C++ compiler for pkcs11js" };
  const folder = mkdtempSync(join(tmpdir(), "cosmoseal-hsm-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "tokens"));
  const config = join(folder, "softhsm2.conf");
  writeFileSync(
    config,
    `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  process.env["SOFTHSM2_CONF"] = config;
  execFileSync("softhsm2-util", ["--init-token", "--free", "--label", TOKEN, "--so-pin", "so-1234", "--pin", PIN]);
  fill(binding, library);
  return { hsm: { library, token: TOKEN, pin: PIN } };
}

function fill(binding: typeof Pkcs11js, library: string): void {
  const module = new binding.PKCS11(library);
  module.C_Initialize();
  const slot = module.C_GetSlotList(true).find((one) => module.C_GetTokenInfo(one).label.trimEnd() === TOKEN);
  const session = module.C_OpenSession(slot!, binding.CKF_SERIAL_SESSION | binding.CKF_RW_SESSION);
  module.C_Login(session, binding.CKU_USER, PIN);
  const of = (label: string, more: Pkcs11js.Template): Pkcs11js.Template => [
    { type: binding.CKA_TOKEN, value: true },
    { type: binding.CKA_LABEL, value: label },
    ...more,
  ];
  for (const label of ["kek", "other", "forbidden"]) {
    const template = of(label, [
      { type: binding.CKA_VALUE_LEN, value: 32 },
      { type: binding.CKA_ENCRYPT, value: true },
      { type: binding.CKA_DECRYPT, value: label !== "forbidden" },
      { type: binding.CKA_SENSITIVE, value: true },
      { type: binding.CKA_EXTRACTABLE, value: false },
    ]);
    module.C_GenerateKey(session, { mechanism: binding.CKM_AES_KEY_GEN }, template);
  }
  for (const label of ["pair", "other-pair"]) {
    module.C_GenerateKeyPair(
      session,
      { mechanism: binding.CKM_RSA_PKCS_KEY_PAIR_GEN },
      of(label, [
        { type: binding.CKA_ENCRYPT, value: true },
        { type: binding.CKA_MODULUS_BITS, value: 2048 },
        { type: binding.CKA_PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
      ]),
      of(label, [
        { type: binding.CKA_DECRYPT, value: true },
        { type: binding.CKA_SENSITIVE, value: true },
      ]),
    );
  }
  module.C_CloseSession(session);
}

/** Compiled on first use: no script of a package runs on install. */
function findBinding(): typeof Pkcs11js | undefined {
  const require = createRequire(new URL("../../../packages/keyring-pkcs11/package.json", import.meta.url));
  const folder = dirname(require.resolve("pkcs11js/package.json"));
  if (!existsSync(join(folder, "build/Release/pkcs11.node"))) {
    try {
      execFileSync("npm", ["run", "build", "--silent"], {
        cwd: folder,
        stdio: ["ignore", "ignore", "pipe"],
        timeout: 300_000,
      });
    } catch (error) {
      console.info(`pkcs11js can't be compiled: ${String((error as { readonly stderr?: Buffer }).stderr).slice(-500)}`);
      return undefined;
    }
  }
  return require("pkcs11js") as typeof Pkcs11js;
}
