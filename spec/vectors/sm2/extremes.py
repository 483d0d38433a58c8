"""Vectors over digests. Whoever chooses the digest may choose everything else: for any s and t there is one that fits. So these reach
what no message is met with, and isolate one condition each; none of them is a forgery."""

from arithmetic import G, add, b, bytes32, combination, multiple, n, negative, on_curve, p, point_at
from vector import Signer, case, draw
from messages import STANDARD

SIGNER = Signer(draw("extreme key"))


def fitting(Q, s, t):
    """The signature with these two scalars, and the digest that it is over."""
    r = (t - s) % n
    x = combination(Q, r, s)[0]
    return (r, s), (r - x) % n


def hitting(point, s, t):
    """The key for which `s G + t Q` is a given point."""
    return multiple(pow(t, -1, n), add(point, negative(multiple(s, G))))


def near(x, step=1):
    """A point at an x-coordinate, or at the next one that has a point."""
    while point_at(x % p) is None:
        x += step
    return point_at(x % p)


def scalars():
    """Signatures of special scalars, all valid; and what each is if a digit of it changes."""
    special = {
        "1": 1, "2": 2, "3": 3, "2^31": 2**31, "2^32 - 1": 2**32 - 1, "2^64": 2**64, "2^127": 2**127, "2^128": 2**128, "2^128 - 1": 2**128 - 1,
        "2^224": 2**224, "2^255": 2**255, "(n - 1) / 2": (n - 1) // 2, "(n + 1) / 2": (n + 1) // 2, "n - 2": n - 2, "n - 1": n - 1,
        "2^256 - n": 2**256 - n, "p - n": p - n, "the lowest half of n": n % 2**128, "alternating bits": int("5" * 64, 16),
    }  # fmt: skip
    for name, value in special.items():
        other = draw("other", name)
        # t is r + s.
        for what, s, t in [("s", value, other), ("t", other, value), ("r", other, (value + other) % n)]:
            pair, e = fitting(SIGNER.Q, s, t)
            yield case("SpecialScalar", f"{what} is {name}", key=SIGNER.Q, e=bytes32(e), pair=pair)
            if what == "s":
                changed = bytes32(e ^ 1)
                yield case("WrongDigest", f"s is {name}, e is off by one bit", key=SIGNER.Q, e=changed, pair=pair, reason="equation")


def digests():
    """A digest is an integer of 256 bits, and n is smaller."""
    ends = [0, 1, 2, n - 1, n, n + 1, p, 2**256 - n, 2**256 - 1]
    for value in ends:
        pair = SIGNER.sign(None, None, "digest", e=bytes32(value))
        yield case("SpecialDigest", f"e is {value:#x}", key=SIGNER.Q, e=bytes32(value), pair=pair)
        if value + n < 2**256:
            yield case("SpecialDigest", "the same with e + n", key=SIGNER.Q, e=bytes32(value + n), pair=pair)
    pair = SIGNER.sign(None, None, "digest", e=bytes32(n + 5))
    for comment, value in [("e cut to 255 bits", (n + 5) % 2**255), ("e off by 2^256 - n", 2 * n + 5 - 2**256), ("e off by p - n", 5 + 2 * n - p)]:  # fmt: skip
        yield case("WrongDigest", comment, key=SIGNER.Q, e=bytes32(value), pair=pair, reason="equation")


def coordinates():
    """The x-coordinate is below p, and p is greater than n."""
    points = {
        "0": near(0), "small": near(1), "n": near(n), "above n": near(n + 12345), "between n and p": near(n + draw("x") % (p - n)),
        "the last below p": near(p - 1, -1), "the last below n": near(n - 1, -1), "2^255": near(2**255), "below 2^224": near(2**224 - 1, -1),
    }  # fmt: skip
    for i, (name, point) in enumerate(points.items()):
        s, t = draw("s", i), draw("t", i)
        for R in [point, negative(point)]:
            Q = hitting(R, s, t)
            (r, _), e = fitting(Q, s, t)
            yield case("SpecialX", f"x is {name}", key=Q, e=bytes32(e), pair=(r, s))
        x = point[0]
        for comment, other in [("x + p", x + p), ("x + 2^256", x + 2**256), ("p - x", p - x), ("y", point[1])]:
            if (other - x) % n:
                fits = (r - other) % n
                yield case("WrongX", f"x is {name}: fits {comment}", key=Q, e=bytes32(fits), pair=(r, s), reason="equation")


