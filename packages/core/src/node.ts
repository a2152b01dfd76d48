/** What needs a file system: the rest of the package runs anywhere. */
export { fileKeyStore } from "./keys/file/file-store.js";
export { passphraseKeyring } from "./keys/file/passphrase-keyring.js";
