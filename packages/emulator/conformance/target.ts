// What the suite runs against: emulators that it starts, or the real account of COSMOS_ENDPOINT and COSMOS_KEY.

import { createEmulator, type Emulator } from "../src/index.js";
import { ACCOUNT } from "./account.js";

/** What a behaviour may ask for beyond the protocol that every account speaks. */
export type Capability = keyof typeof LACKING;

/** Why a real account lacks it. */
const LACKING = {
  "several ranges": "an account cuts a container into ranges by its throughput and size, not by wish",
  clock: "an account's clock can't be moved, and waiting takes minutes",
  "all versions": "the feed of all versions and deletes needs continuous backup",
  "delete by key": "deleting by partition key is switched on account by account",
  limits: "an account holds ids and policies to rules of its own that change with its version",
  "own account": "other databases and users of the account would be seen",
  scripts: "a script of an account takes seconds to be known to all replicas",
  emulator: "what the emulator leaves out, and says so",
} as const;

export interface Target {
  readonly kind: "emulator" | "account";
  readonly endpoint: string;
  readonly key: string;
  /** Undefined for a real account. */
  readonly emulator: Emulator | undefined;
  /** Lets that many seconds pass: the emulator's clock is moved on, an account is waited for. */
  elapse(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Why the behaviour can't be shown here; undefined where it can. */
export function lackOf(needs: readonly Capability[], ranges: number): string | undefined {
  if (ACCOUNT === undefined) return undefined;
  if (ranges > 1) return LACKING["several ranges"];
  return needs.length === 0 ? undefined : LACKING[needs[0]!];
}

export async function openTarget(ranges: number): Promise<Target> {
  if (ACCOUNT !== undefined) {
    return {
      ...ACCOUNT,
      kind: "account",
      emulator: undefined,
      elapse: (seconds) => new Promise((resolve) => setTimeout(resolve, (seconds + 1) * 1000)),
      close: async () => {},
    };
  }
  let ahead = 0;
  const emulator = await createEmulator({ ranges, clock: () => Date.now() + ahead * 1000 });
  return {
    kind: "emulator",
    endpoint: emulator.endpoint,
    key: emulator.key,
    emulator,
    async elapse(seconds) {
      ahead += seconds;
    },
    close: () => emulator.close(),
  };
}
