// Writes circomlib.json: signatures made by circomlib's EdDSA-Poseidon, and signatures and keys that must be refused.
// Needs node 20 and circomlibjs 0.1.7; run as `node generate.mjs > circomlib.json`.
import { createHash } from "node:crypto";
import { buildEddsa } from "circomlibjs";

const eddsa = await buildEddsa();
const { F, babyJub } = eddsa;
const l = babyJub.subOrder;
const hex = (x) => BigInt(x).toString(16).padStart(64, "0");
const element = (x) => hex(F.toObject(x));
const digest = (text) => createHash("sha256").update(text).digest();
const encode = (sig) => ({ r_x: element(sig.R8[0]), r_y: element(sig.R8[1]), s: hex(sig.S) });

const valid = [];
const invalid = [];
for (let i = 0; i < 8; i++) {
  const secret = digest(`shiming eddsa vector ${i}`);
  const [x, y] = eddsa.prv2pub(secret);
  const message = i === 0 ? 0n : i === 1 ? F.p - 1n : BigInt("0x" + digest(`message ${i}`).toString("hex")) % F.p;
  const M = F.e(message);
  const signature = eddsa.signPoseidon(secret, M);
  if (!eddsa.verifyPoseidon(M, signature, [x, y])) throw new Error("circomlib refuses its own signature");
  const base = { key_x: element(x), key_y: element(y), message: hex(message), ...encode(signature) };
  valid.push(base);

  const other = eddsa.signPoseidon(secret, F.e((message + 1n) % F.p));
  const torsion = [F.e(0n), F.e(F.p - 1n)];
  const shifted = babyJub.addPoint(signature.R8, torsion);
  invalid.push({ case: "S plus the order", error: "ScalarOutOfRange", ...base, s: hex(BigInt(signature.S) + l) });
  invalid.push({ case: "S of all ones", error: "ScalarOutOfRange", ...base, s: "f".repeat(64) });
  invalid.push({ case: "S equal to the order", error: "ScalarOutOfRange", ...base, s: hex(l) });
  invalid.push({ case: "S off by one", error: "Equation", ...base, s: hex((BigInt(signature.S) + 1n) % l) });
  invalid.push({ case: "signature of another message", error: "Equation", ...base, ...encode(other) });
  invalid.push({ case: "R negated", error: "Equation", ...base, r_x: element(F.neg(signature.R8[0])) });
  invalid.push({ case: "R off the curve", error: "NotOnCurve", ...base, r_y: element(F.add(signature.R8[1], F.one)) });
  invalid.push({ case: "R the identity", error: "SmallOrder", ...base, r_x: hex(0), r_y: hex(1) });
  invalid.push({ case: "R of order two", error: "SmallOrder", ...base, r_x: hex(0), r_y: hex(F.p - 1n) });
  invalid.push({
    case: "R plus a point of order two", error: "Equation", ...base,
    r_x: element(shifted[0]), r_y: element(shifted[1]),
  });
}

// Keys that must be refused; `key` is a valid one to start from.
const key = eddsa.prv2pub(digest("shiming eddsa key"));
const root = F.inv(F.sqrt(F.e(168700n)));
const points = [
  ["the identity", "SmallOrder", [F.e(0n), F.e(1n)]],
  ["order two", "SmallOrder", [F.e(0n), F.e(F.p - 1n)]],
  ["order four", "SmallOrder", [root, F.e(0n)]],
  ["order four, negated", "SmallOrder", [F.neg(root), F.e(0n)]],
  ["the generator of the whole group", "NotInSubgroup", babyJub.Generator],
  ["plus a point of order two", "NotInSubgroup", babyJub.addPoint(key, [F.e(0n), F.e(F.p - 1n)])],
  ["plus a point of order four", "NotInSubgroup", babyJub.addPoint(key, [root, F.e(0n)])],
  ["off the curve", "NotOnCurve", [key[0], F.add(key[1], F.one)]],
  ["coordinates exchanged", "NotOnCurve", [key[1], key[0]]],
  ["zero twice", "NotOnCurve", [F.e(0n), F.e(0n)]],
];
const keys = points.map(([name, error, [x, y]]) => ({ case: name, error, key: element(x) + element(y) }));
const [x, y] = key.map((c) => F.toObject(c));
keys.push({ case: "x plus the modulus", error: "NotCanonical", key: hex(x + F.p) + hex(y) });
keys.push({ case: "y plus the modulus", error: "NotCanonical", key: hex(x) + hex(y + F.p) });

process.stdout.write(JSON.stringify({ source: "circomlibjs 0.1.7", valid, invalid, keys }, null, 1) + "\n");
process.exit(0);
