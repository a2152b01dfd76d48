/** What a token answers, told apart by its return value. */
import { CosmosealError, type ErrorCode, isCosmosealError } from "@cosmoseal/core";

/** Runs the call; return values of PKCS#11 become errors of ours, with the value's name. */
export async function told<T>(kek: string, what: "wrap" | "unwrap", call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isCosmosealError(error)) throw error;
    const name = /^CKR_[A-Z0-9_]+/.exec((error as { message?: string }).message ?? "")?.[0];
    if (name === undefined) throw error;
    const [code, message, remedy] = MEANINGS[name] ?? UNAVAILABLE;
    throw new CosmosealError(code, `${message} (${what}, ${kek}, ${name})`, { remedy });
  }
}

type Meaning = readonly [code: ErrorCode, message: string, remedy: string];

const UNAVAILABLE: Meaning = [
  "ERR_KEY_UNAVAILABLE",
  "The token can't be used now.",
  "Check that it is connected and working; it is tried again at the next call.",
];
const PIN_WRONG: Meaning = [
  "ERR_KEK_PIN_WRONG",
  "The token refuses the PIN.",
  "It is not tried again, so that the token doesn't lock itself: give another.",
];
const LOCKED: Meaning = [
  "ERR_KEK_DENIED",
  "The token's PIN is locked or expired.",
  "The token's officer sets a new one.",
];
const FORBIDDEN: Meaning = ["ERR_KEK_DENIED", "The key may not be used for that.", "Give it the usage in the token."];
const UNFIT: Meaning = [
  "ERR_OPTIONS_INVALID",
  "Token or key don't know the mechanism.",
  "Choose another `mechanism`, or a key of its type.",
];

const MEANINGS: Readonly<Record<string, Meaning>> = {
  CKR_PIN_INCORRECT: PIN_WRONG,
  CKR_PIN_INVALID: PIN_WRONG,
  CKR_PIN_LEN_RANGE: PIN_WRONG,
  CKR_PIN_LOCKED: LOCKED,
  CKR_PIN_EXPIRED: LOCKED,
  CKR_USER_PIN_NOT_INITIALIZED: LOCKED,
  CKR_KEY_FUNCTION_NOT_PERMITTED: FORBIDDEN,
  CKR_ACTION_PROHIBITED: FORBIDDEN,
  CKR_MECHANISM_INVALID: UNFIT,
  CKR_MECHANISM_PARAM_INVALID: UNFIT,
  CKR_ARGUMENTS_BAD: UNFIT,
  CKR_KEY_TYPE_INCONSISTENT: UNFIT,
  CKR_KEY_SIZE_RANGE: UNFIT,
};
