/** The whole catalogue, by area. */
import { aggregates } from "./aggregates.js";
import { arrays } from "./arrays.js";
import { comparisonTypes } from "./comparison-types.js";
import { conditional } from "./conditional.js";
import { conversion } from "./conversion.js";
import { dates } from "./dates.js";
import type { Entry } from "./entry.js";
import { errors } from "./errors.js";
import { fromJoin } from "./from-join.js";
import { groupBy } from "./group-by.js";
import { like } from "./like.js";
import { math } from "./math.js";
import { orderBy } from "./order-by.js";
import { paging } from "./paging.js";
import { parameters } from "./parameters.js";
import { select } from "./select.js";
import { strings } from "./strings.js";
import { subqueries } from "./subqueries.js";
import { typeChecking } from "./type-checking.js";
import { whereLogic } from "./where-logic.js";

export const catalogue: Readonly<Record<string, readonly Entry[]>> = {
  select,
  "from-join": fromJoin,
  "where-logic": whereLogic,
  "comparison-types": comparisonTypes,
  "order-by": orderBy,
  "group-by": groupBy,
  aggregates,
  subqueries,
  strings,
  math,
  arrays,
  dates,
  "type-checking": typeChecking,
  conversion,
  like,
  conditional,
  parameters,
  paging,
  errors,
};
