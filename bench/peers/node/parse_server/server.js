// The parse-server peer of the bench: a JWT is verified in front of it, the rest is its own.
import express from "express";
import { createVerifier } from "fast-jwt";
import { ParseServer } from "parse-server";

const { DATABASE_URL, HOST, PORT, JWT_SECRET, MASTER_KEY } = process.env;
const url = `http://${HOST}:${PORT}/parse`;
const verify = createVerifier({ key: JWT_SECRET, algorithms: ["HS256"] });

const server = new ParseServer({
  databaseURI: DATABASE_URL,
  appId: "bench",
  masterKey: MASTER_KEY,
  serverURL: url,
  silent: true,
  verbose: false,
  allowClientClassCreation: false,
});
await server.start();

const app = express();
app.use("/parse/classes", (request, response, next) => {
  try {
    verify((request.headers.authorization || "").slice(7));
  } catch {
    response.status(401).json({ title: "Not signed in" });
    return;
  }
  next();
});
app.use("/parse", server.app);
app.listen(Number(PORT), HOST);
