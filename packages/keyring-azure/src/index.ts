/** A key-encryption key in Azure Key Vault or Managed HSM. */
export { type AzureKeyAlgorithm, type AzureKeyringOptions, azureKeyring } from "./azure-keyring.js";
