"""The other side of the SD-JWT interoperation tests: PyPI's sd-jwt, the reference implementation of the format's editors.

    python3 -m venv /somewhere && /somewhere/bin/pip install 'sd-jwt==0.10.4'
    SHIMING_INTEROP_PYTHON=/somewhere/bin/python cargo test --release --test sd_jwt interop

Reads one JSON object, a job, from standard input and writes one to standard output:

    {"job": "issue", "claims": {..}, "disclose": {..}, "structure": "flat"|"structured"|"recursive"|"array", "decoys": bool,
     "issuer": JWK, "holder": JWK}                                              -> {"text": "..~"}
    {"job": "present", "text": "..~", "names": [..], "audience", "nonce", "holder": JWK}  -> {"text": "..~<kb>"}
    {"job": "verify", "text": "..", "issuer": JWK, "audience", "nonce"}         -> {"claims": {..}} or {"refused": ".."}
"""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

TYPE = "dc+sd-jwt"


def inner_hidden(value):
    """The same object with every property hidden by itself; of an array every element."""
    if isinstance(value, dict):
        return {SDObj(name): item for name, item in value.items()}
    return [SDObj(item) for item in value]


def issue(job):
    claims = dict(job["claims"])
    for name, value in job["disclose"].items():
        nested = isinstance(value, (dict, list))
        structure = job["structure"] if nested else "flat"
        if structure == "flat":
            claims[SDObj(name)] = value
        elif structure == "recursive":
            claims[SDObj(name)] = inner_hidden(value)
        else:
            claims[name] = inner_hidden(value)
    issuer = SDJWTIssuer(
        claims,
        JWK(**job["issuer"]),
        JWK(**job["holder"]),
        add_decoy_claims=job["decoys"],
        extra_header_parameters={"typ": TYPE, "kid": "peer"},
    )
    return {"text": issuer.sd_jwt_issuance}


def present(job):
    holder = SDJWTHolder(job["text"])
    names = {name: True for name in job["names"]}
    holder.create_presentation(names, job["nonce"], job["audience"], JWK(**job["holder"]))
    return {"text": holder.sd_jwt_presentation}


def verify(job):
    try:
        verifier = SDJWTVerifier(
            job["text"], lambda _issuer, _header: JWK(**job["issuer"]), job["audience"], job["nonce"]
        )
        return {"claims": verifier.get_verified_payload()}
    except Exception as error:  # whatever it raises is a refusal
        return {"refused": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    job = json.load(sys.stdin)
    json.dump({"issue": issue, "present": present, "verify": verify}[job["job"]](job), sys.stdout)
