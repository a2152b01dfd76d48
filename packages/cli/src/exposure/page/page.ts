/**
 * The report as one page that stands on its own: no script, nothing is loaded. For whoever must decide within 72 hours whether to notify: what
 * was readable, since when, about how many people, what was not readable and why.
 */
import type { ContainerExposure, ExposureReport, PathExposure } from "../report.js";
import { peopleOf, percent, readableKinds, sinceOf, verdictOf } from "../summary.js";
import { meter, monthChart, shareBar } from "./charts.js";
import { type Html, html } from "./html.js";
import { STYLE } from "./style.js";

export function pageOf(report: ExposureReport): string {
  const { level, text } = verdictOf(report);
  const data = report.containers.filter(({ keyStore, documents }) => keyStore === undefined && documents > 0);
  const body = html`<main>
<h1>What the holder of the account key can read</h1>
<p class="meta">Account ${report.account}. Read from ${moment(report.begun)} to ${moment(report.ended)} with the account key alone, without any key of the application.${
    report.limit === undefined
      ? ""
      : ` At most ${n(report.limit)} documents of each container were read: all figures are of these.`
  }</p>
<p class="verdict ${level}">${text}</p>
${tiles(report)}
${readable(report)}
${sinceWhen(report)}
${howMany(report)}
${unreadable(data, report)}
${tokens(data)}
${changed(data)}
${decision(report)}
${limits()}
<h2>Every field</h2>
${data.map(fieldsOf)}
</main>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<title>${html`Exposure of ${report.account}`.markup}</title><style>${STYLE}</style></head><body>
${body.markup}
</body></html>
`;
}

function tiles(report: ExposureReport): Html {
  const { documents, personal, sealed } = report.totals;
  const { atLeast, atMost, by } = peopleOf(report);
  const since = sinceOf(report);
  const people =
    personal === 0
      ? "0"
      : by === undefined
        ? `up to ${n(atMost)}`
        : atLeast === atMost
          ? n(atLeast)
          : `${n(atLeast)} – ${n(atMost)}`;
  return html`<ul class="tiles">
<li><b>${n(personal)}</b><span>documents with readable data that looks personal, of ${n(documents)}</span></li>
<li><b>${people}</b><span>people it may be about</span></li>
<li><b>${since === undefined ? "–" : since.oldest.slice(0, 10)}</b><span>the oldest of them was last written: readable at least since then</span></li>
<li><b>${n(sealed)}</b><span>documents with sealed fields, which the account key doesn’t open</span></li>
</ul>`;
}

function readable(report: ExposureReport): Html {
  const kinds = readableKinds(report);
  if (kinds.length === 0)
    return html`<h2>What was readable</h2><p>No readable field looks personal. What is readable otherwise is listed below, field by field.</p>`;
  const most = kinds[0]?.values ?? 1;
  return html`<h2>What was readable</h2>
<div class="wide"><table class="stack"><thead><tr><th>Looks like</th><th class="n">Values</th><th>Where</th></tr></thead><tbody>
${kinds.map(
  ({ kind, values, places }) =>
    html`<tr><td class="first"><b>${LABELS[kind]}</b>${meter(values / most, "clear")}</td><td class="n" data-label="Values">${n(values)}</td><td data-label="Where"><span>${places
      .slice(0, 8)
      .map(
        ({ container, path, detail }, i) =>
          html`${i === 0 ? "" : ", "}<span class="path">${container} ${path}</span>${detail === undefined ? "" : ` (${detail})`}`,
      )}${places.length > 8 ? ` and ${places.length - 8} more` : ""}</span></td></tr>`,
)}
</tbody></table></div>`;
}

function sinceWhen(report: ExposureReport): Html {
  const since = sinceOf(report);
  if (since === undefined) return html``;
  return html`<h2>Since when</h2>
<p>Documents with readable data that looks personal, by the month in which they were last written. The first dates from <b>${moment(since.oldest)}</b>, the last from ${moment(since.newest)}. Since then at the latest each could be read; what it held before its last write can’t be told from the container.</p>
${monthChart(since.months)}`;
}

