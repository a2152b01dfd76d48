/** Rows that our client doesn't pass yet, and why. It only shrinks: the suite fails when one of them passes. */
export const OPEN: readonly { readonly row: number; readonly why: string }[] = [
  { row: 12, why: "neither the freshness cache nor `verify` against the anchor is there" },
  { row: 13, why: "`verify` against the anchor isn't there" },
  { row: 27, why: "a process that has met no newer epoch needs the anchor to know of one" },
];
