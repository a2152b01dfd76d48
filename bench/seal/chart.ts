// The times as a picture: one bar for each way, write and read, on a logarithmic scale. Readable on light and on dark.

export interface Bar {
  readonly name: string;
  readonly note: string;
  /** Microseconds. */
  readonly write: number;
  readonly read: number;
}

const WIDTH = 760;
const LEFT = 220;
const ROW = 46;
const TOP = 66;

export function chartOf(bars: readonly Bar[], caption: string): string {
  const least = Math.min(...bars.flatMap(({ read, write }) => [read, write])) / 2;
  const most = Math.max(...bars.flatMap(({ read, write }) => [read, write]));
  const scale = (value: number): number => ((WIDTH - LEFT - 90) * Math.log(value / least)) / Math.log(most / least);
  const height = TOP + bars.length * ROW + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13">
<title id="title">Time to seal and to open one document</title>
<style>
  text { fill: #1f2328 } .quiet { fill: #59636e } .write { fill: #0969da } .read { fill: #8c959f } .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .quiet { fill: #9198a1 } .write { fill: #4493f8 } .read { fill: #656c76 } .ground { fill: #0d1117 } }
</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text x="16" y="26" font-size="16" font-weight="600">One document of 1,050 bytes, ten fields sealed: microseconds</text>
<rect class="write" x="${LEFT}" y="40" width="10" height="10"/><text class="quiet" x="${LEFT + 16}" y="49">write</text>
<rect class="read" x="${LEFT + 80}" y="40" width="10" height="10"/><text class="quiet" x="${LEFT + 96}" y="49">read (each step to the right is a factor)</text>
${bars.map((bar, n) => rowOf(bar, TOP + n * ROW, scale)).join("\n")}
<text class="quiet" x="16" y="${height - 12}" font-size="11">${escaped(caption)}</text>
</svg>
`;
}

function rowOf({ name, note, read, write }: Bar, y: number, scale: (value: number) => number): string {
  const bar = (kind: string, value: number, at: number): string =>
    `<rect class="${kind}" x="${LEFT}" y="${at}" width="${scale(value).toFixed(1)}" height="14" rx="2"/>` +
    `<text x="${(LEFT + scale(value) + 8).toFixed(1)}" y="${at + 12}">${value.toFixed(value < 100 ? 1 : 0)}</text>`;
  return `<text x="16" y="${y + 12}">${escaped(name)}</text>
<text class="quiet" x="16" y="${y + 29}" font-size="11">${escaped(note)}</text>
${bar("write", write, y)}
${bar("read", read, y + 18)}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