function howMany(report: ExposureReport): Html {
  if (report.totals.personal === 0) return html``;
  const { by, atLeast, atMost } = peopleOf(report);
  return html`<h2>How many people</h2>
<p>${
    by === undefined
      ? `No readable field tells one person from another. If each document is about one person, at most ${n(atMost)}.`
      : `At least ${n(atLeast)}: that many different values has ${by}. At most ${n(atMost)}, if each document is about another person.`
  }</p>
<div class="wide"><table class="stack"><thead><tr><th>Container</th><th class="n">Documents</th><th class="n">Readable, personal</th><th>Told apart by</th><th class="n">Different values</th></tr></thead><tbody>
${report.containers
  .filter(({ personal }) => personal > 0)
  .map(
    ({ name, documents, personal, people }) =>
      html`<tr><td class="first path">${name}</td><td class="n" data-label="Documents">${n(documents)}</td><td class="n" data-label="Readable, personal">${n(personal)} (${percent(personal, documents)})</td><td class="path" data-label="Told apart by">${people?.path ?? "–"}</td><td class="n" data-label="Different values">${people === undefined ? "–" : `${people.exact ? "" : "about "}${n(people.count)}`}</td></tr>`,
  )}
</tbody></table></div>`;
}

function unreadable(containers: readonly ContainerExposure[], report: ExposureReport): Html {
  const stores = report.containers.filter(({ keyStore }) => keyStore !== undefined);
  return html`<h2>What was not readable, and why</h2>
<p>A sealed field is encrypted (XChaCha20-Poly1305) before it leaves the application, under keys that the account doesn’t have. Who has the account key sees its padded length and, for fields that can be searched, tokens.</p>
${containers.map(
  ({ name, plaintext, sealed, damaged }) =>
    html`<h3 class="path">${name}</h3>${shareBar(name, [
      { name: "plaintext", value: plaintext, tone: "clear" },
      { name: "seal not of the form", value: damaged, tone: "damaged" },
      { name: "with sealed fields", value: sealed, tone: "sealed" },
    ])}`,
)}
${
  containers.every(({ groups }) => groups.length === 0)
    ? undefined
    : html`<div class="wide"><table class="stack"><thead><tr><th>Sealed together</th><th class="n">Documents</th><th class="n">Ciphertext</th><th>Under keys</th></tr></thead><tbody>
${containers.flatMap(({ name, groups }) =>
  groups.map(
    ({ name: group, documents, bytes, keys, keysLeftOut }) =>
      html`<tr><td class="first"><span class="path">${name}</span>, ${group === "" ? "default group" : `group ${group}`}</td><td class="n" data-label="Documents">${n(documents)}</td><td class="n" data-label="Ciphertext">${size(bytes)}</td><td data-label="Under keys"><span>${n(keys.length + (keysLeftOut > 0 ? 1 : 0))}${keysLeftOut > 0 ? "+" : ""}: <code>${keys
        .slice(0, 3)
        .map(({ id }) => id)
        .join(", ")}${keys.length > 3 ? ", …" : ""}</code></span></td></tr>`,
  ),
)}
</tbody></table></div>`
}
${
  stores.length === 0
    ? html`<p>No key store was found in what was read. Where the keys are kept, and under which key-encryption key, the application’s operators know.</p>`
    : stores.map(
        ({ name, keyStore }) =>
          html`<p>The wrapped keys are in this account too, in <span class="path">${name}</span>. They open with the key-encryption key alone: ${(
            keyStore ?? []
          ).map(
            ({ keyring, kek }, i) => html`${i === 0 ? "" : ", "}${keyring} <code>${kek}</code>`,
          )}. Was that taken as well, everything sealed is readable.</p>`,
      )
}`;
}

