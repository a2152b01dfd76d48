/**
 * The tree of a query: immutable plain data, made by `parse`, read by `print`, `resolve`, `compile` and whoever rewrites queries.
 *
 * Every node has a `kind`. Nodes made by the parser carry `at`, the half-open range of UTF-16 units they stand for in the
 * text; nodes made by a rewrite need none, and two trees are the same when they are equal but for `at`.
 *
 * A parsed tree is at most MAX_HEIGHT nodes high, so that a walk may recurse, but for chains of `Binary` (down `left`, for `??`
 * down `right`), which may have any length: `a AND b AND …` ten thousand times is a chain that every walk takes in a loop.
 */

/** What a document, a parameter or a row is made of. `undefined` stands for an absent value in evaluation, never inside Json. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Half-open range of UTF-16 units in the query text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly at?: Span;
}

/** A whole query, or a sub-query. */
export interface Query extends Node {
  readonly kind: "Query";
  readonly select: Select;
  readonly from?: From;
  readonly where?: Expression;
  readonly groupBy?: readonly Expression[];
  readonly having?: Expression;
  readonly orderBy?: OrderBy;
  /** `OFFSET o LIMIT l`; each is a literal or a parameter. */
  readonly offsetLimit?: OffsetLimit;
}

export interface Select extends Node {
  readonly kind: "Select";
  readonly distinct: boolean;
  /** `TOP n`; a literal or a parameter. */
  readonly top?: Expression;
  readonly what: SelectAll | SelectValue | SelectList;
}

/** `SELECT *` */
export interface SelectAll extends Node {
  readonly kind: "SelectAll";
}

/** `SELECT VALUE e` */
export interface SelectValue extends Node {
  readonly kind: "SelectValue";
  readonly value: Expression;
}

/** `SELECT a, b AS x, …`; an item without an alias is named after its last property, or `$1`, `$2`, … */
export interface SelectList extends Node {
  readonly kind: "SelectList";
  readonly items: readonly SelectItem[];
}

export interface SelectItem extends Node {
  readonly kind: "SelectItem";
  readonly value: Expression;
  readonly alias?: string;
}

/** `FROM source JOIN source …` */
export interface From extends Node {
  readonly kind: "From";
  readonly source: Source;
  readonly joins: readonly Source[];
}

export type Source = CollectionSource | IterationSource;

/** `c`, `ROOT r`, `c.address AS a`, `(SELECT …) AS s`: binds the alias to the value itself. */
export interface CollectionSource extends Node {
  readonly kind: "CollectionSource";
  readonly collection: Collection;
  /** The name that the query uses: what AS gives, otherwise the last name of the path; absent when there is neither. */
  readonly alias?: string;
}

/** `x IN c.items`, `x IN (SELECT …)`: binds the alias to each element. */
export interface IterationSource extends Node {
  readonly kind: "IterationSource";
  readonly alias: string;
  readonly collection: Collection;
}

/** A path from the container (or from an alias bound to its left), or a sub-query. */
export type Collection = PathCollection | QueryCollection;

export interface PathCollection extends Node {
  readonly kind: "PathCollection";
  /** The name it starts from: an alias in scope, otherwise any name stands for the container itself. */
  readonly root: string;
  readonly path: readonly (string | number)[];
}

export interface QueryCollection extends Node {
  readonly kind: "QueryCollection";
  readonly query: Query;
}

/** `ORDER BY a ASC, b DESC`, or `ORDER BY RANK f(…)`. */
export interface OrderBy extends Node {
  readonly kind: "OrderBy";
  readonly rank: boolean;
  readonly items: readonly OrderItem[];
}

export interface OrderItem extends Node {
  readonly kind: "OrderItem";
  readonly value: Expression;
  readonly descending: boolean;
  /** True where the text says ASC or DESC. */
  readonly explicit: boolean;
}

