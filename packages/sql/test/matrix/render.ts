/** The matrix as the page docs/sql-matrix.md. */
import { refusedFunctions } from "../../src/functions/refused.js";
import { type Expected, jsonTypes, type Row, standard } from "./cell.js";
import { matrix } from "./matrix.js";

const reference = "https://learn.microsoft.com/azure/cosmos-db/nosql/query/";

export function renderMatrix(): string {
  const cells = matrix.length * jsonTypes.length;
  return [
    "# Functions and operators by the types of their arguments",
    "",
    "Made from `packages/sql/test/matrix` by `pnpm --filter @cosmoseal/sql matrix`; every cell is a test.",
    "",
    `${matrix.length} rows, ${cells} cells. Each row is about the argument written \`?\`; a cell shows what the expression gives when that`,
    `argument is ${jsonTypes.map((type) => `${type} (\`${show(standard[type])}\`)`).join(", ")}, or what the cell itself says before the arrow.`,
    "`–` is no value (undefined). The name leads to the page of the public reference.",
    "",
    ...groups().flatMap(([group, rows]) => [`## ${group}`, "", ...table(rows), ""]),
    "## Refused by name",
    "",
    "These functions of the service are not built; a query that calls one is refused with `COSMOSEAL_NOT_BUILT`, which names it.",
    "",
    ...[...refusedFunctions].map(([name, kind]) => `- \`${name}\` (${kind})`),
    "",
  ].join("\n");
}

function groups(): [string, Row[]][] {
  const found = new Map<string, Row[]>();
  for (const row of matrix) {
    const rows = found.get(row.group);
    if (rows === undefined) found.set(row.group, [row]);
    else rows.push(row);
  }
  return [...found];
}

function table(rows: readonly Row[]): string[] {
  return [
    `| | expression | ${jsonTypes.join(" | ")} |`,
    `| --- | --- |${jsonTypes.map(() => " --- |").join("")}`,
    ...rows.map((row) => {
      const where =
        row.beside === undefined
          ? ""
          : row.beside.length === 0
            ? " over one row"
            : ` beside ${row.beside.join(" and ")}`;
      const cells = jsonTypes.map((type) => cell(row, type));
      return `| [${escaped(row.name)}](${link(row.page)}) | ${code(row.expression)}${where} | ${cells.join(" | ")} |`;
    }),
  ];
}

function cell(row: Row, type: (typeof jsonTypes)[number]): string {
  const sample = row.samples[type];
  const shown = code(show(row.cells[type]));
  return show(sample) === show(standard[type]) ? shown : `${code(show(sample))} → ${shown}`;
}

function show(value: Expected): string {
  return value === undefined ? "–" : JSON.stringify(value);
}

function code(text: string): string {
  return text === "–" ? text : `\`${text.replaceAll("|", "\\|")}\``;
}

function escaped(text: string): string {
  return text.replace(/[|[\]\\*<>~]/g, "\\$&");
}

function link(page: string): string {
  return page.startsWith("../../query/")
    ? `https://learn.microsoft.com/cosmos-db/query/${page.slice(12)}`
    : reference + page;
}
