/** The Azure Cosmos DB NoSQL query language: parse, print, walk, resolve, evaluate. */
export { type ServiceErrors, SqlError, SqlErrorCode } from "./errors.js";
export { parse } from "./parse/parse.js";
export { print } from "./print/print.js";
export type * from "./tree.js";
