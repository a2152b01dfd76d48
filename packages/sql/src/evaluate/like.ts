/** LIKE: `%` any run of characters, `_` one, `[a-f]` and `[^a-f]` one of or none of a set, an escape character for the rest. */
export type LikePattern = readonly LikeStep[];

type LikeStep = { readonly kind: "run" } | { readonly kind: "one"; readonly matches: (unit: string) => boolean };

/** Reads a pattern. A `[` without its `]` stands for itself, as does the escape character at the very end. */
export function readLikePattern(pattern: string, mark: string | undefined): LikePattern {
  const steps: LikeStep[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern[i] as string;
    if (unit === mark && i + 1 < pattern.length) {
      i++;
      steps.push(literal(pattern[i] as string));
    } else if (unit === "%") {
      if (steps.at(-1)?.kind !== "run") steps.push({ kind: "run" });
    } else if (unit === "_") {
      steps.push({ kind: "one", matches: () => true });
    } else if (unit === "[") {
      const end = setEnd(pattern, i, mark);
      if (end === -1) {
        steps.push(literal(unit));
      } else {
        steps.push(readSet(pattern.slice(i + 1, end), mark));
        i = end;
      }
    } else {
      steps.push(literal(unit));
    }
  }
  return steps;
}

/** Whether the whole text matches; in time at most the product of both lengths, whatever the pattern. */
export function matchesLike(text: string, pattern: LikePattern): boolean {
  let at = 0;
  let step = 0;
  let runStep = -1;
  let runAt = 0;
  while (at < text.length) {
    const wanted = pattern[step];
    if (wanted?.kind === "one" && wanted.matches(text[at] as string)) {
      at++;
      step++;
    } else if (wanted?.kind === "run") {
      runStep = step++;
      runAt = at;
    } else if (runStep !== -1) {
      step = runStep + 1;
      at = ++runAt;
    } else {
      return false;
    }
  }
  while (pattern[step]?.kind === "run") step++;
  return step === pattern.length;
}

function literal(unit: string): LikeStep {
  return { kind: "one", matches: (other) => other === unit };
}

/** A `]` right after `[` or `[^` would close an empty set; it closes it nonetheless, and an empty set matches nothing. */
function setEnd(pattern: string, start: number, mark: string | undefined): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === mark) i++;
    else if (pattern[i] === "]") return i;
  }
  return -1;
}

function readSet(body: string, mark: string | undefined): LikeStep {
  const negated = body.startsWith("^");
  const units: { unit: string; escaped: boolean }[] = [];
  for (let i = negated ? 1 : 0; i < body.length; i++) {
    if (body[i] === mark && i + 1 < body.length) units.push({ unit: body[++i] as string, escaped: true });
    else units.push({ unit: body[i] as string, escaped: false });
  }
  const ranges: [string, string][] = [];
  for (let i = 0; i < units.length; i++) {
    const low = units[i]!.unit;
    const dash = units[i + 1];
    const high = units[i + 2];
    if (dash !== undefined && dash.unit === "-" && !dash.escaped && high !== undefined) {
      ranges.push([low, high.unit]);
      i += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return {
    kind: "one",
    matches: (unit) => ranges.some(([low, high]) => low <= unit && unit <= high) !== negated,
  };
}
