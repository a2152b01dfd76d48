// A document of 1 MB: opened by Cosmoseal, beside node's own ChaCha20-Poly1305 for as many bytes and the reading of the JSON.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { defineContainer, sealed } from "@cosmoseal/core";
import { z } from "zod";
import { median } from "./measure.js";
import { cosmoseal } from "./variants/cosmoseal.js";

/** Medians in milliseconds, taken in turns. */
export interface LargeCost {
  readonly open: number;
  readonly limit: number;
}

export async function measureLarge(rounds: number): Promise<LargeCost> {
  const definition = defineContainer({
    name: "files",
    partitionKey: "/tenantId",
    schema: z.object({ id: z.string(), tenantId: z.string(), parts: sealed(z.array(z.string())) }),
  });
  const document = {
    id: "f-1",
    tenantId: "t-4",
    parts: Array.from({ length: 1000 }, (_, n) => `${n} `.padEnd(1000, "a line of text, ")),
  };
  const variant = await cosmoseal("large", "", definition);
  const stored = await variant.write(document as never);
  const bare = bareOpening(JSON.stringify({ parts: document.parts }));
  const times = { open: [] as number[], limit: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    const started = performance.now();
    await variant.read(stored);
    const between = performance.now();
    bare();
    const ended = performance.now();
    if (round < 0) continue;
    times.open.push(between - started);
    times.limit.push(ended - between);
  }
  await variant.close?.();
  return { open: median(times.open), limit: median(times.limit) };
}

/** What no way of opening can leave out: the stored text is JSON, the cipher runs over it, and the plaintext is JSON again. */
function bareOpening(text: string): () => void {
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const tag = cipher.getAuthTag();
  const stored = JSON.stringify({ id: "f-1", tenantId: "t-4", sealed: sealed.toString("base64") });
  return () => {
    const document = JSON.parse(stored) as { sealed: string };
    const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(tag);
    const plaintext = Buffer.concat([decipher.update(Buffer.from(document.sealed, "base64")), decipher.final()]);
    JSON.parse(plaintext.toString("utf8"));
  };
}
