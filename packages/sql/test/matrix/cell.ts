/** The shape of the matrix: one row for each argument of each function and operator, one cell for each JSON type of it. */
import type { CrossTypeEquality, Json } from "../../src/index.js";

export const jsonTypes = ["undefined", "null", "boolean", "number", "string", "array", "object"] as const;

export type JsonType = (typeof jsonTypes)[number];

/** What an expression gives: a value, or undefined for none. */
export type Expected = Json | undefined;

export interface Row {
  readonly group: string;
  /** The function or operator. */
  readonly name: string;
  /** Its page in the public reference, below `cosmos-db/nosql/query/` or, for the newer ones, `cosmos-db/query/`. */
  readonly page: string;
  /** The expression, `?` standing for the argument that the row is about. */
  readonly expression: string;
  /** The argument of each type. */
  readonly samples: Readonly<Record<JsonType, Expected>>;
  readonly cells: Readonly<Record<JsonType, Expected>>;
  /** Numbers need agree to 12 digits only: the last ones are the platform's. */
  readonly near: boolean;
  /** For an aggregate: the values that stand in other documents beside the argument's. */
  readonly beside?: readonly Json[];
  /** What equality across types is, where the row is not about the default. */
  readonly equality?: CrossTypeEquality;
}

/** What stands for a type where a row says nothing else. */
export const standard: Readonly<Record<JsonType, Expected>> = {
  undefined: undefined,
  null: null,
  boolean: true,
  number: 2,
  string: "ab",
  array: [1, 2],
  object: { a: 1 },
};

/** No value for any type: rows say where they differ. */
const none: Readonly<Record<JsonType, Expected>> = {
  undefined: undefined,
  null: undefined,
  boolean: undefined,
  number: undefined,
  string: undefined,
  array: undefined,
  object: undefined,
};

export interface RowOptions {
  readonly samples?: Partial<Record<JsonType, Expected>>;
  readonly near?: boolean;
  readonly beside?: readonly Json[];
  readonly equality?: CrossTypeEquality;
}

export type AddRow = (
  name: string,
  page: string,
  expression: string,
  cells: Partial<Record<JsonType, Expected>>,
  options?: RowOptions,
) => Row;

/** A maker of rows of one group. Types that `cells` leaves out are expected to give no value. */
export function rowsOf(group: string): AddRow {
  return (name, page, expression, cells, options = {}) => ({
    group,
    name,
    page,
    expression,
    samples: { ...standard, ...options.samples },
    cells: { ...none, ...cells },
    near: options.near ?? false,
    ...(options.beside === undefined ? {} : { beside: options.beside }),
    ...(options.equality === undefined ? {} : { equality: options.equality }),
  });
}

/** All seven cells alike. */
export function every(value: Expected): Readonly<Record<JsonType, Expected>> {
  return {
    undefined: value,
    null: value,
    boolean: value,
    number: value,
    string: value,
    array: value,
    object: value,
  };
}
