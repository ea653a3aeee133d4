// Opens bodies of Web Push as browsers do, by the reference library: one JSON line in, one out.
const ece = require("http_ece");
const crypto = require("node:crypto");
const readline = require("node:readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { body, private_key: privateKey, auth } = JSON.parse(line);
  const pair = crypto.createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(privateKey, "base64url"));
  try {
    const plain = ece.decrypt(Buffer.from(body, "base64"), {
      version: "aes128gcm", privateKey: pair, authSecret: auth,
    });
    console.log(plain.toString("base64"));
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
});
