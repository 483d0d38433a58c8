"""ES256 signatures of the openssl command line: `python3 generate.py > openssl.json`."""

import json, subprocess, tempfile, pathlib

MESSAGES = {
    "empty": b"",
    "text": b"message digest",
    "signing_input": b"eyJhbGciOiJFUzI1NiJ9.e30",
    "tbs": b"SM\x01\x00\x01" + bytes(range(103)),
    "long": b"a" * 1000,
}


def openssl(*arguments, cwd):
    return subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True).stdout


with tempfile.TemporaryDirectory() as folder:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem", cwd=folder)
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "key.pub", cwd=folder)
    path, cases = pathlib.Path(folder), []
    for name, message in MESSAGES.items():
        (path / "message").write_bytes(message)
        openssl("dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "message", cwd=folder)
        cases.append({"name": name, "message": message.hex(), "der": (path / "signature").read_bytes().hex()})
    vectors = {
        "origin": openssl("version", cwd=folder).decode().strip(),
        "private_pem": (path / "key.pem").read_text(),
        "public_pem": (path / "key.pub").read_text(),
        "cases": cases,
    }
print(json.dumps(vectors, indent=1))
