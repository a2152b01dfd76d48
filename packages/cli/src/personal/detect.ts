/**
 * Whether what is in a field looks personal. Decided for a whole field, not for single values: of any sixteen digits every tenth passes the
 * check of a card.
 */
import { luhn } from "./checksums.js";
import { hasFirstName, hintOf, looksLikeName, type NameHint } from "./names.js";
import { isIban, NATIONAL_NUMBERS } from "./national.js";

export type PersonalKind =
  | "email"
  | "phone"
  | "iban"
  | "card"
  | "national number"
  | "name"
  | "birth date"
  | "address"
  | "secret";

/** A kind that a field looks like. */
export interface PersonalFinding {
  readonly kind: PersonalKind;
  /** Values that are of the kind. */
  readonly values: number;
  /** Values of the field, null and absent ones not counted. */
  readonly of: number;
  /** Which national number, for one. */
  readonly detail?: string;
}

/** What is known of one field while documents go by. */
export interface FieldTally {
  /** The kinds that this value, in this field, is taken for as of now. */
  add(value: unknown): readonly PersonalKind[];
  /** The kinds that the field looks like, the most values first. */
  findings(): readonly PersonalFinding[];
}

/** `name` is the property's, for elements of an array that of the array. */
export function createFieldTally(name: string): FieldTally {
  const hint = hintOf(name);
  const counts = new Map<PersonalKind, Count>();
  let total = 0;
  return {
    add: (value) => {
      if (value === null || value === undefined || typeof value === "object") return [];
      total++;
      const kinds: PersonalKind[] = [];
      for (const { kind, detail, valid } of examine(value, hint)) {
        const count = counts.get(kind) ?? { valid: 0, shaped: 0, details: new Map<string, number>() };
        counts.set(kind, count);
        count.shaped++;
        if (!valid) continue;
        count.valid++;
        if (detail !== undefined) count.details.set(detail, (count.details.get(detail) ?? 0) + 1);
        if (isTaken(kind, hint, count, total)) kinds.push(kind);
      }
      return kinds;
    },
    findings: () =>
      [...counts]
        .filter(([kind, count]) => isTaken(kind, hint, count, total))
        .map(([kind, { valid, details }]): PersonalFinding => {
          const [detail] = [...details].sort((a, b) => b[1] - a[1])[0] ?? [];
          return { kind, values: valid, of: total, ...(detail !== undefined && { detail }) };
        })
        .sort((a, b) => b.values - a.values),
  };
}

interface Count {
  valid: number;
  /** Those too that are written like one and fail the check. */
  shaped: number;
  readonly details: Map<string, number>;
}

interface Candidate {
  readonly kind: PersonalKind;
  readonly valid: boolean;
  readonly detail?: string;
}

/** What a check digit lets through by chance isn't taken, nor is what a few values of many look like. */
function isTaken(kind: PersonalKind, hint: NameHint | undefined, { valid, shaped }: Count, total: number): boolean {
  if (valid === 0) return false;
  switch (kind) {
    case "email":
    case "iban":
    case "birth date":
    case "address":
    case "secret":
      return true;
    case "card":
      return valid / shaped >= (hint === "card" ? 0.2 : 0.5);
    case "national number":
      return valid / shaped >= (hint === "national" ? 0.2 : 0.5);
    case "phone":
      return hint === "phone" || valid / total >= 0.2;
    case "name":
      return valid / total >= (hint === "name" ? 0.1 : 0.3);
  }
}

function examine(value: unknown, hint: NameHint | undefined): Candidate[] {
  const isNumber = typeof value === "number" && Number.isSafeInteger(value);
  if (typeof value !== "string" && !isNumber) return [];
  // Whoever writes a novel into a field is found out by its beginning.
  const text = String(value).slice(0, 4000).trim();
  if (text === "") return [];
  const found: Candidate[] = [];
  if (hint === "secret") found.push({ kind: "secret", valid: true });
  if (!isNumber) {
    if (EMAIL.test(text)) found.push({ kind: "email", valid: hasEmail(text) });
    if (hasIban(text)) found.push({ kind: "iban", valid: true });
    if (hint === "birthDate" && isBirthDate(text)) found.push({ kind: "birth date", valid: true });
    if (hint === "address") found.push({ kind: "address", valid: text.length <= 200 });
    if (hint === "name" && looksLikeName(text)) found.push({ kind: "name", valid: true });
    if (hint === "maybeName") found.push({ kind: "name", valid: looksLikeName(text) && hasFirstName(text) });
  }
  if (isPhone(text, hint, isNumber)) found.push({ kind: "phone", valid: true });
  const card = cardDigits(text);
  if (card !== undefined && !(isNumber && hint !== "card")) found.push({ kind: "card", valid: luhn(card) });
  const national = nationalNumber(text, hint, isNumber);
  if (national !== undefined) found.push(national);
  return found;
}

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24}/u;

