/** Keys in memory for tests. */
import {
  type ContainerDefinition,
  createKeyStore,
  type KeyStore,
  Keys,
  memoryKeyStore,
  staticKeyring,
} from "@cosmoseal/core";

export const KEK: string = Buffer.alloc(32, 7).toString("base64");

export async function testKeys(
  ...containers: readonly ContainerDefinition[]
): Promise<{ readonly keys: Keys; readonly store: KeyStore; readonly pin: string }> {
  const store = memoryKeyStore();
  const keyring = staticKeyring(KEK);
  const { pin } = await createKeyStore({ keyring, store, containers });
  return { keys: new Keys({ keyring, store, pin }), store, pin };
}

/** As it comes back over the wire. */
export function overTheWire(stored: unknown): unknown {
  return JSON.parse(JSON.stringify(stored));
}
