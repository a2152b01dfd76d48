// Targets: a figure beside its bound, one line each, and an exit code that tells whether all are met.

export interface Target {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  /** `≤`: the figure may be the bound at the most; `≥`: at the least. */
  readonly sign: "≤" | "≥";
  readonly unit: string;
}

export function isMet({ bound, sign, value }: Target): boolean {
  return sign === "≤" ? value <= bound : value >= bound;
}

/** Prints the lines; the process ends with 1 where one is short. */
export function report(targets: readonly Target[]): void {
  for (const target of targets) {
    const { bound, name, sign, unit, value } = target;
    console.log(`target ${name}: ${rounded(value)}${unit} (${sign} ${bound}${unit}) ${isMet(target) ? "ok" : "short"}`);
  }
  if (!targets.every(isMet)) process.exitCode = 1;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
