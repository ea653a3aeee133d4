// Verifies webhooks with the reference library of another language: one JSON line in, one out.
const { Webhook } = require("standardwebhooks");
const readline = require("node:readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { secret, body, headers } = JSON.parse(line);
  try {
    new Webhook(secret).verify(Buffer.from(body, "base64"), headers);
    console.log("valid");
  } catch (error) {
    console.log(error.name);
  }
});
