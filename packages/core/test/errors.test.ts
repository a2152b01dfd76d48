/** What errors tell, and what they never do, when a document goes bad after its first part was opened. */
import { defineContainer, type JsonObject, open, seal, sealed } from "@cosmoseal/core";
import { expect, test } from "vitest";
import { manifestOf } from "../src/codec/manifest.js";
import { openDocument, readStored } from "../src/codec/open.js";
import { toBase64 } from "../src/crypto/bytes.js";
import { overTheWire, testKeys } from "./support/keys.js";

const NOW = 1_795_513_325_123;
const patients = defineContainer({
  name: "patients",
  partitionKey: "/clinic",
  paths: { "/id": sealed(), "/clinic": sealed(), "/diagnosis": sealed({ group: "medical" }) },
});

interface Stored extends JsonObject {
  id: string;
  _seal: { k: string; m: string; g: Record<string, [string, number, string]> };
}

test("a sealed id is told as stored by an error that comes after the id was opened", async () => {
  const { keys } = await testKeys(patients);
  const document = { id: "secret-id", clinic: "secret-clinic", diagnosis: "secret" };
  const stored = overTheWire(await seal(patients, keys, document, { stamp: NOW })) as Stored;
  const blob = Buffer.from(stored._seal.g["medical"]![2], "base64");
  blob[30]! ^= 1;
  stored._seal.g["medical"]![2] = blob.toString("base64");
  await signAgain(stored);
  const { id } = stored;
  const error = await open(patients, keys, stored, { now: NOW }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "ERR_INTEGRITY", id });
  expect(`${error} ${JSON.stringify(error)}`).not.toContain("secret");

  /** As one could who holds the integrity key, and not the group's. */
  async function signAgain(changed: Stored): Promise<void> {
    const { seal: member, place, version } = readStored(patients.plan, changed);
    const lease = await keys.lease(patients.plan, [place.scope]);
    const integrity = lease.keysOf(place.scope).reading("integrity", "", changed._seal.k);
    const manifest = manifestOf(integrity, place, member.groups, changed._seal, changed, version.unsignedPlaces);
    changed._seal.m = toBase64(manifest);
    lease.release();
  }
});

test("keys that are for another scope open nothing, whatever ids they know", async () => {
  const { keys } = await testKeys(patients);
  const document = { id: "a", clinic: "b", diagnosis: "c" };
  const read = readStored(patients.plan, overTheWire(await seal(patients, keys, document, { stamp: NOW })));
  const lease = await keys.lease(patients.plan, [read.place.scope]);
  const own = lease.keysOf(read.place.scope);
  const foreign = { ...own, scopeText: '["container","other"]' };
  expect(() => openDocument(patients.plan, read, foreign, NOW)).toThrow(/^ERR_INTEGRITY/);
  expect(openDocument(patients.plan, read, own, NOW)).toEqual(document);
  lease.release();
});
