/** The text of each kind of node. */

import { impliedAlias } from "../parse/alias.js";
import { MAX_HEIGHT, MAX_NESTING, tooDeep } from "../parse/depth.js";
import type {
  Binary,
  Collection,
  Expression,
  From,
  Member,
  OrderBy,
  OrderItem,
  PathCollection,
  Query,
  Select,
  SelectItem,
  Source,
  Span,
  Unary,
} from "../tree.js";
import {
  aliasText,
  integerText,
  literalText,
  nameText,
  numberText,
  parameterText,
  propertyText,
  stringText,
  unprintable,
} from "./lexical.js";
import { isContested, Level, level, needsParentheses } from "./precedence.js";

/** Prints one tree. A careful printer also writes the parentheses that the grammar could do without. */
export class Printer {
  /** How deep the printed text nests, as the scanner would count it. */
  deepest = 0;
  readonly #careful: boolean;
  #nesting = 0;
  #height = 0;

  constructor(careful: boolean) {
    this.#careful = careful;
  }

  print(node: Query | Expression): string {
    return node.kind === "Query" ? this.#query(node) : this.#expression(node);
  }

  #query(node: Query): string {
    const clauses = [this.#select(node.select)];
    if (node.from) clauses.push(this.#from(node.from));
    if (node.where) clauses.push(`WHERE ${this.#expression(node.where)}`);
    if (node.groupBy) clauses.push(`GROUP BY ${this.#list(node.groupBy, node.at)}`);
    if (node.having) clauses.push(`HAVING ${this.#expression(node.having)}`);
    if (node.orderBy) clauses.push(this.#orderBy(node.orderBy));
    if (node.offsetLimit) {
      const { offset, limit } = node.offsetLimit;
      clauses.push(`OFFSET ${this.#count(offset, true)} LIMIT ${this.#count(limit, true)}`);
    }
    return clauses.join(" ");
  }

  #select(node: Select): string {
    const top = node.top ? `TOP ${this.#count(node.top, false)} ` : "";
    return `SELECT ${node.distinct ? "DISTINCT " : ""}${top}${this.#selection(node.what)}`;
  }

  #selection(what: Select["what"]): string {
    switch (what.kind) {
      case "SelectAll":
        return "*";
      case "SelectValue":
        return `VALUE ${this.#expression(what.value)}`;
      case "SelectList":
        return some(what.items, what.at)
          .map((item) => this.#selectItem(item))
          .join(", ");
    }
  }

  #selectItem(item: SelectItem): string {
    const value = this.#expression(item.value);
    return item.alias === undefined ? value : `${value} AS ${aliasText(item.alias)}`;
  }

