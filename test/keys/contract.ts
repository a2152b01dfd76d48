/** Runs the cases of a contract on the implementations that the matrix names; a case without a row, and a row without a case, fail. */
import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { IMPLEMENTATIONS, MATRIX, type Row } from "./matrix.js";

export type Cases<World> = Readonly<Record<string, (world: World, implementation: string) => Promise<void>>>;

export interface Implementation<World> {
  /** Undefined where the machine lacks what it needs; `missing` says what. */
  readonly open: (() => Promise<World>) | undefined;
  readonly missing?: string;
}

export function contract<World>(
  name: Row["contract"],
  implementations: Readonly<Record<string, Implementation<World>>>,
  cases: Cases<World>,
  /** Of what is random in the cases; told by the reporter. */
  seed?: number,
): void {
  const rows = MATRIX.filter((row) => row.contract === name);
  const stray = Object.keys(cases).filter((one) => !rows.some((row) => row.case === one));
  assert.deepEqual(stray, [], "cases that the matrix doesn't have");
  for (const implementation of IMPLEMENTATIONS[name]) {
    describe(`${name} > ${implementation}`, () => {
      for (const row of rows.filter((one) => one.implementations.includes(implementation))) {
        test(row.case, { timeout: TIMEOUT }, async ({ skip, task }) => {
          if (seed !== undefined) Object.assign(task.meta, { seed });
          const { open, missing = "" } = implementations[implementation] ?? assert.fail("no such implementation");
          if (open === undefined) {
            if (process.env["COSMOSEAL_REQUIRE_ALL"] === "1") throw new Error(`This machine lacks ${missing}.`);
            return skip(`this machine lacks ${missing}`);
          }
          const run = cases[row.case] ?? assert.fail("a row of the matrix without a case");
          await run(await open(), implementation);
        });
      }
    });
  }
}

/** In milliseconds; a hundred kills at the full size take a while. */
const TIMEOUT = 1_800_000;
