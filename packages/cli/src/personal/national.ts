/** National numbers, by country: how they are written, and their check digits. */
import { isDay, luhn, mod97, mod1110, weighted } from "./checksums.js";

export interface NationalNumber {
  readonly country: string;
  readonly label: string;
  /** The whole value, as people and systems write it. */
  readonly form: RegExp;
  /** Of the letters and digits alone, in capitals. */
  readonly isValid: (characters: string) => boolean;
  /** The form alone is so common that the name of the field must say it, too. */
  readonly needsName?: true;
}

export const NATIONAL_NUMBERS: readonly NationalNumber[] = [
  {
    country: "CH",
    label: "AHV number",
    form: /^756\.?\d{4}\.?\d{4}\.?\d{2}$/,
    isValid: (n) => (10 - (weighted(n, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(n[12]),
  },
  {
    country: "DE",
    label: "tax number (Steuer-ID)",
    form: /^[1-9]\d ?\d{3} ?\d{3} ?\d{3}$/,
    isValid: (n) => mod1110(n) && hasTaxPattern(n.slice(0, 10)),
    needsName: true,
  },
  {
    country: "US",
    label: "social security number",
    form: /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/,
    isValid: (n) => n !== "078051120" && n !== "219099999",
  },
  {
    country: "GB",
    label: "national insurance number",
    form: /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i,
    isValid: () => true,
  },
  {
    country: "FR",
    label: "social security number (NIR)",
    form: /^[12] ?\d{2} ?(0[1-9]|1[0-2]|[2-9]\d) ?(\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}$/i,
    isValid: (n) => {
      const number = n.slice(0, 13).replace("2A", "19").replace("2B", "18");
      return 97 - (Number(number) % 97) === Number(n.slice(13));
    },
  },
  {
    country: "ES",
    label: "DNI or NIE",
    form: /^[0-9XYZ]\d{7}-?[A-Z]$/i,
    isValid: (n) => {
      const number = n.slice(0, 8).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter)));
      return "TRWAGMYFPDXBNJZSQVHLCKE"[Number(number) % 23] === n[8];
    },
  },
  {
    country: "IT",
    label: "codice fiscale",
    form: /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/i,
    isValid: (n) => {
      const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
      const place = (c: string): number => (c >= "A" ? c.charCodeAt(0) - 65 : Number(c));
      const sum = [...n.slice(0, 15)].reduce((s, c, i) => s + (i % 2 === 0 ? odd[place(c)]! : place(c)), 0);
      return String.fromCharCode(65 + (sum % 26)) === n[15];
    },
  },
  {
    country: "PL",
    label: "PESEL",
    form: /^\d{11}$/,
    isValid: (n) => {
      const month = String(Number(n.slice(2, 4)) % 20).padStart(2, "0");
      const check = (10 - (weighted(n, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
      return check === Number(n[10]) && isDay(n.slice(0, 2), month, n.slice(4, 6));
    },
    needsName: true,
  },
  {
    country: "BE",
    label: "national register number",
    form: /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$/,
    isValid: (n) => {
      const check = Number(n.slice(9));
      const isOf = (number: string): boolean => 97 - (Number(number) % 97) === check;
      return isOf(n.slice(0, 9)) || isOf(`2${n.slice(0, 9)}`);
    },
  },
  {
    country: "NL",
    label: "BSN",
    form: /^\d{9}$/,
    isValid: (n) => (weighted(n, [9, 8, 7, 6, 5, 4, 3, 2]) - Number(n[8])) % 11 === 0,
    needsName: true,
  },
  {
    country: "SE",
    label: "personnummer",
    form: /^(19|20)?\d{6}[-+]\d{4}$/,
    isValid: (n) => {
      const ten = n.slice(-10);
      // Numbers of those who have none yet carry the day plus 60.
      const day = String(Number(ten.slice(4, 6)) % 60).padStart(2, "0");
      return luhn(ten) && isDay(ten.slice(0, 2), ten.slice(2, 4), day);
    },
  },
  {
    country: "DK",
    label: "CPR number",
    form: /^\d{6}-\d{4}$/,
    isValid: (n) => isDay(n.slice(4, 6), n.slice(2, 4), n.slice(0, 2)),
    needsName: true,
  },
  {
    country: "FI",
    label: "henkilötunnus",
    form: /^\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]$/i,
    isValid: (n) => {
      const check = n.at(-1)!;
      const digits = n.slice(0, 6) + n.slice(-4, -1);
      const isRight = "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(digits) % 31] === check;
      return isRight && isDay(n.slice(4, 6), n.slice(2, 4), n.slice(0, 2));
    },
  },
  {
    country: "NO",
    label: "fødselsnummer",
    form: /^\d{6} ?\d{5}$/,
    isValid: (n) => {
      const first = 11 - (weighted(n, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11);
      const second = 11 - (weighted(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
      return first % 11 === Number(n[9]) && second % 11 === Number(n[10]);
    },
    needsName: true,
  },
  {
    country: "BR",
    label: "CPF",
    form: /^\d{3}\.\d{3}\.\d{3}-\d{2}$/,
    isValid: (n) => {
      const check = (length: number): number => {
        const weights = Array.from({ length }, (_, i) => length + 1 - i);
        return ((weighted(n, weights) * 10) % 11) % 10;
      };
      return !/^(\d)\1+$/.test(n) && check(9) === Number(n[9]) && check(10) === Number(n[10]);
    },
  },
  {
    country: "CA",
    label: "social insurance number",
    form: /^\d{3}[ -]?\d{3}[ -]?\d{3}$/,
    isValid: luhn,
    needsName: true,
  },
];

/** Length of an IBAN by country. */
export const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
};

/** Spaces allowed. */
export function isIban(text: string): boolean {
  const plain = text.replaceAll(" ", "").toUpperCase();
  if (IBAN_LENGTHS[plain.slice(0, 2)] !== plain.length || !/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(plain)) return false;
  return mod97(plain.slice(4) + plain.slice(0, 4)) === 1;
}

/** Of the ten digits exactly one stands two or three times. */
function hasTaxPattern(digits: string): boolean {
  const counts = [..."0123456789"].map((digit) => digits.split(digit).length - 1).filter((n) => n > 1);
  return counts.length === 1 && counts[0]! <= 3;
}
