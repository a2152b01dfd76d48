/** Examples at the end of a command's help. */
import type { Command } from "commander";

/** Each an invocation and, if it needs one, a remark. */
export function examples(
  command: Command,
  ...lines: readonly (string | readonly [line: string, remark: string])[]
): void {
  const text = lines.map((line) => (typeof line === "string" ? `  $ ${line}` : `  $ ${line[0]}\n      ${line[1]}`));
  command.addHelpText("after", `\n${lines.length === 1 ? "Example" : "Examples"}:\n${text.join("\n")}\n`);
}
