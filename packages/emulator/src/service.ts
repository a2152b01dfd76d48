// What the handlers share: the account's state, its key, its clock.

import type { AccountKey } from "./auth/master.js";
import type { Throttle } from "./http/throttle.js";
import type { QueryEngine } from "./query/engine.js";
import type { Account } from "./store/account.js";
import type { Clock } from "./store/clock.js";

export interface Service {
  readonly account: Account;
  readonly key: AccountKey;
  readonly clock: Clock;
  readonly engine: QueryEngine;
  readonly throttle: Throttle;
  readonly scriptTimeoutMs: number;
}
