/** The other keyrings of the configuration, by the names that it gives them. */
import type { Keyring } from "cosmoseal";
import type { Session } from "../session.js";
import { CliError, EXIT } from "../terminal/exit.js";

/** Throws KEYRING_UNKNOWN. */
export async function keyringOf({ workspace }: Session, name: string): Promise<Keyring> {
  const { keyrings = {} } = (await workspace.loaded()).config;
  const found = Object.hasOwn(keyrings, name) ? keyrings[name] : undefined;
  if (found === undefined) {
    const names = Object.keys(keyrings).join(", ");
    throw new CliError(
      EXIT.usage,
      "KEYRING_UNKNOWN",
      `The configuration has no keyring ${JSON.stringify(name)} under \`keyrings\`. It has: ${names === "" ? "none" : names}.`,
    );
  }
  return typeof found === "function" ? found() : found;
}
