/** A progress bar with rate and time left; where there is no terminal, nothing until the work is done. */
import type { Terminal } from "./terminal.js";
import { grouped } from "./text.js";

export interface Progress {
  /** To be called after each unit of work; draws at most ten times a second. */
  step(): void;
  /** Clears the bar and tells what was measured. */
  end(): { readonly seconds: number; readonly perSecond: number };
}

export function startProgress(terminal: Terminal, label: string, total: number): Progress {
  const started = performance.now();
  const cells = Math.min(24, terminal.width - 48);
  let done = 0;
  let drawn = 0;
  const elapsed = (): number => (performance.now() - started) / 1000;
  return {
    step: () => {
      done++;
      if (performance.now() - drawn < 100 && done < total) return;
      drawn = performance.now();
      const rate = done / elapsed();
      const filled = Math.round((done / total) * cells);
      const bar = terminal.style("green", "█".repeat(filled)) + terminal.style("dim", "░".repeat(cells - filled));
      const left = ((total - done) / rate).toFixed(1);
      terminal.status(`  ${label} ${bar} ${grouped(done)}/${grouped(total)}  ${Math.round(rate)}/s  ${left} s left`);
    },
    end: () => {
      terminal.status("");
      return { seconds: elapsed(), perSecond: done / elapsed() };
    },
  };
}