/** Not what is written like one: `icon@2x.png`, `git@host.org:path`. */
function hasEmail(text: string): boolean {
  for (const match of text.matchAll(new RegExp(EMAIL, "gu"))) {
    const top = match[0].slice(match[0].lastIndexOf(".") + 1).toLowerCase();
    const after = text.slice(match.index + match[0].length);
    if (!FILES.has(top) && !/^:[\p{L}~]/u.test(after)) return true;
  }
  return false;
}

const FILES: ReadonlySet<string> = new Set(
  "png jpg jpeg gif svg webp ico css js mjs ts json xml html htm pdf txt map woff".split(" "),
);

function hasIban(text: string): boolean {
  if (!/[A-Za-z]{2}\d{2}/.test(text)) return false;
  if (isIban(text)) return true;
  for (const [candidate] of text.matchAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g)) {
    if (isIban(candidate)) return true;
  }
  return false;
}

/** With a country code anywhere; in a national way where the field's name says so. */
function isPhone(text: string, hint: NameHint | undefined, isNumber: boolean): boolean {
  const digits = text.replace(/\D/g, "");
  if (!isNumber && /^(?:\+|00)[1-9][\d\s()./-]{6,20}$/.test(text)) return digits.length >= 8 && digits.length <= 17;
  return hint === "phone" && /^[\d\s()./+-]{6,24}$/.test(text) && digits.length >= 6 && digits.length <= 15;
}

/** The digits, if a network gives out numbers of that beginning and length. */
function cardDigits(text: string): string | undefined {
  if (!/^\d{4}([ -]?)\d{4,6}\1\d{4,5}(?:\1\d{1,7})?$/.test(text)) return undefined;
  const digits = text.replace(/[ -]/g, "");
  return CARDS.some((card) => card.test(digits)) && !/^(\d)\1+$/.test(digits) ? digits : undefined;
}

const CARDS: readonly RegExp[] = [
  /^4(\d{12}|\d{15}|\d{18})$/,
  /^5[1-5]\d{14}$/,
  /^2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^6(011|5\d\d|4[4-9]\d)\d{12}$/,
  /^35(2[89]|[3-8]\d)\d{12}$/,
  /^3(0[0-5]|[68]\d)\d{11}$/,
  /^62\d{14,17}$/,
];

function nationalNumber(text: string, hint: NameHint | undefined, isNumber: boolean): Candidate | undefined {
  const isNamed = hint === "national";
  const plain = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  let shaped: Candidate | undefined;
  for (const { country, label, form, isValid, needsName } of NATIONAL_NUMBERS) {
    if (((needsName === true || isNumber) && !isNamed) || !form.test(text)) continue;
    const detail = `${label}, ${country}`;
    if (isValid(plain)) return { kind: "national number", valid: true, detail };
    shaped ??= { kind: "national number", valid: false, detail };
  }
  // A passport or an identity card has no form that all share.
  if (isNamed && shaped === undefined && /^[A-Z0-9][A-Z0-9 ./-]{4,24}$/i.test(text) && /\d/.test(text)) {
    return { kind: "national number", valid: true };
  }
  return shaped;
}

function isBirthDate(text: string): boolean {
  const year = /^(\d{4})-\d\d-\d\d/.exec(text)?.[1] ?? /^\d{1,2}[./-]\d{1,2}[./-](\d{4})$/.exec(text)?.[1];
  return year !== undefined && Number(year) >= 1880 && Number(year) <= new Date().getUTCFullYear();
}
