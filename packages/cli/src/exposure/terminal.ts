/** The report for a terminal: the figures first, then what needs a look, each container's fields last. */
import type { Output } from "../terminal/output.js";
import { table } from "../terminal/table.js";
import type { ContainerExposure, ExposureReport } from "./report.js";
import { peopleOf, percent, readableKinds, sinceOf, verdictOf } from "./summary.js";

export function linesOf(out: Output, report: ExposureReport): string[] {
  const { level, text } = verdictOf(report);
  const since = sinceOf(report);
  const { atLeast, atMost, by } = peopleOf(report);
  return [
    out.style(level, text),
    ...(report.limit === undefined ? [] : [`Of each container at most ${n(report.limit)} documents were read.`]),
    ...(report.totals.personal === 0
      ? []
      : [
          `People: ${by === undefined ? `at most ${n(atMost)}` : `at least ${n(atLeast)} (different values of ${by}), at most ${n(atMost)}`}.`,
          `Last written between ${since?.oldest.slice(0, 10)} and ${since?.newest.slice(0, 10)}; readable at least since then.`,
        ]),
    ...readableKinds(report).map(
      ({ kind, values, places }) =>
        `  ${out.style("yellow", kind.padEnd(16))} ${n(values).padStart(9)}  ${places
          .slice(0, 3)
          .map(({ container, path }) => `${container} ${path}`)
          .join(", ")}${places.length > 3 ? `, and ${places.length - 3} more` : ""}`,
    ),
    ...report.containers.flatMap((container) => containerLines(out, container)),
  ];
}

function containerLines(out: Output, container: ContainerExposure): string[] {
  const { name, documents, plaintext, sealed, damaged, keyStore, index, scripts, paths, pathsLeftOut } = container;
  const head = ["", `${out.style("bold", name)}  ${n(documents)} documents`];
  if (keyStore !== undefined) {
    const keks = keyStore.map(({ keyring, kek }) => `${keyring}${kek === "" ? "" : ` ${kek}`}`).join(", ");
    return [...head, `  a key store: its keys open with ${keks === "" ? "a key-encryption key" : keks} alone`];
  }
  const programs = [...scripts.storedProcedures, ...scripts.triggers, ...scripts.functions];
  return [
    ...head,
    `  plaintext ${n(plaintext)} (${percent(plaintext, documents)}), sealed ${n(sealed)} (${percent(sealed, documents)})${damaged === 0 ? "" : `, ${out.style("red", `damaged ${n(damaged)}`)}`}`,
    ...(sealed === 0 ? [] : [`  index: ${index.ciphertext ? out.style("yellow", index.text) : index.text}`]),
    ...(programs.length === 0 ? [] : [`  scripts: ${programs.join(", ")}`]),
    ...(scripts.unknown ? ["  scripts: the key may not list them"] : []),
    ...(paths.length === 0
      ? []
      : indent(
          table(
            ["path", "clear", "signed", "unsigned", "sealed", "looks like", "samples"],
            paths
              .slice(0, MOST)
              .map((path) => [
                path.path,
                percent(path.clear, documents),
                percent(path.signed, documents),
                percent(path.unsigned, documents),
                path.sealed === 0 ? "" : percent(path.sealed, documents),
                path.personal.map(({ kind }) => kind).join(", "),
                path.samples.slice(0, 2).join("  "),
              ]),
            [1, 2, 3, 4],
          ),
        )),
    ...(paths.length > MOST ? [`  and ${paths.length - MOST} more paths, in --json and --html`] : []),
    ...(pathsLeftOut === 0 ? [] : [`  ${n(pathsLeftOut)} paths beyond the bound were not looked at one by one`]),
    ...container.groups.map(
      ({ name: group, keys, documents: of }) =>
        `  group ${group === "" ? "(default)" : group}: unreadable in ${n(of)} documents, ${keys.length} key${keys.length === 1 ? "" : "s"} (${keys
          .slice(0, 3)
          .map(({ id }) => id)
          .join(", ")}${keys.length > 3 ? ", …" : ""})`,
    ),
    ...container.tokens.map(
      ({ name: token, kind, path, distinct, exact, largest, entropy, tells }) =>
        `  token ${token}${path === undefined ? "" : ` ${path}`}, ${kind}: ${exact ? "" : "about "}${n(distinct)} different, the most frequent in ${percent(largest, 1)}, ${entropy.toFixed(1)} bits. ${tells}`,
    ),
  ];
}

const MOST = 40;

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function n(value: number): string {
  return value.toLocaleString("en-US");
}