def additions():
    """The last addition: a point to itself, or to its opposite; and keys that are small multiples of the generator."""
    Q = SIGNER.Q
    for t in [1, 2, draw("double"), n - 1]:
        pair, e = fitting(Q, t * SIGNER.d % n, t)
        yield case("Doubling", f"s G = t Q, t is {t:#x}", key=Q, e=bytes32(e), pair=pair)
        s = -t * SIGNER.d % n
        r = (t - s) % n
        # The identity has no x-coordinate; some take 0 for it.
        for comment, e in [("e = r", r), ("e = r - 1", (r - 1) % n), ("e = 0", 0)]:
            comment = f"s G = -t Q, {comment}, t is {t:#x}"
            yield case("SumIsIdentity", comment, key=Q, e=bytes32(e), pair=(r, s), reason="equation")
    for d in [1, 2, 3, n - 2, n - 3, (n + 1) // 2]:
        Q = multiple(d, G)
        for s, t in [(1, 2), (2, 1), (3, 1), (draw("small s", d), draw("small t", d))]:
            if (s + t * d) % n:
                pair, e = fitting(Q, s, t)
                yield case("SpecialKey", f"the secret is {d:#x}, s {s:#x}, t {t:#x}", key=Q, e=bytes32(e), pair=pair)


def zeros():
    """r, s or t is zero modulo n and the equation holds all the same; and other representatives of valid numbers."""
    Q = SIGNER.Q
    for i in range(3):
        u = draw("zero", i)
        off = n if i == 2 else 0
        _, e = fitting(Q, u, u)
        yield case("ZeroNumber", "r is 0, the equation holds", key=Q, e=bytes32(e), pair=(off, u), reason="range")
        e = (u - multiple(u, Q)[0]) % n
        yield case("ZeroNumber", "s is 0, the equation holds", key=Q, e=bytes32(e), pair=(u, off), reason="range")
        e = (n - u - multiple(u, G)[0]) % n
        yield case("ZeroNumber", "r + s is n, the equation holds", key=Q, e=bytes32(e), pair=(n - u, u), reason="sum")
    for value in [1, 2, 2**223, 2**256 - n - 1]:
        t = draw("representative", value)
        pair, e = fitting(Q, value, t)
        yield case("OtherRepresentative", "s + n, s being valid", key=Q, e=bytes32(e), pair=(pair[0], value + n), reason="range")
        s = draw("representative", "s", value)
        pair, e = fitting(Q, s, (value + s) % n)
        yield case("OtherRepresentative", "r + n, r being valid", key=Q, e=bytes32(e), pair=(value + n, s), reason="range")


def keys():
    """Keys that are none. Formulas of addition do not have b, so those who do not look compute with other curves."""
    s, t = draw("bad s"), draw("bad t")
    x, y = SIGNER.Q
    off_curve = {
        "y + 1": (x, (y + 1) % p), "x + 1": ((x + 1) % p, y), "y and x": (y, x), "y is 0": (x, 0), "x is 0": (0, y), "(1, 1)": (1, 1),
        "(0, 1)": (0, 1), "on the curve with b + 1": near_of(b + 1), "on the curve with b = 0": near_of(0), "on the curve with b = 1": near_of(1),
        "the generator of P-256": (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
                                   0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5),
        "of order two on the curve with b = 2": (1, 0),
    }  # fmt: skip
    for comment, Q in off_curve.items():
        assert not on_curve(Q)
        try:
            pair, e = fitting(Q, s, t)
        except (TypeError, ValueError):
            pair, e = (1, 1), 1
        comment = f"off the curve: {comment}; the equation holds without looking"
        yield case("OffCurve", comment, key=Q, e=bytes32(e), pair=pair, reason="key")
    pair = STANDARD.sign(None, None, e=bytes32(7))
    zero = bytes(32)
    encodings = {"00": b"\x00", "04 and zeros": b"\x04" + zero + zero, "00 and zeros": b"\x00" + zero + zero}
    for comment, key in encodings.items():
        # s G + t O = s G.
        r = draw("infinity")
        e = (r - multiple(s, G)[0]) % n
        yield case("Infinity", f"the identity as {comment}", key=key, e=bytes32(e), pair=(r, s), reason="key")
    small = near(1)
    good = bytes32(STANDARD.Q[0]) + bytes32(STANDARD.Q[1])
    malformed = {
        "no bytes": b"", "a byte short": b"\x04" + good[:-1], "a byte long": b"\x04" + good + b"\x00", "without 04": good,
        "05": b"\x05" + good, "01": b"\x01" + good, "04 twice": b"\x04\x04" + good, "only x": b"\x04" + good[:32],
        "all ones": b"\x04" + b"\xff" * 64, "x + p": b"\x04" + bytes32(small[0] + p) + bytes32(small[1]),
        "x is p": b"\x04" + bytes32(p) + bytes32(near(0)[1]), "y is p": b"\x04" + good[:32] + bytes32(p),
    }  # fmt: skip
    for comment, key in malformed.items():
        if comment in ("x + p", "x is p"):
            pair, e = fitting(small if comment == "x + p" else near(0), s, t)
            yield case("MalformedKey", f"{comment}, the equation holds modulo p", key=key, e=bytes32(e), pair=pair, reason="key")
        else:
            yield case("MalformedKey", comment, key=key, e=bytes32(7), pair=pair, reason="key")
    for i in range(3):
        r = draw("cannot sign", i)
        # s G + (r + s) (-G) = -r G, for every s.
        e = (r - negative(multiple(r, G))[0]) % n
        comment = "the key is -G, for which any s will do and nobody has a secret up to n - 2"
        yield case("KeyCannotSign", comment, key=negative(G), e=bytes32(e), pair=(r, draw("any s", i)), reason="key")


def near_of(constant):
    """A point of the curve with another last coefficient."""
    return next(point for point in (point_at(x, constant) for x in range(2, 1000)) if point)


def all_of_them():
    for group in [scalars, digests, coordinates, additions, zeros, keys]:
        yield from group()
