/** Pictures of the report, as inline SVG. Each has its figures in words, for readers who don't see it. */
import { type Html, html } from "./html.js";

/** One bar of shares, with its legend below. */
export function shareBar(
  label: string,
  shares: readonly { readonly name: string; readonly value: number; readonly tone: string }[],
): Html {
  const total = shares.reduce((sum, { value }) => sum + value, 0);
  const words = shares.map(({ name, value }) => `${name} ${value.toLocaleString("en-US")}`).join(", ");
  let x = 0;
  const bars = shares.map(({ value, tone }) => {
    const width = total === 0 ? 0 : (value / total) * 100;
    const bar = html`<rect class="${tone}" x="${x.toFixed(3)}" y="0" width="${width.toFixed(3)}" height="10"/>`;
    x += width;
    return bar;
  });
  return html`<figure class="shares"><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${label}: ${words}">${bars}</svg>
<figcaption>${shares
    .filter(({ value }) => value > 0)
    .map(
      ({ name, value, tone }) =>
        html`<span class="key"><i class="${tone}"></i>${name} <b>${value.toLocaleString("en-US")}</b></span>`,
    )}</figcaption></figure>`;
}

/** Documents by month; gaps between the first and the last month are shown as such. */
export function monthChart(months: readonly { readonly month: string; readonly documents: number }[]): Html {
  const all = withGaps(months);
  const bars = all.length > 48 ? byYear(all) : all;
  const most = Math.max(1, ...bars.map(({ documents }) => documents));
  const step = 720 / bars.length;
  const every = Math.ceil(bars.length / 8);
  const words = months.map(({ month, documents }) => `${month}: ${documents.toLocaleString("en-US")}`).join(", ");
  return html`<figure><svg class="months" viewBox="0 0 720 190" role="img" aria-label="Documents by month of last write. ${words}">
<line class="axis" x1="0" y1="160" x2="720" y2="160"/>
${bars.map(({ month, documents }, i) => {
  const height = documents === 0 ? 0 : Math.max(2, (documents / most) * 130);
  const width = Math.min(64, step * 0.78);
  const middle = i * step + step / 2;
  const isNamed = i % every === 0;
  const isAlternate = (i / every) % 2 === 1;
  return html`<rect class="clear" x="${(middle - width / 2).toFixed(1)}" y="${(160 - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"><title>${month}: ${documents.toLocaleString("en-US")}</title></rect>
${isNamed ? html`<text class="${isAlternate ? "alternate" : ""}" x="${(i === 0 ? middle - width / 2 : middle).toFixed(1)}" y="180" text-anchor="${i === 0 ? "start" : "middle"}">${month}</text>` : undefined}
${documents === most ? html`<text x="${middle.toFixed(1)}" y="${(152 - height).toFixed(1)}" text-anchor="middle">${documents.toLocaleString("en-US")}</text>` : undefined}`;
})}
</svg></figure>`;
}

/** A small bar behind a figure, 0 to 1. */
export function meter(share: number, tone: string): Html {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return html`<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" x="0" y="0" width="100" height="8"/><rect class="${tone}" x="0" y="0" width="${width.toFixed(2)}" height="8"/></svg>`;
}

interface Bar {
  readonly month: string;
  readonly documents: number;
}

function withGaps(months: readonly Bar[]): readonly Bar[] {
  const known = new Map(months.map(({ month, documents }) => [month, documents]));
  const [first, last] = [months[0]?.month, months.at(-1)?.month];
  if (first === undefined || last === undefined) return [];
  const filled: Bar[] = [];
  let [year = 0, month = 1] = first.split("-").map(Number);
  for (let text = first; text <= last && filled.length < 2400; ) {
    filled.push({ month: text, documents: known.get(text) ?? 0 });
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year++;
    text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
  }
  return filled;
}

function byYear(months: readonly Bar[]): readonly Bar[] {
  const years = new Map<string, number>();
  for (const { month, documents } of months) {
    const year = month.slice(0, 4);
    years.set(year, (years.get(year) ?? 0) + documents);
  }
  return [...years].map(([month, documents]) => ({ month, documents }));
}