export interface OffsetLimit extends Node {
  readonly kind: "OffsetLimit";
  readonly offset: Expression;
  readonly limit: Expression;
}

export type Expression =
  | Literal
  | Parameter
  | Name
  | Member
  | Unary
  | Binary
  | Between
  | In
  | Like
  | Conditional
  | Call
  | ArrayLiteral
  | ObjectLiteral
  | ScalarQuery
  | ArrayQuery
  | Exists
  | SubqueryCall;

/** null, true, false, a number, a string; `undefined` is the keyword. */
export interface Literal extends Node {
  readonly kind: "Literal";
  readonly value: null | boolean | number | string | undefined;
}

/** `@name`, kept with the `@`. */
export interface Parameter extends Node {
  readonly kind: "Parameter";
  readonly name: string;
}

/** An identifier that stands alone: an alias. */
export interface Name extends Node {
  readonly kind: "Name";
  readonly name: string;
}

/** `e.name`, `e["name"]`, `e[0]` (Literal property), `e[expression]`. */
export interface Member extends Node {
  readonly kind: "Member";
  readonly object: Expression;
  readonly property: Expression;
}

export interface Unary extends Node {
  readonly kind: "Unary";
  readonly operator: "NOT" | "-" | "+" | "~";
  readonly operand: Expression;
}

export type BinaryOperator =
  | "OR"
  | "AND"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "??"
  | "||"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>";

/** `<>` is read as `!=`. */
export interface Binary extends Node {
  readonly kind: "Binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Between extends Node {
  readonly kind: "Between";
  readonly not: boolean;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

/** `e IN (a, b, …)` */
export interface In extends Node {
  readonly kind: "In";
  readonly not: boolean;
  readonly operand: Expression;
  readonly list: readonly Expression[];
}

export interface Like extends Node {
  readonly kind: "Like";
  readonly not: boolean;
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
}

/** `condition ? then : otherwise` */
export interface Conditional extends Node {
  readonly kind: "Conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

/** A built-in function (`name` in upper case as in the reference, no `udf`), or `udf.name(…)` (name as written). */
export interface Call extends Node {
  readonly kind: "Call";
  readonly name: string;
  readonly udf: boolean;
  readonly arguments: readonly Expression[];
}

export interface ArrayLiteral extends Node {
  readonly kind: "ArrayLiteral";
  readonly items: readonly Expression[];
}

export interface ObjectLiteral extends Node {
  readonly kind: "ObjectLiteral";
  readonly properties: readonly Property[];
}

export interface Property extends Node {
  readonly kind: "Property";
  readonly name: string;
  readonly value: Expression;
}

/** `(SELECT …)` as a value: its only row, undefined when there is none; several are refused when the query runs. */
export interface ScalarQuery extends Node {
  readonly kind: "ScalarQuery";
  readonly query: Query;
}

/** `ARRAY(SELECT …)` */
export interface ArrayQuery extends Node {
  readonly kind: "ArrayQuery";
  readonly query: Query;
}

/** `EXISTS(SELECT …)`; `NOT EXISTS` is a Unary around it. */
export interface Exists extends Node {
  readonly kind: "Exists";
  readonly query: Query;
}

/**
 * `FIRST(SELECT …)`, `LAST(SELECT …)`: one row, undefined when there is none; `ALL(SELECT …)`: whether every row is true.
 *
 * In the grammar that the .NET SDK publishes, not in the language reference.
 */
export interface SubqueryCall extends Node {
  readonly kind: "SubqueryCall";
  readonly name: "ALL" | "FIRST" | "LAST";
  readonly query: Query;
}

/** Any node of the tree. */
export type TreeNode =
  | Query
  | Select
  | SelectAll
  | SelectValue
  | SelectList
  | SelectItem
  | From
  | CollectionSource
  | IterationSource
  | PathCollection
  | QueryCollection
  | OrderBy
  | OrderItem
  | OffsetLimit
  | Expression
  | Property;
