/** A definition with scopes, and documents to seal: what keys are for. */
import {
  defineContainer,
  isCosmosealError,
  type Keyring,
  type KeyStore,
  Keys,
  type KeysOptions,
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

/** With a group beside the default one. */
export const charts = defineContainer({
  name: "charts",
  partitionKey: "/pk",
  scope: { path: "/pk", family: "ward" },
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    email: sealed(z.string()).optional(),
    diagnosis: sealed(z.string(), { group: "medical" }).optional(),
  }),
});

export const KEK = Buffer.alloc(32, 7).toString("base64");
export const OTHER_KEK = Buffer.alloc(32, 9).toString("base64");

export const STAMP = 1_795_513_325_123;

export async function sealNote(keys: Keys, pk: string, createScopes = true): Promise<unknown> {
  const document = { id: "1", pk, text: `text of ${pk}` };
  return JSON.parse(JSON.stringify(await seal(notes, keys, document, { stamp: STAMP, createScopes })));
}

export async function sealChart(keys: Keys, pk: string): Promise<unknown> {
  const document = { id: "1", pk, email: `e-mail of ${pk}`, diagnosis: `diagnosis of ${pk}` };
  return JSON.parse(JSON.stringify(await seal(charts, keys, document, { stamp: STAMP, createScopes: true })));
}

/** Whether it opens as what it was, whole or but for the group, or the code of the error. */
export async function outcomeOfChart(keys: Keys, stored: unknown): Promise<string> {
  try {
    const document = await open(charts, keys, structuredClone(stored), { now: STAMP, missing: () => "omit" });
    const { pk, email, diagnosis } = document;
    if (email !== `e-mail of ${String(pk)}`) return "another e-mail";
    if (diagnosis === undefined) return "open but for the group";
    return diagnosis === `diagnosis of ${String(pk)}` ? "open" : "another diagnosis";
  } catch (error) {
    if (isCosmosealError(error)) return error.code;
    throw error;
  }
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

export function keysOn(store: KeyStore, keyring: Keyring, pin: string, groups?: KeysOptions["groups"]): Keys {
  return new Keys({ keyring, store, pin, groups });
}
