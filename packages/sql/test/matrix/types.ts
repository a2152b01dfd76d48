/** Type checking, conditional and item functions. */
import { every, type Row, rowsOf } from "./cell.js";

const types = rowsOf("Type checking functions");
const other = rowsOf("Conditional and item functions");

export const typeRows: readonly Row[] = [
  types("IS_ARRAY", "is-array", "IS_ARRAY(?)", { ...every(false), array: true }),
  types("IS_BOOL", "is-bool", "IS_BOOL(?)", { ...every(false), boolean: true }),
  types("IS_DEFINED", "is-defined", "IS_DEFINED(?)", { ...every(true), undefined: false }),
  types("IS_FINITE_NUMBER", "is-finite-number", "IS_FINITE_NUMBER(?)", { ...every(false), number: true }),
  types("IS_FINITE_NUMBER", "is-finite-number", "IS_FINITE_NUMBER(? / 0)", every(false)),
  types("IS_INTEGER", "is-integer", "IS_INTEGER(?)", { ...every(false), number: true }),
  types("IS_INTEGER", "is-integer", "IS_INTEGER(?)", every(false), { samples: { number: 2.5 } }),
  types("IS_NULL", "is-null", "IS_NULL(?)", { ...every(false), null: true }),
  types("IS_NUMBER", "is-number", "IS_NUMBER(?)", { ...every(false), number: true }),
  types("IS_OBJECT", "is-object", "IS_OBJECT(?)", { ...every(false), object: true }),
  types("IS_PRIMITIVE", "is-primitive", "IS_PRIMITIVE(?)", {
    ...every(true),
    undefined: false,
    array: false,
    object: false,
  }),
  types("IS_STRING", "is-string", "IS_STRING(?)", { ...every(false), string: true }),
  other("IIF", "iif", "IIF(?, 1, 0)", { ...every(0), boolean: 1 }),
  other("IIF", "iif", "IIF(true, ?, 0)", {
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other("IIF", "iif", "IIF(false, 0, ?)", {
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other(
    "DOCUMENTID",
    "documentid",
    "DOCUMENTID(?)",
    { object: 1 },
    { samples: { object: { _rid: "DJB7AI1lZHoBAAAAAAAAAA==" } } },
  ),
  other("[ ] (property)", "object-array", '?["a"]', { object: 1 }),
  other("[ ] (element)", "object-array", "?[0]", { array: 1 }),
  other("[ ] (computed)", "object-array", '{"ab": 5}[?]', { string: 5 }),
  other("[ ] (computed)", "object-array", "[5, 6, 7][?]", { number: 7 }),
  other("[ , ]", "object-array", "[?]", {
    undefined: [],
    null: [null],
    boolean: [true],
    number: [2],
    string: ["ab"],
    array: [[1, 2]],
    object: [{ a: 1 }],
  }),
  other("{ : }", "object-array", '{"x": ?}', {
    undefined: {},
    null: { x: null },
    boolean: { x: true },
    number: { x: 2 },
    string: { x: "ab" },
    array: { x: [1, 2] },
    object: { x: { a: 1 } },
  }),
];
