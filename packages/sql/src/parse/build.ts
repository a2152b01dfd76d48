/** What the grammar's rules make of what they matched: the nodes of the tree, each with its place in the text. */
import { SqlError, SqlErrorCode } from "../errors.js";
import type {
  Binary,
  BinaryOperator,
  Call,
  Collection,
  Expression,
  From,
  Literal,
  Name,
  OffsetLimit,
  OrderBy,
  OrderItem,
  Property,
  Query,
  Select,
  SelectItem,
  Source,
  Span,
  SubqueryCall,
  Unary,
} from "../tree.js";
import { impliedAlias } from "./alias.js";
import type { Tokens } from "./scan.js";
import { stringValue } from "./string.js";

/** A half-open range of tokens, as the generated parser gives it. */
interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** Puts what follows an operand (`IN …`, `.name`) onto it. */
type Suffix = (operand: Expression) => Expression;

/** The actions of the grammar over one text. Its methods are named and called by `grammar.peggy` alone. */
export class Builder {
  readonly #tokens: Tokens;
  /** Where an expression with the parentheses around it stands: what it begins or ends stands there too. */
  readonly #parenthesized: Map<Expression, Span> = new Map();

  #refusal: SqlError | undefined;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** What the grammar takes and the language doesn't. It counts only once all of the text is known to follow the grammar. */
  get refusal(): SqlError | undefined {
    return this.#refusal;
  }

  list<T>(head: T, tail: T[]): readonly T[] {
    return [head, ...tail];
  }

  query(
    range: TokenRange,
    select: Select,
    from: From | null,
    where: Expression | null,
    groupBy: readonly Expression[] | null,
    having: Expression | null,
    orderBy: OrderBy | null,
    offsetLimit: OffsetLimit | null,
  ): Query {
    if (from === null && select.what.kind === "SelectAll") this.#refusal ??= starWithoutFrom(select.what.at);
    return {
      kind: "Query",
      select,
      ...(from && { from }),
      ...(where && { where }),
      ...(groupBy && { groupBy }),
      ...(having && { having }),
      ...(orderBy && { orderBy }),
      ...(offsetLimit && { offsetLimit }),
      at: this.#span(range),
    };
  }

