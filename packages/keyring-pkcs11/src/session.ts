/** Sessions with a token: opened for one call, logged in where the process isn't, closed again whatever happens. */
import { createHash, timingSafeEqual } from "node:crypto";
import { CosmosealError } from "@cosmoseal/core";
import type { Handle } from "pkcs11js";
import type { Loaded } from "./library.js";

/** The PIN, and the memory of one that was refused. */
export class Logins {
  readonly #pin: () => string | Promise<string>;
  #refused: Buffer | undefined;

  constructor(pin: () => string | Promise<string>) {
    this.#pin = pin;
  }

  /** Throws ERR_KEK_PIN_WRONG for a PIN that was refused before, without asking the token: it locks itself after a few. */
  async pin(): Promise<string> {
    const pin = await this.#pin();
    if (typeof pin !== "string" || pin === "") {
      throw new CosmosealError("ERR_OPTIONS_INVALID", "The PIN is empty.", {
        remedy: "Set the environment variable, or whatever `pin` reads, before the first use.",
      });
    }
    if (this.#refused !== undefined && timingSafeEqual(this.#refused, digestOf(pin))) {
      throw new CosmosealError("ERR_KEK_PIN_WRONG", "The token has refused this PIN before.", {
        remedy: "It is not tried again, so that the token doesn't lock itself: give another.",
      });
    }
    return pin;
  }

  refuse(pin: string): void {
    this.#refused = digestOf(pin);
  }
}

/** Runs `work` in a session of the token with this label. Throws ERR_KEY_UNAVAILABLE without the token, what library and `work` throw. */
export async function withSession<T>(
  loaded: Loaded,
  token: string,
  logins: Logins,
  work: (session: Handle) => T,
): Promise<T> {
  const { constants, library } = loaded;
  const slot = findSlot(loaded, token);
  const pin = await logins.pin();
  // From here on nothing waits: no other call of this process comes between.
  const session = library.C_OpenSession(slot, constants.CKF_SERIAL_SESSION);
  try {
    try {
      library.C_Login(session, constants.CKU_USER, pin);
    } catch (error) {
      const { code } = error as { code?: number };
      if (code === constants.CKR_PIN_INCORRECT || code === constants.CKR_PIN_LEN_RANGE) logins.refuse(pin);
      if (code !== constants.CKR_USER_ALREADY_LOGGED_IN) throw error;
    }
    return work(session);
  } finally {
    // The last session of the process to end logs it out.
    library.C_CloseSession(session);
  }
}

/** The one key of this label and class. Throws ERR_KEK_NOT_FOUND without one, or with several, of which one would be guessed. */
export function findKey(
  { constants, library }: Loaded,
  session: Handle,
  label: string,
  keyClass: "CKO_SECRET_KEY" | "CKO_PUBLIC_KEY" | "CKO_PRIVATE_KEY",
): Handle {
  library.C_FindObjectsInit(session, [
    { type: constants.CKA_CLASS, value: constants[keyClass] },
    { type: constants.CKA_LABEL, value: label },
  ]);
  let found: Handle[];
  try {
    found = library.C_FindObjects(session, 2);
  } finally {
    library.C_FindObjectsFinal(session);
  }
  const [key] = found;
  if (key !== undefined && found.length === 1) return key;
  throw new CosmosealError(
    "ERR_KEK_NOT_FOUND",
    found.length === 0 ? "The token has no such key." : "The token has several keys of that label.",
    { remedy: "Check `key`, and that it is of the kind that the mechanism needs." },
  );
}

function findSlot({ constants, library }: Loaded, label: string): Handle {
  const slots = library.C_GetSlotList(true).filter((slot) => {
    try {
      return library.C_GetTokenInfo(slot).label.trimEnd() === label;
    } catch (error) {
      // Taken out since the list was made.
      if ((error as { code?: number }).code === constants.CKR_TOKEN_NOT_PRESENT) return false;
      throw error;
    }
  });
  const [slot] = slots;
  if (slot !== undefined && slots.length === 1) return slot;
  throw new CosmosealError(
    "ERR_KEY_UNAVAILABLE",
    slots.length === 0 ? "No token of that label is present." : "Several tokens of that label are present.",
    { remedy: "Check `token`, and that it is connected." },
  );
}

function digestOf(pin: string): Buffer {
  return createHash("sha256").update(pin, "utf8").digest();
}
