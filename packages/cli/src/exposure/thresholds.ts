/** `--fail-if`: bounds for CI, as `plaintext>0` or `personal>1%`. */
import { CliError, EXIT } from "../terminal/exit.js";
import type { ExposureReport } from "./report.js";

export interface Threshold {
  readonly text: string;
  /** The figure that the report has. */
  measure(report: ExposureReport): number;
  readonly bound: number;
}

/** What can be bounded, for `--help`. */
export const METRICS: Readonly<Record<string, string>> = {
  plaintext: "documents without a seal",
  personal: "documents with something readable that looks personal",
  unsigned: "sealed documents with an unsigned field",
  damaged: "documents whose seal is not of the form",
  "token-share": "share of the most frequent token of any index (with %)",
  "ciphertext-indexed": "containers whose index holds ciphertext",
  scripts: "stored procedures, triggers, functions",
};

/** Throws ARGUMENT_INVALID. */
export function parseThreshold(text: string): Threshold {
  const match = /^\s*([a-z-]+)\s*>\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text);
  const metric = match?.[1] ?? "";
  if (match === null || METRICS[metric] === undefined) {
    throw new CliError(
      EXIT.usage,
      "ARGUMENT_INVALID",
      `--fail-if takes a bound as "plaintext>0" or "personal>1%", not ${JSON.stringify(text)}. Figures are: ${Object.keys(METRICS).join(", ")}.`,
    );
  }
  const isShare = match[3] === "%";
  return {
    text: text.trim(),
    bound: isShare ? Number(match[2]) / 100 : Number(match[2]),
    measure: (report) => {
      const figure = measureOf(report, metric);
      if (metric === "token-share" || !isShare) return figure;
      return report.totals.documents === 0 ? 0 : figure / report.totals.documents;
    },
  };
}

/** Those that the report exceeds. */
export function exceeded(report: ExposureReport, thresholds: readonly Threshold[]): readonly Threshold[] {
  return thresholds.filter(({ measure, bound }) => measure(report) > bound);
}

function measureOf({ containers, totals }: ExposureReport, metric: string): number {
  const sum = (of: (container: ExposureReport["containers"][number]) => number): number =>
    containers.reduce((total, container) => total + of(container), 0);
  switch (metric) {
    case "plaintext":
      return totals.plaintext;
    case "personal":
      return totals.personal;
    case "unsigned":
      return sum(({ unsigned }) => unsigned);
    case "damaged":
      return sum(({ damaged }) => damaged);
    case "token-share":
      return Math.max(0, ...containers.flatMap(({ tokens }) => tokens.map(({ largest }) => largest)));
    case "ciphertext-indexed":
      return totals.ciphertextIndexed;
    default:
      return totals.scripts;
  }
}
