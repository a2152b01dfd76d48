// The figures as a picture: two bars for each query, their times and what was fetched. Readable on light and on dark.

export interface Figure {
  readonly name: string;
  /** Milliseconds. */
  readonly plain: number;
  readonly sealed: number;
  readonly needed: number;
  readonly fetched: number;
  readonly bound: string;
}

const WIDTH = 760;
const LEFT = 190;
const ROW = 62;
const TOP = 64;

export function chartOf(figures: readonly Figure[], caption: string): string {
  const longest = Math.max(...figures.flatMap(({ plain, sealed }) => [plain, sealed]));
  const height = TOP + figures.length * ROW + 34;
  const scale = (WIDTH - LEFT - 190) / longest;
  const rows = figures.map((figure, n) => rowOf(figure, TOP + n * ROW, scale));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13">
<title id="title">Time of queries over plaintext and over sealed fields</title>
<style>
  text { fill: #1f2328 } .quiet { fill: #59636e } .plain { fill: #8c959f } .sealed { fill: #0969da } .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .quiet { fill: #9198a1 } .plain { fill: #656c76 } .sealed { fill: #4493f8 } .ground { fill: #0d1117 } }
</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text x="16" y="26" font-size="16" font-weight="600">Queries: plaintext beside sealed, milliseconds</text>
<rect class="plain" x="${LEFT}" y="40" width="10" height="10"/><text class="quiet" x="${LEFT + 16}" y="49">plain client, plaintext</text>
<rect class="sealed" x="${LEFT + 170}" y="40" width="10" height="10"/><text class="quiet" x="${LEFT + 186}" y="49">cosmoseal, sealed</text>
${rows.join("\n")}
<text class="quiet" x="16" y="${height - 12}" font-size="11">${escaped(caption)}</text>
</svg>
`;
}

function rowOf({ fetched, name, needed, plain, sealed }: Figure, y: number, scale: number): string {
  const bar = (kind: string, value: number, at: number): string =>
    `<rect class="${kind}" x="${LEFT}" y="${at}" width="${Math.max(1, value * scale).toFixed(1)}" height="16" rx="2"/>` +
    `<text x="${(LEFT + value * scale + 8).toFixed(1)}" y="${at + 13}">${value.toFixed(1)} ms</text>`;
  return `<text x="16" y="${y + 16}">${escaped(name)}</text>
<text class="quiet" x="16" y="${y + 34}" font-size="11">${needed} needed, ${fetched} fetched</text>
${bar("plain", plain, y + 4)}
${bar("sealed", sealed, y + 24)}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
