/** The least that each command must be given, and which mistakes can be made with it. */

export interface Invocation {
  readonly args: readonly string[];
  /** It asks the account itself, and says so in an exit code; `doctor` says it as a finding. */
  readonly account?: true;
  /** It opens the root key. */
  readonly keys?: true;
  /** It works without a configuration. */
  readonly free?: true;
}

const CUSTOMERS = ["-c", "shop/customers"];
const PERSON = ["-c", "shop/people", "-s", "p-3"];

export const INVOCATIONS: Readonly<Record<string, Invocation>> = {
  init: { args: ["--container", "shop/audit", "--keys", "new.keys"], account: true, free: true },
  doctor: { args: [] },
  explain: { args: ["SELECT * FROM c WHERE c.email = 'a'", ...CUSTOMERS] },
  inspect: { args: ["c-1", ...CUSTOMERS], account: true, keys: true },
  repair: { args: ["c-1", ...CUSTOMERS, "--reason", "test", "--confirm", "c-1"], account: true, keys: true },
  exposure: { args: ["shop"], account: true, free: true },
  policy: { args: [] },
  "schema lock": { args: [] },
  "schema check": { args: [] },
  "keys create": { args: PERSON, account: true, keys: true },
  "keys list": { args: CUSTOMERS, account: true, keys: true },
  "keys scopes": { args: [], account: true, keys: true },
  "keys rotate": { args: CUSTOMERS, account: true, keys: true },
  "keys retire": {
    args: [...CUSTOMERS, "--kind", "group", "--generation", "1", "--confirm", "customers"],
    account: true,
    keys: true,
  },
  "keys destroy": { args: [...PERSON, "--confirm", "p-3"], account: true, keys: true },
  "keys wraps": { args: [], account: true, keys: true },
  "keys rewrap": { args: ["other", "--yes"], account: true, keys: true },
  "keys add-wrap": { args: ["other"], account: true, keys: true },
  "keys remove-wrap": { args: ["static"], account: true, keys: true },
  "keys new-root": { args: ["--out", "root-of-a-mistake.json"] },
  "keys rekey": { args: ["next-root.json", "--yes"], account: true, keys: true },
  "keys usage": { args: CUSTOMERS, account: true, keys: true },
  "keys reseal": { args: CUSTOMERS, account: true, keys: true },
  "keys rebuild": { args: CUSTOMERS, account: true, keys: true },
  "keys floor": { args: ["1", ...CUSTOMERS, "--yes"], account: true, keys: true },
  "keys export": { args: ["--out", "copy-of-a-mistake.json"], account: true, keys: true },
  "keys import": { args: ["copy.json"], account: true },
};
