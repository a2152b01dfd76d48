#!/usr/bin/python3
"""A second reader of the Cosmoseal format, version 1, written from SPEC.md alone; it needs python3-nacl.
`reader.py FILE…` checks files of vectors (test/vectors/README.md); with `--dump` first it prints what opens, as JSON lines.
It tells why a case fails, because it is a test tool; a real reader has one opaque error (SPEC §6). Roll-back (SPEC §2.4) and
the comparison of a point read (SPEC §6, end) concern more than one stored document, and are not here."""
import base64, copy, hashlib, hmac, json, math, pathlib, re, sys
from datetime import datetime
from decimal import Decimal
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open
from nacl.exceptions import CryptoError

RESERVED = ("_seal", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn")  # SPEC §1, §4
SCALARS = {str: "string", float: "number", bool: "boolean"}  # SPEC §2.1, §4.1, §5.3
ABSENT, ELEMENT, ANY = object(), object(), object()
class Refused(ValueError):
    """A refusal in our words. UnicodeError, JSONDecodeError and binascii.Error are ValueErrors and refusals, too."""
def require(condition, why):
    if not condition:
        raise Refused(why)

def number(text):  # SPEC §1, JSON numbers: every one is a float, the nearest binary64
    require(math.isfinite(float(text)), "a number beyond binary64, NaN or Infinity")
    return float(text)
def members(pairs):
    require(len(dict(pairs)) == len(pairs), "a name twice in one object")  # RFC 8785 §3.1 builds on I-JSON
    return dict(pairs)
def read_json(text):
    return json.loads(text, object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
def number_text(value):  # ECMAScript's Number::toString; repr has the same shortest digits, and other limits for exponents
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return re.sub(r"\.0$", "", format(Decimal(repr(value + 0.0)), "f"))
    return repr(value).replace("e-0", "e-")
def utf16(text):  # the sort order of names and pointers
    return text.encode("utf-16-be", "surrogatepass")

def json_text(value, ascii_only=False):  # RFC 8785, but for the refusal of lone surrogates
    if isinstance(value, dict):
        return "{%s}" % ",".join(json_text(n, ascii_only) + ":" + json_text(value[n], ascii_only) for n in sorted(value, key=utf16))
    if isinstance(value, list):
        return "[%s]" % ",".join(json_text(item, ascii_only) for item in value)
    return number_text(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=ascii_only)
def jcs(value):  # encode() refuses lone surrogates, SPEC §6, 11
    return json_text(value).encode()
def ascending(items):  # sorted, without duplicates
    return all(a < b for a, b in zip(items, items[1:]))
def integer(value, least=0):  # SPEC §4, below the table
    require(isinstance(value, float) and value.is_integer() and least <= value < 2**53, "not an integer of its range")
    return int(value)

def check_tree(value, depth, sealed):  # SPEC §1, nesting, and §3.2, the extensions of sealed values
    if sealed and isinstance(value, dict) and list(value) == ["~"]:
        body = value["~"]  # it stands for one scalar, and adds no depth
        require(isinstance(body, list) and len(body) == 2 and all(isinstance(item, str) for item in body), "an extension's form")
        require(body[0] in EXTENSIONS and EXTENSIONS[body[0]](body[1]) is not None, "a malformed extension")
    elif isinstance(value, (dict, list)):
        require(depth <= 256, "nested too deeply")
        for item in value.values() if isinstance(value, dict) else value:
            check_tree(item, depth + 1, sealed)

def base64_bytes(text, url=False):  # SPEC §1, one spelling: decode, encode again, compare
    require(isinstance(text, str) and not (url and "=" in text), "not base64")
    alphabet, padding = (b"-_", "=" * (-len(text) % 4)) if url else (b"+/", "")
    raw = base64.b64decode(text + padding, alphabet)
    require(base64.b64encode(raw, alphabet).decode() == text + padding, "another spelling of base64")
    return raw
def token16(text):  # a key id (SPEC §2.2) or identity token (SPEC §5.3)
    require(len(base64_bytes(text, url=True)) == 16, "not 16 bytes of base64url")
    return text
def lp(*parts):  # SPEC §1, LP(x), of bytes, text and integers
    raws = [part if isinstance(part, bytes) else str(part).encode() for part in parts]
    return b"".join(len(raw).to_bytes(4, "little") + raw for raw in raws)
def H(key, use, *parts):  # SPEC §1, and KDF, which is the same function
    return hashlib.blake2b(lp("cosmoseal/1/" + use, *parts), key=key, digest_size=32).digest()
def H16(key, use, *parts):  # base64url(H(…)[0..16])
    return base64.urlsafe_b64encode(H(key, use, *parts)[:16]).decode().rstrip("=")

def segments(path, escapes={"0": "~", "1": "/"}):  # SPEC §1, pointer
    require(path == "" or path.startswith("/"), "a path that does not begin with /")
    require(not re.search("~(?![%s])" % "".join(escapes), path), "an escape that paths don't have")
    return [re.sub("~(.)", lambda match: escapes[match[1]], segment) for segment in path.split("/")[1:]]

def pattern_segments(pattern):  # SPEC §1, pattern
    names = segments(pattern, {"0": "~", "1": "/", "2": "[]", "3": "*"})
    return [{"[]": ELEMENT, "*": ANY}.get(raw, name) for raw, name in zip(pattern.split("/")[1:], names)]

def places(node, entries):  # SPEC §1, place list: every (object, name) in the document that a place list names
    for entry in entries:
        pattern, but = (entry, ()) if isinstance(entry, str) else entry
        path, nodes = pattern_segments(pattern) + ([] if isinstance(entry, str) else [ANY]), [node]
        require(path and path[-1] is not ELEMENT, "a place that can't be taken out")  # SPEC §4.4, §4.6
        for step in path[:-1]:
            lists, objects = ([node for node in nodes if isinstance(node, kind)] for kind in (list, dict))
            nodes = ([item for node in lists for item in node] if step is ELEMENT else
                     [node[name] for node in objects for name in node if step in (ANY, name)])
        yield from [(node, name) for node in nodes if isinstance(node, dict)
                    for name in node if path[-1] in (ANY, name) and name not in but]

def value_at(document, path):  # partition-key and scope paths lead through objects only (SPEC §1.1)
    for name in path:
        document = document.get(name, ABSENT) if isinstance(document, dict) else ABSENT
    return document

def parent_of(node, path):  # SPEC §4.5, §4.6: the existing object that a value is put into
    require(path and path[0] not in RESERVED, "a place that is not the application's")
    for name in path[:-1]:
        children = {str(i): item for i, item in enumerate(node)} if isinstance(node, list) else node
        require(isinstance(children, dict) and name in children, "a parent that does not exist")
        node = children[name]
    require(isinstance(node, dict), "a parent that is not an object")
    return node

def date(text):  # SPEC §3.2: what ECMAScript's toISOString gives, and no other spelling
    match = re.fullmatch(r"(\d{4}|(?!-000000|\+00)[+-]\d{6})-(\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)", text, re.ASCII)
    require(match and (-271821, "04-20T00:00:00.000Z") <= (int(match[1]), match[2]) <= (275760, "09-13T00:00:00.000Z"), "a date")
    return datetime.fromisoformat("%d-%s" % (2000 + int(match[1]) % 400, match[2]))  # the calendar repeats after 400 years
EXTENSIONS = {"date": date, "bytes": base64_bytes, "bigint": re.compile("0|-?[1-9][0-9]*").fullmatch,
              "number": re.compile("-0").fullmatch}  # each gives None, or raises, for what it does not accept

def read_plaintext(plain):  # SPEC §3.2
    text = plain.rstrip(b" ")
    exponent = len(text).bit_length() - 1  # SPEC §3.3
    step = 32 if len(text) <= 256 else 1 << (exponent - exponent.bit_length())
    require(text.endswith(b"]") and len(plain) == max(32, -(-len(text) // step) * step), "not the padding of its length")
    entries = read_json(text.decode())
    pairs = isinstance(entries, list) and all(isinstance(entry, list) and len(entry) == 2 for entry in entries)
    require(pairs and all(isinstance(pointer, str) for pointer, _ in entries), "not a list of pointers and values")
    require(ascending([utf16(pointer) for pointer, _ in entries]), "pointers that are not sorted, or one twice")
    return [(segments(pointer), value) for pointer, value in entries]  # that none is inside another follows in Reader.open

class Reader:  # of one container
    def __init__(self, known):  # SPEC §1.1
        self.container, self.versions, self.keys = known["container"], known["versions"], {}
        self.family, self.scope = (known["scope"]["family"], segments(known["scope"]["path"])) if known["scope"] else (None, None)
        self.partition_key = [segments(pointer) for pointer in known["partitionKey"]]
        self.identity = {pattern: pattern_segments(pattern) for pattern in known["identity"]}
        require(1 <= len(utf16(self.container)) // 2 <= 255 and self.family != "container", "a name that is not allowed")
        for entry in known["keys"]:  # SPEC §2.2
            raw = base64_bytes(entry["key"]) if entry["state"] in ("active", "readable") and entry.get("key") else None
            fits = raw is None or len(raw) == 32 and any(raw) and H16(raw, "key-id") == entry["id"]
            require(fits and entry["id"] not in self.keys, "a key that is not its id's, or two keys with one id")
            self.keys[entry["id"]] = (entry["kind"], jcs(entry["scope"]), entry["group"]), raw

    def key(self, key_id, *use):  # SPEC §6, 5
        listed, raw = self.keys.get(token16(key_id), (None, None))
        require(listed == use and raw, "a key that is not listed for this use, or not readable")
        return raw

    def check_seal(self, seal, now):  # SPEC §4, §6, 1–3 and 6; gives the version, and each group's name, key id, stamp, blob
        require(isinstance(seal, dict) and set("vkengstm") <= set(seal) <= set("vkengstmxo"), "the members of _seal")
        require(integer(seal["v"]) == 1 and integer(seal["e"]) >= 0 and integer(seal["t"], 1), "v, e or t")
        require(integer(seal["n"]) <= now + 15 * 60 * 1000, "a stamp ahead of the clock")
        version = self.versions.get(str(integer(seal["s"], 1)))
        require(version and isinstance(seal["g"], dict) and set(seal["g"]) == set(version["groups"]), "the version or its groups")
        require(seal.get("o") != [] and jcs(seal.get("o", [])) == jcs(version["unsigned"]), "other unsigned places")  # SPEC §4.4
        require("x" not in seal or isinstance(seal["x"], dict) and seal["x"], "index tokens that are not an object, or none")
        for name, tokens in seal.get("x", {}).items():  # SPEC §5: no more than the form can be told without the values
            tokens = tokens if isinstance(tokens, list) else [tokens]
            require(re.fullmatch("[erpsu][0-9a-z]{5}", name) and tokens, "the name of an index, or no token")
            fit = all(base64_bytes(token, url=True) and len(token) <= 22 for token in tokens)
            require(fit and ascending(tokens), "tokens of another length, unsorted, or one twice")
        groups = []
        for name, group in sorted(seal["g"].items()):
            require(re.fullmatch("[a-z0-9_-]{0,32}", name) and isinstance(group, list) and len(group) == 3, "a group's form")
            key_id, stamp, blob = token16(group[0]), integer(group[1]), base64_bytes(group[2])
            require((stamp == 0 or stamp < seal["n"]) and len(blob) >= 40, "a stored stamp or the length of a blob")  # SPEC §4.2
            groups.append((name, key_id, stamp or int(seal["n"]), blob))
        return version, groups

    def check_identity(self, pattern, token, value):  # SPEC §5.3; without the key the token can't be checked
        value = -0.0 if value == {"~": ["number", "-0"]} else value
        require(isinstance(token, str) and type(value) in SCALARS, "an identity value of another type, or without its token")
        own = ("identity", jcs(["container", self.container]), "")
        for key in (raw for use, raw in self.keys.values() if use == own and raw):
            expected = H16(key, "identity", self.container, pattern, SCALARS[type(value)], jcs(value))
            require(hmac.compare_digest(expected, token), "an identity token of another value")

    def open(self, stored, now):
        check_tree(stored, 1, sealed=False)
        require(isinstance(stored, dict) and "_seal" in stored, "no _seal")
        seal, own_id = stored["_seal"], stored.get("id")
        version, groups = self.check_seal(seal, now)
        partition = [value_at(stored, path) for path in self.partition_key]
        scope = [self.family, value_at(stored, self.scope)] if self.scope else ["container", self.container]  # SPEC §2.1
        require(isinstance(own_id, str) and type(scope[1]) in SCALARS, "an id or scope value of another type")
        require(all(value in (None, ABSENT) or type(value) in SCALARS for value in partition), "a partition key of another type")
        where = (self.container, jcs([{} if value is ABSENT else value for value in partition]), own_id, jcs(scope))  # SPEC §4.1
        # SPEC §4.3, §4.4: the manifest, before any group
        opened = copy.deepcopy({name: value for name, value in stored.items() if name not in RESERVED})
        signed = copy.deepcopy(opened)
        for parent, name in places(signed, version["unsigned"]):
            del parent[name]
        rest = jcs({name: value for name, value in seal.items() if name not in ("g", "m")})
        key = H(self.key(seal["k"], "integrity", jcs(scope), ""), "manifest")
        manifest = H(key, "manifest", *where, len(groups), *(part for group in groups for part in group), rest, jcs(signed))
        require(hmac.compare_digest(manifest, base64_bytes(seal["m"])), "the manifest")
        # SPEC §6, 9: nothing public where the version seals, but for identity tokens and null in their place (SPEC §5.3)
        tokens = {}
        for pattern, path in self.identity.items():
            if isinstance(parent := value_at(opened, path[:-1]), dict):
                tokens[id(parent), path[-1]] = parent, pattern, parent.pop(path[-1], ABSENT)
        require(all(token in (None, ABSENT) or token16(token) for _, _, token in tokens.values()), "an identity token")
        require(not any(any(places(opened, entries)) for entries in version["groups"].values()), "public data at a sealed place")
        # SPEC §4.2: every group, and every parent looked up in the public part, before a value is put anywhere (SPEC §4.5)
        found = []
        for group, key_id, stamp, blob in groups:
            key = H(self.key(key_id, "group", jcs(scope), group), "seal")
            plain = aead_open(blob[24:], lp("cosmoseal/1/group", *where, group, stamp, key_id), blob[:24], key)
            for path, value in read_plaintext(plain):
                check_tree(value, len(path) + 1, sealed=True)
                found.append((group, parent_of(opened, path), path[-1], value))
        for group, parent, name, value in found:
            require(name not in parent, "an occupied place")
            parent[name] = value
        named = {(group, id(parent), name) for group in version["groups"] for parent, name in places(opened, version["groups"][group])}
        for group, parent, name, value in found:  # SPEC §6, 8 and 10
            require((group, id(parent), name) in named, "a value at a place that is not its group's")
            if group == "" and (id(parent), name) in tokens:
                self.check_identity(*tokens.pop((id(parent), name))[1:], value)
        for (_, name), (parent, _, token) in tokens.items():
            require(token in (None, ABSENT), "an identity token without its value")
            parent.update({name: None} if token is None else {})
        return opened | {name: stored[name] for name in RESERVED[1:] if name in stored}

def run(case, vectors):  # the opened document (or None), and what was wrong (or None)
    try:
        stored = read_json(case["storedText"]) if "storedText" in case else case["stored"]
        opened = Reader(vectors["reader"]).open(stored, vectors["now"])
    except (ValueError, CryptoError, RecursionError) as why:  # SPEC §6
        return None, None if case.get("fails") else "refused: %s" % (why if type(why) is Refused else type(why).__name__)
    except Exception as fault:  # of this reader; never counted as a refusal
        return None, "fault: " + type(fault).__name__
    right = "opens" in case and json_text(opened) == json_text(case["opens"])  # deep equality, whatever the order of names
    return opened, None if right else "opens as another document" if "opens" in case else "opens"

def main(arguments):
    dump = arguments[:1] == ["--dump"]
    files = (read_json(pathlib.Path(path).read_text("utf-8")) for path in arguments[dump:])
    results = [(case["name"], *run(case, vectors)) for vectors in files for case in vectors["cases"]]
    passed = [wrong for _, _, wrong in results].count(None)
    for name, opened, wrong in results:
        if opened is not None if dump else wrong:
            print(json_text(opened, ascii_only=True) if dump else "%s: %s" % (name, wrong))
    print("reader: %d/%d" % (passed, len(results)), file=sys.stderr if dump else sys.stdout)
    return 0 if results and passed == len(results) else 1

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        sys.exit("reader: a file that is not there, or not one of vectors")
