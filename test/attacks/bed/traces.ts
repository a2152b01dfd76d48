/** What a thief looks for in what is stored, sent or logged: a value in every form that a program gives it. */
import { createHash } from "node:crypto";
import { formsOf } from "../../../packages/client/test/support/canary.js";
import { accepted, type Outcome, prevented } from "../outcome.js";

export type Canaries = Readonly<Record<string, string>>;

export interface Haystack {
  readonly where: string;
  readonly text: string;
}

/** `accepted` names the canary and the place, never the value. */
export function searchFor(canaries: Canaries, haystacks: readonly Haystack[]): Outcome {
  const forms = Object.entries(canaries).flatMap(([name, value]) =>
    [...formsOf(value), ...hashesOf(value)].map((form) => ({ name, form })),
  );
  for (const { where, text } of haystacks) {
    const found = forms.find(({ form }) => text.includes(form));
    if (found !== undefined) return accepted(`${found.name} in ${where}`);
  }
  return prevented(`nothing in ${haystacks.length} places`);
}

/** Of a value alone: what a careless index would store. */
function hashesOf(value: string): readonly string[] {
  return ["md5", "sha1", "sha256", "sha512", "blake2b512"].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(value, "utf8").digest();
    const base64 = digest.toString("base64").replace(/=+$/, "");
    return [digest.toString("hex"), base64, digest.toString("base64url")];
  });
}
