/** Which container a command is about. */
import type { SealedContainerDefinition, SealOptions } from "cosmoseal";
import { CliError, EXIT } from "../terminal/exit.js";

export interface Target {
  /** `database/container` */
  readonly name: string;
  readonly databaseId: string;
  readonly containerId: string;
  readonly definition: SealedContainerDefinition<unknown>;
}

/** The containers that have a definition. Empty where a function declares them. */
export function targetsOf({ containers }: SealOptions): readonly Target[] {
  if (typeof containers === "function") return [];
  return Object.entries(containers).flatMap(([name, definition]) =>
    definition === "plaintext" ? [] : [targetOf(name, definition)],
  );
}

/**
 * The container that was named, by `database/container`, by its id alone or by the logical name of its definition; without a name the only one
 * there is. Throws TARGET_MISSING, TARGET_UNKNOWN.
 */
export function findTarget(seal: SealOptions, given: string | undefined): Target {
  const all = targetsOf(seal);
  const names = all.map(({ name }) => name).join(", ");
  if (given === undefined) {
    const [only] = all;
    if (only !== undefined && all.length === 1) return only;
    const hint = all.length === 0 ? "" : ` The configuration has: ${names}.`;
    throw new CliError(
      EXIT.usage,
      "TARGET_MISSING",
      `Say which container, with --container database/container.${hint}`,
    );
  }
  if (typeof seal.containers === "function") {
    const [databaseId = "", containerId = ""] = given.split("/");
    const found = seal.containers(databaseId, containerId);
    if (found !== undefined && found !== "plaintext") return targetOf(given, found);
  }
  const [found, second] = all.filter(
    ({ name, containerId, definition }) => name === given || containerId === given || definition.name === given,
  );
  if (found !== undefined && (second === undefined || found.name === given)) return found;
  throw new CliError(
    EXIT.usage,
    "TARGET_UNKNOWN",
    `No container ${JSON.stringify(given)} has a definition in the configuration. It has: ${names === "" ? "none" : names}.`,
  );
}

function targetOf(name: string, definition: SealedContainerDefinition<unknown>): Target {
  const [databaseId = "", containerId = ""] = name.split("/");
  return { name, databaseId, containerId, definition };
}
