/** Date and time functions; the clock stands at 2024-02-29T12:34:56.789Z. */
import { every, type Row, rowsOf } from "./cell.js";

const date = rowsOf("Date and time functions");
const newer = (page: string) => `../../query/${page}`;
const day = { samples: { string: "2020-07-03T01:02:03.1234567Z" } };
const part = { samples: { string: "month" } };

export const dateRows: readonly Row[] = [
  date("AGO", newer("ago"), "AGO(?, 1)", { string: "2024-01-29T12:34:56.7890000Z" }, part),
  date("AGO", newer("ago"), 'AGO("dd", ?)', { number: "2024-02-27T12:34:56.7890000Z" }),
  date(
    "DATETIMEADD",
    "datetimeadd",
    'DATETIMEADD(?, 1, "2020-01-31T00:00:00.0000000Z")',
    { string: "2020-02-29T00:00:00.0000000Z" },
    part,
  ),
  date("DATETIMEADD", "datetimeadd", 'DATETIMEADD("hh", ?, "2020-07-03T00:00:00.0000000Z")', {
    number: "2020-07-03T02:00:00.0000000Z",
  }),
  date("DATETIMEADD", "datetimeadd", 'DATETIMEADD("yyyy", -1, ?)', { string: "2019-07-03T01:02:03.1234567Z" }, day),
  date("DATETIMEBIN", "datetimebin", 'DATETIMEBIN(?, "hh")', { string: "2020-07-03T01:00:00.0000000Z" }, day),
  date(
    "DATETIMEBIN",
    "datetimebin",
    'DATETIMEBIN("2021-01-08T18:35:00.0000000Z", ?)',
    { string: "2021-01-08T00:00:00.0000000Z" },
    { samples: { string: "dd" } },
  ),
  date(
    "DATETIMEBIN",
    "datetimebin",
    'DATETIMEBIN("2021-01-08T18:35:00.0000000Z", "hh", ?)',
    { number: "2021-01-08T15:00:00.0000000Z" },
    { samples: { number: 5 } },
  ),
  date(
    "DATETIMEBIN",
    "datetimebin",
    'DATETIMEBIN("2021-01-08T18:35:00.0000000Z", "dd", 7, ?)',
    { string: "2021-01-04T00:00:00.0000000Z" },
    { samples: { string: "1601-01-01T00:00:00.0000000Z" } },
  ),
  date(
    "DATETIMEDIFF",
    "datetimediff",
    'DATETIMEDIFF(?, "2019-12-31T23:59:59.0000000Z", "2020-01-01T00:00:00.0000000Z")',
    { string: 1 },
    part,
  ),
  date("DATETIMEDIFF", "datetimediff", 'DATETIMEDIFF("yyyy", ?, "2018-01-01T00:00:00.0000000Z")', { string: -2 }, day),
  date("DATETIMEDIFF", "datetimediff", 'DATETIMEDIFF("dd", "2020-07-01T23:00:00.0000000Z", ?)', { string: 2 }, day),
  date(
    "DATETIMEFORMAT",
    newer("datetimeformat"),
    'DATETIMEFORMAT(?, "yyyy-MM-dd [HH:mm:ss]")',
    { string: "2020-07-03 [01:02:03]" },
    day,
  ),
  date(
    "DATETIMEFORMAT",
    newer("datetimeformat"),
    'DATETIMEFORMAT("2024-10-10 14:40:20", ?)',
    { string: "20241010" },
    { samples: { string: "yyyyMMdd" } },
  ),
  date(
    "DATETIMEFROMPARTS",
    "datetimefromparts",
    "DATETIMEFROMPARTS(?, 4, 20)",
    { number: "2017-04-20T00:00:00.0000000Z" },
    { samples: { number: 2017 } },
  ),
  date("DATETIMEFROMPARTS", "datetimefromparts", "DATETIMEFROMPARTS(2017, ?, 20)", {
    number: "2017-02-20T00:00:00.0000000Z",
  }),
  date("DATETIMEFROMPARTS", "datetimefromparts", "DATETIMEFROMPARTS(2017, 4, ?)", {
    number: "2017-04-02T00:00:00.0000000Z",
  }),
  date("DATETIMEFROMPARTS", "datetimefromparts", "DATETIMEFROMPARTS(2017, 4, 20, ?)", {
    number: "2017-04-20T02:00:00.0000000Z",
  }),
  date("DATETIMEFROMPARTS", "datetimefromparts", "DATETIMEFROMPARTS(2017, 4, 20, 13, ?)", {
    number: "2017-04-20T13:02:00.0000000Z",
  }),
  date("DATETIMEFROMPARTS", "datetimefromparts", "DATETIMEFROMPARTS(2017, 4, 20, 13, 15, ?)", {
    number: "2017-04-20T13:15:02.0000000Z",
  }),
  date(
    "DATETIMEFROMPARTS",
    "datetimefromparts",
    "DATETIMEFROMPARTS(2017, 4, 20, 13, 15, 20, ?)",
    { number: "2017-04-20T13:15:20.3456789Z" },
    { samples: { number: 3456789 } },
  ),
  date("DATETIMEPART", "datetimepart", 'DATETIMEPART(?, "2016-05-29T08:30:00.1301617")', { string: 5 }, part),
  date("DATETIMEPART", "datetimepart", 'DATETIMEPART("ns", ?)', { string: 123456700 }, day),
  date(
    "DATETIMETOTICKS",
    "datetimetoticks",
    "DATETIMETOTICKS(?)",
    { string: 14320368000000000 },
    { samples: { string: "2015-05-19T12:00:00.0000000" } },
  ),
  date(
    "DATETIMETOTIMESTAMP",
    "datetimetotimestamp",
    "DATETIMETOTIMESTAMP(?)",
    { string: 1432036800000 },
    { samples: { string: "2015-05-19T12:00:00.0000000" } },
  ),
  date("DAY", newer("day"), "DAY(?)", { string: 3 }, day),
  date(
    "GETCURRENTDATETIME",
    "getcurrentdatetime",
    "[GETCURRENTDATETIME(), ?][0]",
    every("2024-02-29T12:34:56.7890000Z"),
  ),
  date(
    "GETCURRENTDATETIMESTATIC",
    "getcurrentdatetimestatic",
    "[GETCURRENTDATETIMESTATIC(), ?][0]",
    every("2024-02-29T12:34:56.7890000Z"),
  ),
  date("GETCURRENTTICKS", "getcurrentticks", "[GETCURRENTTICKS(), ?][0]", every(17092100967890000)),
  date("GETCURRENTTICKSSTATIC", "getcurrentticksstatic", "[GETCURRENTTICKSSTATIC(), ?][0]", every(17092100967890000)),
  date("GETCURRENTTIMESTAMP", "getcurrenttimestamp", "[GETCURRENTTIMESTAMP(), ?][0]", every(1709210096789)),
  date(
    "GETCURRENTTIMESTAMPSTATIC",
    "getcurrenttimestampstatic",
    "[GETCURRENTTIMESTAMPSTATIC(), ?][0]",
    every(1709210096789),
  ),
  date(
    "IS_DATETIME",
    newer("is-datetime"),
    "IS_DATETIME(?)",
    { ...every(false), string: true },
    { samples: { string: "2024-12-12 20:21:25.123Z" } },
  ),
  date("MONTH", newer("month"), "MONTH(?)", { string: 7 }, day),
  date("NOW", newer("now"), "NOW(?, 1)", { string: "2024-03-29T12:34:56.7890000Z" }, part),
  date("NOW", newer("now"), 'NOW("ss", ?)', { number: "2024-02-29T12:34:58.7890000Z" }),
  date(
    "TICKSTODATETIME",
    "tickstodatetime",
    "TICKSTODATETIME(?)",
    { number: "2020-08-13T23:19:54.3002652Z" },
    { samples: { number: 15973607943002652 } },
  ),
  date(
    "TIMESTAMPTODATETIME",
    "timestamptodatetime",
    "TIMESTAMPTODATETIME(?)",
    { number: "2020-08-13T23:19:54.3000000Z" },
    { samples: { number: 1597360794300 } },
  ),
  date("YEAR", newer("year"), "YEAR(?)", { string: 2020 }, day),
];
