/** A definition with scopes, and documents to seal: what keys are for. */
import {
  defineContainer,
  isCosmosealError,
  type Keyring,
  type KeyStore,
  Keys,
  open,
  seal,
  sealed,
} from "@cosmoseal/core";
import * as z from "zod";

export const notes = defineContainer({
  name: "notes",
  partitionKey: "/pk",
  scope: { path: "/pk", family: "tenant" },
  schema: z.object({ id: z.string(), pk: z.string(), text: sealed(z.string(), { equality: true }) }),
});

export const KEK = Buffer.alloc(32, 7).toString("base64");
export const OTHER_KEK = Buffer.alloc(32, 9).toString("base64");

export const STAMP = 1_795_513_325_123;

export async function sealNote(keys: Keys, pk: string, createScopes = true): Promise<unknown> {
  const document = { id: "1", pk, text: `text of ${pk}` };
  return JSON.parse(JSON.stringify(await seal(notes, keys, document, { stamp: STAMP, createScopes })));
}

/** Whether it opens as what it was, or the code of the error. */
export async function outcomeOf(keys: Keys, stored: unknown): Promise<string> {
  try {
    const { pk, text } = await open(notes, keys, structuredClone(stored), { now: STAMP });
    return text === `text of ${String(pk)}` ? "open" : "another text";
  } catch (error) {
    if (isCosmosealError(error)) return error.code;
    throw error;
  }
}

export function keysOn(store: KeyStore, keyring: Keyring, pin: string): Keys {
  return new Keys({ keyring, store, pin });
}
