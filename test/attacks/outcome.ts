/** What comes of an attack, and what that is worth to the row it belongs to. */
import { isCosmosealError, isIntegrityError } from "cosmoseal";

/** Of one attack, tried in one way against one application. */
export type Outcome =
  /** The attacker gained nothing: the application sees what it saw before, or the attacker learns nothing. */
  | { readonly kind: "prevented"; readonly how?: string }
  /** The application got an error, and no data. */
  | { readonly kind: "detected"; readonly code: string }
  /** The application took the forgery for data, or the attacker learnt what it looked for. */
  | { readonly kind: "accepted"; readonly what: string }
  /** By design nobody vouches for such an answer; the same is tried where the application asks for more. */
  | { readonly kind: "server's word"; readonly what: string }
  /** Neither: an error that is no integrity error, or one that came too late. */
  | { readonly kind: "failed"; readonly what: string }
  /** Needs a part that the project doesn't have yet. */
  | { readonly kind: "not built"; readonly what: string };

/** By the way in which it was tried: a point read, a query, … */
export type Trials = Readonly<Record<string, Outcome>>;

export const PREVENTED: Outcome = Object.freeze({ kind: "prevented" });

export function accepted(what: string): Outcome {
  return { kind: "accepted", what };
}

export function prevented(how: string): Outcome {
  return { kind: "prevented", how };
}

export function notBuilt(what: string): Outcome {
  return { kind: "not built", what };
}

/** True for an outcome that lets a row pass. */
export function holds({ kind }: Outcome): boolean {
  return kind === "prevented" || kind === "detected" || kind === "server's word";
}

/** Runs what the application does; its answer is judged, its error is an outcome. Ours must be an integrity error, or one of `codes`. */
export async function outcomeOf<T>(
  work: () => Promise<T>,
  judge: (answer: T) => Outcome,
  codes: readonly string[] = [],
): Promise<Outcome> {
  try {
    return judge(await work());
  } catch (error) {
    return outcomeOfError(error, codes);
  }
}

export function outcomeOfError(error: unknown, codes: readonly string[] = []): Outcome {
  if (isCosmosealError(error)) {
    const { code } = error;
    return isIntegrityError(error) || codes.includes(code)
      ? { kind: "detected", code }
      : { kind: "failed", what: code };
  }
  return { kind: "detected", code: nameOf(error) };
}

/** Of errors that aren't ours: enough to tell them apart. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  const { code } = error as { readonly code?: unknown };
  const name = typeof code === "string" || typeof code === "number" ? String(code) : error.name;
  return name === "Error" ? error.message.slice(0, 40) : name;
}
