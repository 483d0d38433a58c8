"""Vectors over the two encodings of a signature: r || s in 64 bytes, and DER (X.690) of a SEQUENCE of two INTEGERs."""

from arithmetic import bytes32, n
from vector import JOSE, case, der, element, integer, raw
from messages import SIGNERS


def lengths(r, s):
    """What is not 64 bytes long is no raw signature."""
    whole = raw(r, s)
    return {
        "no bytes": b"", "a byte": whole[:1], "r alone": whole[:32], "a byte short": whole[:-1], "a byte short at the front": whole[1:],
        "a byte long": whole + b"\x00", "a zero before r": b"\x00" + whole, "a zero before s": whole[:32] + b"\x00" + whole[32:],
        "both with a zero before": b"\x00" + whole[:32] + b"\x00" + whole[32:], "twice": whole * 2, "with 04": b"\x04" + whole,
        "with the recovery byte": whole + b"\x1b", "of 48 bytes each": bytes(16) + whole[:32] + bytes(16) + whole[32:],
    }  # fmt: skip


def other_forms(r, s):
    """What is no DER of this signature."""
    R, S = integer(r), integer(s)
    good, body = der(r, s), R + S
    unsigned = lambda x: element(2, bytes32(x))
    padded = lambda x, zeros=1: element(2, bytes(zeros) + integer(x)[2:])
    sequence = lambda content: element(0x30, content)
    size = len(body)
    forms = {
        "a byte behind": good + b"\x00", "two bytes behind": good + b"\x05\x00", "a signature behind": good + good,
        "a byte inside": sequence(body + b"\x00"), "a NULL inside": sequence(body + b"\x05\x00"), "a third integer": sequence(body + integer(1)),
        "a third integer before": sequence(integer(1) + body), "one integer": sequence(R), "one integer, of 64 bytes": sequence(element(2, b"\x00" + raw(r, s))),
        "no integers": sequence(b""), "no bytes": b"", "a tag": b"\x30", "not in a sequence": body,
        "r with a zero before": sequence(padded(r) + S), "s with a zero before": sequence(R + padded(s)),
        "r with four zeros before": sequence(padded(r, 4) + S), "s with four zeros before": sequence(R + padded(s, 4)),
        "r is negative: r - 2^256": sequence(integer(r - 2**256) + S), "s is negative: s - 2^256": sequence(R + integer(s - 2**256)),
        "r is negative: r - n": sequence(integer(r - n) + S), "s is negative: s - n": sequence(R + integer(s - n)),
        "r is negative: -r": sequence(integer(-r) + S), "s is negative: -s": sequence(R + integer(-s)),
        "r is -1": sequence(integer(-1) + S), "s is -1": sequence(R + integer(-1)),
        "r is r + n": sequence(integer(r + n) + S), "s is s + n": sequence(R + integer(s + n)),
        "r is r + 2^256": sequence(integer(r + 2**256) + S), "s is s + 2^256": sequence(R + integer(s + 2**256)),
        "r is r + 2^320": sequence(integer(r + 2**320) + S), "s is s 2^8": sequence(R + integer(s << 8)),
        "r without content": sequence(b"\x02\x00" + S), "s without content": sequence(R + b"\x02\x00"),
        "a length of the long form": b"\x30\x81" + bytes([size]) + body, "a longer length of the long form": b"\x30\x82\x00" + bytes([size]) + body,
        "the longest length": b"\x30\x84\x00\x00\x00" + bytes([size]) + body, "an indefinite length": b"\x30\x80" + body + b"\x00\x00",
        "a length of five bytes": b"\x30\x85\x00\x00\x00\x00" + bytes([size]) + body,
        "r's length of the long form": sequence(b"\x02\x81" + R[1:] + S), "s's length of the long form": sequence(R + b"\x02\x81" + S[1:]),
        "r's longer length": sequence(b"\x02\x82\x00" + R[1:] + S),
        "the sequence a byte short": bytes([0x30, size - 1]) + body, "the sequence a byte long": bytes([0x30, size + 1]) + body,
        "r's length one more": sequence(bytes([2, R[1] + 1]) + R[2:] + S), "r's length one less": sequence(bytes([2, R[1] - 1]) + R[2:] + S),
        "s's length one more": sequence(R + bytes([2, S[1] + 1]) + S[2:]), "s's length one less": sequence(R + bytes([2, S[1] - 1]) + S[2:]),
        "a set": b"\x31" + good[1:], "a primitive sequence": b"\x10" + good[1:], "a context tag": b"\xa0" + good[1:], "a sequence in a sequence": sequence(good),
        "r is an octet string": sequence(b"\x04" + R[1:] + S), "s is a bit string": sequence(R + b"\x03" + S[1:]),
        "r is an enumerated": sequence(b"\x0a" + R[1:] + S), "r is a context tag": sequence(b"\x82" + R[1:] + S),
        "truncated by a byte": good[:-1], "truncated after r": good[: 2 + len(R)], "truncated after s's header": good[: 4 + len(R)],
        "truncated by half": good[: len(good) // 2], "r || s": raw(r, s), "hexadecimal": good.hex().encode(), "a bit string of it": element(3, b"\x00" + good),
    }  # fmt: skip
    if r >> 255:
        forms["r without its sign byte"] = sequence(unsigned(r) + S)
    if s >> 255:
        forms["s without its sign byte"] = sequence(R + unsigned(s))
    return forms


def all_of_them():
    signer, message = SIGNERS[1], b"message"
    rest = dict(key=signer.key, distid=JOSE, message=message)
    attempts = [signer.sign(JOSE, message, "der", i) for i in range(200)]
    shape = lambda pair: tuple(len(integer(x)) for x in pair)
    for wanted in [(34, 34), (34, 35), (35, 34), (35, 35)]:
        pair = next(pair for pair in attempts if shape(pair) == wanted)
        yield case("Der", f"integers of {wanted[0] - 2} and {wanted[1] - 2} bytes", **rest, der=der(*pair))
    top = next(pair for pair in attempts if shape(pair) == (35, 35))
    low = next(pair for pair in attempts if shape(pair) == (34, 34))
    for comment, encoded in lengths(*low).items():
        yield case("RawLength", comment, **rest, raw=encoded, reason="length")
    for comment, encoded in other_forms(*top).items():
        yield case("NotDer", comment, **rest, der=encoded, reason="der")
    for comment, encoded in other_forms(*low).items():
        if comment.startswith(("r ", "s ", "r's", "s's")):
            yield case("NotDer", f"{comment}; no sign bytes", **rest, der=encoded, reason="der")
    r, s = top
    for comment, pair in {"r is 0": (0, s), "s is 0": (r, 0), "r is n": (n, s), "s is n": (r, n), "both 0": (0, 0)}.items():
        yield case("DerRange", comment, **rest, der=der(*pair), reason="range")
    for comment, pair in {"r is 1": (1, s), "s is 1": (r, 1), "s is n - s": (r, n - s), "s, r": (s, r), "1 and 2": (1, 2)}.items():
        yield case("DerWrong", comment, **rest, der=der(*pair), reason="equation")
    yield case("DerWrong", "s is n - r", **rest, der=der(r, n - r), reason="sum")
