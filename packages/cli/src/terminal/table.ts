/** Columns for a terminal. */

/** The rows in columns as wide as their widest cell, two spaces apart; columns named in `right` are aligned to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ""))));
  return all.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat(Math.max(0, widths[column]! - width(cell)));
        return right.includes(column) ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** `1 document`, `2 documents`. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** In code points, styles not counted. */
function width(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are escape sequences
  return [...text.replace(/\u001b\[\d+m/g, "")].length;
}
