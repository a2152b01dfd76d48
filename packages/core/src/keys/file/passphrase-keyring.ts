/** A key file behind a passphrase: keyring and key store in one. */
import type { Keyring } from "../keyring.js";
import { type PassphraseOptions, passphraseKek } from "../root-wrap.js";
import { fileKeyStore } from "./file-store.js";

/**
 * Keys in the file `path`, their root behind a passphrase (Argon2id, 256 MiB by default). Synchronous: nothing is read before
 * the first use. The file lies with the customer, so that its pin is believed; it never belongs into the account.
 *
 * @example const keyring = passphraseKeyring("customer.keys", { passphrase: () => process.env.SEAL_PASSPHRASE ?? "" });
 */
export function passphraseKeyring(path: string, options: PassphraseOptions): Keyring {
  return { ...passphraseKek(options), store: fileKeyStore(path), keepsPin: true };
}
