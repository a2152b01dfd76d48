/** The bound on what a run holds back. Each execution keeps an account of its own and gives it back when it ends. */
import { refusal } from "./refusal.js";
import { isArray, type Value } from "./values.js";

export interface Budget {
  account(): Account;
}

export interface Account {
  /** Accounts for one more held row; throws `SqlError` `COSMOSEAL_BUFFER_EXCEEDED` past the bound. */
  hold(value: Value): void;
  /** Gives back some of the rows held. */
  release(rows: number): void;
  /** Gives back everything. */
  close(): void;
}

const defaultMaxBufferedRows = 1_000_000;
const defaultMaxBufferedBytes = 268_435_456;

export function newBudget(
  maxRows: number = defaultMaxBufferedRows,
  maxBytes: number = defaultMaxBufferedBytes,
): Budget {
  const total = { rows: 0, bytes: 0 };
  return {
    account: () => {
      const own = { rows: 0, bytes: 0 };
      const release = (rows: number, bytes: number): void => {
        for (const sums of [own, total]) {
          sums.rows -= rows;
          sums.bytes -= bytes;
        }
      };
      return {
        hold: (value) => {
          const bytes = estimateBytes(value);
          own.rows++;
          own.bytes += bytes;
          total.rows++;
          total.bytes += bytes;
          if (total.rows > maxRows) throw exceeded(`${maxRows} rows`);
          if (total.bytes > maxBytes) throw exceeded(`${maxBytes} bytes`);
        },
        // Which rows went isn't known here: each counts as the mean.
        release: (rows) => release(rows, own.rows === 0 ? 0 : (own.bytes / own.rows) * rows),
        close: () => release(own.rows, own.bytes),
      };
    },
  };
}

function exceeded(bound: string): Error {
  return refusal(
    "COSMOSEAL_BUFFER_EXCEEDED",
    `The query holds back more than ${bound} to sort, group or tell rows apart; narrow its filter or raise the bound.`,
  );
}

/** About the length of the value as JSON text. */
function estimateBytes(value: Value): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 2;
  if (isArray(value)) {
    for (const item of value) bytes += estimateBytes(item) + 1;
    return bytes;
  }
  for (const name of Object.keys(value)) bytes += name.length + 4 + estimateBytes(value[name]);
  return bytes;
}
