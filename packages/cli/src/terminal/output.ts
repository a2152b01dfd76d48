/** Where a command's words go: its result to standard output, as text for people or as JSON for programs; all else to standard error. */
import { printable, STYLES } from "./printable.js";

export type Style = Exclude<keyof typeof STYLES, "reset">;

export interface Output {
  readonly json: boolean;
  /** The result: `value` as one JSON document, or `lines` for people. Once per command. */
  result(value: unknown, lines: readonly string[]): void;
  /** A line of the result as it becomes known: JSON on one line, or text. */
  item(value: unknown, line: string): void;
  /** What a person should know meanwhile; to standard error. */
  note(text: string): void;
  style(style: Style, text: string): string;
}

export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export function createOutput(options: { readonly json: boolean; readonly color: boolean }, streams: Streams): Output {
  const write = (stream: NodeJS.WritableStream, line: string): void => {
    stream.write(`${printable(line)}\n`);
  };
  return {
    json: options.json,
    result: (value, lines) => {
      if (options.json) streams.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      else for (const line of lines) write(streams.stdout, line);
    },
    item: (value, line) => {
      if (options.json) streams.stdout.write(`${JSON.stringify(value)}\n`);
      else write(streams.stdout, line);
    },
    note: (text) => write(streams.stderr, text),
    style: (style, text) => (options.color ? `${STYLES[style]}${text}${STYLES.reset}` : text),
  };
}

/** NO_COLOR and FORCE_COLOR as everywhere; else colour where a person looks. */
export function wantsColor(env: NodeJS.ProcessEnv, stream: { readonly isTTY?: boolean }): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if ((env["FORCE_COLOR"] ?? "") !== "") return env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
