/** attacks.html: the table, with every attempt below it. One file that asks for no other; light and dark, phone and desk. */
import type { Outcome, Trials } from "../outcome.js";
import type { Attempt } from "../row.js";
import { type Cell, type Verdict, wordsOf } from "../verdict.js";
import { markOf } from "./table.js";

export function pageOf(verdicts: readonly Verdict[], when: Date): string {
  const passed = (of: (verdict: Verdict) => Cell): number => verdicts.filter((one) => of(one).passed).length;
  const score = (name: string, of: (verdict: Verdict) => Cell): string =>
    `<div class="score"><b>${passed(of)}<small> / ${verdicts.length}</small></b><span>${name}</span></div>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Someone holds the account key</title>
<style>${STYLE}</style>
<header>
<h1>Someone holds the account key</h1>
<p>Each attack is made with the stolen key against three applications that do the same: one without protection, where it must work, one on
Cosmoseal, and one on the client encryption inside <code>@azure/cosmos</code>. <time>${when.toISOString().slice(0, 10)}</time></p>
<div class="scores">${score("Cosmoseal", ({ ours }) => ours)}${score("built-in encryption", ({ builtIn }) => builtIn)}</div>
</header>
<main>
${verdicts.map(rowOf).join("\n")}
</main>
</html>
`;
}

function rowOf({ attempts, builtIn, ours, row }: Verdict): string {
  const reasons = ours.passed
    ? ""
    : `<ul class="reasons">${ours.reasons.map((one) => `<li>${escaped(one)}</li>`).join("")}</ul>`;
  return `<details>
<summary><span class="number">${row.number}</span><span class="deed">The attacker ${escaped(row.attacker)}.<em>Must be: ${escaped(row.must)}</em></span>
${cellOf("Cosmoseal", ours)}${cellOf("built-in", builtIn)}</summary>
${reasons}<div class="attempts">${attempts.map(attemptOf).join("")}</div>
</details>`;
}

function cellOf(name: string, cell: Cell): string {
  const kind = cell.passed ? "good" : cell.applies ? "bad" : "none";
  return `<span class="cell ${kind}"><b>${name}</b> ${WORDS[markOf(cell)] ?? ""}<small>${escaped(cell.text)}</small></span>`;
}

const WORDS: Readonly<Record<string, string>> = { ok: "holds", NO: "falls", "–": "not tried" };

function attemptOf({ builtIn, control, name, ours }: Attempt): string {
  const ways = new Set([control, ours, builtIn ?? {}].flatMap((trials: Trials) => Object.keys(trials)));
  const rows = [...ways].map(
    (way) =>
      `<tr><th>${escaped(way)}</th>${[control[way], ours[way], builtIn?.[way]].map((one) => outcomeOf(one)).join("")}</tr>`,
  );
  return `<table><caption>${escaped(name)}</caption><thead><tr><td></td><th>unprotected</th><th>Cosmoseal</th><th>built-in</th></tr></thead>
<tbody>${rows.join("")}</tbody></table>`;
}

function outcomeOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "<td></td>";
  const kind = { prevented: "good", detected: "good", "server's word": "none" }[outcome.kind as "detected"] ?? "bad";
  return `<td class="${kind}">${escaped(wordsOf(outcome))}</td>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{--ink:#1d2129;--soft:#5c6470;--page:#fbfbf9;--card:#fff;--line:#e1e3e6;--good:#11713f;--goodly:#e4f4ea;--bad:#b3261e;--badly:#fbe8e6;--none:#5c6470;--nonely:#eef0f2}
@media (prefers-color-scheme:dark){:root{--ink:#e7e9ec;--soft:#a0a7b2;--page:#15171b;--card:#1c1f24;--line:#31353c;--good:#7bd8a3;--goodly:#16301f;--bad:#ff9d94;--badly:#3a1b18;--none:#a0a7b2;--nonely:#262a30}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:2rem 1rem 4rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:clamp(1.6rem,5vw,2.4rem);line-height:1.15;margin:0 0 .5rem}
header p{color:var(--soft);max-width:46rem;margin:0 0 1.25rem}
.scores{display:flex;flex-wrap:wrap;gap:.75rem;margin-bottom:1.5rem}
.score{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.6rem 1rem}
.score b{font-size:1.8rem;display:block;line-height:1.1;font-variant-numeric:tabular-nums}.score small{font-size:1rem;color:var(--soft)}.score span{color:var(--soft)}
details{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin-bottom:.5rem}
summary{display:grid;grid-template-columns:2.2rem 1fr 11rem 11rem;gap:.75rem;padding:.75rem 1rem;cursor:pointer;list-style:none;align-items:start}
summary::-webkit-details-marker{display:none}
summary:focus-visible{outline:2px solid var(--good);outline-offset:2px;border-radius:.6rem}
.number{font-variant-numeric:tabular-nums;color:var(--soft);text-align:right}
.deed em{display:block;font-style:normal;color:var(--soft);font-size:.875rem}
.cell{border-radius:.4rem;padding:.25rem .6rem;font-size:.9rem}.cell small{display:block;font-size:.75rem;overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}.none{color:var(--none)}
.cell.good{background:var(--goodly)}.cell.bad{background:var(--badly)}.cell.none{background:var(--nonely)}
.reasons{margin:0;padding:0 1rem .75rem 4rem;color:var(--bad);font-size:.9rem}
.attempts{border-top:1px solid var(--line);padding:.75rem 1rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:0 0 1rem;font-size:.85rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border-top:1px solid var(--line);padding:.25rem .6rem .25rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th,thead td{color:var(--soft);font-weight:400}tbody th{font-weight:400;width:30%}
@media (max-width:46rem){summary{grid-template-columns:1.6rem 1fr}.cell{grid-column:2}}
`;
