/** A behaviour is run by the plain client and by ours, and what can be seen of both is compared as its row in the matrix says. */
import { appendFileSync } from "node:fs";
import { Constants } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, outcomeOf } from "./compare.js";
import { isChosen, RANGES, rowOf } from "./matrix.js";
import type { Seen } from "./observe.js";
import { ACCOUNT, type Mode, openStage, type Stage, type Subject } from "./subject.js";

export type Behaviour = (title: string, show: (subject: Subject) => Promise<unknown>, needs?: Need) => void;

/** Why it can't be shown everywhere, where it can't. */
export type Need = "emulator" | "own account" | "4.10";

/** Declares behaviours of one member of the SDK. */
export function describeMember(member: string, declare: (behaviour: Behaviour) => void): void {
  const version = Constants.SDKVersion;
  for (const ranges of RANGES.filter((one) => isChosen(version, one) && (ACCOUNT === undefined || one === 1))) {
    describe(member, () => {
      describe(`${version}×${ranges}`, () => {
        let stage: Stage;
        beforeAll(async () => {
          stage = await openStage(ranges);
        });
        afterAll(() => stage.close(), 60_000);
        declare((title, show, need) => {
          const lack = lackOf(need, version);
          let plain: Promise<Seen> | undefined;
          for (const mode of ["plaintext", "sealed"] as const) {
            test(`${title} (${mode})`, async (context) => {
              if (lack !== undefined) context.skip(lack);
              plain ??= stage.run(title, "plain", show);
              judge(member, title, mode, await plain, await stage.run(title, mode, show));
            });
          }
        });
      });
    });
  }
}

function lackOf(need: Need | undefined, version: string): string | undefined {
  if (need === undefined) return undefined;
  if (need === "4.10") return version.startsWith("4.9.") ? "the SDK has it since 4.10" : undefined;
  return ACCOUNT === undefined ? undefined : `only on an emulator: ${need}`;
}

function judge(member: string, title: string, mode: Exclude<Mode, "plain">, plain: Seen, ours: Seen): void {
  const row = rowOf(member, title);
  const found = differences(plain, ours);
  record(member, title, mode, plain, ours, found);
  if (row === undefined) throw new Error("There is no row for it in the matrix.");
  if (row.outcome !== "*") expect(outcomeOf(plain), "what the plain client answers").toBe(row.outcome);
  const cell = row[mode];
  const [kind, ...rest] = cell.split(" ");
  if (kind === "same") expect(found).toEqual([]);
  else if (kind === "refused") expect(refusalOf(ours)).toBe(rest[0]);
  else if (kind === "differs") expect(placesOf(found)).toEqual(rest);
  else throw new Error("Its cell in the matrix is empty.");
}

/** A refusal is one of ours, with this code: a failure of another kind doesn't count as one. */
function refusalOf(seen: Seen): Seen | undefined {
  const error = (seen as { readonly "<thrown>"?: { readonly name?: Seen; readonly code?: Seen } } | null)?.["<thrown>"];
  return error?.name === "CosmosealError" ? error.code : undefined;
}

export function placesOf(found: readonly string[]): readonly string[] {
  return [...new Set(found.map((text) => text.slice(0, text.indexOf(": ")).replaceAll(" ", "_") || "/"))].sort();
}

/** For people who write rows: what would stand in them. */
function record(member: string, title: string, mode: Mode, plain: Seen, ours: Seen, found: readonly string[]): void {
  const file = process.env["DROPIN_RECORD"];
  if (file === undefined) return;
  appendFileSync(
    file,
    `${JSON.stringify({ member, title, mode, outcome: outcomeOf(plain), refused: refusalOf(ours) ?? null, found })}\n`,
  );
}
