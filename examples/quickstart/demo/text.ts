/** Text in cells: what a terminal needs for a Chinese name, a combining mark or an emoji is not its length. */

/** Cells that the text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const cluster of clusters(text)) width += clusterWidth(cluster);
  return width;
}

/** The text in exactly `width` cells: cut with an ellipsis, or filled with spaces. Control characters become spaces. */
export function fit(text: string, width: number): string {
  const shown = text.replace(/\p{Cc}/gu, " ");
  const cut = widthOf(shown) > width ? `${take(shown, width - 1)}…` : shown;
  return cut + " ".repeat(Math.max(0, width - widthOf(cut)));
}

/** Lines of at most `width` cells, broken at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** 1234567 → 1,234,567, in any locale of the machine. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 1.2 MB, 640 KB. */
export function bytes(count: number): string {
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} MB` : `${Math.round(count / 1e3)} KB`;
}

function take(text: string, width: number): string {
  let taken = "";
  let left = width;
  for (const cluster of clusters(text)) {
    left -= clusterWidth(cluster);
    if (left < 0) break;
    taken += cluster;
  }
  return taken;
}

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

function* clusters(text: string): Iterable<string> {
  for (const { segment } of SEGMENTER.segment(text)) yield segment;
}

/** Two cells for East Asian wide characters and emoji, none for lone marks and controls, else one. */
function clusterWidth(cluster: string): number {
  if (/^[\p{Mark}\p{Cc}\p{Cf}]+$/u.test(cluster)) return 0;
  if (/\p{Emoji_Presentation}/u.test(cluster)) return 2;
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u.test(
    cluster,
  )
    ? 2
    : 1;
}
