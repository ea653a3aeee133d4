// The Socket.IO peer of the bench: everybody who connects joins one room; Redis is between nodes.
"use strict";

const http = require("node:http");
const { Server } = require("socket.io");
const { createAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");

const main = async () => {
  const publishing = createClient({ url: process.env.REDIS_URL });
  const listening = publishing.duplicate();
  await Promise.all([publishing.connect(), listening.connect()]);
  const server = http.createServer((_, response) => response.end("ok"));
  const io = new Server(server, {
    transports: ["websocket"],
    perMessageDeflate: false,
    adapter: createAdapter(publishing, listening),
  });
  io.on("connection", (socket) => socket.join("room"));
  server.listen(Number(process.env.PORT), process.env.HOST, 4096);
};

main();
