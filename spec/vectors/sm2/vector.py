"""What a vector is made of: drawn numbers, keys, signatures and their DER. The same seed gives the same vectors everywhere."""

from arithmetic import G, bytes32, digest, multiple, n, on_curve, sign, sm3

SEED = "shiming sm2 vectors 1"
JOSE = "1234567812345678"
ISSUER = "shiming-tbs:ministry"


def draw(*label):
    """A number between 1 and n - 1 that the label and the seed determine."""
    text = "/".join(map(str, (SEED, *label))).encode()
    return int.from_bytes(sm3(text) + sm3(text + b"."), "big") % (n - 1) + 1


def drawn_bytes(length, *label):
    blocks = (bytes32(draw("bytes", *label, i)) for i in range(length // 31 + 1))
    return b"".join(block[1:] for block in blocks)[:length]


class Signer:
    """A key with its secret."""

    def __init__(self, d):
        self.d, self.Q = d, multiple(d, G)
        self.key = point(self.Q)

    def digest(self, distid, message):
        return digest(distid.encode(), self.Q, message)

    def sign(self, distid, message, *label, e=None):
        e = int.from_bytes(e or self.digest(distid, message), "big")
        attempts = (sign(self.d, e, draw("nonce", self.d, e, *label, i)) for i in range(1000))
        return next(pair for pair in attempts if pair)


def point(Q):
    """The uncompressed form of SEC 1: 04, x, y."""
    return b"\x04" + bytes32(Q[0]) + bytes32(Q[1])


def raw(r, s):
    return bytes32(r) + bytes32(s)


def integer(x):
    """A DER INTEGER of any sign, in its shortest form."""
    return element(2, x.to_bytes((x if x >= 0 else ~x).bit_length() // 8 + 1, "big", signed=True))


def element(tag, content):
    size = len(content)
    return bytes([tag, size] if size < 128 else [tag, 0x81, size]) + content


def der(r, s):
    return element(0x30, integer(r) + integer(s))


def read_der(encoded):
    """The two numbers of a DER SEQUENCE of two INTEGERs between 0 and 2^256; None for anything else."""
    numbers, rest = [], encoded[2:]
    while rest:
        size = rest[1] if len(rest) > 1 else 0
        numbers.append(int.from_bytes(rest[2 : 2 + size], "big"))
        rest = rest[2 + size :]
    # Whatever was read, the one encoding of two numbers is what is compared.
    fits = len(numbers) == 2 and all(number < 2**256 for number in numbers)
    return tuple(numbers) if fits and der(*numbers) == encoded else None


def read_key(key):
    """The point of an uncompressed form, or None."""
    if len(key) != 65 or key[0] != 4:
        return None
    Q = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    return Q if on_curve(Q) else None


def case(flag, comment, *, key, distid=None, message=None, e=None, pair=None, raw=None, der=None, reason=None):
    """One vector. A message goes with an identifier, and a digest `e`, 32 bytes, stands for both. `reason` is what the author
    of the class expects, None for a valid signature; `verification.py` decides by the standard and compares."""
    if pair:
        raw = bytes32(pair[0]) + bytes32(pair[1])
    assert (message is None) != (e is None) and (raw is None) != (der is None)
    assert (distid is None) == (message is None)
    key = point(key) if isinstance(key, tuple) else key
    return {
        "flag": flag, "comment": comment, "key": key, "distid": distid, "message": message, "digest": e, "raw": raw, "der": der,
        "reason": reason,
    }  # fmt: skip
