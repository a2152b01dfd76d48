/** What a caller may set for a compiled query, and the bounds that hold where nothing is set. */
import type { Json } from "../tree.js";
import type { UserFunction } from "./machine.js";
import type { CrossTypeEquality } from "./values.js";

/** Values of parameters, by their names with the `@`. An undefined one is an absent value. */
export type Parameters = Readonly<Record<string, Json | undefined>>;

/**
 * Options of `compile`. All are optional.
 *
 * - `udfs`: user-defined functions by name, for `udf.name(…)`; a name that isn't here is refused at compilation.
 * - `now`, `random`: the clock and the randomness of GetCurrent… and RAND (default: the machine's).
 * - `maxBufferedRows` (default 1,000,000), `maxBufferedBytes` (default 268,435,456, estimated as JSON text): the bound on
 *   what ORDER BY, GROUP BY, DISTINCT, MAKELIST and MAKESET hold back at a time in one run; past it the run throws
 *   `COSMOSEAL_BUFFER_EXCEEDED`.
 * - `equality`: what `=`, `!=` and IN answer across JSON types. "observed" (default): false and true, as the service is seen to
 *   do; "documented": undefined, as the table of the public reference prints it.
 * - `signal`: aborts every run of the compiled query; a run throws the signal's reason.
 */
export interface CompileOptions {
  readonly udfs?: Readonly<Record<string, UserFunction>>;
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly maxBufferedRows?: number;
  readonly maxBufferedBytes?: number;
  readonly equality?: CrossTypeEquality;
  readonly signal?: AbortSignal;
}
