/** The head of the key store, verified by the client before it is shown. */
import type { HeadRecord } from "@cosmoseal/core";
import type { Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";

/** Throws what keyring and store throw; STORE_CHANGED where another process changed it between verifying and reading. */
export async function headOf({ workspace }: Session): Promise<HeadRecord> {
  const { keys } = await workspace.client();
  const pin = await keys.pin();
  const store = await workspace.store();
  const head = (await store.readHead()) as HeadRecord | undefined;
  if (head?.root === pin) return head;
  throw new CliError(EXIT.keys, "STORE_CHANGED", "The key store was changed just now. Try again.");
}
