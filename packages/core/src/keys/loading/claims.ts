/**
 * Epochs that documents claim, by scope. Whoever holds the integrity key of one scope can claim any: so a claim makes the store be
 * read again and closes that one scope while the store stays older, and nothing else. SPEC §2.4.
 */
export class Claims {
  /** In order of the last claim. */
  readonly #highest = new Map<string, number>();

  /** True where the claim is higher than any before of its scope. */
  note(scopeText: string, epoch: number): boolean {
    const known = this.#highest.get(scopeText) ?? 0;
    this.#highest.delete(scopeText);
    this.#highest.set(scopeText, Math.max(known, epoch));
    if (this.#highest.size > MOST) this.#highest.delete(this.#highest.keys().next().value as string);
    return epoch > known;
  }

  /** True where documents of the scope claim an epoch that the store has not reached. */
  isAhead(scopeText: string, epoch: number): boolean {
    return (this.#highest.get(scopeText) ?? 0) > epoch;
  }
}

/** Scopes that are remembered: whoever names more forgets the oldest. */
const MOST = 10_000;
