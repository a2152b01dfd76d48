/** The closing table: by area what was equal, refused, pushed down, and how much was fetched for what was needed. */
import type { Verdict } from "./judge.js";

/** At least this share of the queries tells something by its condition. */
const SELECTIVE = 0.8;

/** Prints; true where the suite passed. */
export function report(verdicts: readonly Verdict[], whole: boolean): boolean {
  console.log(
    `\n${"schema".padEnd(10)} ${"area".padEnd(14)} queries  equal  refused  wrong  by tokens   fetched/needed`,
  );
  for (const [name, group] of groupsOf(verdicts)) {
    const [schema = "", area = ""] = name.split("\t");
    const filters = group.filter(({ filters }) => filters);
    const tokens = filters.length === 0 ? "" : `${filters.filter(({ pushed }) => pushed).length}/${filters.length}`;
    const cells = [group.length, of(group, "equal"), of(group, "refused"), of(group, "wrong")];
    const numbers = cells.map((cell, i) => String(cell).padStart([7, 6, 8, 6][i]!)).join(" ");
    console.log(`${schema.padEnd(10)} ${area.padEnd(14)} ${numbers} ${tokens.padStart(10)}   ${costOf(group)}`);
  }
  const filtering = verdicts.filter(({ filters, outcome }) => filters && outcome === "equal");
  const pushed = filtering.filter(({ pushed }) => pushed);
  const scans = verdicts.filter(({ entry }) => entry.scan);
  const telling = verdicts.filter(({ outcome }) => outcome !== "refused");
  const selective = telling.filter((verdict) => verdict.selective).length;
  console.log(
    `\nwith a condition over sealed paths: ${filtering.length}, of these asked by tokens: ${percent(pushed, filtering)}`,
  );
  console.log(`documents fetched for documents needed, of those asked by tokens: ${costOf(pushed)}`);
  console.log(`runs that need unindexed: "scan": ${scans.length}`);
  console.log(`selective by their condition: ${((100 * selective) / telling.length).toFixed(1)} %`);
  const equal = of(verdicts, "equal");
  const refused = of(verdicts, "refused");
  const isTelling = !whole || selective >= SELECTIVE * telling.length;
  if (!isTelling) console.log(`Fewer than ${100 * SELECTIVE} % of the queries are selective.`);
  console.log(`equivalence: ${equal}/${verdicts.length} equal, ${refused} refused`);
  return isTelling && verdicts.length > 0 && equal + refused === verdicts.length;
}

function groupsOf(verdicts: readonly Verdict[]): ReadonlyMap<string, readonly Verdict[]> {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const name = `${verdict.entry.schema}\t${verdict.entry.area}`;
    groups.set(name, [...(groups.get(name) ?? []), verdict]);
  }
  return groups;
}

function of(verdicts: readonly Verdict[], outcome: Verdict["outcome"]): number {
  return verdicts.filter((verdict) => verdict.outcome === outcome).length;
}

function costOf(verdicts: readonly Verdict[]): string {
  const told = verdicts.filter(
    ({ outcome, needed, fetched }) => outcome === "equal" && needed !== undefined && fetched > 0,
  );
  const fetched = told.reduce((sum, one) => sum + one.fetched, 0);
  const needed = told.reduce((sum, one) => sum + one.needed!, 0);
  return needed === 0 ? "" : `${fetched}/${needed} = ${(fetched / needed).toFixed(2)}`;
}

function percent(part: readonly unknown[], whole: readonly unknown[]): string {
  return whole.length === 0 ? "none" : `${part.length} (${((100 * part.length) / whole.length).toFixed(1)} %)`;
}
