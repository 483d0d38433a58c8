"""SM3 (GB/T 32905) and SM2 (GB/T 32918.2, .5) in plain integers, written from the standards' text. Nothing here is fast."""

p = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
a = p - 3
b = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
n = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
WORD = 2**32 - 1


def bytes32(x):
    return x.to_bytes(32, "big")


def rotate(x, by):
    return (x << by % 32 | x >> 32 - by % 32) & WORD if by % 32 else x


def sm3(message):
    """GB/T 32905, section 5."""
    length = 8 * len(message)
    message = message + b"\x80" + bytes(-(len(message) + 9) % 64) + length.to_bytes(8, "big")
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    for start in range(0, len(message), 64):
        w = [int.from_bytes(message[start + 4 * i : start + 4 * i + 4], "big") for i in range(16)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)
            w.append(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[j - 13], 7) ^ w[j - 6])
        A, B, C, D, E, F, H, J = v
        for j in range(64):
            early = j < 16
            constant = 0x79CC4519 if early else 0x7A879D8A
            ss1 = rotate(rotate(A, 12) + E + rotate(constant, j) & WORD, 7)
            ss2 = ss1 ^ rotate(A, 12)
            ff = A ^ B ^ C if early else A & B | A & C | B & C
            gg = E ^ F ^ H if early else E & F | ~E & WORD & H
            tt1 = ff + D + ss2 + (w[j] ^ w[j + 4]) & WORD
            tt2 = gg + J + ss1 + w[j] & WORD
            A, B, C, D = tt1, A, rotate(B, 9), C
            E, F, H, J = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17), E, rotate(F, 19), H
        v = [x ^ y for x, y in zip(v, [A, B, C, D, E, F, H, J])]
    return b"".join(x.to_bytes(4, "big") for x in v)


def add(P, Q):
    """The sum of two points, None being the identity. `b` does not occur, so points of other curves are added as well."""
    if P is None or Q is None:
        return P or Q
    (x1, y1), (x2, y2) = P, Q
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    top, bottom = (3 * x1 * x1 + a, 2 * y1) if P == Q else (y2 - y1, x2 - x1)
    slope = top * pow(bottom, -1, p) % p
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


def negative(P):
    return P and (P[0], -P[1] % p)


def multiple(k, P):
    total = None
    while k:
        if k & 1:
            total = add(total, P)
        P, k = add(P, P), k >> 1
    return total


def on_curve(P):
    x, y = P
    return 0 <= x < p and 0 <= y < p and (y * y - x * x * x - a * x - b) % p == 0


def point_at(x, constant=b):
    """A point with this x-coordinate, on the curve whose last coefficient is `constant`; None if there is none. p is 3 modulo 4."""
    square = (x * x * x + a * x + constant) % p
    y = pow(square, (p + 1) // 4, p)
    return (x, y) if y * y % p == square else None


def z_a(identifier, Q):
    """GB/T 32918.2, section 5.5; the length in bits has two bytes, and is cut to them here."""
    entl = (8 * len(identifier) % 2**16).to_bytes(2, "big")
    return sm3(entl + identifier + b"".join(map(bytes32, [a, b, *G, *Q])))


def digest(identifier, Q, message):
    return sm3(z_a(identifier, Q) + message)


def sign(d, e, k):
    """GB/T 32918.2, section 6.1, A4 to A6, with a given nonce; None where the standard has another drawn."""
    r = (e + multiple(k, G)[0]) % n
    s = pow(1 + d, -1, n) * (k - r * d) % n
    return None if r == 0 or (r + k) % n == 0 or s == 0 else (r, s)


def combination(Q, r, s):
    """`s G + t Q` with t = r + s."""
    return add(multiple(s % n, G), multiple((r + s) % n, Q))


def fault(Q, e, r, s):
    """GB/T 32918.2, section 7.1, B1 to B7: why a signature is refused, or None."""
    if not (1 <= r < n and 1 <= s < n):
        return "range"
    if (r + s) % n == 0:
        return "sum"
    point = combination(Q, r, s)
    return None if point and r == (e + point[0]) % n else "equation"