function tokens(containers: readonly ContainerExposure[]): Html {
  const all = containers.flatMap(({ name, tokens: of }) => of.map((token) => ({ container: name, ...token })));
  if (all.length === 0) return html``;
  return html`<h2>What sealed fields still give away</h2>
<p>Fields that can be searched have tokens: keyed hashes. Nobody reads a value off them; but who counts them, and knows how often values occur, can guess.</p>
<div class="wide"><table class="stack"><thead><tr><th>Index</th><th class="n">Different tokens</th><th class="n">Most frequent</th><th class="n">Entropy</th><th>What it tells</th></tr></thead><tbody>
${all.map(
  ({ container, name, kind, path, distinct, exact, largest, entropy, tells }) =>
    html`<tr><td class="first"><span class="path">${container} ${path ?? name}</span>, ${kind}${meter(largest, "signed")}</td><td class="n" data-label="Different tokens">${exact ? "" : "about "}${n(distinct)}</td><td class="n" data-label="Most frequent">in ${percent(largest, 1)}</td><td class="n" data-label="Entropy">${entropy.toFixed(1)} bits</td><td data-label="Tells"><span>${tells}</span></td></tr>`,
)}
</tbody></table></div>`;
}

function changed(containers: readonly ContainerExposure[]): Html {
  const facts = containers.flatMap(({ name, plaintext, unsigned, sealed, index, scripts }) => [
    ...(plaintext > 0
      ? [
          html`<li><span class="path">${name}</span>: ${n(plaintext)} plaintext documents could be changed unnoticed.</li>`,
        ]
      : []),
    ...(unsigned > 0
      ? [
          html`<li><span class="path">${name}</span>: unsigned fields of ${n(unsigned)} sealed documents could be changed unnoticed.</li>`,
        ]
      : []),
    ...(sealed > 0 && index.ciphertext ? [html`<li><span class="path">${name}</span>: ${index.text}</li>`] : []),
    ...scriptFacts(name, scripts),
  ]);
  return html`<h2>What could be changed</h2>
<p>The holder of the account key can also write and delete. A change of a sealed or signed field is an error for the application and never data. Deleted documents, and a whole document put back to an earlier state, are not noticed by the documents themselves.</p>
${facts.length === 0 ? undefined : html`<ul>${facts}</ul>`}`;
}

function scriptFacts(
  name: string,
  { storedProcedures, triggers, functions, unknown }: ContainerExposure["scripts"],
): Html[] {
  if (unknown)
    return [
      html`<li><span class="path">${name}</span>: the key may not list stored procedures, triggers and functions.</li>`,
    ];
  const all = [...storedProcedures, ...triggers, ...functions];
  if (all.length === 0) return [];
  return [
    html`<li><span class="path">${name}</span>: code runs in the account (${all.slice(0, 10).join(", ")}${all.length > 10 ? ", …" : ""}). Look whether it is yours.</li>`,
  ];
}

function decision(report: ExposureReport): Html {
  const { personal, sealed } = report.totals;
  const { atLeast, atMost } = peopleOf(report);
  const kinds = readableKinds(report).map(({ kind }) => LABELS[kind].toLowerCase());
  return html`<h2>For a notification (GDPR, Articles 33 and 34)</h2>
<p class="dim">Facts for the decision, not the decision. The 72 hours run from when the breach became known.</p>
<dl>
<dt>Nature of the breach</dt><dd>Who has the account key can read, change and delete all documents of the account. Whether somebody did, the account’s diagnostic logs tell.</dd>
<dt>Categories of data</dt><dd>${kinds.length === 0 ? "No readable field looks personal." : `Readable: ${kinds.join(", ")}.`}</dd>
<dt>People and records, approximately</dt><dd>${personal === 0 ? "None by what looks personal." : `${n(personal)} records; ${atLeast === atMost ? n(atLeast) : `${n(atLeast)} to ${n(atMost)}`} people.`}</dd>
<dt>What was unintelligible (Article 34(3)(a))</dt><dd>${sealed === 0 ? "Nothing: no document has sealed fields." : `The sealed fields of ${n(sealed)} documents, as long as their key-encryption key wasn’t taken too.`}</dd>
<dt>Measures</dt><dd>Roll both account keys. Seal what is readable: “Moving in” in Cosmoseal’s docs/schema-changes.md. Documents that were changed don’t open: <code>cosmoseal inspect</code> tells what of each was changed.</dd>
</dl>`;
}

