/** Results that the public reference prints for its newer functions. Each case names its page below `cosmos-db/query/`. */
import { describe, expect, it } from "vitest";
import { compile, type Json, parse } from "../src/index.js";

/** The page's clock is 2024-10-14T14:20:30.6668888Z; ours counts milliseconds. */
const clock = { now: () => new Date("2024-10-14T14:20:30.666Z") };

const printedBy = (expression: string, rows: readonly Json[] = [{}]): Json =>
  [...compile(parse(`SELECT VALUE ${expression} FROM p`), clock).run(rows)][0]!;

describe.each<[page: string, expression: string, printed: Json]>([
  [
    "ago",
    '[AGO("yyyy", 1), AGO("yyyy", -1), AGO("ss", 30), AGO("ms", 4)]',
    [
      "2023-10-14T14:20:30.6660000Z",
      "2025-10-14T14:20:30.6660000Z",
      "2024-10-14T14:20:00.6660000Z",
      "2024-10-14T14:20:30.6620000Z",
    ],
  ],
  [
    "now",
    '[NOW(), NOW("yyyy", 1), NOW("yyyy", -1), NOW("ss", 30), NOW("ms", 4)]',
    [
      "2024-10-14T14:20:30.6660000Z",
      "2025-10-14T14:20:30.6660000Z",
      "2023-10-14T14:20:30.6660000Z",
      "2024-10-14T14:21:00.6660000Z",
      "2024-10-14T14:20:30.6700000Z",
    ],
  ],
  [
    "datetimeformat",
    `[
      DATETIMEFORMAT("2024-10-10 14:40:20", "yyyyMMdd"),
      DATETIMEFORMAT("2024-10-10 14:40:20", "yyyy-MM-dd [HH:mm:ss]"),
      DATETIMEFORMAT("2024-10-10 14:40:20", "To\\\\da\\\\y i\\\\s: yyyy-MM-ddTHH:mm:ss.fff"),
      DATETIMEFORMAT("2024-10-10 14:40:20", "To\\\\da\\\\y i\\\\s: yyyy-MM-ddTHH:mm:ss.FFF")
    ]`,
    ["20241010", "2024-10-10 [14:40:20]", "Today is: 2024-10-10T14:40:20.000", "Today is: 2024-10-10T14:40:20."],
  ],
  [
    "is-datetime",
    `[
      IS_DATETIME("2024-12-12"), IS_DATETIME("2024-12-12Z"), IS_DATETIME("2024-12-12 20:21:25"),
      IS_DATETIME("2024-12-12T20:21:25Z"), IS_DATETIME("2024-12-12T20:21:25.123"),
      IS_DATETIME("2024-12-12 20:21:25.123Z"), IS_DATETIME("2024-12-12T20Z"), IS_DATETIME("2024-12-12 20:21:25.")
    ]`,
    [true, true, true, true, true, true, false, false],
  ],
  [
    "setdifference",
    `[
      SETDIFFERENCE([1, 2, 3], [1, 2, 6, 7]), SETDIFFERENCE([1, 2, 6, 7], [1, 2, 3]),
      SETDIFFERENCE([1, 2, 3, 4], [1, 2, 3, 4, 5, 6]), SETDIFFERENCE([], [1, 2, 3]),
      SETDIFFERENCE([1, 2, 3], []), SETDIFFERENCE([1, 1, 1, 1], [2, 3, 4])
    ]`,
    [[3], [6, 7], [], [], [1, 2, 3], [1]],
  ],
  [
    "setequal",
    `[
      SETEQUAL([1, 2, 3], [1, 2, 3]), SETEQUAL([1, 2, 3], [3, 2, 1]), SETEQUAL([1, 2, 3, 3], [1, 2, 2, 3, 1, 2]),
      SETEQUAL([], [1, 2, 3]), SETEQUAL([1, true, 'abc'], [true, 1, 'abc']), SETEQUAL([1, 1, 1, 1], [2, 3, 4])
    ]`,
    [true, true, true, false, true, false],
  ],
  [
    "array-avg",
    `{
      "case1": ARRAY_AVG([1, 2, 3, 4]), "case2": ARRAY_AVG([1.0, 2.0, 3.3, 4.7]),
      "case3": ARRAY_AVG([1, -2.7, 3, -4, undefined]), "case4": ARRAY_AVG(['abc', 'ABC', 'aBc', 'AbC']),
      "case5": ARRAY_AVG([12, 'abc', true, false, null, undefined])
    }`,
    { case1: 2.5, case2: 2.75, case3: -0.675 },
  ],
  [
    "lastsubstringafter",
    '[LASTSUBSTRINGAFTER("/products/shoes/boots", "/"), LASTSUBSTRINGAFTER("A-B-C", "-"), LASTSUBSTRINGAFTER("bike::touring::frame", "::")]',
    ["boots", "C", "frame"],
  ],
])("%s", (_page, expression, printed) => {
  it("gives what the page prints", () => {
    expect(printedBy(expression)).toEqual(printed);
  });
});

describe("documentid", () => {
  it("gives what the page prints", () => {
    expect(printedBy("DOCUMENTID(p)", [{ id: "5741047452", _rid: "36ZyAPW+uN8NAAAAAAAAAA==" }])).toBe(13);
  });

  it("is undefined for what has no resource id", () => {
    expect(printedBy("IS_DEFINED(DOCUMENTID(p))", [{ id: "x" }])).toBe(false);
    expect(printedBy("IS_DEFINED(DOCUMENTID(p))", [{ _rid: "not base64!" }])).toBe(false);
    expect(printedBy("IS_DEFINED(DOCUMENTID(p))", [{ _rid: "DJB7AI1lZHo=" }])).toBe(false);
  });
});

describe("random numbers and the static clock", () => {
  it("RAND is asked anew for each row", () => {
    let n = 0;
    const rows = compile(parse("SELECT VALUE RAND() FROM c"), { random: () => n++ / 10 }).run([{}, {}, {}]);
    expect([...rows]).toEqual([0, 0.1, 0.2]);
  });

  it("the static clock stands still through a run, the other goes on", () => {
    let time = 1_700_000_000_000;
    const query = compile(parse("SELECT VALUE [GetCurrentTimestampStatic(), GetCurrentTimestamp()] FROM c"), {
      now: () => new Date(time++),
    });
    expect([...query.run([{}, {}])]).toEqual([
      [1_700_000_000_000, 1_700_000_000_001],
      [1_700_000_000_000, 1_700_000_000_002],
    ]);
  });
});
