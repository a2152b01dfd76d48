/** Questions at a terminal. They are written to standard error, so that standard output holds the result alone. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CliError, EXIT } from "./exit.js";

/** False where nobody can answer: in a pipe, in CI. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** The answer, or `preset` for an empty one. Throws where nobody can answer, naming what to give instead. */
export async function askText(question: string, instead: string, preset?: string): Promise<string> {
  const answer = await ask(preset === undefined ? `${question}: ` : `${question} [${preset}]: `, instead, false);
  return answer === "" && preset !== undefined ? preset : answer;
}

/** As typed, without showing it. Throws where nobody can answer. */
export async function askSecret(question: string, instead: string): Promise<string> {
  return ask(`${question}: `, instead, true);
}

/** True for y or yes, whatever the case. */
export async function askConfirmation(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N]: `, instead, false)).trim());
}

function ask(question: string, instead: string, hidden: boolean): Promise<string> {
  if (!canAsk()) {
    const what = question.replace(/(\s*\[[^\]]*\])?: $/, "");
    throw new CliError(EXIT.usage, "NO_TERMINAL", `There is no terminal to ask at: "${what}". ${instead}`);
  }
  // readline edits the line; what it echoes of a secret goes nowhere.
  const echo = new Writable({
    write: (chunk, _encoding, done) => {
      if (!hidden) process.stderr.write(chunk);
      done();
    },
  });
  process.stderr.write(hidden ? question : "");
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    lines.on("SIGINT", () => {
      reject(new CliError(EXIT.interrupted, "INTERRUPTED", "Stopped. Nothing was changed."));
      lines.close();
    });
    lines.on("close", () => reject(new CliError(EXIT.usage, "NO_ANSWER", "The input ended before the answer.")));
    lines.question(hidden ? "" : question, (answer) => {
      resolve(answer);
      lines.close();
      if (hidden) process.stderr.write("\n");
    });
  });
}
