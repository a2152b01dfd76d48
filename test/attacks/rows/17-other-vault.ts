/** Row 17: the KEK's URL pointed at a vault of the thief's. */
import { azureKeyring } from "@cosmoseal/keyring-azure";
import { CREDENTIAL } from "../../keys/support/keyring-worlds.js";
import { startVault } from "../../keys/support/vault.js";
import type { Bed } from "../bed/bed.js";
import { createEncrypted, createKeys } from "../bed/built-in.js";
import { customers, victimOf } from "../bed/documents.js";
import { createStoredKeys, type Item, readEncryptionKey, replaceEncryptionKey } from "../bed/key-store.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 17,
  attacker: "points the KEK's URL at a vault of their own",
  must: "prevented: KEKs come from the application",
  run: async (bed) => {
    const { calls, outcome } = await ourOwn(bed);
    const builtIn = await theirs(bed);
    return [
      {
        name: "another address in the wrap",
        // What shows that the address matters: a client that goes by it does call there.
        control: { "a client that obeys the address": builtIn },
        ours: { "a new process": outcome, "the thief's vault": calls === 0 ? PREVENTED : accepted(`${calls} calls`) },
        builtIn: { "a new process": builtIn },
      },
    ];
  },
};

async function ourOwn(bed: Bed): Promise<{ readonly calls: number; readonly outcome: Outcome }> {
  const [own, evil] = [await startVault({ kek: "RSA" }), await startVault({ kek: "RSA" })];
  try {
    const keyring = azureKeyring({
      key: `${own.url}/keys/kek`,
      credential: CREDENTIAL,
      clientOptions: {
        disableChallengeResourceVerification: true,
        tlsOptions: { ca: [own.certificate, evil.certificate] },
        retryOptions: { maxRetries: 0 },
      },
    });
    const keys = await createStoredKeys(bed, { customers }, { keyring, publicKey: undefined as never });
    const { resource: item } = await keys.stolenKeys.item("head", "keys").read<Item>();
    const head = item!["head"] as { readonly wraps: readonly { readonly kek: string }[] };
    const wraps = head.wraps.map((wrap) => ({ ...wrap, kek: wrap.kek.replace(own.url, evil.url) }));
    await keys.stolenKeys.items.upsert({ ...item, head: { ...head, wraps } });
    const outcome = await outcomeOf(
      () => keys.connect().database(keys.id).container("customers").items.create(victimOf("t")),
      () => accepted("written under what was planted"),
      ["ERR_KEYRING_MISMATCH", "ERR_KEY_STORE_FORGED"],
    );
    return { calls: evil.requests.length, outcome };
  } finally {
    await own.close();
    await evil.close();
  }
}

async function theirs(bed: Bed): Promise<Outcome> {
  const id = bed.fresh("vault");
  const { database } = await bed.connectBuiltIn().databases.create({ id });
  await createKeys(database);
  await createEncrypted(database, "customers");
  const evil = "https://vault-of-the-thief.invalid/keys/customers/1";
  bed.vault.plant(evil);
  const entry = await readEncryptionKey(bed, id, "dek");
  const metadata = entry["keyWrapMetadata"] as object;
  await replaceEncryptionKey(bed, id, "dek", { ...entry, keyWrapMetadata: { ...metadata, value: evil } });
  const since = bed.vault.asked.length;
  const container = bed.connectBuiltIn().database(id).container("customers");
  await container.items.create(victimOf("t")).catch(() => undefined);
  return bed.vault.asked.slice(since).includes(evil) ? accepted("the thief's vault is asked") : PREVENTED;
}
