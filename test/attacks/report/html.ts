export function pageOf(verdicts: readonly unknown[], _when: Date): string {
  return String(verdicts.length);
}
