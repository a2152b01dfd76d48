/** Arbitrary queries over a shape: conditions, projections, joins, groups, orders, bounds; constants written or given as parameters. */
import type { Json, Parameters } from "@cosmoseal/sql";
import type { Draw } from "../draw.js";
import { Conditions, type Spot, spotsIn } from "./conditions.js";
import type { Members, Shape } from "./shape.js";

export interface RandomQuery {
  readonly query: string;
  readonly parameters: Parameters;
}

export function queryFrom(shape: Shape, draw: Draw): RandomQuery {
  const parameters: Record<string, Json> = {};
  const conditions = new Conditions(draw, parameters);
  const alias = draw.one(["c", "c", "doc", "root_1"]);
  const spots = spotsIn(withKeys(shape.members), alias, draw);
  const many = spots.filter(({ type }) => type === "list" || type === "objects");
  const join = many.length > 0 && draw.chance(0.15) ? draw.one(many) : undefined;
  const all = join === undefined ? spots : [...spots, ...elementSpots(join, "j", draw)];
  const from = `FROM ${alias}${join === undefined ? "" : ` JOIN j IN ${join.text}`}`;
  const where = draw.chance(0.92) ? ` WHERE ${conditions.condition(all, draw.one([0, 0, 1, 1, 2, 3]))}` : "";
  const scalars = all.filter(({ type }) => type !== "list" && type !== "objects" && type !== "object");
  const values = (): string => draw.one(scalars).text;
  const roll = draw.next();
  const text = ((): string => {
    if (roll < 0.3 && join === undefined)
      return `SELECT ${draw.one(["*", `VALUE ${alias}`, `${alias} AS whole`, `VALUE {"it": ${alias}}`])} ${from}${where}${bound()}`;
    if (roll < 0.5) return `SELECT ${projection(scalars, conditions, draw)} ${from}${where}${bound()}`;
    if (roll < 0.6) return `SELECT VALUE ${conditions.expression(all)} ${from}${where}`;
    if (roll < 0.7) return `SELECT VALUE ${aggregate()} ${from}${where}`;
    if (roll < 0.8) {
      const keys = [...new Set([values(), values()])].slice(0, draw.integer(1, 2));
      return `SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(", ")}, ${aggregate()} AS n ${from}${where} GROUP BY ${keys.join(", ")}`;
    }
    if (roll < 0.87) return `SELECT DISTINCT VALUE ${values()} ${from}${where}`;
    return `SELECT ${alias}.id AS i${join === undefined ? "" : ", j"} ${from}${where} ORDER BY ${orders()}${bound(false)}`;
  })();
  return { query: text, parameters };

  function aggregate(): string {
    const on = values();
    return draw.one(["COUNT(1)", `COUNT(${on})`, `SUM(${on})`, `AVG(${on})`, `MIN(${on})`, `MAX(${on})`]);
  }

  function orders(): string {
    const keys = [...new Set([values(), values()])].slice(0, draw.chance(0.8) ? 1 : 2);
    return keys.map((key) => `${key}${draw.one(["", " ASC", " DESC"])}`).join(", ");
  }

  function bound(top = true): string {
    if (!top || draw.chance(0.15))
      return draw.chance(0.3) ? "" : ` OFFSET ${draw.integer(0, 6)} LIMIT ${draw.integer(0, 30)}`;
    return "";
  }
}

/** Id and partition key, which may be sealed, are texts too. */
function withKeys(members: Members): Members {
  const key = { kind: "leaf", type: "text", treatment: { is: "signed" } } as const;
  return { id: key, pk: key, ...members };
}

function projection(scalars: readonly Spot[], conditions: Conditions, draw: Draw): string {
  const items = [`${draw.one(scalars).text} AS a`, `${draw.one(scalars).text} AS b`];
  if (draw.chance(0.4)) items.push(`${conditions.expression(scalars)} AS e`);
  if (draw.chance(0.3)) items.push(`{"x": ${draw.one(scalars).text}, "y": [${draw.one(scalars).text}, 1]} AS o`);
  return `${draw.chance(0.1) ? `TOP ${draw.integer(0, 40)} ` : ""}${items.join(", ")}`;
}

/** What a name that stands for an element of a place can be asked for. */
function elementSpots(spot: Spot, name: string, draw: Draw): readonly Spot[] {
  if (spot.type === "list") return [{ text: name, type: spot.element!, members: undefined, element: undefined }];
  return spotsIn(spot.members!, name, draw);
}
