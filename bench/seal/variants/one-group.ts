// What Cosmoseal does without a manifest and without tokens: one group, sealed at once by the fastest back end.
import { cryptoReady } from "@cosmoseal/core";
import { openGroup, sealGroup } from "../../../packages/core/src/codec/group.js";
import { fromBase64, toBase64 } from "../../../packages/core/src/crypto/bytes.js";
import { Key } from "../../../packages/core/src/crypto/key.js";
import { cryptoReady as ready } from "../../../packages/core/src/crypto/sodium.js";
import { SEALED } from "../customer.js";
import type { Variant } from "../variant.js";

export async function oneGroup(): Promise<Variant> {
  await Promise.all([cryptoReady(), ready()]);
  const key = Key.take(new Uint8Array(32).fill(7));
  const group = { name: "", keyId: "AAAAAAAAAAAAAAAAAAAAAA", stamp: 1 };
  const place = {
    container: "customers",
    partitionKey: '["t-4"]',
    id: "c-17",
    scope: ["container", "customers"] as const,
    scopeText: '["container","customers"]',
  };
  return {
    name: "cosmoseal, one group",
    note: "no manifest, no tokens",
    write(document) {
      const open: Record<string, unknown> = { ...document };
      const entries = SEALED.map((name) => {
        open[name] = undefined;
        return [`/${name}`, document[name]!] as const;
      });
      return JSON.stringify({ ...open, sealed: toBase64(sealGroup(key, place, group, entries)) });
    },
    read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      const blob = fromBase64(document["sealed"] as string)!;
      delete document["sealed"];
      for (const [pointer, value] of openGroup(key, place, { ...group, blob })!) document[pointer.slice(1)] = value;
      return document;
    },
  };
}
