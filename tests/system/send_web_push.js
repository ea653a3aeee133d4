// Sends pushes by the usual library of Node: one JSON line in, the status out.
const webPush = require("web-push");
const readline = require("node:readline");

const keys = webPush.generateVAPIDKeys();
const vapidDetails = { subject: "mailto:team@example.com", ...keys };

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const { subscription, text } = JSON.parse(line);
  // Its own sending knows https alone.
  const { endpoint, method, headers, body } = webPush.generateRequestDetails(
    subscription, text, { vapidDetails, TTL: 60, urgency: "high", topic: "of-node" },
  );
  const answer = await fetch(endpoint, { method, headers, body });
  console.log(answer.status);
});
