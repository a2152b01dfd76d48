// The few tree nodes that rewrites are made of.

import type { Call, Expression, Query } from "@cosmoseal/sql";

export function literal(value: null | boolean | number | string): Expression {
  return { kind: "Literal", value };
}

export function name(text: string): Expression {
  return { kind: "Name", name: text };
}

export function member(object: Expression, property: string): Expression {
  return { kind: "Member", object, property: literal(property) };
}

export function call(functionName: string, ...args: Expression[]): Call {
  return { kind: "Call", name: functionName, udf: false, arguments: args };
}

export function object(properties: Readonly<Record<string, Expression>>): Expression {
  return objectOf(Object.entries(properties));
}

/** As `object`, for names that may be integers or `__proto__`, which a plain object would put in another order or lose. */
export function objectOf(properties: readonly (readonly [string, Expression])[]): Expression {
  return {
    kind: "ObjectLiteral",
    properties: properties.map(([name, value]) => ({ kind: "Property", name, value })),
  };
}

export function array(items: readonly Expression[]): Expression {
  return { kind: "ArrayLiteral", items };
}

export function and(left: Expression | undefined, right: Expression): Expression {
  return left === undefined ? right : { kind: "Binary", operator: "AND", left, right };
}

/** The query without TOP and OFFSET LIMIT. */
export function withoutLimits(query: Query): Query {
  const { offsetLimit: _limits, ...rest } = query;
  const { top: _top, ...select } = query.select;
  return { ...rest, select };
}

/** What `SELECT *`, `SELECT VALUE e` or `SELECT a, b` puts out, as one expression. */
export function payloadOf(query: Query, starAlias: string | undefined): Expression | undefined {
  const { what } = query.select;
  if (what.kind === "SelectValue") return what.value;
  if (what.kind === "SelectList") {
    return objectOf(what.items.map((item, at) => [outputName(what.items, at), item.value] as const));
  }
  return starAlias === undefined ? undefined : name(starAlias);
}

/** The property that an item of the list becomes: its alias, its last property, or `$1`, `$2`, … */
export function outputName(
  items: readonly { readonly value: Expression; readonly alias?: string }[],
  at: number,
): string {
  let unnamed = 0;
  for (const [position, item] of items.entries()) {
    const own = item.alias ?? lastName(item.value) ?? `$${++unnamed}`;
    if (position === at) return own;
  }
  return "";
}

function lastName(value: Expression): string | undefined {
  if (value.kind === "Name") return value.name;
  if (value.kind === "Member" && value.property.kind === "Literal" && typeof value.property.value === "string") {
    return value.property.value;
  }
  return undefined;
}