function limits(): Html {
  return html`<h2>What this page can’t tell</h2>
<ul><li>Whether anybody read: that is in the account’s diagnostic logs, if they were on.</li>
<li>What backups, the analytical store, exports and earlier versions hold. Documents that were sealed later may lie there in the clear.</li>
<li>Everything that is personal: fields are recognised by form, check digits and names. Read the list of fields below. A field can look personal and be none.</li></ul>`;
}

function fieldsOf(container: ContainerExposure): Html {
  const { name, documents, paths, pathsLeftOut } = container;
  const shown = paths.slice(0, 500);
  return html`<details${documents > 0 && paths.some(({ personal }) => personal.length > 0) ? html` open` : undefined}><summary>${name}: ${n(paths.length)} fields in ${n(documents)} documents</summary>
<div class="wide"><table class="stack"><thead><tr><th>Field</th><th class="n">Clear</th><th class="n">Signed</th><th class="n">Unsigned</th><th class="n">Sealed</th><th>Looks like</th><th>Samples, masked</th></tr></thead><tbody>
${shown.map((path) => fieldRow(path, documents))}
</tbody></table></div>
${paths.length > shown.length ? html`<p class="dim">${n(paths.length - shown.length)} more fields are in the JSON report.</p>` : undefined}
${pathsLeftOut > 0 ? html`<p class="dim">${n(pathsLeftOut)} fields beyond the bound were not looked at one by one.</p>` : undefined}
<p class="dim">Clear: in plaintext documents. Signed: readable, a change is noticed. Unsigned: readable, a change is not noticed. Sealed: not readable; the number of documents at the most, since from outside nobody sees whether the field is there.</p></details>`;
}

function fieldRow(
  { path, clear, signed, unsigned, sealed, sealedBy, personal, samples, types }: PathExposure,
  documents: number,
): Html {
  const cell = (label: string, value: number): Html =>
    value === 0
      ? html`<td class="n" data-label="${label}"></td>`
      : html`<td class="n" data-label="${label}">${n(value)} (${percent(value, documents)})</td>`;
  const sealedCell =
    sealed === 0
      ? html`<td class="n" data-label="Sealed"></td>`
      : html`<td class="n" data-label="Sealed">${sealedBy === "absence" ? "≤ " : ""}${n(sealed)} (${percent(sealed, documents)})</td>`;
  return html`<tr><td class="first"><span class="path">${path}</span><br><span class="dim">${types.join(", ")}</span></td>${cell("Clear", clear)}${cell("Signed", signed)}${cell("Unsigned", unsigned)}${sealedCell}<td data-label="Looks like">${
    personal.length === 0
      ? undefined
      : html`<span>${personal.map(({ kind, values, of }) => html`<span class="tag">${kind} ${percent(values, of)}</span>`)}</span>`
  }</td><td class="path" data-label="Samples">${samples.length === 0 ? undefined : html`<span>${samples.join("   ")}</span>`}</td></tr>`;
}

const LABELS: Readonly<Record<ReturnType<typeof readableKinds>[number]["kind"], string>> = {
  email: "E-mail addresses",
  phone: "Phone numbers",
  iban: "Bank accounts (IBAN)",
  card: "Payment cards",
  "national number": "National numbers",
  name: "Names",
  "birth date": "Dates of birth",
  address: "Addresses",
  secret: "Passwords and secrets",
};

function n(value: number): string {
  return value.toLocaleString("en-US");
}

function size(bytes: number): string {
  if (bytes < 10_000) return `${n(bytes)} bytes`;
  return bytes < 10_000_000 ? `${n(Math.round(bytes / 1000))} kB` : `${n(Math.round(bytes / 1_000_000))} MB`;
}

function moment(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
