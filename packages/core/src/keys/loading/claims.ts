/**
 * Epochs that documents claim, by scope. Whoever holds the integrity key of one scope can claim any: so a claim makes the store be
 * read again and closes that one scope, while such documents are met and the store stays older, and nothing else. SPEC §2.4.
 */
export class Claims {
  readonly #lifetime: number;
  /** In order of the last claim. */
  readonly #highest = new Map<string, Claim>();

  /** `lifetime`: how long a claim closes its scope after such a document was last met, in milliseconds. */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  /** True where the claim is higher than any before of its scope. */
  note(scopeText: string, epoch: number, now: number): boolean {
    const known = this.#highest.get(scopeText)?.epoch ?? 0;
    this.#highest.delete(scopeText);
    this.#highest.set(scopeText, { epoch: Math.max(known, epoch), at: now });
    if (this.#highest.size > MOST) this.#highest.delete(this.#highest.keys().next().value as string);
    return epoch > known;
  }

  /** True where documents of the scope claim an epoch that the store has not reached. */
  isAhead(scopeText: string, epoch: number, now: number): boolean {
    const claim = this.#highest.get(scopeText);
    return claim !== undefined && claim.epoch > epoch && now - claim.at <= this.#lifetime;
  }

  /** As a rule: then nobody need ask. */
  get isEmpty(): boolean {
    return this.#highest.size === 0;
  }
}

interface Claim {
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Scopes that are remembered: whoever names more forgets the oldest. */
const MOST = 10_000;
