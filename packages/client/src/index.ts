/** The entry for Node.js: everything, and keyrings that need a file system. */
export { fileKeyStore, passphraseKeyring } from "@cosmoseal/core/node";
export * from "./public.js";
