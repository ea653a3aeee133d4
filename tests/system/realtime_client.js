// A client of the reference SDK: one JSON line in per thing to do, one out per thing that happens.
const readline = require("node:readline");
const WebSocket = require("ws");
const { EventSource } = require("eventsource");

const { codec, transport, url, emulation, token } = JSON.parse(process.argv[2]);
const { Centrifuge } =
  codec === "protobuf" ? require("centrifuge/build/protobuf") : require("centrifuge");

const say = (what, about = {}) => console.log(JSON.stringify({ what, ...about }));
const text = (data) =>
  data instanceof Uint8Array ? JSON.parse(Buffer.from(data).toString()) : data;
const waiting = [];
const subscriptions = {};

const options = {
  token,
  websocket: WebSocket,
  eventsource: EventSource,
  emulationEndpoint: emulation,
  minReconnectDelay: 50,
  maxReconnectDelay: 500,
  getToken: () => {
    say("token wanted");
    return new Promise((resolve) => waiting.push(resolve));
  },
};
const client = new Centrifuge([{ transport, endpoint: url }], options);

client.on("connected", (ctx) => say("connected", { client: ctx.client, transport: ctx.transport }));
client.on("connecting", (ctx) => ctx.code !== 0 && say("connecting", { code: ctx.code }));
client.on("disconnected", (ctx) => say("disconnected", { code: ctx.code, reason: ctx.reason }));
client.on("publication", (ctx) =>
  say("given", { channel: ctx.channel, offset: ctx.offset, data: text(ctx.data) }),
);

const things = {
  connect: () => client.connect(),
  token: ({ token }) => waiting.shift()(token),
  presence: async ({ channel }) => {
    const { clients } = await subscriptions[channel].presence();
    say("present", { clients: Object.keys(clients).sort() });
  },
  history: async ({ channel }) => {
    const { publications } = await subscriptions[channel].history({ limit: 100 });
    say("history", { offsets: publications.map((each) => each.offset) });
  },
  rpc: async () => {
    await client.rpc("nonsense", {}).catch((error) => say("refused", { code: error.code }));
  },
  end: () => {
    client.disconnect();
    process.exit(0);
  },
  subscribe: ({ channel }) => {
    const subscription = client.newSubscription(channel, { recoverable: true, joinLeave: true });
    subscriptions[channel] = subscription;
    subscription.on("subscribed", (ctx) =>
      say("subscribed", { channel, recovered: ctx.recovered, wasRecovering: ctx.wasRecovering }),
    );
    subscription.on("unsubscribed", (ctx) => say("unsubscribed", { channel, code: ctx.code }));
    subscription.on("publication", (ctx) =>
      say("heard", { channel, offset: ctx.offset, data: text(ctx.data) }),
    );
    subscription.on("join", (ctx) => say("join", { channel, client: ctx.info.client }));
    subscription.on("leave", (ctx) => say("leave", { channel, client: ctx.info.client }));
    subscription.subscribe();
  },
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { what, ...about } = JSON.parse(line);
  Promise.resolve(things[what](about)).catch((error) => say("failed", { error: String(error) }));
});
say("ready");