  select(range: TokenRange, distinct: boolean, top: Expression | null, what: Select["what"]): Select {
    return { kind: "Select", distinct, ...(top && { top }), what, at: this.#span(range) };
  }

  selectAll(range: TokenRange): Select["what"] {
    return { kind: "SelectAll", at: this.#span(range) };
  }

  selectValue(range: TokenRange, value: Expression): Select["what"] {
    return { kind: "SelectValue", value, at: this.#span(range) };
  }

  selectList(range: TokenRange, items: readonly SelectItem[]): Select["what"] {
    return { kind: "SelectList", items, at: this.#span(range) };
  }

  selectItem(range: TokenRange, value: Expression, alias: string | null): SelectItem {
    return { kind: "SelectItem", value, ...(alias !== null && { alias }), at: this.#span(range) };
  }

  from(range: TokenRange, source: Source, joins: readonly Source[]): From {
    return { kind: "From", source, joins, at: this.#span(range) };
  }

  iteration(range: TokenRange, alias: string, collection: Collection): Source {
    return { kind: "IterationSource", alias, collection, at: this.#span(range) };
  }

  collection(range: TokenRange, collection: Collection, written: string | null): Source {
    const alias = written ?? impliedAlias(collection);
    return { kind: "CollectionSource", collection, ...(alias !== undefined && { alias }), at: this.#span(range) };
  }

  pathCollection(range: TokenRange, root: string, path: readonly (string | number)[]): Collection {
    return { kind: "PathCollection", root, path, at: this.#span(range) };
  }

  queryCollection(range: TokenRange, query: Query): Collection {
    return { kind: "QueryCollection", query, at: this.#span(range) };
  }

  orderBy(range: TokenRange, rank: boolean, items: readonly OrderItem[]): OrderBy {
    return { kind: "OrderBy", rank, items, at: this.#span(range) };
  }

  orderItem(range: TokenRange, value: Expression, direction: string | null): OrderItem {
    const explicit = direction !== null;
    return { kind: "OrderItem", value, descending: direction === "D", explicit, at: this.#span(range) };
  }

  offsetLimit(range: TokenRange, offset: Expression, limit: Expression): OffsetLimit {
    return { kind: "OffsetLimit", offset, limit, at: this.#span(range) };
  }

  conditional(condition: Expression, branches: readonly [Expression, Expression][]): Expression {
    const conditions = [condition, ...branches.map(([, next]) => next)];
    let result = conditions.at(-1)!;
    for (let n = branches.length - 1; n >= 0; n--) {
      const test = conditions[n]!;
      const [then] = branches[n]!;
      result = { kind: "Conditional", condition: test, then, otherwise: result, at: this.#join(test, result) };
    }
    return result;
  }

  coalesce(head: Expression, tail: readonly Expression[]): Expression {
    if (tail.length === 0) return head;
    let result = tail.at(-1)!;
    for (let n = tail.length - 2; n >= -1; n--) result = this.#binary("??", n < 0 ? head : tail[n]!, result);
    return result;
  }

  /** Operands with the operators between them, grouped by precedence and to the left. */
  chain(head: Expression, tail: readonly [string, Expression][]): Expression {
    if (tail.length === 0) return head;
    const operands = [head];
    const operators: BinaryOperator[] = [];
    const reduce = (level: number): void => {
      while (operators.length > 0 && LEVELS[operators.at(-1)!] >= level) {
        const right = operands.pop()!;
        operands.push(this.#binary(operators.pop()!, operands.pop()!, right));
      }
    };
    for (const [sign, operand] of tail) {
      const operator = OPERATORS[sign]!;
      reduce(LEVELS[operator]);
      operators.push(operator);
      operands.push(operand);
    }
    reduce(0);
    return operands[0]!;
  }

  /** What follows the first operand of a chain of AND and OR. */
  logical(suffix: Suffix | null, tail: readonly [string, Expression][]): Suffix {
    return (operand) => this.chain(this.suffix(operand, suffix), tail);
  }

  suffix(operand: Expression, suffix: Suffix | null): Expression {
    return suffix === null ? operand : suffix(operand);
  }

  inList(range: TokenRange, not: boolean, list: readonly Expression[]): Suffix {
    return (operand) => ({ kind: "In", not, operand, list, at: this.#from(operand, range) });
  }

  between(range: TokenRange, not: boolean, low: Expression, high: Expression): Suffix {
    return (operand) => ({ kind: "Between", not, operand, low, high, at: this.#from(operand, range) });
  }

  like(range: TokenRange, not: boolean, pattern: Expression, escapeSign: Expression | null): Suffix {
    return (operand) => {
      return {
        kind: "Like",
        not,
        operand,
        pattern,
        ...(escapeSign && { escape: escapeSign }),
        at: this.#from(operand, range),
      };
    };
  }

  unary(range: TokenRange, signs: readonly string[], operand: Expression): Expression {
    const { end } = this.#span(range);
    const start = range.start;
    let result = operand;
    for (let n = signs.length - 1; n >= 0; n--) {
      const sign = signs[n]!;
      const at: Span = { start: this.#tokens.starts[start + n]!, end };
      const next = start + n + 1;
      if (sign === "-" && result.kind === "Literal" && typeof result.value === "number" && this.#isNumber(next)) {
        result = { kind: "Literal", value: -result.value, at };
      } else {
        result = { kind: "Unary", operator: sign === "!" ? "NOT" : (sign as Unary["operator"]), operand: result, at };
      }
    }
    return result;
  }

  member(object: Expression, steps: readonly Suffix[]): Expression {
    let result = object;
    for (const step of steps) result = step(result);
    return result;
  }

  property(range: TokenRange, name: string): Suffix {
    const property: Literal = {
      kind: "Literal",
      value: name,
      at: this.#span({ start: range.end - 1, end: range.end }),
    };
    return this.index(range, property);
  }

  index(range: TokenRange, property: Expression): Suffix {
    return (object) => ({ kind: "Member", object, property, at: this.#from(object, range) });
  }

  call(range: TokenRange, name: string, udf: boolean, list: readonly Expression[] | null): Call {
    return { kind: "Call", name: udf ? name : upper(name), udf, arguments: list ?? [], at: this.#span(range) };
  }

  subqueryCall(range: TokenRange, word: string, query: Query): SubqueryCall {
    return { kind: "SubqueryCall", name: SUBQUERY_CALLS[word]!, query, at: this.#span(range) };
  }

  parenthesized(range: TokenRange, inside: Expression): Expression {
    this.#parenthesized.set(inside, this.#span(range));
    return inside;
  }

  scalarQuery(range: TokenRange, query: Query): Expression {
    return { kind: "ScalarQuery", query, at: this.#span(range) };
  }

  arrayQuery(range: TokenRange, query: Query): Expression {
    return { kind: "ArrayQuery", query, at: this.#span(range) };
  }

  exists(range: TokenRange, query: Query): Expression {
    return { kind: "Exists", query, at: this.#span(range) };
  }

  arrayLiteral(range: TokenRange, items: readonly Expression[] | null): Expression {
    return { kind: "ArrayLiteral", items: items ?? [], at: this.#span(range) };
  }

  objectLiteral(range: TokenRange, properties: readonly Property[] | null): Expression {
    return { kind: "ObjectLiteral", properties: properties ?? [], at: this.#span(range) };
  }

  objectProperty(range: TokenRange, name: string, value: Expression): Property {
    return { kind: "Property", name, value, at: this.#span(range) };
  }

  name(range: TokenRange): Name {
    return { kind: "Name", name: this.text(range.start), at: this.#span(range) };
  }

  parameter(range: TokenRange): Expression {
    return { kind: "Parameter", name: this.text(range.start), at: this.#span(range) };
  }

  number(range: TokenRange): Literal {
    return { kind: "Literal", value: this.numberAt(range.start), at: this.#span(range) };
  }

  constant(range: TokenRange, kind: string): Literal {
    return { kind: "Literal", value: CONSTANTS[kind], at: this.#span(range) };
  }

  stringLiteral(range: TokenRange): Literal {
    return { kind: "Literal", value: this.string(range.start), at: this.#span(range) };
  }

  string(token: number): string {
    const { text, starts, ends } = this.#tokens;
    return stringValue(text, starts[token]!, ends[token]!);
  }

  numberAt(token: number): number {
    return Number(this.text(token));
  }

  text(token: number): string {
    const { text, starts, ends } = this.#tokens;
    return text.slice(starts[token]!, ends[token]!);
  }

  #isNumber(token: number): boolean {
    const kind = this.#tokens.kinds[token];
    return kind === "n" || kind === "d";
  }

  #span(range: TokenRange): Span {
    return { start: this.#tokens.starts[range.start]!, end: this.#tokens.ends[range.end - 1]! };
  }

  /** From the operand, where it has a place, to the end of what follows it. */
  #from(operand: Expression, range: TokenRange): Span {
    return { start: this.#around(operand).start, end: this.#tokens.ends[range.end - 1]! };
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): Binary {
    return { kind: "Binary", operator, left, right, at: this.#join(left, right) };
  }

  #join(first: Expression, last: Expression): Span {
    return { start: this.#around(first).start, end: this.#around(last).end };
  }

  #around(node: Expression): Span {
    return this.#parenthesized.get(node) ?? node.at!;
  }
}

function starWithoutFrom(at: Span | undefined): SqlError {
  const message = "Syntax error, 'SELECT *' is not valid if FROM clause is omitted.";
  return new SqlError(SqlErrorCode.syntax, message, at);
}

/** ASCII only: the upper case of other letters may be no word. */
function upper(name: string): string {
  return name.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** How tight an operator binds; OR and AND are met apart from the others. */
const LEVELS: Readonly<Record<BinaryOperator, number>> = {
  OR: 1,
  AND: 2,
  "=": 1,
  "!=": 1,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "<<": 1,
  ">>": 1,
  ">>>": 1,
  "||": 2,
  "+": 3,
  "-": 3,
  "&": 3,
  "|": 3,
  "^": 3,
  "*": 4,
  "/": 4,
  "%": 4,
  "??": 0,
};

const OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  O: "OR",
  A: "AND",
  "=": "=",
  "≠": "!=",
  "<": "<",
  "≤": "<=",
  ">": ">",
  "≥": ">=",
  "«": "<<",
  "»": ">>",
  "⋙": ">>>",
  "‖": "||",
  "+": "+",
  "-": "-",
  "&": "&",
  "|": "|",
  "^": "^",
  "*": "*",
  "/": "/",
  "%": "%",
};

const CONSTANTS: Readonly<Record<string, boolean | null | undefined>> = { 0: false, 1: true, 2: null, 3: undefined };

const SUBQUERY_CALLS: Readonly<Record<string, SubqueryCall["name"]>> = { a: "ALL", f: "FIRST", l: "LAST" };
