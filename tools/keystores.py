#!/usr/bin/python3
"""Key stores of the Cosmoseal format, version 1, written from SPEC.md §2 alone: a second implementation, for wraps of the keyring `static`.
It needs python3-nacl. `keystores.py FILE` checks a file of vectors (test/vectors/README.md)."""
import base64, hashlib, itertools, pathlib, re, sys
sys.dont_write_bytecode = True  # of the module beside this one
from reader import H, H16, CryptoError, Refused, aead_open, base64_bytes, jcs, lp, read_json, require

KINDS, STATES = ("group", "integrity", "index", "identity"), ("announced", "active", "readable", "retired", "destroyed")

def blob(key, sealed, *data):  # SPEC §1, AEAD
    raw = base64_bytes(sealed)
    require(len(raw) >= 40, "a sealed blob that is too short")
    try:
        return aead_open(raw[24:], lp(*data), raw[:24], key)
    except CryptoError:
        raise Refused("a sealed blob that doesn't open")
def pin_of(root):  # SPEC §2.3, §2.7
    return base64.urlsafe_b64encode(H(root, "key-id")).decode().rstrip("=")
def without(record, name):
    return {member: value for member, value in record.items() if member != name}
def members(record, needed, optional=()):
    require(isinstance(record, dict) and set(needed) <= set(record) <= {*needed, *optional}, "members that are not of the form")

def open_root(wraps, kek, pin):  # SPEC §2.5
    for wrap in wraps:
        members(wrap, ("keyring", "kek", "parameters", "wrapped"))
        if wrap["keyring"] == "static" and wrap["kek"] == H16(kek, "key-id"):
            root = blob(H(kek, "root-wrap"), wrap["wrapped"], "cosmoseal/1/root-wrap", "static", pin, jcs(wrap["parameters"]))
            require(len(root) == 32 and pin_of(root) == pin, "another root than the pinned one")
            return root
    raise Refused("no wrap is for the key-encryption key")

def open_store(case):
    file, head = case["file"], case["file"]["head"]
    require(hashlib.sha256(jcs(without(file, "sum"))).hexdigest() == file["sum"], "the sum")
    members(head, ("v", "root", "wraps", "epoch", "revision", "tree", "mac"), ("groups", "previous"))
    require(head["root"] == case["pin"], "another root key than the pinned one")
    root = open_root(head["wraps"], base64.b64decode(case["kek"]), head["root"])
    require(base64_bytes(head["mac"]) == H(H(root, "head"), "head", jcs(without(head, "mac"))), "the head's mac")  # §2.3
    listed, held = head.get("groups"), {}
    require(listed is None or listed, "an empty list of group roots")
    for group, entry in (listed or {}).items():  # §2.7
        require(re.fullmatch("[a-z0-9_-]{0,32}", group), "a group's name")
        members(entry, ("root", "wraps"))
    for group, given in case["groups"].items():
        require((listed or {}).get(group, head)["root"] == given["pin"], "another group root than the pinned one")
        if group in (listed or {}):
            held[group] = open_root(listed[group]["wraps"], base64.b64decode(given["kek"]), given["pin"])
    tree = H(root, "tree")
    by_bucket, opened = {}, []
    for record in file["records"]:  # §2.4
        members(record, ("v", "scope", "bucket", "revision", "keys", "mac"), ("schema",))
        mac, scope = base64_bytes(record["mac"]), jcs(record["scope"])
        require(mac == H(H(root, "record"), "record", jcs(without(record, "mac"))), "a record's mac")
        require(record["bucket"] == "%02x" % H(tree, "bucket", scope)[0], "a record's bucket")
        by_bucket.setdefault(record["bucket"], []).append((scope, mac))
        ids = [entry["id"] for entry in record["keys"]]
        require(len(ids) == len(set(ids)), "two keys with one id")
        opened += [open_key(entry, record["scope"], root, listed or {}, held) for entry in record["keys"]]
    hashes = {bucket: H(tree, "leaves", bucket, *itertools.chain(*sorted(leaves))) for bucket, leaves in by_bucket.items()}
    require(hashes == {bucket: base64_bytes(text) for bucket, text in head["tree"].items()}, "records that the head doesn't list")
    return opened

def open_key(entry, scope, root, listed, held):
    members(entry, ("kind", "group", "generation", "id", "state", "created"), ("wrapped", "root", "from"))
    kind, group, generation, key_id, state = (entry[name] for name in ("kind", "group", "generation", "id", "state"))
    require(kind in KINDS and state in STATES and ("wrapped" in entry) == (state != "destroyed"), "an entry's form")
    pin = listed[group]["root"] if kind == "group" and group in listed and "wrapped" in entry else None
    require(entry.get("root") == pin, "a root that the head doesn't list for the key")
    generation, key = int(generation), None
    place = (jcs(scope), group, generation, key_id)
    if "wrapped" in entry and pin is None:
        key = blob(H(root, "wrap"), entry["wrapped"], "cosmoseal/1/wrap", kind, *place)
    elif "wrapped" in entry and group in held:
        key = blob(H(held[group], "group-wrap"), entry["wrapped"], "cosmoseal/1/group-wrap", pin, *place)
    require(key is None or len(key) == 32 and any(key) and H16(key, "key-id") == key_id, "a key that is not its id's")
    text = None if key is None else base64.b64encode(key).decode()
    return {"kind": kind, "scope": scope, "group": group, "generation": generation, "id": key_id, "state": state, "key": text}

def right(case):
    try:
        opened, order = open_store(case), lambda key: jcs([key["scope"], key["kind"], key["group"], float(key["generation"])])
        return sorted(opened, key=order) == sorted(case.get("opens", []), key=order) and "opens" in case
    except ValueError:
        return case.get("fails", False)

def main(path):
    cases = read_json(pathlib.Path(path).read_text("utf-8"))["cases"]
    results = [(case["name"], right(case)) for case in cases]
    for name, passed in results:
        if not passed:
            print("wrong: " + name)
    print("key stores: %d/%d" % (sum(passed for _, passed in results), len(results)))
    return 0 if all(passed for _, passed in results) else 1

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
