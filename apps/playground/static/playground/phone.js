/* One phone of the demo: signs in, joins the building's room, and shows what reaches it. */

import { Photos } from "./photos.js";
import { Requests } from "./requests.js";
import { Socket } from "./socket.js";
import { decrypted, fromBase64Url, newKeys } from "./web_push.js";

const phone = document.getElementById("phone");
const part = (name) => phone.querySelector(`[data-part=${name}]`);
const state = { here: new Map(), people: new Map(), unread: 0 };

const made = (name, words = "", className = "") => {
    const element = document.createElement(name);
    element.textContent = words;
    element.className = className;
    return element;
};
const direction = (language) => (new Intl.Locale(language || "en").maximize().script === "Hebr" ? "rtl" : "ltr");
const clock = () => new Date().toTimeString().slice(0, 8);

/* The API, with a token that lasts a day; real phones refresh theirs every ten minutes. */
async function signIn() {
    // As the cookie is now: two phones that are opened at once share it.
    const [, csrf] = document.cookie.match(/csrftoken=([^;]+)/);
    const answer = await fetch(phone.dataset.session, { method: "POST", headers: { "X-CSRFToken": csrf } });
    state.session = await answer.json();
}

const token = async () => state.session.access_token;

async function call(method, path, body) {
    const headers = { Authorization: `Bearer ${await token()}`, "Content-Type": "application/json" };
    if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
    const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.detail ?? answer.statusText), { code: told.code });
    return told;
}

/* The room: who is there, and what happens. */
const SENTENCES = {
    "buildings.request.opened": ({ title }) => `reported “${title}”`,
    "buildings.request.status_changed": ({ status }) => `a request is ${status.replace("_", " ")} now`,
    "buildings.comment.added": () => "commented on a request",
    "buildings.member.joined": () => "moved in",
};

function connect() {
    const socket = new Socket(`${phone.dataset.realtime.replace(/^http/, "ws")}/connection/websocket`, token);
    // A connection that ends meanwhile opens again.
    socket.addEventListener("open", () => enter(socket).catch(() => showLine(false)));
    socket.addEventListener("close", () => showLine(false));
    socket.addEventListener("join", ({ detail }) => { state.here.set(detail.client, detail.user); showPresence(); });
    socket.addEventListener("leave", ({ detail }) => { state.here.delete(detail.client); showPresence(); });
    socket.addEventListener("publication", ({ detail }) => hear(detail.data));
    socket.addEventListener("lost", () => { refreshInbox(); state.requests.sync(); });
    state.socket = socket;
}

async function enter(socket) {
    showLine(true);
    state.requests.sync();
    state.here.clear();
    await socket.subscribe(state.session.room);
    const there = Object.values(await socket.present(state.session.room));
    for (const { client, user } of there) state.here.set(client, user);
    showPresence();
}

function hear({ event, payload }) {
    if (event === "notifications.inbox_item.added" || event === "notifications.inbox.changed") {
        showUnread(payload.unread);
        refreshInbox();
    }
    if (event.startsWith("files.")) state.photos.hear(event, payload);
    if (event === "sync.changed") state.requests.hear(payload);
    const sentence = SENTENCES[event];
    if (!sentence) return;
    const who = state.people.get(payload.author_id ?? payload.user_id) ?? "Somebody";
    const line = made("li");
    line.append(made("time", clock()), made("b", who), ` ${sentence(payload)}`);
    part("room").prepend(line);
}

function showLine(isOpen) {
    phone.classList.toggle("is-online", isOpen);
    part("line").textContent = isOpen ? "Live" : state.isOffline ? "Offline" : "Connecting …";
}

function showPresence() {
    const users = [...new Set(state.here.values())];
    const chips = users.map((user) => made("li", user === state.session.user_id ? "You" : state.people.get(user) ?? "Somebody"));
    part("presence").replaceChildren(...chips);
}

/* Off the net and back: nothing is lost on the way. */
function goOffline(isOffline) {
    state.isOffline = isOffline;
    part("offline").textContent = isOffline ? "Go online" : "Go offline";
    if (isOffline) state.socket.sleep();
    else state.socket.wake();
    state.photos.offline = isOffline;
    state.requests.offline = isOffline;
}

/* The inbox: the same on every phone of a person. */
async function refreshInbox() {
    const { items } = await call("GET", "notifications/inbox/");
    part("inbox").replaceChildren(...items.slice(0, 6).map(shownItem));
    showUnread((await call("GET", "notifications/inbox/unread/")).unread);
}

function shownItem(item) {
    const button = made("button", "", item.read_at ? "is-read" : "");
    button.append(made("b", item.title), made("span", item.body));
    button.dir = direction(item.language);
    button.lang = item.language;
    button.onclick = () => call("POST", `notifications/inbox/${item.id}/read/`).then(refreshInbox).catch(complain);
    const line = made("li");
    line.append(button);
    return line;
}

function showUnread(count) {
    part("unread").textContent = count;
    part("unread").hidden = !count;
}

/* Pushes: encrypted for this page, carried by the bundled Web Push service. */
async function receivePushes() {
    const keys = await newKeys();
    const subscribed = await fetch(`${phone.dataset.push}/web-push/subscriptions`, {
        method: "POST", body: JSON.stringify({ p256dh: keys.p256dh, auth: keys.secret, ends_with_stream: true }),
    });
    const { endpoint } = await subscribed.json();
    const stream = new EventSource(`${endpoint}/stream`);
    stream.onmessage = async ({ data }) =>
        showPush(JSON.parse(await decrypted(fromBase64Url(JSON.parse(data).body), keys)));
    // A stream that fails goes on trying by itself.
    await new Promise((resolve) => { stream.onopen = stream.onerror = resolve; });
    await call("POST", "notifications/devices/", {
        service: "web_push", endpoint, p256dh: keys.p256dh, auth: keys.secret,
    });
}

/* Declarative Web Push: what to show stands in the message itself. */
function showPush({ notification }) {
    if (!notification) return;
    const { title, body, lang, dir } = notification;
    const card = made("li");
    card.append(made("b", title), made("span", body ?? ""));
    card.dir = dir ?? "auto";
    card.lang = lang ?? "";
    part("pushes").prepend(card);
    setTimeout(() => card.classList.add("is-old"), 8000);
}

function complain(error) {
    part("trouble").textContent = error.message;
}

part("report").onsubmit = async (event) => {
    event.preventDefault();
    const field = event.target.elements.title;
    const title = field.value.trim();
    if (!title) return;
    field.value = "";
    await call("POST", `buildings/${state.session.building_id}/requests/`, { title }).catch(complain);
};
part("language").onchange = (event) => call("PATCH", "accounts/me/", { locale: event.target.value }).catch(complain);
part("offline").onclick = () => goOffline(!state.isOffline);
part("archive").onclick = () => call("POST", "notifications/inbox/archive/").then(refreshInbox).catch(complain);

try {
    await signIn();
    const members = await call("GET", `buildings/${state.session.building_id}/members/`);
    for (const { id, name } of members.items) state.people.set(id, name);
    part("language").value = (await call("GET", "accounts/me/")).locale.slice(0, 2);
    const nameOf = (user) => state.people.get(user) ?? "Somebody";
    const { session } = state;
    state.photos = new Photos(part("photos"), { call, token, session, nameOf });
    state.requests = new Requests(part("replica"), { call, session, complain });
    // Before the line: a phone that others see is one that pushes reach.
    await receivePushes().catch(complain);
    connect();
    await state.requests.load();
    await state.photos.load();
    await refreshInbox();
} catch (error) {
    complain(error);
}
