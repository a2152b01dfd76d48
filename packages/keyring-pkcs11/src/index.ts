/** A key-encryption key in a PKCS#11 token: an HSM, a smart card, a software token. */
export { type Pkcs11KeyringOptions, type Pkcs11Mechanism, pkcs11Keyring } from "./pkcs11-keyring.js";
