/** Arbitrary conditions and expressions over the places of a shape. */
import type { Json } from "@cosmoseal/sql";
import type { Draw } from "../draw.js";
import type { LeafType, ListType, Members, Place } from "./shape.js";
import { partOf, wantedFor } from "./values.js";

/** A place as a query names it. */
export interface Spot {
  readonly text: string;
  readonly type: LeafType | "list" | "object" | "objects";
  readonly members: Members | undefined;
  readonly element: ListType | undefined;
}

export function spotsIn(members: Members, name: string, draw: Draw): readonly Spot[] {
  return Object.entries(members).flatMap(([member, place]) => spotsOf(place, `${name}${step(member, draw)}`, draw));
}

function spotsOf(place: Place, text: string, draw: Draw): readonly Spot[] {
  const none = { members: undefined, element: undefined };
  switch (place.kind) {
    case "leaf":
      return [{ ...none, text, type: place.type }];
    case "list":
      return [{ ...none, text, type: "list", element: place.type }];
    case "object":
      return [{ ...none, text, type: "object", members: place.members }, ...spotsIn(place.members, text, draw)];
    case "objects":
      return [
        { ...none, text, type: "objects", members: place.members },
        ...spotsIn(place.members, `${text}[0]`, draw),
      ];
  }
}

function step(name: string, draw: Draw): string {
  const isPlain = /^[a-z]+$/.test(name) && name !== "where";
  return isPlain && draw.chance(0.9) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

export class Conditions {
  readonly #draw: Draw;
  readonly #parameters: Record<string, Json>;

  /** `parameters` gains what constants are given as. */
  constructor(draw: Draw, parameters: Record<string, Json>) {
    this.#draw = draw;
    this.#parameters = parameters;
  }

  condition(spots: readonly Spot[], depth: number): string {
    const draw = this.#draw;
    if (depth === 0) return this.#atom(spots);
    const inner = (): string => this.condition(spots, depth - 1);
    const roll = draw.next();
    if (roll < 0.38) return `(${inner()} AND ${inner()})`;
    if (roll < 0.55) return `(${inner()} OR ${inner()})`;
    if (roll < 0.75) return `NOT (${inner()})`;
    if (roll < 0.79) return `(${inner()} ? ${inner()} : ${inner()})`;
    if (roll < 0.82) return `((${inner()}) ?? (${inner()}))`;
    if (roll < 0.84) return `IS_DEFINED(${inner()})`;
    return this.#atom(spots);
  }

  /** Of any type. */
  expression(spots: readonly Spot[]): string {
    const draw = this.#draw;
    const one = (): string => draw.one(spots).text;
    const constant = (): string => this.#constant("text");
    const makers: readonly (() => string)[] = [
      one,
      () => `(${one()} ?? ${one()})`,
      () => `[${one()}, ${one()}]`,
      () => `UPPER(${one()})`,
      () => `CONCAT(${one()}, ${constant()})`,
      () => `LENGTH(${one()})`,
      () => `(${one()} + 1)`,
      () => `(${one()} = ${one()})`,
      () => `(IS_STRING(${one()}) ? ${one()} : ${constant()})`,
      () => `ARRAY_LENGTH(${one()})`,
      () => `IS_DEFINED(${one()})`,
      () => `LEFT(${one()}, 3)`,
      () => `ToString(${draw.one(spots.filter(isScalar)).text})`,
    ];
    return draw.one(makers)();
  }

  #atom(spots: readonly Spot[]): string {
    const spot = this.#draw.one(spots);
    switch (spot.type) {
      case "list":
        return this.#ofList(spot);
      case "objects":
        return this.#ofObjects(spot);
      case "object":
        return this.#draw.one([
          `IS_OBJECT(${spot.text})`,
          `IS_DEFINED(${spot.text})`,
          `${spot.text} = {}`,
          `${spot.text} != null`,
        ]);
      default:
        return this.#ofScalar(spots, spot.text, spot.type);
    }
  }

  #ofScalar(spots: readonly Spot[], text: string, type: LeafType): string {
    const draw = this.#draw;
    const value = (): string => this.#constant(type);
    const operator = draw.one(["=", "=", "=", "!=", "<", "<=", ">", ">="]);
    const common: readonly (() => string)[] = [
      () => `${text} ${operator} ${value()}`,
      () => `${text} ${operator} ${value()}`,
      () => `${value()} ${operator} ${text}`,
      () => `${text} ${draw.one(["", "NOT "])}IN (${value()}, ${value()}, ${value()})`,
      () => `(${text} ${draw.one(["", "NOT "])}BETWEEN ${value()} AND ${value()})`,
      () => `(${text} >= ${value()} AND ${text} < ${value()})`,
      () => `ARRAY_CONTAINS([${value()}, ${value()}], ${text})`,
      () => `${draw.one(["IS_DEFINED", "IS_NULL", "IS_STRING", "IS_NUMBER", "IS_BOOL", "IS_PRIMITIVE"])}(${text})`,
      () => `(${text} ?? ${value()}) = ${value()}`,
      () => `${text} ${operator} ${draw.one(spots).text}`,
      () => (type === "boolean" ? text : `${text} = ${value()}`),
    ];
    if (type === "integer" || type === "number") {
      return draw.one([
        ...common,
        () => `${text} + 1 > ${value()}`,
        () => `ABS(${text}) = ${value()}`,
        () => `${text} * 2 = ${value()}`,
      ])();
    }
    if (type !== "text" && type !== "day" && type !== "instant") return draw.one(common)();
    const part = (): string => this.#write(partOf(draw));
    const fold = draw.one(["", ", true", ", false"]);
    if (draw.chance(0.4)) return draw.one(common)();
    return draw.one([
      () => `STARTSWITH(${text}, ${part()}${fold})`,
      () => `CONTAINS(${text}, ${part()}${fold})`,
      () => `ENDSWITH(${text}, ${part()}${fold})`,
      () => `StringEquals(${text}, ${value()}${fold})`,
      () => `LOWER(${text}) = ${draw.one([value(), `LOWER(${value()})`])}`,
      () => `UPPER(${text}) = ${value()}`,
      () => `${draw.one(["STARTSWITH", "CONTAINS"])}(LOWER(${text}), ${part()})`,
      () => `(${text} ${draw.one(["", "", "NOT "])}LIKE ${this.#write(this.#pattern())})`,
      () => `(${text} LIKE ${this.#write(this.#pattern())})`,
      () => `StringEquals(${text}, ${this.#write(caseOf(wantedFor("text", draw), draw))}, true)`,
      () => `LENGTH(${text}) > 4`,
      () => `STARTSWITH(${part()}, ${text})`,
    ])();
  }

  #ofList({ element, text }: Spot): string {
    const draw = this.#draw;
    const type = element!;
    const value = (): string => this.#constant(type);
    const within = (): string =>
      this.#ofScalar([{ text: "x", type, members: undefined, element: undefined }], "x", type);
    return draw.one([
      () => `ARRAY_CONTAINS(${text}, ${value()})`,
      () => `ARRAY_CONTAINS(${text}, ${value()})`,
      () => `${draw.one(["", "NOT "])}EXISTS(SELECT VALUE x FROM x IN ${text} WHERE ${within()})`,
      () => `EXISTS(SELECT VALUE 1 FROM x IN ${text} WHERE ${within()} AND ${within()})`,
      () =>
        `(EXISTS(SELECT VALUE 1 FROM x IN ${text} WHERE x < ${value()}) AND EXISTS(SELECT VALUE 1 FROM x IN ${text} WHERE x > ${value()}))`,
      () => `ARRAY_LENGTH(${text}) ${draw.one(["=", ">", "<"])} ${draw.integer(0, 3)}`,
      () => `${text}[0] ${draw.one(["=", "!=", ">"])} ${value()}`,
      () => `${text} = [${value()}]`,
      () => `${text} ${draw.one(["=", "!=", "<"])} ${value()}`,
      () => `(SELECT VALUE COUNT(1) FROM x IN ${text} WHERE ${within()}) > 0`,
      () => `ARRAY_CONTAINS_ANY(${text}, ${value()}, ${value()})`,
      () => `IS_ARRAY(${text})`,
    ])();
  }

  #ofObjects({ members, text }: Spot): string {
    const draw = this.#draw;
    const inner = spotsIn(members!, "k", draw);
    const within = (): string => this.condition(inner, draw.integer(0, 1));
    const [member] = Object.keys(members!);
    return draw.one([
      () => `EXISTS(SELECT VALUE k FROM k IN ${text} WHERE ${within()})`,
      () => `EXISTS(SELECT VALUE k FROM k IN ${text} WHERE ${within()})`,
      () => `NOT EXISTS(SELECT VALUE 1 FROM k IN ${text} WHERE ${within()})`,
      () => `EXISTS(SELECT VALUE COUNT(1) FROM k IN ${text} WHERE ${within()})`,
      () => `(SELECT VALUE COUNT(1) FROM k IN ${text} WHERE ${within()}) >= ${draw.integer(0, 2)}`,
      () => `ARRAY_LENGTH(${text}) > ${draw.integer(0, 2)}`,
      () => `ARRAY_CONTAINS(${text}, {${JSON.stringify(member)}: ${this.#constant("text")}}, true)`,
    ])();
  }

  #pattern(): string {
    const draw = this.#draw;
    const part = partOf(draw);
    const marked = draw.one([
      part,
      part,
      part.replace(/^./u, "_"),
      part.replace(/.$/u, "_"),
      part.replace(/(?<=.)./u, "[A-zŠ-ž]"),
    ]);
    return draw.one([
      `${marked}%`,
      `%${marked}%`,
      `%${marked}`,
      marked,
      `%${marked}%${partOf(draw)}%`,
      `[A-Za-z]%${marked}`,
    ]);
  }

  #constant(type: LeafType): string {
    return this.#write(wantedFor(type, this.#draw));
  }

  /** Written in the text, or as a parameter. */
  #write(value: Json): string {
    const draw = this.#draw;
    if (draw.chance(0.4)) {
      const name = `@${draw.one(["p", "value", "seal"])}${Object.keys(this.#parameters).length}`;
      this.#parameters[name] = value;
      return name;
    }
    if (typeof value !== "string" || draw.chance(0.3)) return JSON.stringify(value);
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
}

function caseOf(value: Json, draw: Draw): Json {
  if (typeof value !== "string") return value;
  return draw.chance(0.5) ? value.toUpperCase() : value.toLowerCase();
}

/** Objects have an order of properties, which shows in their text and isn't kept where some of them are sealed. */
function isScalar({ type }: Spot): boolean {
  return type !== "list" && type !== "object" && type !== "objects";
}
