/** LIKE: wildcards, sets, escapes, case and types. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");

const codes =
  (matches: (code: string) => boolean) => (docs: readonly { readonly id: string; readonly code?: string }[]) =>
    docs.filter((c) => c.code !== undefined && matches(c.code)).map((c) => c.id);
const of = (pattern: string, more = ""): string => `SELECT VALUE c.id FROM c WHERE c.code LIKE ${pattern}${more}`;

export const like: readonly Entry[] = [
  flat.reasoned(
    "keywords#like: % is any string of zero or more characters",
    "% and _ match line breaks too",
    String.raw`SELECT VALUE ['a\nb' LIKE 'a%b', 'a\nb' LIKE 'a_b', 'a' LIKE 'a%', '' LIKE '_']`,
    [[true, true, true, false]],
  ),
  flat.javascript(
    "% at the end is a prefix",
    of("'A%'"),
    codes((code) => code.startsWith("A")),
  ),
  flat.javascript(
    "% at the beginning is a suffix",
    of("'%12'"),
    codes((code) => code.endsWith("12")),
  ),
  flat.javascript(
    "% on both sides is a part",
    of("'%1%'"),
    codes((code) => code.includes("1")),
  ),
  flat.javascript(
    "% in the middle leaves both ends fixed",
    of("'A%x'"),
    codes((code) => code.startsWith("A") && code.endsWith("x")),
  ),
  flat.javascript(
    "% alone matches every string, the empty one too",
    of("'%'"),
    codes(() => true),
  ),
  flat.javascript(
    "_ is exactly one character",
    of("'_n'"),
    codes((code) => code.length === 2 && code.endsWith("n")),
  ),
  flat.javascript(
    "several _ count characters",
    of("'___'"),
    codes((code) => code.length === 3),
  ),
  flat.javascript(
    "without wildcards LIKE is equality",
    of("'ab-12'"),
    codes((code) => code === "ab-12"),
  ),
  flat.javascript(
    "LIKE is case-sensitive",
    of("'ab%'"),
    codes((code) => code.startsWith("ab")),
  ),
  flat.javascript(
    "LIKE of the empty pattern matches the empty string only",
    of("''"),
    codes((code) => code === ""),
  ),
  flat.javascript(
    "a set matches one of its characters",
    of("'[Aa]b%'"),
    codes((code) => /^[Aa]b/.test(code)),
  ),
  flat.javascript(
    "a range matches one character within it",
    of("'%[0-2]%'"),
    codes((code) => /[0-2]/.test(code)),
  ),
  flat.javascript(
    "a negated set matches one character outside it",
    of("'[^A2]%'"),
    codes((code) => /^[^A2]/s.test(code)),
  ),
  flat.javascript(
    "a wildcard in brackets stands for itself",
    of("'20[%]'"),
    codes((code) => code === "20%"),
  ),
  flat.javascript(
    "an underscore in brackets stands for itself",
    of("'[_]n'"),
    codes((code) => code === "_n"),
  ),
  flat.javascript(
    "ESCAPE makes the next wildcard a character",
    of("'20!%'", " ESCAPE '!'"),
    codes((code) => code === "20%"),
  ),
  flat.javascript(
    "ESCAPE and wildcards in one pattern",
    of("'A!_%!%'", " ESCAPE '!'"),
    codes((code) => /^A_.*%$/.test(code)),
  ),
  flat.javascript(
    "a backslash is an escape where ESCAPE says so",
    of(String.raw`'A\\_1%'`, String.raw` ESCAPE '\\'`),
    codes((code) => code.startsWith("A_1")),
  ),
  flat.javascript(
    "the characters of regular expressions stand for themselves",
    of("'x.y*z'"),
    codes((code) => code === "x.y*z"),
  ),
  flat.javascript(
    "NOT LIKE leaves out the missing",
    "SELECT VALUE c.id FROM c WHERE c.code NOT LIKE 'A%'",
    codes((code) => !code.startsWith("A")),
  ),
  flat.javascript(
    "LIKE on numbers, null and booleans finds nothing",
    "SELECT VALUE c.id FROM c WHERE c.age LIKE '%'",
    (docs) => docs.filter((c) => typeof c.age === "string").map((c) => c.id),
  ),
  flat.javascript(
    "NOT LIKE on numbers finds nothing either",
    "SELECT VALUE c.id FROM c WHERE c.age NOT LIKE '4%'",
    (docs) => docs.filter((c) => typeof c.age === "string" && !c.age.startsWith("4")).map((c) => c.id),
  ),
  flat.reasoned(
    "keywords#like: _ is any single character",
    "LIKE over accents and other scripts",
    "SELECT VALUE c.id FROM c WHERE c.name LIKE 'Zo_' OR c.name LIKE '李_' OR c.name LIKE '%нн%'",
    ["p26", "p27", "p28"],
  ),
  flat.javascript("LIKE in SELECT is a boolean, or left out", "SELECT c.id, c.city LIKE '%o' AS o FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, o: typeof c.city === "string" ? c.city.endsWith("o") : undefined })),
  ),
  flat.javascript(
    "the pattern may be a property",
    "SELECT VALUE c.id FROM c WHERE 'Puzzle v5' LIKE CONCAT(c.name, '%')",
    (docs) => docs.filter((c) => typeof c.name === "string" && "Puzzle v5".startsWith(c.name)).map((c) => c.id),
  ),
  flat.reference(
    "keywords#like",
    "the documented literals in brackets",
    "SELECT VALUE ['20-30%' LIKE '20-30[%]', '20-30x' LIKE '20-30[%]', '_n' LIKE '[_]n', 'an' LIKE '[_]n', ']' LIKE ']']",
    [[true, false, true, false, true]],
  ),
  flat.reference(
    "keywords#like",
    "the documented wildcards",
    "SELECT VALUE ['ASOBPSC' LIKE '%SO%PS%', 'SOxPS' LIKE '%SO_PS%', 'SOPS' LIKE '%SO_PS%', 'SOtPS' LIKE '%SO[t-z]PS%', 'SOaPS' LIKE '%SO[t-z]PS%', 'SOdPS' LIKE '%SO[^abc]PS%', 'SOaPS' LIKE '%SO[^abc]PS%']",
    [[true, true, false, true, false, true, false]],
  ),
];
