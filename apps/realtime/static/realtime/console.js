// The test console: Centrifugo's protocol v2 in JSON over one WebSocket, one object per line.
"use strict";

const about = JSON.parse(document.getElementById("realtime-console").textContent);
const lines = document.getElementById("realtime-lines");
const state = document.getElementById("realtime-state");
const listenForm = document.getElementById("realtime-subscribe");
const publishForm = document.getElementById("realtime-publish");
const waiting = new Map();
let socket = null;
let lastId = 0;

function tell(text) {
  const line = document.createElement("li");
  line.textContent = `${new Date().toLocaleTimeString()} ${text}`;
  lines.prepend(line);
}

function send(command) {
  lastId += 1;
  const id = lastId;
  socket.send(JSON.stringify({ id, ...command }));
  return new Promise((resolve) => {
    waiting.set(id, resolve);
  });
}

async function post(url, form) {
  const answer = await fetch(url, { method: "POST", body: new FormData(form) });
  if (!answer.headers.get("content-type")?.includes("json")) {
    throw new Error(`${url} answered ${answer.status}.`);
  }
  return answer.json();
}

function hear(message) {
  if (Object.keys(message).length === 0) {
    socket.send("{}");
    return;
  }
  if (message.id) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
    return;
  }
  const { channel, pub, join, leave, unsubscribe, disconnect } = message.push ?? {};
  if (pub) tell(`${channel} #${pub.offset} ${JSON.stringify(pub.data)}`);
  if (join) tell(`${channel} joined by ${join.info.user}`);
  if (leave) tell(`${channel} left by ${leave.info.user}`);
  if (unsubscribe) tell(`${channel} unsubscribed: ${unsubscribe.code} ${unsubscribe.reason}`);
  if (disconnect) tell(`disconnected: ${disconnect.code} ${disconnect.reason}`);
}

async function connect() {
  const { token } = await post(about.tokenUrl, listenForm);
  socket = new WebSocket(about.url);
  socket.addEventListener("message", (event) => {
    for (const line of event.data.split("\n")) {
      if (line) hear(JSON.parse(line));
    }
  });
  socket.addEventListener("close", (event) => {
    state.textContent = `Closed: ${event.code} ${event.reason}`;
    socket = null;
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`${about.url} does not answer.`)));
  });
  const reply = await send({ connect: { token, name: "test console" } });
  if (reply.error) throw new Error(`${reply.error.code} ${reply.error.message}`);
  state.textContent = `Connected as ${reply.connect.client} to ${reply.connect.node ?? "a node"}.`;
  for (const [channel, place] of Object.entries(reply.connect.subs ?? {})) {
    tell(`${channel} subscribed by the server at #${place.offset ?? 0}`);
  }
}

listenForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if (!socket) await connect();
    const channel = listenForm.elements.channel.value;
    if (channel.startsWith("user:")) return;
    const reply = await send({ subscribe: { channel } });
    if (reply.error) tell(`${channel} refused: ${reply.error.code} ${reply.error.message}`);
    else tell(`${channel} subscribed at #${reply.subscribe.offset ?? 0}`);
  } catch (error) {
    state.textContent = `Not connected: ${error.message}`;
  }
});

publishForm?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { error, event_id } = await post(about.publishUrl, publishForm);
    tell(error ? `not published: ${error}` : `published as event ${event_id}`);
  } catch (error) {
    tell(`not published: ${error.message}`);
  }
});
