"""Vectors over messages: valid ones, and everything that differs from a valid one in one thing."""

from arithmetic import G, a, b, bytes32, digest, multiple, n, negative, p, sign, sm3
from vector import ISSUER, JOSE, Signer, case, draw, drawn_bytes

STANDARD = Signer(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNERS = [STANDARD] + [Signer(draw("key", i)) for i in range(5)]
TBS = b"SM\x01\x00\x01" + bytes(range(103))
LENGTHS = [0, 1, 3, 31, 32, 33, 54, 55, 56, 57, 63, 64, 65, 107, 108, 109, 119, 120, 128, 1000, 8191, 20000]
DISTIDS = [
    "a", "ALICE123@YAHOO.COM", ISSUER, "12345678", "1234567812345679", "a b", " ", "~!@#$%^&*()_+`-={}|[]:\"<>?;',./\\",
    "x" * 52, "x" * 53, "x" * 54, "x" * 61, "x" * 62, "x" * 63, "x" * 1000, "x" * 8190, "x" * 8191,
]  # fmt: skip
OTHER_TEXTS = ["", "身份认证", "é", "e\u0301", "😀", "Ωmega", "a\tb", "line\n", "\u007f", "名" * 2730]


def bases(count, *label):
    """Valid signatures by several keys under several identifiers, each over another message."""
    for i in range(count):
        signer, distid = SIGNERS[i % len(SIGNERS)], [JOSE, ISSUER, "ALICE123@YAHOO.COM"][i % 3]
        message = TBS if i % 4 == 3 else drawn_bytes(20 + 7 * i, "message", *label, i)
        yield signer, distid, message, signer.sign(distid, message, *label)


def valid():
    e = int.from_bytes(STANDARD.digest(JOSE, b"message digest"), "big")
    pair = sign(STANDARD.d, e, NONCE)
    standard = dict(key=STANDARD.key, distid=JOSE, message=b"message digest")
    yield case("Standard", "GB/T 32918.5-2017, appendix A.2", **standard, pair=pair)
    for i, length in enumerate(LENGTHS):
        signer, message = SIGNERS[i % len(SIGNERS)], drawn_bytes(length, "length", i)
        for distid in [JOSE, ISSUER]:
            pair = signer.sign(distid, message)
            yield case("Valid", f"a message of {length} bytes", key=signer.key, distid=distid, message=message, pair=pair)
    for signer, distid, message, pair in bases(24, "valid"):
        yield case("Valid", "drawn", key=signer.key, distid=distid, message=message, pair=pair)
    for value in [b"\x00" * 64, b"\xff" * 64, b"\x80", b"\x00", TBS]:
        pair = STANDARD.sign(ISSUER, value)
        yield case("Valid", "a message of one kind of byte, or a TBS", key=STANDARD.key, distid=ISSUER, message=value, pair=pair)
    for d in [1, 2, 3, 4, n - 2, n - 3, (n - 1) // 2, (n + 1) // 2, 2**255, 2**128, 2**128 - 1]:
        signer = Signer(d)
        pair = signer.sign(JOSE, b"message")
        yield case("SpecialKey", f"the secret is {d:#x}", key=signer.key, distid=JOSE, message=b"message", pair=pair)
    for k in [1, 2, 3, n - 1, n - 2, (n - 1) // 2, STANDARD.d]:
        e = int.from_bytes(STANDARD.digest(JOSE, b"message"), "big")
        standard = dict(key=STANDARD.key, distid=JOSE, message=b"message")
        yield case("SpecialNonce", f"the nonce is {k:#x}", **standard, pair=sign(STANDARD.d, e, k))


def shapes():
    """Keys and signatures whose numbers are short or begin with certain digits."""
    wanted = {"00": "a zero byte", "04": "the byte of an uncompressed point", "40": "the digits 4 and 0"}
    for half, name in [(slice(1, 2), "x"), (slice(33, 34), "y")]:
        for start, what in wanted.items():
            candidates = (Signer(draw("shape", name, start, i)) for i in range(5000))
            signer = next(signer for signer in candidates if signer.key[half].hex() == start)
            pair = signer.sign(JOSE, b"message")
            comment = f"{name} of the key begins with {what}"
            yield case("ShortNumber", comment, key=signer.key, distid=JOSE, message=b"message", pair=pair)
    ranges = {"a zero byte": (0, 2**248), "a zero nibble": (2**248, 2**252), "a top bit": (2**255, n), "none": (2**252, 2**255)}
    for which, name in [(0, "r"), (1, "s")]:
        for what, (low, high) in ranges.items():
            attempts = (STANDARD.sign(JOSE, b"message", "short", i) for i in range(5000))
            pair = next(pair for pair in attempts if low <= pair[which] < high)
            comment = f"{name} begins with {what}"
            yield case("ShortNumber", comment, key=STANDARD.key, distid=JOSE, message=b"message", pair=pair)
    messages = (b"message %d" % i for i in range(5000))
    message = next(m for m in messages if STANDARD.digest(JOSE, m)[0] == 0)
    pair = STANDARD.sign(JOSE, message)
    yield case("ShortNumber", "e begins with a zero byte", key=STANDARD.key, distid=JOSE, message=message, pair=pair)


def identifiers():
    """Valid under one identifier, and invalid under every other."""
    for i, distid in enumerate(DISTIDS + OTHER_TEXTS):
        signer, message = SIGNERS[i % len(SIGNERS)], b"message %d" % i
        flag = "Identifier" if i < len(DISTIDS) else "UnprintableIdentifier"
        pair = signer.sign(distid, message)
        comment = f"an identifier of {len(distid.encode())} bytes"
        yield case(flag, comment, key=signer.key, distid=distid, message=message, pair=pair)
    signer, message = SIGNERS[1], b"message"
    wrong = lambda signed, shown, comment, message=message, was=message: case(
        "WrongIdentifier", comment, key=signer.key, distid=shown, message=message, pair=signer.sign(signed, was), reason="equation"
    )
    for signed, shown in [
        (JOSE, ISSUER), (ISSUER, JOSE), (ISSUER, "shiming-tbs:bureau"), (ISSUER, ISSUER + " "), (ISSUER, ISSUER + "1"),
        (ISSUER, ISSUER[:-1]), (ISSUER, " " + ISSUER), (ISSUER, ISSUER.upper()), (ISSUER, ISSUER[::-1]), (JOSE, JOSE[:8]),
        (JOSE, JOSE * 2), (JOSE, ""), ("", JOSE), ("", "0"), ("é", "e\u0301"), ("a", "b"), ("x" * 8191, "x" * 8190),
        ("x" * 8190, "x" * 8191), ("x" * 8191, "x" * 8190 + "y"), ("身份", "身分"),
    ]:  # fmt: skip
        yield wrong(signed, shown, f"signed under {signed[:30]!r}, shown under {shown[:30]!r}")
    yield wrong("ab", "a", "a byte of the identifier is moved to the message", message=b"bmessage")
    yield wrong("a", "ab", "a byte of the message is moved to the identifier", message=b"essage", was=b"message")
    for length in [8192, 8193, 10000]:
        distid = "x" * length
        comment = f"an identifier of {length} bytes, signed with its length cut to two bytes"
        pair = signer.sign(distid, message)
        yield case("LongIdentifier", comment, key=signer.key, distid=distid, message=message, pair=pair, reason="distid")


def wrong_hashes():
    """Signatures over another digest than that of GB/T 32918.2."""
    signer, message = SIGNERS[2], b"message"
    identifier, numbers = JOSE.encode(), b"".join(map(bytes32, [a, b, *G, *signer.Q]))
    z = lambda length, identifier=identifier, numbers=numbers: sm3(length + identifier + numbers)
    hashes = {
        "no Z_A": sm3(message),
        "the message before Z_A": sm3(message + z(b"\x00\x80")),
        "Z_A alone": z(b"\x00\x80"),
        "the length in bytes": sm3(z(b"\x00\x10") + message),
        "the length with the low byte first": sm3(z(b"\x80\x00") + message),
        "no length": sm3(z(b"") + message),
        "no identifier": sm3(z(b"\x00\x80", b"") + message),
        "Z_A without the key": sm3(z(b"\x00\x80", numbers=numbers[:128]) + message),
        "Z_A of the generator": digest(identifier, G, message),
        "Z_A of another key": digest(identifier, SIGNERS[3].Q, message),
        "Z_A with y before x": sm3(z(b"\x00\x80", numbers=numbers[:128] + numbers[160:] + numbers[128:160]) + message),
        "the hash of the hash": sm3(signer.digest(JOSE, message)),
        "the bytes of the hash in reverse": signer.digest(JOSE, message)[::-1],
        "Z_A in hexadecimal": sm3(z(b"\x00\x80").hex().encode() + message),
    }
    for comment, e in hashes.items():
        pair = signer.sign(JOSE, message, e=e)
        yield case("WrongHash", comment, key=signer.key, distid=JOSE, message=message, pair=pair, reason="equation")


def edited_messages():
    for i, (signer, distid, message, pair) in enumerate(bases(6, "edited")):
        middle = len(message) // 2
        flip = lambda at, bit: message[:at] + bytes([message[at] ^ bit]) + message[at + 1 :]
        edits = {
            "its first bit": flip(0, 128), "its last bit": flip(-1 % len(message), 1), "a bit in the middle": flip(middle, 8),
            "a byte more": message + b"\x00", "a byte less": message[:-1], "a byte before": b"\x00" + message,
            "no message": b"", "its second half": message[middle:], "twice": message * 2, "its hash": sm3(message),
        }  # fmt: skip
        for comment, edited in edits.items():
            rest = dict(key=signer.key, distid=distid, message=edited, pair=pair, reason="equation")
            yield case("EditedMessage", f"the message edited: {comment}", **rest)


def wrong_keys():
    for signer, distid, message, pair in bases(4, "keys"):
        other = SIGNERS[(SIGNERS.index(signer) + 1) % len(SIGNERS)]
        keys = {
            "another's": other.Q, "negated": negative(signer.Q), "the generator": G, "its double": multiple(2, signer.Q),
            "the next": multiple(signer.d + 1, G), "the inverse of the secret's": multiple(pow(signer.d, -1, n), G),
        }  # fmt: skip
        for comment, Q in keys.items():
            yield case("WrongKey", f"the key: {comment}", key=Q, distid=distid, message=message, pair=pair, reason="equation")


def edited_signatures():
    ends = {"0": 0, "1": 1, "n - 1": n - 1, "n": n, "n + 1": n + 1, "p": p, "p - n": p - n, "2^256 - 1": 2**256 - 1}
    for signer, distid, message, (r, s) in bases(4, "ends"):
        rest = dict(key=signer.key, distid=distid, message=message)
        for name, value in ends.items():
            reason = "equation" if 1 <= value < n else "range"
            yield case("SpecialNumber", f"r is {name}", **rest, pair=(value, s), reason=reason)
            yield case("SpecialNumber", f"s is {name}", **rest, pair=(r, value), reason=reason)
    signer, distid, message, (r, s) = next(bases(1, "both"))
    rest = dict(key=signer.key, distid=distid, message=message)
    for r_name, s_name in [("0", "0"), ("n", "n"), ("0", "1"), ("1", "0"), ("0", "n"), ("n", "0"), ("n", "1"), ("p", "p"), ("1", "1"),
                           ("n - 1", "n - 1"), ("1", "n - 1"), ("n - 1", "1"), ("n + 1", "n - 1"), ("2^256 - 1", "2^256 - 1")]:  # fmt: skip
        pair = ends[r_name], ends[s_name]
        reason = "range" if not all(1 <= x < n for x in pair) else "sum" if sum(pair) % n == 0 else "equation"
        yield case("SpecialNumber", f"r is {r_name}, s is {s_name}", **rest, pair=pair, reason=reason)
    for signer, distid, message, (r, s) in bases(8, "sum"):
        rest = dict(key=signer.key, distid=distid, message=message)
        yield case("SumIsOrder", "r is right, s is n - r", **rest, pair=(r, n - r), reason="sum")
        yield case("SumIsOrder", "s is right, r is n - s", **rest, pair=(n - s, s), reason="sum")
        yield case("Swapped", "s, r", **rest, pair=(s, r), reason="equation")
        yield case("Negated", "s is n - s, which ECDSA accepts", **rest, pair=(r, n - s), reason="equation")
        yield case("Negated", "r is n - r", **rest, pair=(n - r, s), reason="equation")
        yield case("Negated", "both", **rest, pair=(n - r, n - s), reason="equation")
        yield case("WrongFormula", "r + s in place of s", **rest, pair=(r, (r + s) % n), reason="equation")
        yield case("WrongFormula", "r minus e in place of r", **rest, pair=((r - int.from_bytes(signer.digest(distid, message), "big")) % n, s), reason="equation")  # fmt: skip
    for i, (signer, distid, message, (r, s)) in enumerate(bases(8, "flips")):
        for bit in [0, 1, 7, 31 + 8 * i, 127, 128, 254, 255]:
            rest = dict(key=signer.key, distid=distid, message=message)
            for name, pair in [("r", (r ^ 1 << bit, s)), ("s", (r, s ^ 1 << bit))]:
                reason = "equation" if all(1 <= x < n for x in pair) else "range"
                if i % 2 == (name == "r"):
                    yield case("BitFlip", f"bit {bit} of {name}", **rest, pair=pair, reason=reason)
    signer, other = SIGNERS[1], SIGNERS[2]
    message, e = b"message", int.from_bytes(SIGNERS[1].digest(JOSE, b"message"), "big")
    for k in [1, 2, draw("ecdsa")]:
        # ECDSA on the same curve over the same digest.
        r = multiple(k, G)[0] % n
        pair = r, pow(k, -1, n) * (e + r * signer.d) % n
        yield case("WrongFormula", "ECDSA", key=signer.key, distid=JOSE, message=message, pair=pair, reason="equation")
    pair = other.sign(JOSE, message, e=bytes32(e))
    yield case("WrongFormula", "another key signed the digest", key=signer.key, distid=JOSE, message=message, pair=pair, reason="equation")  # fmt: skip


def all_of_them():
    for group in [valid, shapes, identifiers, wrong_hashes, edited_messages, wrong_keys, edited_signatures]:
        yield from group()
