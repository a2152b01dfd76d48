/** Conditions as SQL says them and as an index is asked them: two texts of one meaning, whose values are drawn at random. */
import type { IndexCondition, TermPlace } from "@cosmoseal/core";
import { compilePredicate, type Json, parse } from "@cosmoseal/sql";
import fc from "fast-check";

export interface Case {
  /** `$` stands for the path or the element. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly condition: IndexCondition;
}

/** Whether the condition holds of the value at the path, or of some element of the array there. */
export function holds({ sql, parameters }: Case, value: Json, place: TermPlace): boolean {
  const text = place === "value" ? sql.replaceAll("$", "c.a") : elementText(sql);
  let test = compiled.get(text);
  if (test === undefined) {
    test = compilePredicate(parse(`SELECT * FROM c WHERE ${text}`).where!);
    compiled.set(text, test);
  }
  return test({ a: value }, parameters);
}

const compiled = new Map<string, ReturnType<typeof compilePredicate>>();

function elementText(sql: string): string {
  if (sql === "$ = @x") return "ARRAY_CONTAINS(c.a, @x)";
  return `EXISTS(SELECT VALUE 1 FROM e IN c.a WHERE ${sql.replaceAll("$", "e")})`;
}

/** `=`, IN, and the comparisons that ignore case. */
export function equalities(value: fc.Arbitrary<Json>, place: TermPlace): fc.Arbitrary<Case> {
  return fc
    .tuple(value, value, fc.constantFrom("$ = @x", "$ IN (@x, @y)", "LOWER($) = @x", "STRINGEQUALS($, @x, true)"))
    .map(([x, y, sql]) => ({
      sql,
      parameters: { "@x": x, "@y": y },
      condition: {
        op: "equal",
        values: sql.includes("@y") ? [x, y] : [x],
        place,
        lowered: sql.includes("LOWER") || sql.includes("true"),
      },
    }));
}

/** Comparisons with one end and with two. */
export function intervals(value: fc.Arbitrary<Json>, place: TermPlace): fc.Arbitrary<Case> {
  const shapes = ["$ >= @x", "$ > @x", "$ <= @y", "$ < @y", "$ BETWEEN @x AND @y", "$ > @x AND $ < @y"] as const;
  return fc.tuple(value, value, fc.constantFrom(...shapes)).map(([x, y, sql]) => ({
    sql,
    parameters: { "@x": x, "@y": y },
    condition: {
      op: "between",
      place,
      ...(sql.includes("@x") ? { low: { value: x, inclusive: !sql.includes("> @x") } } : {}),
      ...(sql.includes("@y") ? { high: { value: y, inclusive: !sql.includes("< @y") } } : {}),
    },
  }));
}

/** STARTSWITH, CONTAINS, ENDSWITH and LIKE, with case and without. */
export function searches(needle: fc.Arbitrary<string>, place: TermPlace): fc.Arbitrary<Case> {
  const functions = fc
    .tuple(
      needle,
      fc.constantFrom("startsWith", "contains", "endsWith"),
      fc.constantFrom("NAME($, @x)", "NAME($, @x, false)", "NAME($, @x, true)", "NAME(LOWER($), @x)"),
    )
    .map(
      ([text, op, sql]): Case => ({
        sql: sql.replace("NAME", op.toUpperCase()),
        parameters: { "@x": text },
        condition: { op, text, place, folded: sql.includes("true") || sql.includes("LOWER") },
      }),
    );
  const likes = fc
    .tuple(needle.chain(patterns), fc.constantFrom("$ LIKE @x ESCAPE '!'", "LOWER($) LIKE @x ESCAPE '!'", "$ LIKE @x"))
    .map(
      ([pattern, sql]): Case => ({
        sql,
        parameters: { "@x": pattern },
        condition: {
          op: "like",
          pattern,
          place,
          folded: sql.includes("LOWER"),
          ...(sql.includes("ESCAPE") ? { escape: "!" } : {}),
        },
      }),
    );
  return fc.oneof(functions, likes);
}

/** Patterns that match the text, for the most part. */
function patterns(text: string): fc.Arbitrary<string> {
  const units = Array.from({ length: text.length }, (_, i) => text[i]!);
  const step = (unit: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant("!%_[]^-".includes(unit) ? `!${unit}` : unit) },
      { weight: 1, arbitrary: fc.constantFrom("_", "%", `[${unit}]`, "[^~]", `[!${unit}a-c]`, unit, "[", "!") },
    );
  return fc
    .tuple(fc.constantFrom("", "", "%", "_"), fc.tuple(...units.map(step)), fc.constantFrom("", "", "%", "%", "!"))
    .map(([before, middle, after]) => `${before}${middle.join("")}${after}`);
}
