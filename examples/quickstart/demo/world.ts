/** Where the demo takes place: an account on the loopback address, and a folder for the owner's keys that goes away again. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import { type Keyring, passphraseKeyring } from "cosmoseal";

/** However the process ends, short of being killed, the folder is removed. */
export interface World {
  readonly account: Emulator;
  /** A keyring in a file of its own, under a random passphrase that is kept in memory alone. */
  keyring(file: string): { readonly keyring: Keyring; readonly path: string };
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const account = await createEmulator({ key: randomBytes(64).toString("base64"), record: 100_000 });
  const folder = mkdtempSync(join(tmpdir(), "cosmoseal-demo-"));
  const tidy = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidy);
  return {
    account,
    keyring: (file) => {
      const passphrase = randomBytes(24).toString("base64");
      const path = join(folder, file);
      return { path, keyring: passphraseKeyring(path, { passphrase: () => passphrase }) };
    },
    close: async () => {
      tidy();
      await account.close();
    },
  };
}
