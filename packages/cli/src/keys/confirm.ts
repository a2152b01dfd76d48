/** What can't be undone is asked for twice. */
import { CliError, EXIT } from "../terminal/exit.js";
import { askText } from "../terminal/prompts.js";

/** The name must be typed again, at the terminal or as `--confirm`. Throws NOT_CONFIRMED. */
export async function confirmByName(what: string, name: string, given: string | undefined): Promise<void> {
  const answer =
    given ?? (await askText(`${what === "" ? "" : `${what} `}Type ${name} to go on`, `Give --confirm ${name}.`));
  if (answer === name) return;
  throw new CliError(EXIT.refused, "NOT_CONFIRMED", `That is not ${name}. Nothing was changed.`);
}
