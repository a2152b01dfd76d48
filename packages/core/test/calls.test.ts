/** Sealing and opening as calls: many documents at once, keys that are loaded on the way, stamps that are asked for. */
import { expect, test } from "vitest";
import {
  createKeyStore,
  defineContainer,
  isCosmosealError,
  type JsonObject,
  Keys,
  memoryKeyStore,
  open,
  openAll,
  seal,
  sealed,
  staticKeyring,
} from "../src/index.js";

const definition = defineContainer({
  name: "notes",
  partitionKey: "/owner",
  paths: { "/id": sealed(), "/owner": sealed(), "/text": sealed() },
});

async function newKeys(): Promise<Keys> {
  const keyring = staticKeyring(Buffer.alloc(32, 3).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [definition] });
  return new Keys({ keyring, store, pin });
}

test("a document under a foreign key doesn't keep those beside it from opening", async () => {
  const [own, foreign] = [await newKeys(), await newKeys()];
  const note = (id: string) => ({ id, owner: "me", text: `text of ${id}` });
  const now = Date.now();
  const stored = [
    await seal(definition, own, note("a"), { stamp: now }),
    await seal(definition, foreign, note("b"), { stamp: now }),
    await seal(definition, own, note("c"), { stamp: now }),
  ];
  const bad: (readonly [number, boolean])[] = [];
  const opened = await openAll(definition, own, stored, {
    now,
    onBad: (error, index) => bad.push([index, isCosmosealError(error, "ERR_KEY_SCOPE")]),
  });
  expect(opened).toEqual([note("a"), undefined, note("c")]);
  expect(bad).toEqual([[1, true]]);
});

test("a stamp that is asked for is asked once, with the place as stored, and is the document's", async () => {
  const keys = await newKeys();
  const places: unknown[] = [];
  const stamp = Date.now();
  const stored: JsonObject = await seal(
    definition,
    keys,
    { id: "a", owner: "me", text: "t" },
    {
      stamp: (place) => {
        places.push([place.id, JSON.parse(place.partitionKey)]);
        return stamp;
      },
    },
  );
  expect(places).toEqual([[stored["id"], [stored["owner"]]]]);
  expect(stored["id"]).not.toBe("a");
  expect((stored["_seal"] as JsonObject)["n"]).toBe(stamp);
  expect(await open(definition, keys, stored, { now: stamp })).toEqual({ id: "a", owner: "me", text: "t" });
});
