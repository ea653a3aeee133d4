/* A small client of tus 1.0.0 (core and creation), as far as the demo needs it.

Apps take tus-js-client or a sibling of it; this shows how little it takes without one. */

const CHUNK = 256 * 1024;
const PAUSES = [200, 500, 1000, 2000, 5000];
// The offset has moved, another request still writes, too many of them: ask again where it stands.
const PASSING = new Set([409, 423, 429]);

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Upload extends EventTarget {
    /* `token()` returns an access token that is good now. */
    constructor(file, { endpoint, metadata, token }) {
        super();
        Object.assign(this, { file, endpoint, metadata, token, failures: 0 });
    }

    get id() {
        return this.url?.split("/").filter(Boolean).pop();
    }

    /* Cut what is on its way, as a tunnel does. */
    pause() {
        this.isPaused = true;
        this.request?.abort();
    }

    /* Begin, or go on from where the server stands. */
    async run() {
        this.isPaused = false;
        while (!this.isPaused) {
            try {
                if (!this.url) await this.create();
                else if (this.offset === undefined) await this.ask();
                else await this.send();
                this.failures = 0;
                if (this.offset === this.file.size) return this.tell("done");
            } catch (trouble) {
                if (trouble.isFinal) return this.tell("refused", trouble);
                // How much of it arrived only the server knows.
                this.offset = undefined;
                if (!this.isPaused) await this.rest();
            }
        }
    }

    async create() {
        const pairs = Object.entries(this.metadata).map(([name, value]) => `${name} ${encoded(value)}`);
        const answer = await this.call("POST", this.endpoint, {
            "Upload-Length": this.file.size, "Upload-Metadata": pairs.join(","),
        });
        this.url = new URL(answer.getResponseHeader("Location"), this.endpoint).href;
        this.tell("begun");
        this.moved(0);
    }

    async ask() {
        this.moved(Number((await this.call("HEAD", this.url)).getResponseHeader("Upload-Offset")));
    }

    async send() {
        const from = this.offset;
        const headers = { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" };
        const answer = await this.call("PATCH", this.url, headers, this.file.slice(from, from + CHUNK));
        this.moved(Number(answer.getResponseHeader("Upload-Offset")));
    }

    moved(offset) {
        this.offset = offset;
        this.tell("progress");
    }

    /* Not by fetch(), which cannot be asked how much it has sent. */
    async call(method, url, headers = {}, body = null) {
        const request = new XMLHttpRequest();
        request.open(method, url);
        const all = { "Tus-Resumable": "1.0.0", Authorization: `Bearer ${await this.token()}`, ...headers };
        for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
        this.request = request;
        const sent = this.offset ?? 0;
        request.upload.onprogress = ({ loaded }) => this.tell("progress", { offset: sent + loaded });
        await new Promise((resolve, reject) => {
            request.onload = resolve;
            request.onerror = request.onabort = () => reject(new Error("The line is dead."));
            request.send(body);
        });
        if (request.status < 300) return request;
        throw refusal(request);
    }

    rest() {
        const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)];
        return new Promise((resolve) => setTimeout(resolve, pause));
    }

    tell(name, detail = {}) {
        this.dispatchEvent(new CustomEvent(name, { detail: { offset: this.offset, message: detail.message, ...detail } }));
    }
}

function refusal({ status, responseText }) {
    const trouble = new Error(words(responseText) ?? `The server answered ${status}.`);
    trouble.isFinal = status >= 400 && status < 500 && !PASSING.has(status);
    return trouble;
}

function words(text) {
    try {
        const { detail, title } = JSON.parse(text);
        return detail || title;
    } catch {
        return undefined;
    }
}
