/** What a process does to keys and documents that is killed in the middle of it. */
export const CHANGES = ["rotate", "announce", "destroy", "rewrap", "rekey", "reseal"] as const;
export type Change = (typeof CHANGES)[number];
