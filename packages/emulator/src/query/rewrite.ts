// The query that the client sends to each range, so that it can merge what they answer.

import { type Call, type Expression, print, type Query } from "@cosmoseal/sql";
import { badRequest, notImplemented } from "../http/errors.js";
import {
  and,
  array,
  call,
  literal,
  member,
  name,
  object,
  objectOf,
  outputName,
  payloadOf,
  withoutLimits,
} from "./nodes.js";
import { aggregatesIn, isAggregate, type QueryShape, readsAcrossDocuments } from "./shape.js";

/** What the client replaces: by `true` at first, by a filter when it resumes an ORDER BY. */
export const FILTER_PLACEHOLDER = "{documentdb-formattableorderbyquery-filter}";

/** The text for each range; "" where the query itself is right. Throws 400 or 501 for what can't be merged from ranges. */
export function rewrite(query: Query, shape: QueryShape): string {
  if (query.orderBy?.rank) throw notImplemented("ORDER BY RANK");
  if (query.having !== undefined) throw badRequest("HAVING is not supported across partitions.");
  // A sub-query that counts, sorts or removes duplicates would do so in each range for itself.
  if (readsAcrossDocuments(query)) throw notImplemented("merging a query over a sub-query in FROM across partitions");
  if (shape.grouped || shape.aggregates.length > 0) {
    if (shape.ordered)
      throw badRequest("ORDER BY together with GROUP BY or an aggregate is not supported across partitions.");
    return print(shape.grouped ? grouped(query) : aggregated(query, shape));
  }
  if (shape.ordered) return ordered(query, shape);
  return shape.offset === undefined ? "" : print(limitedFromStart(query, shape));
}

// Each range may hold all of the rows that are skipped or taken.
function limitedFromStart(query: Query, shape: QueryShape): Query {
  const limit = (shape.offset ?? 0) + (shape.limit ?? 0);
  return { ...query, offsetLimit: { kind: "OffsetLimit", offset: literal(0), limit: literal(limit) } };
}

function ordered(query: Query, shape: QueryShape): string {
  const payload = payloadOf(query, shape.starAlias);
  if (payload === undefined) throw badRequest("'SELECT *' is only valid with a single alias.");
  const marker = freshName(query);
  // A value that is undefined is no row; in the wrapped form it would be a row without a payload.
  const where =
    shape.isSelectValue && mayBeUndefined(payload) ? and(query.where, call("IS_DEFINED", payload)) : query.where;
  const items: [string, Expression][] = [];
  if (shape.rootAlias !== undefined) items.push(["_rid", member(name(shape.rootAlias), "_rid")]);
  items.push(["orderByItems", array(query.orderBy!.items.map((item) => object({ item: item.value })))]);
  items.push(["payload", payload]);
  // DISTINCT is the client's, over all ranges; so a limit can't be applied before it.
  const limited = shape.distinct
    ? withoutLimits(query)
    : shape.offset === undefined
      ? query
      : limitedFromStart(query, shape);
  const rewritten: Query = {
    ...limited,
    select: { ...selectList(limited, items), distinct: false },
    where: and(where, name(marker)),
  };
  return print(rewritten).replace(marker, () => (where === undefined ? `(${FILTER_PLACEHOLDER})` : FILTER_PLACEHOLDER));
}

function mayBeUndefined(payload: Expression): boolean {
  return payload.kind !== "Name" && payload.kind !== "ObjectLiteral" && payload.kind !== "ArrayLiteral";
}

function freshName(query: Query): string {
  const text = print(query);
  let marker = "orderByFilterPlaceholder";
  while (text.includes(marker)) marker += "_";
  return marker;
}

function grouped(query: Query): Query {
  const keys = array(query.groupBy!.map((key) => object({ item: key })));
  return {
    ...withoutLimits(query),
    select: {
      ...selectList(withoutLimits(query), [
        ["groupByItems", keys],
        ["payload", groupPayload(query)],
      ]),
      distinct: false,
    },
  };
}

function groupPayload(query: Query): Expression {
  const { what } = query.select;
  if (what.kind === "SelectAll") throw badRequest("'SELECT *' is not supported together with GROUP BY.");
  if (what.kind === "SelectValue") {
    return isAggregate(what.value) ? array([object({ item: partial(what.value) })]) : plain(what.value);
  }
  return objectOf(
    what.items.map((item, at): [string, Expression] => [
      outputName(what.items, at),
      isAggregate(item.value) ? object({ item: partial(item.value) }) : plain(item.value),
    ]),
  );
}

function aggregated(query: Query, shape: QueryShape): Query {
  const bare = withoutLimits(query);
  if (shape.valueAggregate !== undefined) {
    const value = array([object({ item: partial(shape.valueAggregate) })]);
    return { ...bare, select: { ...bare.select, distinct: false, what: { kind: "SelectValue", value } } };
  }
  if (shape.isSelectValue) throw mixed();
  return { ...bare, select: { ...selectList(bare, [["payload", groupPayload(query)]]), distinct: false } };
}

// What a range contributes to an aggregate, in the form that the client adds up.
function partial(aggregate: Call): Expression {
  const args = aggregate.arguments;
  switch (aggregate.name) {
    case "AVG":
      return object({ sum: call("SUM", ...args), count: call("COUNT", ...args) });
    case "MIN":
    case "MAX":
      return object({ [aggregate.name.toLowerCase()]: aggregate, count: call("COUNT", ...args) });
    default:
      return aggregate;
  }
}

function plain(value: Expression): Expression {
  if (aggregatesIn(value).length > 0) throw mixed();
  return value;
}

function mixed(): Error {
  return badRequest("Compositions of aggregates and other expressions are not supported across partitions.");
}

function selectList(query: Query, items: readonly (readonly [string, Expression])[]): Query["select"] {
  return {
    ...query.select,
    what: {
      kind: "SelectList",
      // As the service words it: `c._rid` needs no alias.
      items: items.map(([alias, value]) => ({ kind: "SelectItem", value, ...(alias === "_rid" ? {} : { alias }) })),
    },
  };
}
