// What npm sm-crypto 0.5.8 says to each vector on standard input, as JSON.
const { sm2 } = require("sm-crypto");
const { readFileSync } = require("node:fs");

const bytes = (hex) => [...Buffer.from(hex, "hex")];

function ask({ key, distid, message, digest, raw, der }) {
  const options = message === null ? { hash: false } : { hash: true, userId: distid };
  try {
    const found = sm2.doVerifySignature(bytes(message ?? digest), der ?? raw, key, { ...options, der: der !== null });
    return found ? "accepts" : "refuses";
  } catch {
    return "fails";
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(ask)));
