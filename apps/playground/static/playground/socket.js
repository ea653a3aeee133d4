/* A small client of Centrifugo's protocol v2 in JSON, as far as the demo needs it.

Apps take an SDK (docs/how-to/listen-live.md); this shows how little it takes without one. */

const FINAL = (code) => (code >= 3500 && code < 4000) || code >= 4500;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;

export class Socket extends EventTarget {
    /* `token()` returns an access token that is good now. */
    constructor(url, token) {
        super();
        this.url = url;
        this.token = token;
        this.positions = new Map();
        this.pause = FIRST_PAUSE;
        this.open();
    }

    open() {
        this.waiting = new Map();
        this.number = 0;
        this.line = new WebSocket(this.url);
        this.line.onopen = () => this.greet().catch(() => this.line.close());
        this.line.onmessage = (event) => event.data.split("\n").filter(Boolean).forEach((text) => this.hear(JSON.parse(text)));
        this.line.onclose = (event) => this.closed(event);
    }

    /* Hang up until `wake` is called. */
    sleep() {
        this.isAsleep = true;
        this.line.close();
    }

    wake() {
        this.isAsleep = false;
        if (this.line.readyState === WebSocket.CLOSED) this.open();
    }

    async greet() {
        const answer = await this.ask({ connect: { token: await this.token(), name: "playground" } });
        this.pause = FIRST_PAUSE;
        for (const [channel, subscription] of Object.entries(answer.connect.subs ?? {})) this.take(channel, subscription);
        this.renewLater(answer.connect);
        this.tell("open", { client: answer.connect.client });
    }

    async renew() {
        const { refresh } = await this.ask({ refresh: { token: await this.token() } });
        this.renewLater(refresh);
    }

    /* A fifth of its time before the token ends; without a new one the connection begins anew. */
    renewLater({ expires, ttl }) {
        const renew = () => this.renew().catch(() => this.line.close());
        if (expires) this.renewal = setTimeout(renew, ttl * 800);
    }

    /* To be said after each "open"; what was missed since the last time comes with the answer. */
    async subscribe(channel) {
        const known = this.positions.get(channel);
        const from = known ? { recover: true, ...known } : {};
        this.positions.set(channel, known);
        const answer = await this.ask({ subscribe: { channel, join_leave: true, ...from } });
        this.take(channel, answer.subscribe);
    }

    async present(channel) {
        return (await this.ask({ presence: { channel } })).presence.presence;
    }

    take(channel, { epoch, offset = 0, publications = [], was_recovering: wasRecovering, recovered }) {
        publications.forEach((publication) => this.publication(channel, publication));
        this.positions.set(channel, { epoch, offset });
        if (wasRecovering && !recovered) this.tell("lost", { channel });
    }

    ask(command) {
        const id = ++this.number;
        this.say({ id, ...command });
        return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    }

    say(words) {
        if (this.line.readyState === WebSocket.OPEN) this.line.send(JSON.stringify(words));
    }

    hear(reply) {
        if (reply.id) {
            const { resolve, reject } = this.waiting.get(reply.id);
            this.waiting.delete(reply.id);
            if (reply.error) reject(new Error(`${reply.error.code}: ${reply.error.message}`));
            else resolve(reply);
        } else if (reply.push) {
            this.pushed(reply.push);
        } else {
            this.say({});
        }
    }

    pushed({ channel, pub, join, leave, unsubscribe }) {
        if (pub) this.publication(channel, pub);
        if (join) this.tell("join", { channel, ...join.info });
        if (leave) this.tell("leave", { channel, ...leave.info });
        if (unsubscribe) {
            this.positions.delete(channel);
            this.tell("removed", { channel });
        }
    }

    publication(channel, { data, offset }) {
        if (offset) this.positions.set(channel, { ...this.positions.get(channel), offset });
        this.tell("publication", { channel, data });
    }

    closed({ code, reason }) {
        clearTimeout(this.renewal);
        for (const { reject } of this.waiting.values()) reject(new Error("The connection ended."));
        this.tell("close", { code, reason, isFinal: FINAL(code) });
        if (FINAL(code) || this.isAsleep) return;
        setTimeout(() => this.isAsleep || this.open(), this.pause * (0.5 + Math.random() / 2));
        this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }

    tell(name, detail) {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}
