/** Other writers: whoever changes documents past the sealing client, seen on the change feed for as long as was said. */
import { ChangeFeedStartFrom } from "@azure/cosmos";
import { isCosmosealError, openAll } from "@cosmoseal/core";
import type { Target } from "../config/target.js";
import type { Session } from "../session.js";
import { bad, type Finding, ok } from "./finding.js";

/** From now on; the last version of each document that is changed meanwhile. */
export async function watchWriters(session: Session, target: Target, seconds: number): Promise<readonly Finding[]> {
  const { workspace, signal } = session;
  const container = await workspace.container(target);
  const keys = await workspace.keys();
  const feed = container.items.getChangeFeedIterator<Record<string, unknown>>({
    changeFeedStartFrom: ChangeFeedStartFrom.Now(),
  });
  const found = new Map<string, { count: number; example: string }>();
  let changes = 0;
  const progress = session.progress(`watching ${target.name}`, "s");
  const end = Date.now() + seconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const { result = [] } = await feed.readNext();
    if (result.length > 0) {
      changes += result.length;
      const ids = result.map((document) => String(document["id"]));
      await openAll(target.definition, keys, result, {
        now: Date.now(),
        signal,
        onBad: (error, i) => {
          if (!isCosmosealError(error)) throw error;
          const known = found.get(error.code) ?? { count: 0, example: ids[i] ?? "" };
          found.set(error.code, { ...known, count: known.count + 1 });
        },
      });
      continue;
    }
    const left = end - Date.now();
    if (left <= 0) break;
    progress.update(seconds - left / 1000, seconds);
    await pause(Math.min(500, left), signal);
  }
  progress.end();
  if (found.size === 0)
    return [ok("writers", `${target.name}: ${changes} changes in ${seconds} s, all by writers that seal.`)];
  return [...found].map(([code, { count, example }]) =>
    bad(
      "writers",
      `${target.name}: ${count} of ${changes} changed documents don't open (${code}), the first is ${JSON.stringify(example)}.`,
      "Something else writes there. Find it; let it use the sealing client, or declare what it changes unsigned. cosmoseal inspect tells what was changed, cosmoseal repair mends it.",
    ),
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
