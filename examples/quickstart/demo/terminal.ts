/** How lines reach the terminal: colour only where it has it, widths counted in cells, nothing wider than the screen. */
import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where the demo writes: a terminal, or a file or pipe, in which no line is overwritten and none has colour. */
export interface Terminal {
  readonly interactive: boolean;
  /** Cells a line may take: the terminal's, from 60 to 100; 80 where there is none. */
  readonly width: number;
  line(text?: string): void;
  /** Replaces the line that it wrote before; does nothing where there is no terminal. */
  status(text: string): void;
  style(style: Style | readonly Style[], text: string): string;
}

export function openTerminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  const interactive = stream.isTTY === true;
  // hasColors looks at NO_COLOR, TERM and FORCE_COLOR.
  const colour = interactive && stream.hasColors();
  let pending = false;
  const clear = (): void => {
    if (pending) stream.write("\r\x1b[K");
    pending = false;
  };
  return {
    interactive,
    width: interactive ? Math.min(100, Math.max(60, stream.columns)) : 80,
    line: (text = "") => {
      clear();
      stream.write(`${text}\n`);
    },
    status: (text) => {
      if (!interactive) return;
      clear();
      stream.write(text);
      pending = text !== "";
    },
    style: (style, text) => (colour ? styleText(typeof style === "string" ? style : [...style], text) : text),
  };
}
