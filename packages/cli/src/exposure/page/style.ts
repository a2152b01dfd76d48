/** The page's style: system fonts, light and dark by the reader's setting, wide and narrow by the window, fit for paper. */
export const STYLE: string = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1a1d21; --dim: #5b6470; --line: #d9dee4; --card: #f5f7f9;
  --clear: #c4314b; --signed: #d98a00; --unsigned: #8a5cd1; --sealed: #1f8a5b; --damaged: #7d1128; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171a; --fg: #e7eaee; --dim: #9aa4b0; --line: #333a42; --card: #1d2226;
  --clear: #f0647c; --signed: #f0ad3d; --unsigned: #b191ef; --sealed: #4cc38a; --damaged: #ff9db0; --link: #7db7f2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; } .dim, figcaption, .meta { color: var(--dim); } .meta { font-size: .9rem; overflow-wrap: anywhere; }
code, .path { font-family: ui-monospace, "SF Mono", Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
.verdict { border-left: .35rem solid var(--clear); background: var(--card); padding: .9rem 1.1rem; font-size: 1.15rem; margin: 1.25rem 0; }
.verdict.yellow { border-color: var(--signed); } .verdict.green { border-color: var(--sealed); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); padding: .8rem 1rem; } .tiles b { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--dim); font-size: .875rem; }
.wide { overflow-x: auto; margin: .5rem 0; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: .75rem 0; } .shares svg { display: block; width: 100%; height: 1.4rem; } .months { width: 100%; height: auto; } .months text { fill: var(--dim); font-size: 13px; }
.axis { stroke: var(--line); } .meter { display: block; width: 100%; min-width: 4rem; height: .4rem; margin-top: .3rem; } .track { fill: var(--line); }
.key { display: inline-block; margin: .35rem 1rem 0 0; font-size: .875rem; } .key b { color: var(--fg); } .key i { display: inline-block; width: .7rem; height: .7rem; margin-right: .4rem; background: currentColor; }
rect.clear { fill: var(--clear); } rect.signed { fill: var(--signed); } rect.unsigned { fill: var(--unsigned); } rect.sealed { fill: var(--sealed); } rect.damaged { fill: var(--damaged); }
i.clear { color: var(--clear); } i.sealed { color: var(--sealed); } i.damaged { color: var(--damaged); } i.signed { color: var(--signed); } i.unsigned { color: var(--unsigned); }
.tag { display: inline-block; border: 1px solid var(--clear); color: var(--clear); padding: 0 .4rem; font-size: .8rem; margin: 0 .25rem .15rem 0; white-space: nowrap; }
details { border-top: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; } dt { font-weight: 600; margin-top: .75rem; } dd { margin: .1rem 0 0; }
ul { padding-left: 1.2rem; } li { margin: .2rem 0; }
@media (max-width: 40rem) { main { padding: 1rem .9rem 3rem; } h1 { font-size: 1.3rem; } .tiles { grid-template-columns: 1fr 1fr; } .tiles b { font-size: 1.2rem; }
  .stack thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; } .stack tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; } .stack td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .12rem 0; text-align: right; }
  .stack td::before { content: attr(data-label); color: var(--dim); text-align: left; flex: none; font: .9rem system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; } .stack td.first { display: block; text-align: left; } .stack td.first::before { content: none; } .stack td:empty { display: none; } .months text { font-size: 22px; } .months .alternate { display: none; } }
@media print { body { font-size: 11pt; } details { break-inside: avoid; } details > * { display: block; } a { color: inherit; } }
`;
