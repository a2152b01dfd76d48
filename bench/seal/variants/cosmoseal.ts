// Cosmoseal as its client uses it: manifest, six signed paths, two equality tokens, keys leased for each call.
import {
  type ContainerDefinition,
  createKeyStore,
  Keys,
  memoryKeyStore,
  open,
  seal,
  staticKeyring,
} from "@cosmoseal/core";
import type { Variant } from "../variant.js";

export async function cosmoseal(
  name: string,
  note: string,
  definition: ContainerDefinition<unknown>,
): Promise<Variant> {
  const keyring = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [definition] });
  const keys = new Keys({ keyring, store, pin });
  let stamp = 0;
  return {
    name,
    note,
    write: async (document) => JSON.stringify(await seal(definition, keys, document, { stamp: ++stamp })),
    read: (stored) => open(definition, keys, JSON.parse(stored), { now: Date.now() }),
    close: async () => keys.dispose(),
  };
}
