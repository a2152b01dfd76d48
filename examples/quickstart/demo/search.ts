/** Looks for secrets in what was stolen: every value, in every form in which it could lie there. */
import { createHash } from "node:crypto";

export interface SearchResult {
  /** Different values that were looked for. */
  readonly values: number;
  /** Forms of them, all told. */
  readonly forms: number;
  /** Values of which at least one form was found. */
  readonly found: number;
  /** Characters that were searched. */
  readonly searched: number;
}

/** Finds the values that it was prepared for in any number of texts, at every offset. */
export type Search = (texts: readonly string[]) => SearchResult;

/** Throws RangeError for a value so short that its plain form can't be told from chance. */
export function prepareSearch(values: Iterable<string>): Search {
  const different = new Set(values);
  const needles = new Map<string, [form: string, value: string][]>();
  let forms = 0;
  for (const value of different) {
    const wanted = formsOf(value);
    if (!isTelling(JSON.stringify(value))) throw new RangeError("A value is too short to be searched for.");
    forms += wanted.length;
    for (const form of wanted) {
      const start = form.slice(0, WINDOW);
      const sharing = needles.get(start);
      if (sharing === undefined) needles.set(start, [[form, value]]);
      else sharing.push([form, value]);
    }
  }
  return (texts) => {
    const found = new Set<string>();
    for (const text of texts) {
      for (let at = 0; at + WINDOW <= text.length; at++) {
        for (const [form, value] of needles.get(text.slice(at, at + WINDOW)) ?? []) {
          if (text.startsWith(form, at)) found.add(value);
        }
      }
    }
    const searched = texts.reduce((sum, text) => sum + text.length, 0);
    return { values: different.size, forms, found: found.size, searched };
  };
}

const WINDOW = 4;

/** What the forms are, in words. */
export const FORMS =
  "raw, quoted, lower and upper case, JSON- and percent-escaped, hex, base64 at each offset, SHA-256, MD5";

function formsOf(value: string): string[] {
  const json = JSON.stringify(value);
  const forms = [json, value, value.toLowerCase(), value.toUpperCase(), json.slice(1, -1), encodeURIComponent(value)];
  forms.push(
    escaped(value),
    escaped(value).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  );
  forms.push(JSON.stringify(json).slice(1, -1)); // JSON inside JSON, as in a query's text or a log line
  for (const data of [Buffer.from(value, "utf8"), Buffer.from(value, "utf16le")]) {
    forms.push(data.toString("hex"), data.toString("hex").toUpperCase(), ...base64Forms(data));
  }
  for (const text of new Set([value, value.toLowerCase(), json])) {
    for (const algorithm of ["sha256", "md5"]) {
      const hash = createHash(algorithm).update(text, "utf8").digest();
      forms.push(hash.toString("hex"), ...spellings(hash.toString("base64").replace(/=+$/, "")));
    }
  }
  return [...new Set(forms)].filter(isTelling);
}

/** All but ASCII as \u escapes. */
function escaped(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The characters that don't depend on what stands before and after the data inside a longer base64 text. */
function base64Forms(data: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const length = offset + data.length;
    const text = Buffer.concat([Buffer.alloc(offset), data])
      .toString("base64")
      .replace(/=+$/, "");
    return spellings(text.slice([0, 2, 3][offset], length % 3 === 0 ? undefined : -1));
  });
}

function spellings(base64: string): string[] {
  return [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
}

/**
 * Ciphertext is random letters of base64: among millions of them four letters turn up by chance, eight don't. A form with
 * another character, a quotation mark for one, can't.
 */
function isTelling(form: string): boolean {
  return form.length >= (/^[\w+/-]*$/.test(form) ? 8 : WINDOW);
}
