/** Reads the lists of names: each in its own script, with its Latin spelling. */

/** A name in its own script, and how its bearer spells it in an e-mail address. */
export type Name = readonly [native: string, ascii: string];

const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** Names parted by spaces; `_` is a space inside a name; `=` gives the Latin spelling where it can't be had by folding. */
export function names(list: string): readonly Name[] {
  return list.split(" ").map((entry) => {
    const [native, ascii] = entry.split("=");
    const name = native!.replaceAll("_", " ");
    return [name, ascii ?? fold(name)];
  });
}

function fold(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[ßæøłđðþı]/g, (letter) => LETTERS[letter]!)
    .replace(/[^a-z]+/g, "");
}
