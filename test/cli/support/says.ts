/** What a mistake must look like: one clear sentence, a code that isn't zero, nothing that is secret. */
import { expect } from "vitest";
import type { Ran } from "./run.js";
import { KEK, OTHER_KEK } from "./world.js";

/** For people: one line on standard error, nothing on standard output. */
export function expectMistake({ code, stdout, stderr }: Ran, exit: number, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(/^cosmoseal: [^\n]*[.?:)\w]\n$/);
  expect([code, stdout]).toEqual([exit, ""]);
  expectNoSecret({ code, stdout, stderr });
}

/** For programs: one JSON document with the same. */
export function expectJsonMistake({ code, stdout, stderr }: Ran, exit: number, id: string): void {
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; exit: number } };
  expect([error.code, error.exit, code]).toEqual([id, exit, exit]);
  expectNoSecret({ code, stdout, stderr });
}

/** Sealed values of the world begin with canary; keys are known. */
export function expectNoSecret({ stdout, stderr }: Ran): void {
  for (const secret of ["canary", "Canary", "J45.9", KEK, OTHER_KEK]) expect(stdout + stderr).not.toContain(secret);
}

export function jsonOf(ran: Ran): Record<string, unknown> {
  try {
    return JSON.parse(ran.stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`no JSON, exit code ${ran.code}: ${ran.stdout.slice(0, 200)}${ran.stderr.slice(0, 500)}`);
  }
}
