/** The public face of the evaluator: a query or a condition, compiled once, run over rows as often as needed. */
import type { Expression, Json, Query } from "../tree.js";
import { newBudget } from "./budget.js";
import { type Machine, ROOT_SLOT } from "./machine.js";
import type { CompileOptions, Parameters } from "./options.js";
import { compileTest } from "./predicate.js";
import { compileQueryPlan } from "./query.js";
import { refusal } from "./refusal.js";
import { type RunOptions, runAsync, runSync } from "./run.js";
import { newUnit, type Unit } from "./scope.js";

/** A query ready to run. It keeps no state between runs; several may be under way at once. */
export interface CompiledQuery {
  /**
   * Runs over the rows of the container, lazily: rows are pulled as output is, unless the query sorts, groups or counts.
   * Output shares structure with the rows and must not be mutated. Throws `SqlError` for a parameter that is missing, a
   * TOP, OFFSET or LIMIT that is no non-negative integer, a bound exceeded, or a value no function can answer for.
   */
  run(rows: Iterable<Json>, parameters?: Parameters, options?: RunOptions): Iterable<Json>;
  /** As `run`, over sync or async rows, giving way to other work every few milliseconds. */
  runAsync(
    rows: AsyncIterable<Json> | Iterable<Json>,
    parameters?: Parameters,
    options?: RunOptions,
  ): AsyncIterable<Json>;
}

/**
 * Compiles a query. Throws `SqlError` for what can't be run: an unknown name or function, a wrong number of arguments, an
 * aggregate out of place, or what is not built (spatial, full-text and vector functions, ORDER BY RANK), which is named.
 *
 * @example
 * const adults = compile(parse("SELECT VALUE c.name FROM c WHERE c.age >= @age"));
 * [...adults.run(documents, { "@age": 18 })];
 */
export function compile(query: Query, options: CompileOptions = {}): CompiledQuery {
  const unit = newUnit(options);
  const plan = bounded(() => compileQueryPlan(query, unit, undefined, false));
  const start = (parameters: Parameters): Machine => bindParameters(unit, newMachine(unit, options), parameters);
  return {
    run: (rows, parameters = {}, runOptions = {}) => ({
      [Symbol.iterator]: () => runSync(plan, rows, start(parameters), { signal: options.signal, ...runOptions }),
    }),
    runAsync: (rows, parameters = {}, runOptions = {}) => ({
      [Symbol.asyncIterator]: () => runAsync(plan, rows, start(parameters), { signal: options.signal, ...runOptions }),
    }),
  };
}

/** Options of `compilePredicate`: `alias` is the name that the condition gives the row (default `c`). */
export interface PredicateOptions extends CompileOptions {
  readonly alias?: string;
}

/**
 * Compiles a WHERE condition to a predicate: true only where the condition is true, not where it is undefined or no boolean.
 * Throws `SqlError` as `compile` does.
 *
 * @example
 * const isAdult = compilePredicate(parse("SELECT * FROM c WHERE c.age >= @age").where!);
 * isAdult({ age: 18 }, { "@age": 18 }); // true
 * isAdult({}, { "@age": 18 }); // false: undefined is not true
 */
export function compilePredicate(
  where: Expression,
  options: PredicateOptions = {},
): (row: Json, parameters?: Parameters) => boolean {
  const unit = newUnit(options);
  const aliases = new Map([[options.alias ?? "c", ROOT_SLOT]]);
  const test = bounded(() => compileTest(where, { unit, scope: { aliases, outer: undefined } }));
  // One machine serves all rows; each row is a run of its own as far as parameters and the clock go.
  const { context, ...machine } = newMachine(unit, options);
  const { now, random } = context;
  const perRow: Machine = {
    ...machine,
    context: {
      now,
      random,
      get started() {
        return now();
      },
    },
  };
  return (row, parameters = noParameters) => {
    try {
      bindParameters(unit, perRow, parameters);
      perRow.slots[ROOT_SLOT] = row;
      return test(perRow);
    } finally {
      // Whoever keeps the predicate must not keep the last row with it.
      perRow.slots.fill(undefined);
      perRow.parameters.fill(undefined);
    }
  };
}

const noParameters: Parameters = {};

/** A tree too deep for the stack is the query's fault, and no crash. */
function bounded<Result>(compileTree: () => Result): Result {
  try {
    return compileTree();
  } catch (error) {
    if (error instanceof RangeError) throw refusal("COSMOSEAL_TOO_DEEP", "The query is nested too deeply.");
    throw error;
  }
}

function newMachine(unit: Unit, options: CompileOptions): Machine {
  const now = options.now ?? (() => new Date());
  return {
    slots: new Array(unit.slots).fill(undefined),
    parameters: new Array(unit.parameters.size).fill(undefined),
    context: { started: now(), now, random: options.random ?? Math.random },
    budget: newBudget(options.maxBufferedRows, options.maxBufferedBytes),
  };
}

function bindParameters(unit: Unit, machine: Machine, parameters: Parameters): Machine {
  for (const [name, index] of unit.parameters) {
    if (!Object.hasOwn(parameters, name)) {
      throw refusal("SC2080", `The query uses the parameter ${name}, which has no value.`);
    }
    machine.parameters[index] = parameters[name];
  }
  return machine;
}
