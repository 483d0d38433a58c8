"""Writes verification.json: `python3 -B verification.py > verification.json`; README.md says with what beside it.

Every vector is judged by the text of the standard, in plain integers, and shown to three implementations."""

import json
import sys
from collections import Counter

import forms
import extremes
import messages
import others
from arithmetic import G, digest, fault, negative
from vector import SEED, read_der, read_key

FLAGS = {
    "Standard": "the published vector",
    "Valid": "a valid signature over a message of some length",
    "SpecialKey": "valid under a key whose secret is special",
    "SpecialNonce": "valid, with a special nonce",
    "ShortNumber": "valid, and a coordinate, r, s or e begins with certain bits",
    "Identifier": "valid under a distinguishing identifier of some length",
    "UnprintableIdentifier": "valid by the standard; the identifier is empty or not of printable ASCII, and refused here",
    "WrongIdentifier": "signed under another identifier",
    "LongIdentifier": "an identifier of more than 8,191 bytes, whose length in bits does not fit two bytes",
    "WrongHash": "signed over another digest than SM3(Z_A || M)",
    "EditedMessage": "signed over another message",
    "WrongKey": "another key",
    "SpecialNumber": "r or s is 0, 1, n - 1, n, n + 1, p, p - n or 2^256 - 1",
    "SumIsOrder": "r + s = n",
    "Swapped": "s || r",
    "Negated": "r or s negated",
    "WrongFormula": "a signature by another formula",
    "BitFlip": "a bit of r or s flipped",
    "RawLength": "r || s not of 64 bytes",
    "Der": "valid, in DER",
    "NotDer": "not the DER of two integers below 2^256",
    "DerRange": "in DER, a number out of range",
    "DerWrong": "in DER, not the signature",
    "SpecialScalar": "over a digest, valid: s, r + s or r is special",
    "SpecialDigest": "over a digest, valid: e is special, or not below n",
    "WrongDigest": "over a digest: another",
    "SpecialX": "over a digest, valid: the x-coordinate is special, or not below n",
    "WrongX": "over a digest: fits another number than the x-coordinate",
    "Doubling": "over a digest, valid: s G = t Q",
    "SumIsIdentity": "over a digest: s G + t Q is the identity",
    "ZeroNumber": "over a digest: r, s or r + s is zero modulo n, and r = e + x all the same",
    "OtherRepresentative": "over a digest: r or s is n more than that of a valid signature",
    "OffCurve": "over a digest: the key is not on the curve, and the formulas that do not look would accept",
    "Infinity": "over a digest: the key is the identity",
    "MalformedKey": "over a digest: the key is no uncompressed point of reduced coordinates",
    "KeyCannotSign": "over a digest: the key is -G, which has no secret between 1 and n - 2",
}
REASONS = {
    "key": "no key of GB/T 32918.1, section 6.2.1, or GB/T 32918.2, section 5.2",
    "distid": "no ENTL (GB/T 32918.2, section 5.5)",
    "length": "not 64 bytes",
    "der": "not the DER of two numbers of up to 256 bits",
    "range": "B1 or B2 (GB/T 32918.2, section 7.1)",
    "sum": "B5: r + s is zero modulo n",
    "equation": "B7: r is not e + x",
}


def judge(case):
    """The first reason to refuse, in the order of `REASONS`; None if there is none."""
    Q = read_key(case["key"])
    if Q is None or Q == negative(G):
        return "key"
    if case["digest"]:
        e = case["digest"]
    else:
        identifier = case["distid"].encode()
        if len(identifier) > 8191:
            return "distid"
        e = digest(identifier, Q, case["message"])
    if case["der"] is not None:
        pair = read_der(case["der"])
        if pair is None:
            return "der"
    elif len(case["raw"]) != 64:
        return "length"
    else:
        pair = int.from_bytes(case["raw"][:32], "big"), int.from_bytes(case["raw"][32:], "big")
    return fault(Q, int.from_bytes(e, "big"), *pair)


def written(number, case, said):
    """The members of a vector, in order."""
    vector = {"id": number, "flag": case["flag"], "comment": case["comment"], "key": case["key"].hex()}
    for name in ["distid", "message", "digest", "raw", "der"]:
        value = case[name]
        if value is not None:
            vector[name] = value if isinstance(value, str) else value.hex()
    result = "valid" if case["reason"] is None else "invalid"
    return {**vector, "result": result, **({"reason": case["reason"]} if case["reason"] else {}), "said": said}


def main():
    cases = [c for source in [messages, forms, extremes] for c in source.all_of_them()]
    for case in cases:
        if judge(case) != case["reason"]:
            sys.exit(f"{case['flag']}: {case['comment']}: {judge(case)}, not {case['reason']}")
    said = others.ask(cases)
    vectors = [written(i + 1, case, said[i]) for i, case in enumerate(cases)]
    assert Counter(v["flag"] for v in vectors).keys() == FLAGS.keys()
    head = {
        "standard": "GB/T 32918.2-2016 on the curve of GB/T 32918.5-2017, with SM3 (GB/T 32905-2016)",
        "seed": SEED,
        "implementations": others.versions(),
        "flags": FLAGS,
        "reasons": REASONS,
        "count": len(vectors),
    }
    lines = json.dumps(head, indent=1, ensure_ascii=False)[:-2]
    body = ",\n".join("  " + json.dumps(vector, ensure_ascii=False) for vector in vectors)
    print(f'{lines},\n "tests": [\n{body}\n ]\n}}')
    others.report(vectors)


main()
