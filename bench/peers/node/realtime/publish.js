// Publishes through Redis at a steady rate, or all at once: RATE SECONDS, or 0 COUNT.
"use strict";

const { Emitter } = require("@socket.io/redis-emitter");
const { createClient } = require("redis");

const [rate, amount] = process.argv.slice(2).map(Number);
const text = "x".repeat(120);
const here = () => performance.timeOrigin + performance.now();

const main = async () => {
  const redis = createClient({ url: process.env.REDIS_URL });
  await redis.connect();
  const room = new Emitter(redis).to("room");
  const say = () => room.emit("message", { sent: here(), text });
  const count = rate ? rate * amount : amount;
  const began = here();
  for (let number = 0; number < count; number += 1) {
    if (rate) {
      const pause = began + (number * 1000) / rate - here();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    say();
  }
  await redis.ping();
  await redis.quit();
};

main();
