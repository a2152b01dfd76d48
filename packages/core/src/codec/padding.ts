/** Padding of group plaintexts: a length tells a short value from a long one only roughly. SPEC §3.3. */

/** The padded length of `length` bytes. */
export function paddedLength(length: number): number {
  if (length <= 256) return Math.max(32, Math.ceil(length / 32) * 32);
  // Padmé (Nikitin et al., PURBs, 2019): keeps log log bits of the length, at most 12 % more.
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}
