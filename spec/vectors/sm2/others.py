"""What three other implementations say to a vector: the openssl command line, PyPI gmssl, and npm sm-crypto.

"accepts", "refuses", "fails" for an exception, and nothing for what one cannot be asked."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

from arithmetic import G, a, b, bytes32
from vector import JOSE, der, element

HERE = pathlib.Path(__file__).parent
OPENSSL = os.environ.get("OPENSSL", "openssl")
# id-ecPublicKey on the curve of SM2.
ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")


def numbers(case):
    return int.from_bytes(case["raw"][:32], "big"), int.from_bytes(case["raw"][32:], "big")


def by_openssl(cases):
    """By `dgst -verify`, and `pkeyutl -verify` for a digest. It takes DER only, so a raw signature is put in DER."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        for case in cases:
            if case["raw"] is not None and len(case["raw"]) != 64:
                yield None
                continue
            (path / "key").write_bytes(element(0x30, ALGORITHM + element(3, b"\x00" + case["key"])))
            (path / "signature").write_bytes(der(*numbers(case)) if case["der"] is None else case["der"])
            (path / "input").write_bytes(case["digest"] if case["message"] is None else case["message"])
            if case["message"] is None:
                command = ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-in", "input", "-sigfile", "signature"]
            else:
                option = b"distid:" + case["distid"].encode()
                command = ["dgst", "-sm3", "-keyform", "DER", "-verify", "key", "-sigopt", option, "-signature", "signature", "input"]
            run = subprocess.run([OPENSSL, *command], cwd=folder, capture_output=True)
            yield "accepts" if run.returncode == 0 else "refuses"


def by_gmssl(cases):
    """It knows one identifier; for others its SM3 hashes the bytes of GB/T 32918.2, section 5.5, written here."""
    from gmssl import func, sm2, sm3

    hashed = lambda data: bytes.fromhex(sm3.sm3_hash(func.bytes_to_list(data)))
    for case in cases:
        encoded = case["raw"] if case["der"] is None else case["der"]
        key = sm2.CryptSM2(private_key=None, public_key=case["key"][1:].hex(), asn1=case["raw"] is None)
        try:
            if case["message"] is None:
                found = key.verify(encoded.hex(), case["digest"])
            elif case["distid"] == JOSE:
                found = key.verify_with_sm3(encoded.hex(), case["message"])
            else:
                identifier = case["distid"].encode()
                if len(identifier) > 8191:
                    yield None
                    continue
                curve = b"".join(map(bytes32, [a, b, *G]))
                z = hashed((8 * len(identifier)).to_bytes(2, "big") + identifier + curve + case["key"][1:])
                found = key.verify(encoded.hex(), hashed(z + case["message"]))
        except Exception:  # Whatever it trips over.
            yield "fails"
            continue
        yield "accepts" if found else "refuses"


def by_sm_crypto(cases):
    """By `sm_crypto.cjs`, for which NODE_PATH names the folder of the package."""
    members = ["key", "distid", "message", "digest", "raw", "der"]
    plain = lambda value: value.hex() if isinstance(value, bytes) else value
    text = json.dumps([{name: plain(case[name]) for name in members} for case in cases])
    run = subprocess.run(["node", HERE / "sm_crypto.cjs"], input=text.encode(), check=True, capture_output=True)
    return json.loads(run.stdout)


NAMES = {"openssl": by_openssl, "gmssl": by_gmssl, "sm-crypto": by_sm_crypto}


def ask(cases):
    answers = {name: list(of(cases)) for name, of in NAMES.items()}
    return [{name: answers[name][i] for name in NAMES if answers[name][i]} for i in range(len(cases))]


def versions():
    from importlib.metadata import version

    text = subprocess.run([OPENSSL, "version"], check=True, capture_output=True).stdout.decode()
    script = "console.log(require('sm-crypto/package.json').version)"
    node = subprocess.run(["node", "-e", script], check=True, capture_output=True).stdout.decode().strip()
    return {"openssl": " ".join(text.split()[:2]), "gmssl": "PyPI gmssl " + version("gmssl"), "sm-crypto": "npm sm-crypto " + node}


def report(vectors):
    """The table of README.md, on stderr: how often each differs from the result, by flag."""
    expected = {"valid": "accepts", "invalid": "refuses"}
    for flag in dict.fromkeys(v["flag"] for v in vectors):
        of = [v for v in vectors if v["flag"] == flag]
        results = Counter(v["result"] for v in of)
        differ = Counter(
            f"{name} {said}" for v in of for name, said in v["said"].items() if said != expected[v["result"]]
        )
        print(flag, len(of), dict(results), dict(differ) or "", file=sys.stderr)
    print("all", len(vectors), file=sys.stderr)
