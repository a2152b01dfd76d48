/** What the doctor says: one line each, with its remedy. */

export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warning" | "bad" | "skipped";
  readonly text: string;
  /** What to do; of everything that is not in order. */
  readonly remedy?: string;
}

export function ok(check: string, text: string): Finding {
  return { check, level: "ok", text };
}

export function warning(check: string, text: string, remedy: string): Finding {
  return { check, level: "warning", text, remedy };
}

export function bad(check: string, text: string, remedy: string): Finding {
  return { check, level: "bad", text, remedy };
}

export function skipped(check: string, text: string, remedy?: string): Finding {
  return { check, level: "skipped", text, ...(remedy !== undefined && { remedy }) };
}
