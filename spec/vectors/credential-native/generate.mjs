// Writes circomlib.json: whole credentials of the native suite, built from circomlib's hash and signature alone.
// Needs node 20 and circomlibjs 0.1.7; run as `node generate.mjs > circomlib.json`.
import { createHash } from "node:crypto";
import { buildEddsa, buildPoseidonReference } from "circomlibjs";

const eddsa = await buildEddsa();
const poseidon = await buildPoseidonReference();
const F = eddsa.F;
const hex = (x) => BigInt(x).toString(16).padStart(64, "0");
const element = (x) => hex(F.toObject(x));
const integer = (text) => BigInt("0x" + createHash("sha256").update(text).digest("hex"));
const hash = (capacity, inputs) => F.toObject(poseidon(inputs, capacity));

const widths = [32, 18, 16, 4, 4, 4, 4, 4, 2, 2, 1, 1, 1, 1, 1, 8];
const tag = BigInt("0x" + Buffer.from("shiming/holder-tag/1").toString("hex"));

const cases = [];
for (const [i, schema] of [1, 2, 0xffff].entries()) {
  const secret = createHash("sha256").update(`shiming issuer ${i}`).digest();
  const k = integer(`k ${i}`) % F.p;
  const b = integer(`b ${i}`) % F.p;
  const header = BigInt("0x534d01" + schema.toString(16).padStart(4, "0"));
  const slots = widths.map((width, j) => integer(`slot ${i} ${j}`) % (1n << BigInt(8 * width)));
  slots[0] = hash(tag, [k, b]);
  const message = hash(header, slots);
  const [x, y] = eddsa.prv2pub(secret);
  const signature = eddsa.signPoseidon(secret, F.e(message));
  cases.push({
    schema, k: hex(k), b: hex(b), slots: slots.map(hex), message: hex(message),
    tbs: "534d01" + schema.toString(16).padStart(4, "0")
      + slots.map((slot, j) => slot.toString(16).padStart(2 * widths[j], "0")).join(""),
    key_x: element(x), key_y: element(y),
    r_x: element(signature.R8[0]), r_y: element(signature.R8[1]), s: hex(signature.S),
  });
}
process.stdout.write(JSON.stringify({ source: "circomlibjs 0.1.7", cases }, null, 1) + "\n");
process.exit(0);
