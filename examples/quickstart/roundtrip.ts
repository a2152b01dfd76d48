import { rm } from "node:fs/promises";
import * as azure from "@azure/cosmos";
import { createEmulator } from "@cosmoseal/emulator";
import { CosmosClient, createKeyStore, defineContainer, passphraseKeyring, sealed } from "cosmoseal";
import { z } from "zod";

const email = sealed(z.email(), { equality: true });
const diagnosis = sealed(z.string(), { group: "medical" });
const schema = z.object({ id: z.string(), tenantId: z.string(), email, diagnosis });
const customers = defineContainer({ name: "customers", partitionKey: "/tenantId", schema });

// Once: a key file. It stays with you.
const keyring = passphraseKeyring("roundtrip.keys", { passphrase: () => "tin otter violin lamp" });
await createKeyStore({ keyring, containers: [customers] });

// The emulator stands in for your account. From here on it is the CosmosClient that you know.
const { connectionString, close } = await createEmulator();
const client = new CosmosClient({ connectionString, seal: { keyring, containers: { "shop/customers": customers } } });
const { database } = await client.databases.create({ id: "shop" });
const { container } = await database.containers.create({ id: "customers", partitionKey: "/tenantId" });

await container.items.create({ id: "c-17", tenantId: "t-1", email: "ada@example.org", diagnosis: "J45.9 Asthma" });
const { resource } = await container.item("c-17", "t-1").read();
console.log("read:", resource.email, resource.diagnosis);
const { resources } = await container.items.query("SELECT * FROM c WHERE c.email = 'ada@example.org'").fetchAll();
console.log("found:", resources[0].id);

// What a thief of the account key gets.
const account = new azure.CosmosClient(connectionString).database("shop").container("customers");
const { resource: stolen } = await account.item("c-17", "t-1").read();
console.log("stolen:", stolen);

await close();
await rm("roundtrip.keys");
