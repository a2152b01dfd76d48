/** Date and time functions: ISO strings, ticks and timestamps, and the clock. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");
const series = over("series");

const iso = (epoch: number): string => new Date(epoch).toISOString().replace("Z", "0000Z");
const day = 86_400_000;
const hour = 3_600_000;

/** A clock that stands still. */
const clock = { options: { now: () => new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)) } };

export const dates: readonly Entry[] = [
  series.javascript(
    "DateTimeToTimestamp gives milliseconds since 1970",
    "SELECT VALUE c.id FROM c WHERE DateTimeToTimestamp(c.at) = c.epoch",
    (docs) => docs.map((c) => c.id),
  ),
  series.javascript(
    "DateTimeToTicks gives ticks of 100 ns since 1970",
    "SELECT VALUE c.id FROM c WHERE DateTimeToTicks(c.at) = c.ticks",
    (docs) => docs.map((c) => c.id),
  ),
  series.javascript(
    "TimestampToDateTime gives seven digits of a second",
    "SELECT VALUE TimestampToDateTime(c.epoch) FROM c",
    (docs) => docs.map((c) => c.at),
  ),
  series.javascript(
    "TicksToDateTime is the reverse of DateTimeToTicks",
    "SELECT VALUE TicksToDateTime(c.ticks) FROM c",
    (docs) => docs.map((c) => c.at),
  ),
  series.javascript(
    "the parts of a time",
    "SELECT VALUE [DateTimePart('yyyy', c.at), DateTimePart('mm', c.at), DateTimePart('dd', c.at), DateTimePart('hh', c.at), DateTimePart('mi', c.at), DateTimePart('ss', c.at), DateTimePart('ms', c.at)] FROM c",
    (docs) =>
      docs.map(({ epoch }) => {
        const at = new Date(epoch);
        return [
          at.getUTCFullYear(),
          at.getUTCMonth() + 1,
          at.getUTCDate(),
          at.getUTCHours(),
          at.getUTCMinutes(),
          at.getUTCSeconds(),
          at.getUTCMilliseconds(),
        ];
      }),
  ),
  series.reasoned(
    "datetimepart: the parts have the documented synonyms",
    "a part may be named in every documented way",
    "SELECT DISTINCT VALUE [DateTimePart('year', c.at) = DateTimePart('yy', c.at), DateTimePart('month', c.at) = DateTimePart('m', c.at), DateTimePart('day', c.at) = DateTimePart('d', c.at), DateTimePart('hour', c.at) = DateTimePart('hh', c.at), DateTimePart('minute', c.at) = DateTimePart('n', c.at), DateTimePart('second', c.at) = DateTimePart('s', c.at), DateTimePart('millisecond', c.at) = DateTimePart('ms', c.at)] FROM c",
    [[true, true, true, true, true, true, true]],
  ),
  series.javascript(
    "DateTimeAdd of hours and of days",
    "SELECT VALUE [DateTimeAdd('hh', 5, c.at), DateTimeAdd('dd', -3, c.at)] FROM c",
    (docs) => docs.map((c) => [iso(c.epoch + 5 * hour), iso(c.epoch - 3 * day)]),
  ),
  series.javascript(
    "DateTimeAdd of milliseconds",
    "SELECT VALUE DateTimeAdd('ms', 1500, c.at) FROM c WHERE c.sensor = 'a'",
    (docs) => docs.filter((c) => c.sensor === "a").map((c) => iso(c.epoch + 1500)),
  ),
  series.javascript(
    "DateTimeDiff counts the boundaries of days that are crossed",
    "SELECT VALUE DateTimeDiff('dd', '2024-01-01T12:00:00.0000000Z', c.at) FROM c",
    (docs) => docs.map((c) => Math.floor(c.epoch / day) - Math.floor(Date.UTC(2024, 0, 1, 12) / day)),
  ),
  series.javascript(
    "DateTimeDiff counts the boundaries of hours",
    "SELECT VALUE DateTimeDiff('hour', c.at, '2024-01-02T00:30:00.0000000Z') FROM c",
    (docs) => docs.map((c) => Math.floor(Date.UTC(2024, 0, 2, 0, 30) / hour) - Math.floor(c.epoch / hour)),
  ),
  series.javascript(
    "DateTimeDiff counts the boundaries of months",
    "SELECT VALUE DateTimeDiff('month', '2023-11-30T23:59:59.0000000Z', c.at) FROM c",
    (docs) =>
      docs.map((c) => new Date(c.epoch).getUTCFullYear() * 12 + new Date(c.epoch).getUTCMonth() - (2023 * 12 + 10)),
  ),
  series.javascript("DateTimeBin by the hour", "SELECT VALUE DateTimeBin(c.at, 'hh') FROM c", (docs) =>
    docs.map((c) => iso(Math.floor(c.epoch / hour) * hour)),
  ),
  series.javascript("DateTimeBin by fifteen minutes", "SELECT VALUE DateTimeBin(c.at, 'mi', 15) FROM c", (docs) =>
    docs.map((c) => iso(Math.floor(c.epoch / (hour / 4)) * (hour / 4))),
  ),
  series.javascript(
    "DateTimeBin by days from a start",
    "SELECT VALUE DateTimeBin(c.at, 'dd', 2, '2023-12-31T00:00:00.0000000Z') FROM c WHERE c.at >= '2023-12-31'",
    (docs) => {
      const start = Date.UTC(2023, 11, 31);
      return docs
        .filter((c) => c.at >= "2023-12-31")
        .map((c) => iso(start + Math.floor((c.epoch - start) / (2 * day)) * 2 * day));
    },
  ),
  series.javascript(
    "a range of times as strings",
    "SELECT VALUE c.id FROM c WHERE c.at BETWEEN '2024-01-03T00:00:00.0000000Z' AND '2024-01-20T00:00:00.0000000Z'",
    (docs) => docs.filter((c) => c.epoch >= Date.UTC(2024, 0, 3) && c.epoch <= Date.UTC(2024, 0, 20)).map((c) => c.id),
  ),
  series.javascript(
    "YEAR, MONTH and DAY are parts by another name",
    "SELECT DISTINCT VALUE [YEAR(c.at), MONTH(c.at)] FROM c",
    (docs) =>
      [...new Set(docs.map((c) => `${new Date(c.epoch).getUTCFullYear()},${new Date(c.epoch).getUTCMonth() + 1}`))].map(
        (pair) => pair.split(",").map(Number),
      ),
  ),
  series.javascript("DAY of a time", "SELECT VALUE DAY(c.at) FROM c", (docs) =>
    docs.map((c) => new Date(c.epoch).getUTCDate()),
  ),
  series.javascript(
    "date functions of what is no date are undefined",
    "SELECT c.id, DateTimeToTimestamp(c.delta) AS t, DateTimePart('dd', c.epoch) AS d FROM c",
    (docs) => docs.map((c) => ({ id: c.id })),
  ),
  flat.javascript(
    "date functions skip documents without the date",
    "SELECT c.id, DateTimePart('yyyy', c.joined) AS y FROM c",
    (docs) => docs.map((c) => ({ id: c.id, y: c.joined === undefined ? undefined : Number(c.joined.slice(0, 4)) })),
  ),
  flat.reference(
    "datetimeadd",
    "a year, a month, a day and an hour more and less",
    'SELECT VALUE [DateTimeAdd("yyyy", 1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("mm", 1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("dd", 1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("hh", 1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("yyyy", -1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("mm", -1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("dd", -1, "2020-07-03T00:00:00.0000000"), DateTimeAdd("hh", -1, "2020-07-03T00:00:00.0000000")]',
    [
      [
        "2021-07-03T00:00:00.0000000Z",
        "2020-08-03T00:00:00.0000000Z",
        "2020-07-04T00:00:00.0000000Z",
        "2020-07-03T01:00:00.0000000Z",
        "2019-07-03T00:00:00.0000000Z",
        "2020-06-03T00:00:00.0000000Z",
        "2020-07-02T00:00:00.0000000Z",
        "2020-07-02T23:00:00.0000000Z",
      ],
    ],
  ),
  flat.reference(
    "datetimeadd",
    "an expression as the amount",
    'SELECT VALUE DateTimeAdd("ss", 5 * -5, "2020-07-03T00:00:00.0000000")',
    ["2020-07-02T23:59:35.0000000Z"],
  ),
  flat.reference(
    "datetimebin",
    "bins of one day, hour and second",
    'SELECT VALUE [DateTimeBin("2021-01-08T18:35:00.0000000", "dd"), DateTimeBin("2021-01-08T18:35:00.0000000", "hh"), DateTimeBin("2021-01-08T18:35:00.0000000", "ss")]',
    [["2021-01-08T00:00:00.0000000Z", "2021-01-08T18:00:00.0000000Z", "2021-01-08T18:35:00.0000000Z"]],
  ),
  flat.reference(
    "datetimebin",
    "bins of five hours, and of seven days from 1970 and from 1601",
    'SELECT VALUE [DateTimeBin("2021-01-08T18:35:00.0000000", "hh", 5), DateTimeBin("2021-01-08T18:35:00.0000000", "dd", 7), DateTimeBin("2021-01-08T18:35:00.0000000", "dd", 7, "1601-01-01T00:00:00.0000000")]',
    [["2021-01-08T15:00:00.0000000Z", "2021-01-07T00:00:00.0000000Z", "2021-01-04T00:00:00.0000000Z"]],
  ),
  flat.reference(
    "datetimediff",
    "differences backwards; an invalid part is undefined",
    'SELECT VALUE { years: DateTimeDiff("yyyy", "2019-02-04T16:00:00.0000000", "2018-03-05T05:00:00.0000000"), months: DateTimeDiff("mm", "2019-02-04T16:00:00.0000000", "2018-03-05T05:00:00.0000000"), days: DateTimeDiff("diffDays", "2019-02-04T16:00:00.0000000", "2018-03-05T05:00:00.0000000"), hours: DateTimeDiff("hh", "2019-02-04T16:00:00.0000000", "2018-03-05T05:00:00.0000000"), seconds: DateTimeDiff("ss", "2019-02-04T16:00:00.0000000", "2018-03-05T05:00:00.0000000") }',
    [{ years: -1, months: -11, hours: -8075, seconds: -29070000 }],
  ),
  flat.reference(
    "datetimediff",
    "differences forwards",
    'SELECT VALUE { years: DateTimeDiff("yyyy", "2018-03-05T05:00:00.0000000", "2019-02-04T16:00:00.0000000"), months: DateTimeDiff("mm", "2018-03-05T05:00:00.0000000", "2019-02-04T16:00:00.0000000"), hours: DateTimeDiff("hh", "2018-03-05T05:00:00.0000000", "2019-02-04T16:00:00.0000000"), seconds: DateTimeDiff("ss", "2018-03-05T05:00:00.0000000", "2019-02-04T16:00:00.0000000") }',
    [{ years: 1, months: 11, hours: 8075, seconds: 29070000 }],
  ),
  flat.reasoned(
    "datetimediff: boundaries crossed, not an interval",
    "two seconds across New Year are a year, a month, a day",
    "SELECT VALUE [DateTimeDiff('year', '2018-12-31T23:59:59Z', '2019-01-01T00:00:01Z'), DateTimeDiff('month', '2018-12-31T23:59:59Z', '2019-01-01T00:00:01Z'), DateTimeDiff('day', '2018-12-31T23:59:59Z', '2019-01-01T00:00:01Z'), DateTimeDiff('second', '2018-12-31T23:59:59Z', '2019-01-01T00:00:01Z')]",
    [[1, 1, 1, 2]],
  ),
  flat.reference(
    "datetimefromparts",
    "from three, seven and five parts; an impossible date is undefined",
    "SELECT VALUE { min: DateTimeFromParts(2017, 4, 20), zeros: DateTimeFromParts(2017, 4, 20, 0, 0, 0, 0), all: DateTimeFromParts(2017, 4, 20, 13, 15, 20, 3456789), partial: DateTimeFromParts(2017, 4, 20, 13, 15), invalid: DateTimeFromParts(-2000, -1, -1) }",
    [
      {
        min: "2017-04-20T00:00:00.0000000Z",
        zeros: "2017-04-20T00:00:00.0000000Z",
        all: "2017-04-20T13:15:20.3456789Z",
        partial: "2017-04-20T13:15:00.0000000Z",
      },
    ],
  ),
  flat.reasoned(
    "datetimefromparts: parts that make no valid date are undefined",
    "February 29 exists in leap years only",
    "SELECT VALUE [DateTimeFromParts(2024, 2, 29), DateTimeFromParts(2023, 2, 29), DateTimeFromParts(2023, 13, 1), DateTimeFromParts(2023, 1, 1, 24)]",
    [["2024-02-29T00:00:00.0000000Z"]],
  ),
  flat.reference(
    "datetimepart",
    "all nine parts",
    'SELECT VALUE [DateTimePart("yyyy", "2016-05-29T08:30:00.1301617"), DateTimePart("mm", "2016-05-29T08:30:00.1301617"), DateTimePart("dd", "2016-05-29T08:30:00.1301617"), DateTimePart("hh", "2016-05-29T08:30:00.1301617"), DateTimePart("mi", "2016-05-29T08:30:00.1301617"), DateTimePart("ss", "2016-05-29T08:30:00.1301617"), DateTimePart("ms", "2016-05-29T08:30:00.1301617"), DateTimePart("mcs", "2016-05-29T08:30:00.1301617"), DateTimePart("ns", "2016-05-29T08:30:00.1301617")]',
    [[2016, 5, 29, 8, 30, 0, 130, 130161, 130161700]],
  ),
  flat.reference(
    "datetimetoticks",
    "ticks of a noon in 2015",
    'SELECT VALUE DateTimeToTicks("2015-05-19T12:00:00.0000000")',
    [14320368000000000],
  ),
  flat.reference(
    "datetimetotimestamp",
    "timestamp of the same noon",
    'SELECT VALUE DateTimeToTimestamp("2015-05-19T12:00:00.0000000")',
    [1432036800000],
  ),
  flat.reference(
    "tickstodatetime",
    "ticks of 2020, of 1970 and of 1601",
    "SELECT VALUE [TicksToDateTime(15973607943002652), TicksToDateTime(0), TicksToDateTime(-116444736000000000)]",
    [["2020-08-13T23:19:54.3002652Z", "1970-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.0000000Z"]],
  ),
  flat.reference(
    "timestamptodatetime",
    "timestamps of 2020, of 1970 and of 1601",
    "SELECT VALUE [TimestampToDateTime(1597360794300), TimestampToDateTime(0), TimestampToDateTime(-11644473600000)]",
    [["2020-08-13T23:19:54.3000000Z", "1970-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.0000000Z"]],
  ),
  flat.reasoned(
    "getcurrentdatetime: the current time in UTC",
    "the current time comes from the clock, in three forms",
    "SELECT VALUE [GetCurrentDateTime(), GetCurrentTimestamp(), GetCurrentTicks()]",
    [["2024-02-29T12:34:56.7890000Z", 1709210096789, 17092100967890000]],
    clock,
  ),
  flat.reasoned(
    "getcurrentdatetimestatic: the same for the whole query",
    "the static clock agrees with itself in every row",
    "SELECT DISTINCT VALUE [GetCurrentDateTimeStatic(), GetCurrentTimestampStatic(), GetCurrentTicksStatic()] FROM c",
    [["2024-02-29T12:34:56.7890000Z", 1709210096789, 17092100967890000]],
    clock,
  ),
  flat.reasoned(
    "getcurrentdatetime: the current time in UTC",
    "a filter relative to now",
    "SELECT VALUE COUNT(1) FROM c WHERE c.joined < DateTimeAdd('yyyy', -10, GetCurrentDateTime())",
    [5],
    clock,
  ),
  flat.reasoned(
    "is-datetime: the documented forms",
    "IS_DATETIME accepts dates with and without time, zone and fraction, and nothing else",
    "SELECT VALUE [IS_DATETIME('2023-03-06'), IS_DATETIME('2023-03-06Z'), IS_DATETIME('2023-03-06 15:29:00Z'), IS_DATETIME('2023-03-06T15:29:59'), IS_DATETIME('2023-03-06T15:29:59.1234567Z'), IS_DATETIME('2023-03'), IS_DATETIME('2023-03-06X15:29:59'), IS_DATETIME('2023-03-06T15:29:59.12345678'), IS_DATETIME(20230306)]",
    [[true, true, true, true, true, false, false, false, false]],
  ),
  flat.reasoned(
    "datetimebin: an invalid part, size or start is undefined",
    "DateTimeBin by a bin of no or negative size, by months, or of no date is undefined",
    "SELECT VALUE [DateTimeBin('2021-01-08T18:35:00Z', 'hh', 0), DateTimeBin('2021-01-08T18:35:00Z', 'hh', -1), DateTimeBin('2021-01-08T18:35:00Z', 'mm'), DateTimeBin('yesterday', 'hh'), 'done']",
    [["done"]],
  ),
  flat.reasoned(
    "datetimeadd: an invalid part, amount or date is undefined",
    "DateTimeAdd of half a day, of an unknown part or to no date is undefined",
    "SELECT VALUE [DateTimeAdd('dd', 0.5, '2020-07-03T00:00:00Z'), DateTimeAdd('fortnight', 1, '2020-07-03T00:00:00Z'), DateTimeAdd('dd', 1, '03.07.2020'), DateTimeAdd('dd', '1', '2020-07-03T00:00:00Z'), 'done']",
    [["done"]],
  ),
];
