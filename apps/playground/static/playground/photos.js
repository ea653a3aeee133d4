/* The photos of a room: sent by tus, seen by everybody in it, checked, and shown in many sizes. */

import { Upload } from "./upload.js";

const SHOWN = 5;
const SIZES = [48, 96, 144];
// The test file of all scanners (EICAR), in halves: this one is no virus either.
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
const WORDS = {
    sending: "is on its way",
    waiting: "waits for the line",
    pending: "is being checked",
    clean: "is clean",
    infected: "is refused",
    refused: "is refused",
    error: "could not be checked",
    gone: "is gone",
};

export class Photos {
    /* `call` asks the API, `token()` returns a token, `nameOf` says who somebody is. */
    constructor(section, { call, token, session, nameOf }) {
        Object.assign(this, { section, call, token, session, nameOf, items: new Map(), uploads: new Set() });
        this.list = section.querySelector("[data-part=files]");
        section.querySelector("[type=file]").onchange = ({ target }) => {
            for (const file of target.files) this.send(file, "image");
            target.value = "";
        };
        section.querySelector("[data-sample=photo]").onclick = async () => this.send(await drawn(), "image");
        section.querySelector("[data-sample=virus]").onclick = () =>
            this.send(new File(EICAR, "invoice.txt", { type: "text/plain" }), "document");
    }

    async load() {
        const { items } = await this.call("GET", `files/?scope=${this.scope}`);
        for (const file of items.slice(0, SHOWN).reverse()) await this.refresh(file.id);
    }

    get scope() {
        return `building:${this.session.building_id}`;
    }

    send(file, purpose) {
        const upload = new Upload(file, {
            endpoint: new URL("/api/v1/uploads/", location).href,
            metadata: { filename: file.name, filetype: file.type, purpose, scope: this.scope },
            token: this.token,
        });
        this.uploads.add(upload);
        const key = crypto.randomUUID();
        const about = { owner: this.session.user_id, name: file.name, length: file.size };
        this.show(key, { ...about, offset: 0, state: this.isOffline ? "waiting" : "sending" });
        upload.addEventListener("begun", () => this.named(key, upload.id));
        upload.addEventListener("progress", ({ detail }) => this.show(upload.id ?? key, { offset: detail.offset }));
        upload.addEventListener("done", () => this.ended(upload, { offset: file.size, state: "pending" }));
        upload.addEventListener("refused", ({ detail }) => {
            this.ended(upload, { state: "refused", reason: detail.message }, key);
        });
        if (!this.isOffline) upload.run();
    }

    ended(upload, change, key) {
        this.uploads.delete(upload);
        this.show(upload.id ?? key, change);
    }

    /* Cut everything, or let it go on. */
    set offline(isOffline) {
        this.isOffline = isOffline;
        for (const upload of this.uploads) {
            if (isOffline) upload.pause();
            else upload.run();
        }
        const [from, to] = isOffline ? ["sending", "waiting"] : ["waiting", "sending"];
        for (const [id, item] of this.items) {
            if (item.state === from && item.owner === this.session.user_id) this.show(id, { state: to });
        }
    }

    /* What the room tells, of this phone's files as of others'. */
    hear(event, { upload_id: upload, file_id: file, owner_id: owner, ...told }) {
        if (event === "files.upload.progressed" && owner !== this.session.user_id) {
            this.show(upload, { owner, offset: told.offset_bytes, length: told.length_bytes, state: "sending" });
        } else if (event === "files.file.uploaded") {
            const length = told.size_bytes;
            this.show(file, { owner, name: told.name, offset: length, length, state: "pending" });
        } else if (event === "files.file.scanned") {
            this.show(file, { owner, state: told.state, reason: told.reason });
        } else if (event === "files.file.processed") {
            this.refresh(file);
        } else if (event === "files.file.deleted") {
            this.show(file, { state: "gone" });
        }
    }

