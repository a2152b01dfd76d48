/** Drives a plan over rows: pulls a row, pushes it through, gives out what came of it. */
import type { Json } from "../tree.js";
import { type Machine, ROOT_SLOT } from "./machine.js";
import type { Execution, QueryPlan } from "./query.js";

/** Options of one run. `signal` aborts it: the run throws the signal's reason before the next row. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
}

export function* runSync(
  plan: QueryPlan,
  rows: Iterable<Json>,
  machine: Machine,
  options: RunOptions,
): Generator<Json> {
  const output: Json[] = [];
  const execution = plan.open(machine, (row) => output.push(row) > 0);
  const { signal } = options;
  for (const row of plan.readsContainer ? rows : oneRow) {
    if (signal !== undefined) signal.throwIfAborted();
    machine.slots[ROOT_SLOT] = row;
    let more = true;
    if (execution.steps === undefined) {
      more = execution.row();
      if (output.length > 0) yield* drained(output);
    } else {
      for (more of execution.steps()) {
        if (output.length > 0) yield* drained(output);
        if (!more) break;
      }
    }
    if (!more) break;
  }
  signal?.throwIfAborted();
  execution.finish();
  yield* output;
}

export async function* runAsync(
  plan: QueryPlan,
  rows: AsyncIterable<Json> | Iterable<Json>,
  machine: Machine,
  options: RunOptions,
): AsyncGenerator<Json> {
  const output: Json[] = [];
  const execution = plan.open(machine, (row) => output.push(row) > 0);
  const { signal } = options;
  const pace = newPace(signal);
  const source = iterate(plan.readsContainer ? rows : oneRow);
  try {
    for (let more = true; more; ) {
      if (signal !== undefined) signal.throwIfAborted();
      const next = source.next();
      // Rows at hand are taken at once: awaiting each would cost more than filtering it.
      const result = next instanceof Promise ? await next : next;
      if (result.done === true) break;
      machine.slots[ROOT_SLOT] = result.value;
      for (more of steps(execution)) {
        if (output.length > 0) yield* drained(output);
        if (pace.due()) await pace.giveWay();
        if (!more) break;
      }
    }
  } finally {
    await source.return?.();
  }
  signal?.throwIfAborted();
  execution.finish();
  for (const row of output) {
    yield row;
    if (pace.due()) await pace.giveWay();
  }
}

/** What a query without FROM runs over. */
const oneRow: readonly Json[] = [null];

/** Gives out what has come so far, and leaves the list empty for what comes next. */
function drained(output: Json[]): readonly Json[] {
  return output.splice(0);
}

function steps(execution: Execution): Iterable<boolean> {
  return execution.steps?.() ?? [execution.row()];
}

function iterate(rows: AsyncIterable<Json> | Iterable<Json>): AsyncIterator<Json> | Iterator<Json> {
  return Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
}

/** How long an asynchronous run may keep the thread before it gives way, in milliseconds. */
const sliceMilliseconds = 8;
/** How many steps pass between two looks at the clock. */
const stepsBetweenLooks = 64;

interface Pace {
  due(): boolean;
  giveWay(): Promise<void>;
}

function newPace(signal: AbortSignal | undefined): Pace {
  let count = 0;
  let since = Date.now();
  return {
    due: () => ++count % stepsBetweenLooks === 0 && Date.now() - since >= sliceMilliseconds,
    giveWay: async () => {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      since = Date.now();
    },
  };
}
