/** TOP and OFFSET LIMIT: less than there is, exactly, more, and nothing. */
import { type Entry, over } from "./entry.js";
import { list, sorted } from "./plain.js";

const flat = over("flat");
const nested = over("nested");
const series = over("series");
const ordered = { ordered: true };

export const paging: readonly Entry[] = [
  flat.reasoned(
    "azure-cosmos-dotnet-v3, Parse_ValidCountLiteral: a count has 64 bits",
    "OFFSET and LIMIT take any integer of 64 bits",
    "SELECT * FROM c OFFSET 9223372036854775807 LIMIT 9223372036854775807",
    [],
  ),
  flat.reasoned(
    "keywords#top: the first N results",
    "TOP without an order gives as many rows as it says",
    "SELECT VALUE COUNT(1) FROM (SELECT TOP 7 VALUE c FROM c) AS s",
    [7],
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "TOP 0 gives nothing",
    "SELECT TOP 0 * FROM c",
    [],
  ),
  flat.javascript(
    "TOP beyond the end gives all",
    "SELECT TOP 1000 VALUE c.id FROM c ORDER BY c.id",
    (docs) => docs.map((c) => c.id).sort(),
    ordered,
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "TOP 1 with DESC is the last",
    "SELECT TOP 1 c.id, c.kind FROM c ORDER BY c.id DESC",
    [{ id: "q22", kind: "product" }],
    ordered,
  ),
  flat.javascript(
    "TOP counts after the filter",
    "SELECT TOP 3 VALUE c.id FROM c WHERE c.age = 34 ORDER BY c.id",
    (docs) =>
      docs
        .filter((c) => c.age === 34)
        .map((c) => c.id)
        .slice(0, 3),
    ordered,
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "TOP counts distinct rows",
    "SELECT DISTINCT TOP 2 VALUE c.category FROM c WHERE IS_STRING(c.category) ORDER BY c.category",
    ["books", "garden"],
    ordered,
  ),
  flat.javascript(
    "OFFSET 0 takes from the first",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 0 LIMIT 3",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .slice(0, 3),
    ordered,
  ),
  flat.javascript(
    "OFFSET skips and LIMIT takes",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 5 LIMIT 10",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .slice(5, 15),
    ordered,
  ),
  flat.javascript(
    "LIMIT beyond the end gives the rest",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 58 LIMIT 10",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .slice(58),
    ordered,
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "OFFSET beyond the end gives nothing",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 62 LIMIT 10",
    [],
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "LIMIT 0 gives nothing",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 2 LIMIT 0",
    [],
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "OFFSET LIMIT with a filter",
    "SELECT VALUE c.id FROM c WHERE c.kind = 'product' ORDER BY c.id DESC OFFSET 1 LIMIT 2",
    ["q21", "q20"],
    ordered,
  ),
  nested.javascript(
    "OFFSET LIMIT counts joined rows, not documents",
    "SELECT c.id, l.sku FROM c JOIN l IN c.lines ORDER BY c.id, l.sku OFFSET 3 LIMIT 4",
    (docs) =>
      docs.flatMap((c) => sorted(list(c.lines), (l) => l.sku).map((l) => ({ id: c.id, sku: l.sku }))).slice(3, 7),
    ordered,
  ),
  nested.javascript(
    "TOP counts joined rows",
    "SELECT TOP 4 c.id, l.sku FROM c JOIN l IN c.lines ORDER BY c.id, l.sku",
    (docs) =>
      docs.flatMap((c) => sorted(list(c.lines), (l) => l.sku).map((l) => ({ id: c.id, sku: l.sku }))).slice(0, 4),
    ordered,
  ),
  series.javascript(
    "pages in sequence make the whole: the third of ten",
    "SELECT VALUE c.id FROM c ORDER BY c.epoch OFFSET 20 LIMIT 10",
    (docs) => docs.slice(20, 30).map((c) => c.id),
    ordered,
  ),
  series.javascript(
    "rows whose VALUE is undefined are not counted by LIMIT",
    "SELECT VALUE c['value'] FROM c WHERE IS_DEFINED(c['value']) ORDER BY c.epoch OFFSET 5 LIMIT 5",
    (docs) =>
      docs
        .filter((c) => c.value !== undefined)
        .slice(5, 10)
        .map((c) => c.value),
    ordered,
  ),
  flat.reasoned(
    "offset-limit: skip, then take, of the sorted rows",
    "one name is skipped and three are taken",
    "SELECT VALUE n FROM c JOIN n IN (SELECT VALUE ['e', 'b', 'd', 'a', 'c']) WHERE c.id = 'p01' ORDER BY n OFFSET 1 LIMIT 3",
    ["b", "c", "d"],
    ordered,
  ),
];