  #from(node: From): string {
    return `FROM ${[node.source, ...node.joins].map((source) => this.#source(source)).join(" JOIN ")}`;
  }

  #source(node: Source): string {
    const collection = this.#collection(node.collection);
    if (node.kind === "IterationSource") return `${nameText(node.alias, node.at)} IN ${collection}`;
    if (node.alias === undefined || node.alias === impliedAlias(node.collection)) return collection;
    return `${collection} AS ${nameText(node.alias, node.at)}`;
  }

  #collection(node: Collection): string {
    return node.kind === "QueryCollection" ? this.#brackets("(", () => this.#query(node.query), ")") : this.#path(node);
  }

  #path(node: PathCollection): string {
    const steps = node.path.map((step) => {
      return typeof step === "string" ? propertyText(step) : `[${integerText(step, node.at)}]`;
    });
    return `${nameText(node.root, node.at)}${steps.join("")}`;
  }

  #orderBy(node: OrderBy): string {
    const items = some(node.items, node.at).map((item) => {
      if (node.rank && item.value.kind !== "Call") throw unprintable("ORDER BY RANK takes function calls.", item.at);
      return this.#orderItem(item);
    });
    return `ORDER BY ${node.rank ? "RANK " : ""}${items.join(", ")}`;
  }

  #orderItem(item: OrderItem): string {
    const value = this.#expression(item.value);
    if (item.descending) return `${value} DESC`;
    return item.explicit ? `${value} ASC` : value;
  }

  #count(node: Expression, whole: boolean): string {
    if (node.kind === "Parameter") return parameterText(node.name, node.at);
    if (node.kind === "Literal" && typeof node.value === "number") {
      if (whole) return integerText(node.value, node.at);
      if (node.value >= 0 && !Object.is(node.value, -0)) return numberText(node.value, node.at);
    }
    throw unprintable("TOP, OFFSET and LIMIT take a number or a parameter.", node.at);
  }

  #expression(node: Expression): string {
    if (++this.#height > 2 * MAX_HEIGHT) throw tooDeep(node.at);
    const text = this.#expressionText(node);
    this.#height--;
    return text;
  }

  #expressionText(node: Expression): string {
    switch (node.kind) {
      case "Literal":
        return literalText(node);
      case "Parameter":
        return parameterText(node.name, node.at);
      case "Name":
        return nameText(node.name, node.at);
      case "Member":
        return this.#member(node);
      case "Unary":
        return this.#unary(node);
      case "Binary":
        return node.operator === "??" ? this.#coalesce(node) : this.#binary(node);
      case "Between": {
        const low = this.#bound(node.low);
        return `${this.#bound(node.operand)}${not(node)} BETWEEN ${low} AND ${this.#bound(node.high)}`;
      }
      case "In": {
        const list = this.#brackets("(", () => this.#list(node.list, node.at), ")");
        return `${this.#bound(node.operand)}${not(node)} IN ${list}`;
      }
      case "Like": {
        const like = `${this.#bound(node.operand)}${not(node)} LIKE ${this.#bound(node.pattern)}`;
        return node.escape === undefined ? like : `${like} ESCAPE ${this.#escape(node.escape)}`;
      }
      case "Conditional": {
        const condition = this.#operand(node.condition, Level.coalesce);
        const then = this.#brackets("? ", () => this.#expression(node.then), " :");
        return `${condition} ${then} ${this.#operand(node.otherwise, Level.conditional)}`;
      }
      case "Call": {
        const name = nameText(node.name, node.at);
        return `${node.udf ? "udf." : ""}${name}${this.#brackets("(", () => this.#items(node.arguments), ")")}`;
      }
      case "ArrayLiteral":
        return this.#brackets("[", () => this.#items(node.items), "]");
      case "ObjectLiteral":
        return this.#brackets("{", () => node.properties.map((property) => this.#property(property)).join(", "), "}");
      case "ScalarQuery":
        return this.#brackets("(", () => this.#query(node.query), ")");
      case "ArrayQuery":
        return `ARRAY${this.#brackets("(", () => this.#query(node.query), ")")}`;
      case "Exists":
        return `EXISTS${this.#brackets("(", () => this.#query(node.query), ")")}`;
      case "SubqueryCall":
        return `${node.name}${this.#brackets("(", () => this.#query(node.query), ")")}`;
    }
  }

  #property(property: { readonly name: string; readonly value: Expression }): string {
    return `${stringText(property.name)}: ${this.#expression(property.value)}`;
  }

  #member(node: Member): string {
    const object = this.#operand(node.object, Level.member);
    const { property } = node;
    if (property.kind === "Literal" && typeof property.value === "string") return object + propertyText(property.value);
    return object + this.#brackets("[", () => this.#expression(property), "]");
  }

  #unary(node: Unary): string {
    const { operator, operand } = node;
    // `-(5)` is an operator and its operand, `-5` a number.
    const isNumber = operator === "-" && operand.kind === "Literal" && typeof operand.value === "number";
    const text =
      isNumber && isPositive(operand.value) ? this.#parentheses(operand) : this.#operand(operand, Level.unary);
    return operator === "NOT" || /^[-+]/.test(text) ? `${operator} ${text}` : `${operator}${text}`;
  }

  /** A chain to the left, in a loop: it may have any length. */
  #binary(node: Binary): string {
    const chain = [node];
    for (let { left } = node; left.kind === "Binary" && !this.#wraps(chain.at(-1)!, left, "left"); { left } = left) {
      chain.push(left);
    }
    const texts: string[] = [];
    const first = chain.at(-1)!;
    texts.push(this.#side(first, first.left, "left"));
    for (const link of chain.reverse()) texts.push(link.operator, this.#side(link, link.right, "right"));
    return texts.join(" ");
  }

  /** A chain to the right, in a loop likewise. */
  #coalesce(node: Binary): string {
    const texts: string[] = [];
    let link = node;
    for (;;) {
      texts.push(this.#side(link, link.left, "left"), "??");
      if (link.right.kind !== "Binary" || link.right.operator !== "??") break;
      link = link.right;
    }
    texts.push(this.#side(link, link.right, "right"));
    return texts.join(" ");
  }

  #side(parent: Binary, child: Expression, side: "left" | "right"): string {
    return this.#wraps(parent, child, side) ? this.#parentheses(child) : this.#expression(child);
  }

  #wraps(parent: Binary, child: Expression, side: "left" | "right"): boolean {
    return needsParentheses(parent, child, side) || (isContested(parent, child) && this.#isCareful());
  }

  /** Once the text is too deep to be parsed, it won't be used: there is no more need for care, and chains end its depth. */
  #isCareful(): boolean {
    if (this.#careful && this.#nesting >= MAX_NESTING) this.deepest = Number.POSITIVE_INFINITY;
    return this.#careful && this.deepest <= MAX_NESTING;
  }

  /** What stands beside BETWEEN, IN and LIKE. */
  #bound(node: Expression): string {
    const contested = (node.kind === "Unary" && node.operator === "NOT") || level(node) === Level.comparison;
    return contested && this.#isCareful() ? this.#parentheses(node) : this.#operand(node, Level.comparison);
  }

  #escape(node: Expression): string {
    if (node.kind === "Parameter" || (node.kind === "Literal" && typeof node.value === "string")) {
      return this.#expression(node);
    }
    throw unprintable("ESCAPE takes a string or a parameter.", node.at);
  }

  #operand(node: Expression, least: number): string {
    return level(node) < least ? this.#parentheses(node) : this.#expression(node);
  }

  #parentheses(node: Expression): string {
    return this.#brackets("(", () => this.#expression(node), ")");
  }

  #brackets(open: string, inside: () => string, close: string): string {
    this.#nesting++;
    this.deepest = Math.max(this.deepest, this.#nesting);
    if (this.#nesting > 2 * MAX_HEIGHT) throw tooDeep();
    const text = `${open}${inside()}${close}`;
    this.#nesting--;
    return text;
  }

  #list(items: readonly Expression[], at: Span | undefined): string {
    return this.#items(some(items, at));
  }

  #items(items: readonly Expression[]): string {
    return items.map((item) => this.#expression(item)).join(", ");
  }
}

function not(node: { readonly not: boolean }): string {
  return node.not ? " NOT" : "";
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && (value > 0 || Object.is(value, 0));
}

function some<T>(items: readonly T[], at: Span | undefined): readonly T[] {
  if (items.length > 0) return items;
  throw unprintable("A list needs at least one item.", at);
}