    async refresh(id) {
        const file = await this.call("GET", `files/${id}/`);
        const thumbnail = file.renditions.find((each) => each.name === "150" && each.url);
        const picture = (file.content_type ?? "").startsWith("image/") ? id : undefined;
        const { owner, name, size_bytes: length, state, reason } = file;
        this.show(id, { owner, name, length, offset: length, state, reason, thumbnail: thumbnail?.url, picture });
    }

    named(key, id) {
        const item = this.items.get(key);
        this.items.delete(key);
        this.items.set(id, item);
        item.line.dataset.file = id;
    }

    show(id, change) {
        const item = this.items.get(id) ?? this.added(id);
        // What was heard late is not believed again.
        if (SETTLED.has(item.state) && !SETTLED.has(change.state ?? item.state)) return;
        if (change.state === "pending" && item.state === "pending") delete change.state;
        Object.assign(item, change);
        item.line.dataset.state = item.state;
        item.line.querySelector("b").textContent = item.name ?? "A file";
        item.line.querySelector("span").textContent = this.sentence(item);
        const bar = item.line.querySelector("progress");
        bar.hidden = SETTLED.has(item.state);
        bar.value = item.length ? item.offset / item.length : 0;
        if (item.thumbnail) this.picture(item);
    }

    sentence({ owner, state, reason, offset, length }) {
        const who = owner === this.session.user_id ? "Yours" : `${this.nameOf(owner)}’s`;
        const share = state === "sending" || state === "waiting" ? ` (${Math.floor((100 * offset) / length)} %)` : "";
        return `${who} ${WORDS[state] ?? state}${share}${reason ? `: ${reason}` : ""}`;
    }

    /* The thumbnail that was made once, and sizes that the image service makes when they are asked for. */
    picture({ line, thumbnail, picture, name }) {
        const [shown, sizes] = line.querySelectorAll(".thumbnail, .sizes");
        if (shown.firstChild) return;
        shown.append(Object.assign(new Image(), { src: thumbnail, alt: name }));
        this.sized(picture, name).then((images) => sizes.append(...images));
    }

    sized(picture, name) {
        return Promise.all(SIZES.map(async (edge) => {
            const { url } = await this.call("POST", `media/files/${picture}/urls/`, { width: 2 * edge });
            return Object.assign(new Image(edge), { src: url, alt: `${name}, ${edge} px wide` });
        }));
    }

    added(id) {
        const line = document.createElement("li");
        line.dataset.file = id;
        line.innerHTML = '<div class="thumbnail"></div><b></b><span></span><progress max="1"></progress><div class="sizes"></div>';
        this.list.prepend(line);
        while (this.list.children.length > SHOWN) this.list.lastChild.remove();
        const item = { line };
        this.items.set(id, item);
        return item;
    }
}

const SETTLED = new Set(["clean", "infected", "refused", "error", "gone"]);

/* A photo that was never taken: hills in the evening, with grain as a sensor gives it. */
async function drawn() {
    const [width, height] = [2400, 1800];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    const sky = pen.createLinearGradient(0, 0, 0, height);
    for (const [at, colour] of [[0, "#2b3a67"], [0.55, "#e07a5f"], [0.75, "#f2cc8f"]]) sky.addColorStop(at, colour);
    pen.fillStyle = sky;
    pen.fillRect(0, 0, width, height);
    const shift = Math.random() * 6;
    ["#81b29a", "#4f7f6f", "#2d4a43"].forEach((colour, row) => {
        pen.fillStyle = colour;
        pen.beginPath();
        pen.moveTo(0, height);
        for (let x = 0; x <= width; x += 20) {
            pen.lineTo(x, height * (0.62 + row * 0.12) + 90 * Math.sin(x / (260 - 40 * row) + row + shift));
        }
        pen.lineTo(width, height);
        pen.fill();
    });
    const grain = pen.getImageData(0, 0, width, height);
    for (let place = 0; place < grain.data.length; place += 4) {
        const by = (Math.random() - 0.5) * 44;
        for (let part = 0; part < 3; part += 1) grain.data[place + part] += by;
    }
    pen.putImageData(grain, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    return new File([blob], "evening.jpg", { type: "image/jpeg" });
}
