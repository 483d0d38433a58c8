"""SM2 signatures of independent implementations: `python3 generate.py > openssl.json`, and `generate.py gmssl > gmssl.json`.

openssl: the command line, 3.0 or later. gmssl: PyPI gmssl 3.2.2, whose distinguishing identifier is 1234567812345678.
"""

import json, subprocess, sys, tempfile, pathlib

JOSE = "1234567812345678"
MESSAGES = {
    "empty": b"",
    "text": b"message digest",
    "signing_input": b"eyJhbGciOiJTR0RfU00zX1NNMiJ9.e30",
    "tbs": b"SM\x01\x00\x01" + bytes(range(103)),
    "long": b"a" * 1000,
}


def openssl(*arguments, cwd):
    return subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True).stdout


def by_openssl():
    with tempfile.TemporaryDirectory() as folder:
        openssl("genpkey", "-algorithm", "SM2", "-out", "key.pem", cwd=folder)
        openssl("pkey", "-in", "key.pem", "-pubout", "-out", "key.pub", cwd=folder)
        path, cases = pathlib.Path(folder), []
        for distid in [JOSE, "shiming-tbs:ministry", "ALICE123@YAHOO.COM"]:
            for name, message in MESSAGES.items():
                (path / "message").write_bytes(message)
                option = f"distid:{distid}"
                openssl("dgst", "-sm3", "-sign", "key.pem", "-sigopt", option, "-out", "signature", "message", cwd=folder)
                signature = (path / "signature").read_bytes()
                cases.append({"name": name, "distid": distid, "message": message.hex(), "der": signature.hex()})
        return {
            "origin": openssl("version", cwd=folder).decode().strip(),
            "private_pem": (path / "key.pem").read_text(),
            "public_pem": (path / "key.pub").read_text(),
            "cases": cases,
        }


def by_gmssl():
    from gmssl import sm2

    private = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
    public = (
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signer = sm2.CryptSM2(private_key=private, public_key=public)
    case = lambda name, message: {
        "name": name, "distid": JOSE, "message": message.hex(), "raw": signer.sign_with_sm3(message)
    }
    return {
        "origin": "PyPI gmssl 3.2.2",
        "private": private,
        "public": public,
        "cases": [case(name, message) for name, message in MESSAGES.items() if message],
    }


print(json.dumps(by_gmssl() if sys.argv[1:] == ["gmssl"] else by_openssl(), indent=1))
