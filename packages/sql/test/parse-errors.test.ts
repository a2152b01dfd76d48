/** What is refused, with the code, the message and the place of the error. */
import { describe, expect, test } from "vitest";
import { SqlError } from "../src/errors.js";
import { parse } from "../src/parse/parse.js";

function refusal(text: string): SqlError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
}

describe("a text that is no query is refused where it stops being one", () => {
  test.each([
    ["", "SC1001", ""],
    ["   ", "SC1001", ""],
    ["-- nothing", "SC1001", ""],
    ["SELECT", "SC1001", "SELECT"],
    ["SELECT FROM c", "SC1001", "FROM"],
    ["SELCT * FROM c", "SC1001", "SELCT"],
    ["SELECT * FORM c", "SC1001", "FORM"],
    ["SELECT *", "SC1001", "*"],
    ["SELECT * WHERE 1 = 1", "SC1001", "*"],
    ["SELECT *, c.a FROM c", "SC1001", ","],
    ["SELECT VALUE * FROM c", "SC1001", "*"],
    ["SELECT VALUE c.a, c.b FROM c", "SC1001", ","],
    ["SELECT c.a c.b FROM c", "SC1001", "."],
    ["SELECT c.a, FROM c", "SC1001", "FROM"],
    ["SELECT TOP * FROM c", "SC1001", "*"],
    ["SELECT TOP -1 * FROM c", "SC1001", "-"],
    ["SELECT value FROM c", "SC1001", "FROM"],
    ["SELECT c.value FROM c", "SC1001", "value"],
    ["SELECT c.id AS Value FROM c", "SC1001", "Value"],
    ["SELECT c.id top FROM c", "SC1001", "top"],
    ["SELECT VALUE {value: c.id} FROM c", "SC1001", "value"],
    ["SELECT udf.value(c.id) FROM c", "SC1001", "value"],
    ["SELECT * FROM c.order", "SC1001", "order"],
    ["SELECT * FROM", "SC1001", "FROM"],
    ["SELECT * FROM order", "SC1001", "order"],
    ["SELECT * FROM c JOIN", "SC1001", "JOIN"],
    ["SELECT * FROM c JOIN x IN", "SC1001", "IN"],
    ["SELECT * FROM c[@p]", "SC1001", "@p"],
    ["SELECT * FROM c[1.5]", "SC1001", "1.5"],
    ["SELECT * FROM c, d", "SC1001", ","],
    ["SELECT * FROM c WHERE", "SC1001", "WHERE"],
    ["SELECT * FROM c WHERE c.a =", "SC1001", "="],
    ["SELECT * FROM c WHERE c.a = = 1", "SC1001", "="],
    ["SELECT * FROM c WHERE c.a == 1", "SC1001", "="],
    ["SELECT * FROM c WHERE c.a IN ()", "SC1001", ")"],
    ["SELECT * FROM c WHERE c.a IN (SELECT VALUE 1)", "SC1001", "SELECT"],
    ["SELECT * FROM c WHERE c.a IN c.b", "SC1001", "c"],
    ["SELECT * FROM c WHERE c.a BETWEEN 10", "SC1001", "10"],
    ["SELECT * FROM c WHERE BETWEEN 1 AND 10", "SC1001", "BETWEEN"],
    ["SELECT * FROM c WHERE c.a LIKE", "SC1001", "LIKE"],
    ["SELECT * FROM c WHERE c.a IS NULL", "SC1001", "IS"],
    ["SELECT * FROM c WHERE (c.a = 1", "SC1001", "1"],
    ["SELECT * FROM c WHERE c.a = 1)", "SC1001", ")"],
    ["SELECT * FROM c WHERE c. = 1", "SC1001", "="],
    ["SELECT * FROM c WHERE c.a ? 1", "SC1001", "1"],
    ["SELECT * FROM c WHERE EXISTS(c.a)", "SC1001", "c"],
    ["SELECT * FROM c WHERE ABS(1,)", "SC1001", ")"],
    ["SELECT * FROM c WHERE udf.(1)", "SC1001", "("],
    ["SELECT [1,] FROM c", "SC1001", "]"],
    ["SELECT {1: 2} FROM c", "SC1001", "1"],
    ["SELECT {'a': 1,} FROM c", "SC1001", "}"],
    ["SELECT * FROM c GROUP", "SC1001", "GROUP"],
    ["SELECT * FROM c ORDER BY", "SC1001", "BY"],
    ["SELECT * FROM c ORDER BY RANK c.a", "SC1001", "c"],
    ["SELECT * FROM c OFFSET LIMIT 10", "SC1001", "LIMIT"],
    ["SELECT * FROM c OFFSET 0 LIMIT", "SC1001", "LIMIT"],
    ["SELECT * FROM c OFFSET 3.14 LIMIT 1", "SC1001", "3.14"],
    ["SELECT * FROM c LIMIT 1", "SC1001", "LIMIT"],
    ["SELECT * FROM c ORDER BY c.a WHERE c.b", "SC1001", "WHERE"],
    ["SELECT * FROM c SELECT * FROM c", "SC1001", "SELECT"],
    ["SELECT 1;", "SC1010", ";"],
    ["SELECT $1", "SC1010", "$"],
    ["SELECT !c.a FROM c", "SC1010", "!"],
    ["SELECT @ FROM c", "SC1010", "@"],
    ["SELECT '😀' = 😀", "SC1010", "😀"],
    ["SELECT 1 /* no end", "SC1010", "/*"],
    ["SELECT 'no end", "SC1012", "'"],
    ['SELECT "no end\\"', "SC1012", '"'],
    [String.raw`SELECT 'a\d'`, "SC1012", String.raw`\d`],
  ])("%s", (text, code, at) => {
    const error = refusal(text);
    expect([error.code, text.slice(error.location?.start, error.location?.end)]).toStrictEqual([code, at]);
  });
});

test("a refusal has the service's shape and, where it is known, its words", () => {
  expect(refusal("SELECT * FROM c ORDER c.a").toServiceError()).toStrictEqual({
    errors: [
      {
        severity: "Error",
        location: { start: 22, end: 23 },
        code: "SC1001",
        message: "Syntax error, incorrect syntax near 'c'.",
      },
    ],
  });
  expect(refusal("SELECT 1;").message).toBe("Syntax error, invalid token ';'.");
  expect(refusal("SELECT 'x").message).toBe("Syntax error, invalid string literal token '''.");
  expect(refusal("SELECT *").message).toBe("Syntax error, 'SELECT *' is not valid if FROM clause is omitted.");
});

test("a refusal quotes a part of a long token, not the whole", () => {
  expect(refusal(`SELECT * FROM c "${"x".repeat(100_000)}"`).message.length).toBeLessThan(200);
});
