/** The Azure Cosmos DB NoSQL query language: parse, print, walk, resolve, evaluate. */
export { type ServiceErrors, SqlError, SqlErrorCode } from "./errors.js";
export { type CompiledQuery, compile, compilePredicate, type PredicateOptions } from "./evaluate/compile.js";
export type { UserFunction } from "./evaluate/machine.js";
export type { CompileOptions, Parameters } from "./evaluate/options.js";
export { EvaluateErrorCode } from "./evaluate/refusal.js";
export type { RunOptions } from "./evaluate/run.js";
export { type CrossTypeEquality, compareOrder } from "./evaluate/values.js";
export { parse } from "./parse/parse.js";
export { print } from "./print/print.js";
export { overlap } from "./resolve/overlap.js";
export { type Clause, type Reference, type Resolution, resolve, type Use } from "./resolve/resolve.js";
export type { Binding, Scope } from "./resolve/scope.js";
export {
  type ComputedValue,
  type DocumentPath,
  type DocumentValue,
  type DynamicSegment,
  type ElementSegment,
  type MadeArray,
  type MadeObject,
  type PathSegment,
  type Provenance,
  pathsOf,
  pathText,
} from "./resolve/values.js";
export type * from "./tree.js";
export { type Replace, type Replacements, transform } from "./walk/transform.js";
export { type Visitor, visit } from "./walk/visit.js";
