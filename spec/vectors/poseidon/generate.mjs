// Writes circomlib.json: Poseidon of 1 to 16 inputs, with capacity zero and with a domain tag in the capacity.
// Needs node 20 and circomlibjs 0.1.7; run as `node generate.mjs > circomlib.json`.
import { buildPoseidonReference } from "circomlibjs";

const poseidon = await buildPoseidonReference();
const F = poseidon.F;
const hex = (x) => F.toObject(F.e(x)).toString(16).padStart(64, "0");

const modulus = F.p;
const tag = BigInt("0x" + Buffer.from("shiming/holder-tag/1").toString("hex"));
const cases = [];
const add = (capacity, inputs) =>
  cases.push({ capacity: hex(capacity), inputs: inputs.map(hex), output: hex(F.toObject(poseidon(inputs, capacity))) });

for (let n = 1; n <= 16; n++) {
  const counting = Array.from({ length: n }, (_, i) => BigInt(i + 1));
  const largest = Array.from({ length: n }, (_, i) => modulus - 1n - BigInt(i));
  add(0n, counting);
  add(0n, Array(n).fill(0n));
  add(tag, largest);
}
process.stdout.write(JSON.stringify({ source: "circomlibjs 0.1.7, buildPoseidonReference", cases }, null, 1) + "\n");
process.exit(0);
