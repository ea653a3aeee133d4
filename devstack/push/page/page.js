/* Draws each push as its phone would: the newest on top, one in place of another of its kind. */

const CARDS = 60;
const template = document.getElementById("push");
const connection = document.getElementById("connection");
const only = new URLSearchParams(location.search).get("token");

if (only) {
    const filter = document.getElementById("filter");
    filter.hidden = false;
    filter.querySelector("code").textContent = only;
}

document.getElementById("forget").addEventListener("click", async () => {
    await fetch("/journal", { method: "DELETE" });
    document.querySelectorAll("ol").forEach((list) => list.replaceChildren());
});

const events = new EventSource("/events");
events.addEventListener("open", () => { connection.textContent = "Live. The newest stands on top."; });
events.addEventListener("error", () => { connection.textContent = "The push services do not answer; trying again …"; });
events.addEventListener("message", ({ data }) => show(JSON.parse(data)));

function show(push) {
    const list = document.querySelector(`[data-platform="${push.platform}"] ol`);
    if (!list || (only && push.token !== only)) return;
    if (push.is_accepted && push.collapse) formerOf(push, list)?.remove();
    list.prepend(cardOf(push));
    while (list.children.length > CARDS) list.lastChild.remove();
}

function formerOf(push, list) {
    return [...list.children].find(
        (card) => card.dataset.token === push.token && card.dataset.collapse === push.collapse,
    );
}

function cardOf(push) {
    const card = template.content.cloneNode(true).firstElementChild;
    const write = (selector, words) => { card.querySelector(selector).textContent = words; };
    card.classList.toggle("is-refused", !push.is_accepted);
    card.classList.toggle("is-silent", push.is_silent);
    card.classList.toggle("is-sealed", push.is_sealed);
    if (push.is_accepted) Object.assign(card.dataset, { token: push.token, collapse: push.collapse });
    const article = card.querySelector("article");
    article.dir = push.direction;
    article.lang = push.language;
    write("time", new Date(push.at).toLocaleTimeString("en-GB", { timeStyle: "short" }));
    write("h3", push.title);
    write(".body", push.body);
    write(".note", noteOf(push));
    write(".verdict", push.is_accepted ? "accepted" : `${push.status || "no answer"} ${push.code}`);
    write(".about", [shortened(push.token), push.urgency, push.collapse].filter(Boolean).join(" · "));
    write("pre", JSON.stringify({ headers: push.headers, payload: push.payload }, null, 2));
    card.querySelector(".only").href = `?token=${encodeURIComponent(push.token)}`;
    return card;
}

function noteOf(push) {
    if (push.is_sealed) return "Encrypted; only the browser it is for can read it.";
    return push.is_silent ? "Silent: it woke the app and showed nothing." : "";
}

function shortened(token) {
    return token.length > 14 ? `${token.slice(0, 10)}…` : token || "no device";
}
