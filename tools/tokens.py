#!/usr/bin/python3
"""Index tokens of the Cosmoseal format, version 1, written from SPEC.md §5 alone: a second implementation.
`tokens.py FILE` checks a file of token vectors (test/vectors/README.md)."""
import base64, bisect, hashlib, itertools, json, math, pathlib, re, sys, unicodedata
from decimal import Decimal

KINDS = {"equality": "e", "range": "r", "prefix": "p", "substring": "s", "unique": "u"}
LENGTHS = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16, "second": 19, "millisecond": 23}
UNITS = {"day": 1, "hour": 24, "minute": 24 * 60, "second": 24 * 3600, "millisecond": 24 * 3600 * 1000}  # of a day
class Refused(ValueError):
    """A writer must not store the value."""
class Big(int):
    """A bigint, where a number would be a float."""

def require(condition, why):
    if not condition:
        raise Refused(why)
def lp(part):
    raw = part if isinstance(part, bytes) else part.encode()  # a lone surrogate has no UTF-8
    return len(raw).to_bytes(4, "little") + raw
def keyed(key, use, *parts):
    return hashlib.blake2b(lp("cosmoseal/1/" + use) + b"".join(map(lp, parts)), key=key, digest_size=32).digest()

def index_name(kind, pattern):  # §5.1
    h = 0x811C9DC5
    for byte in (kind + "\0" + pattern).encode():
        h = ((h ^ byte) * 0x01000193) % 2**32
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return KINDS[kind] + "".join(digits[h % 36**5 // 36**place % 36] for place in (4, 3, 2, 1, 0))
def fold(text):  # §5.8: every code point by itself
    once = lambda part: "".join(lower for point in part for lower in map(str.lower, point.upper()))
    return once(once(text))
NORMALIZERS = {
    "lowercase": fold,
    "nfkc": lambda text: unicodedata.normalize("NFKC", text),
    "digits": lambda text: re.sub("[^0-9]", "", text),
}
def normalized(index, text):
    require(not any(0xD800 <= ord(point) < 0xE000 for point in text), "a lone surrogate")
    for name in index["normalize"]:
        text = NORMALIZERS[name](text)
    return text

def number_text(value):  # JCS, of what is no integer
    text = format(Decimal(repr(value)), "f") if 1e-6 <= abs(value) < 1e21 else repr(value).replace("e-0", "e-")
    return text
def whole(index, value):  # §5.2
    if value is None:
        return [("null", "")] if index["kind"] == "equality" else []
    if isinstance(value, bool):
        return [("boolean", "true" if value else "false")]
    if isinstance(value, (int, float)):
        return [("number", str(int(value)) if value == math.floor(value) else number_text(value))]
    if isinstance(value, str):
        return [("string", normalized(index, value))]
    require(index["kind"] == "equality", "no scalar under unique")
    return []

def days(year, month, day):  # since 0000-03-01, proleptic Gregorian
    year, month = (year, month) if month > 2 else (year - 1, month + 12)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 1
def civil(number):
    era, rest = divmod(number, 146097)
    years = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    rest -= 365 * years + years // 4 - years // 100
    month = (5 * rest + 2) // 153
    year, month, day = 400 * era + years, month + 3, rest - (153 * month + 2) // 5 + 1
    return (year, month, day) if month < 13 else (year + 1, month - 12, day)
def unit_of(text, precision):
    part = [int(piece) for piece in re.findall(r"\d+", text)]
    if precision in ("year", "month"):
        return part[0] if precision == "year" else part[0] * 12 + part[1] - 1
    count = days(*part[:3])
    for piece, size in zip(part[3:], (24, 60, 60, 1000)):
        count = count * size + piece
    return count
def unit_text(unit, precision):
    if precision in ("year", "month"):
        year, month, day, rest = (unit, 1, 1, 0) if precision == "year" else (unit // 12, unit % 12 + 1, 1, 0)
    else:
        number, rest = divmod(unit, UNITS[precision])
        year, month, day = civil(number)
    ms = rest * (UNITS["millisecond"] // UNITS.get(precision, 1))
    clock = "%02d:%02d:%02d.%03d" % (ms // 3600000, ms // 60000 % 60, ms // 1000 % 60, ms % 1000)
    return ("%04d-%02d-%02dT" % (year, month, day) + clock)[: LENGTHS[precision]], year
def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")
FORMS = {
    "date": lambda precision: r"\d{4}-\d\d-\d\d",
    "datetime": lambda precision: r"[+-]?\d+-\d\d-\d\dT\d\d:\d\d:\d\d" + (r"\.\d{3}Z" if precision == "millisecond" else r"(\.\d+)?Z"),
}
def step_and_top(r, value):  # §5.5
    kind, least, most, precision = r["type"], r["min"], r["max"], r["precision"]
    if kind == "number":
        require(isinstance(value, float) and least <= value <= most, "no number, or out of bounds")
        return math.floor((value - least) / precision), math.floor((most - least) / precision)
    if kind == "bigint":
        least, most, precision = int(least), int(most), int(precision)
        require(isinstance(value, Big) or isinstance(value, float) and value.is_integer(), "no bigint")
        require(least <= int(value) <= most, "out of bounds")
        return (int(value) - least) // precision, (most - least) // precision
    require(isinstance(value, str) and re.fullmatch(FORMS[kind](precision), value), "no date, or of another form")
    first, top = unit_of(least, precision), unit_of(most, precision) - unit_of(least, precision)
    g = lambda u: utf16(unit_text(first + u, precision)[0])
    beyond, year = unit_text(first + top + 1, precision)
    require(utf16(value) >= g(0) and (year > 9999 or utf16(value) < utf16(beyond)), "out of bounds")
    return bisect.bisect_right(range(top + 1), utf16(value), key=g) - 1, top
def nodes(index, value):
    if value is None:
        return []
    step, top = step_and_top(index["range"], value)
    digits = max(1, top.bit_length())
    leaf = format(step, "0%db" % digits)
    return [("node", edge) for edge in {leaf[:level] for level in range(0, digits, index["range"]["sparsity"])} | {leaf}]

def text_of(index, value):
    require(isinstance(value, str), "no text")
    return normalized(index, value)
def prefixes(index, value):  # §5.6
    text = "" if value is None else text_of(index, value)
    return [("prefix", text[:length]) for length in range(1, min(len(text), index["max"]) + 1)]
def grams(index, value):  # §5.7
    text = "" if value is None else text_of(index, value)
    return [("long", "")] if len(text) > index["maxLength"] else [("gram", text[i : i + 3]) for i in range(len(text) - 2)]
TERMS = {"equality": whole, "unique": whole, "range": nodes, "prefix": prefixes, "substring": grams}

def token(key, index, kind, text):  # §5.2, the hash and its leading bits
    raw = keyed(keyed(key, "index", index["name"]), "token", kind, text)
    size = -(-index["bits"] // 8)
    cut = int.from_bytes(raw[:size], "big") >> (size * 8 - index["bits"]) << (size * 8 - index["bits"])
    return base64.urlsafe_b64encode(cut.to_bytes(size, "big")).decode().rstrip("=")
def stored(key, index, values):
    terms, many = TERMS[index["kind"]], re.search(r"/(\[\]|\*)(/|$)", index["pattern"])
    pairs = itertools.chain.from_iterable(
        [("element/", item) for item in value] if isinstance(value, list) and index["kind"] != "unique" else [("value/", value)]
        for value in values
    )
    found = sorted({token(key, index, place + kind, text) for place, value in pairs for kind, text in terms(index, value)})
    single = index["kind"] in ("equality", "unique") and not many and not isinstance(values[0], list)
    return None if not found else found[0] if single else found

def decode(value):  # SPEC §3.2
    if isinstance(value, dict) and list(value) == ["~"]:
        kind, text = value["~"]
        return Big(text) if kind == "bigint" else 0.0 if kind == "number" else text  # a date is its text
    return [decode(item) for item in value] if isinstance(value, list) else value

def right(key, index, case):
    try:
        return stored(key, index, [decode(value) for value in case["values"]]) == case.get("stored", "refused")
    except Refused:
        return case.get("fails", False)

def main(path):
    file = json.loads(pathlib.Path(path).read_text("utf-8"), parse_int=float)
    key, results = base64.b64decode(file["key"]), []
    for index in file["indexes"]:
        index["bits"] = int(index["bits"])
        index.update({name: int(index[name]) for name in ("max", "maxLength") if name in index})
        if "range" in index:
            index["range"]["sparsity"] = int(index["range"]["sparsity"])
        results.append((index["name"], index_name(index["kind"], index["pattern"]) == index["name"]))
        results += ((json.dumps([index["name"], case["values"]]), right(key, index, case)) for case in index["cases"])
    for name, passed in results:
        if not passed:
            print("wrong: " + name)
    print("tokens: %d/%d" % (sum(passed for _, passed in results), len(results)))
    return 0 if all(passed for _, passed in results) else 1

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
