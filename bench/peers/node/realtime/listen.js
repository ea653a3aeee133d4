// Holds connections and counts what they hear; says so when it is asked for a count or a report.
"use strict";

const readline = require("node:readline");
const WebSocket = require("ws");

const { kind, url, connections, tokens, channel } = JSON.parse(process.argv[2]);
const here = () => performance.timeOrigin + performance.now();
let ready = 0;
let latencies = [];
let first = 0;
let last = 0;

const heard = (sent) => {
  const now = here();
  first = first || sent;
  last = now;
  latencies.push(now - sent);
};
const isReady = () => {
  ready += 1;
  if (ready === connections) console.log(JSON.stringify({ ready }));
};

// Who waits for us reads the log instead of waiting for ever.
const fail = (why) => {
  console.error(why);
  process.exit(1);
};

// Centrifugo's protocol: objects on lines.
const ours = (socket, number) => {
  const token = tokens[number % tokens.length];
  socket.on("open", () => socket.send(JSON.stringify({ id: 1, connect: { token } })));
  socket.on("message", (frame) => {
    for (const line of frame.toString().split("\n")) {
      const reply = JSON.parse(line);
      if (reply.error) fail(`refused: ${line}`);
      if (reply.push && reply.push.pub) {
        if (reply.push.channel === channel) heard(reply.push.pub.data.sent);
      } else if (reply.id === 1) {
        socket.send(JSON.stringify({ id: 2, subscribe: { channel } }));
      } else if (reply.id === 2) {
        isReady();
      } else if (line === "{}") {
        socket.send("{}");
      }
    }
  });
};

// Engine.IO 4 and Socket.IO 5: a digit each, then JSON.
const theirs = (socket) => {
  socket.on("message", (frame) => {
    const text = frame.toString();
    if (text[0] === "0") socket.send("40");
    else if (text.startsWith("40")) isReady();
    else if (text.startsWith("42")) heard(JSON.parse(text.slice(2))[1].sent);
    else if (text === "2") socket.send("3");
  });
};

const open = async () => {
  for (let number = 0; number < connections; number += 1) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on("error", (error) => fail(String(error)));
    socket.on("close", (code) => fail(`closed ${code}`));
    (kind === "ours" ? ours : theirs)(socket, number);
    await new Promise((resolve) => socket.once("open", resolve));
  }
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "count") {
    console.log(JSON.stringify({ heard: latencies.length }));
    return;
  }
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  console.log(
    JSON.stringify({ heard: sorted.length, first, last, p50: at(0.5), p95: at(0.95), p99: at(0.99) }),
  );
  latencies = [];
  first = last = 0;
});
open();
