/* The requests of a building, to be read and edited without a line, and conflicts to be decided. */

import { Replica, tagOf } from "./replica.js";

const made = (name, words = "", about = {}) => Object.assign(document.createElement(name), { textContent: words, ...about });

const FIELDS = ["title", "description"];
const valuesOf = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));

/* A tab is an installation of its own, also after a reload. */
function deviceOf(user) {
    const key = `device-${user}`;
    sessionStorage[key] ??= `page-${crypto.randomUUID()}`;
    return sessionStorage[key];
}

export class Requests {
    /* `call` asks the API, `complain` shows what went wrong. */
    constructor(section, { call, session, complain }) {
        Object.assign(this, { section, call, session, complain, items: new Map(), conflicts: new Map() });
        this.list = section.querySelector("[data-part=requests]");
    }

    async load() {
        const device = deviceOf(this.session.user_id);
        this.tag = await tagOf(device);
        const replica = await Replica.opened({ device, call: this.call });
        replica.addEventListener("changed", () => this.show());
        replica.addEventListener("synced", () => this.ask().catch(this.complain));
        replica.addEventListener("trouble", ({ detail }) => this.complain(detail));
        this.replica = replica;
        this.show();
        replica.offline = Boolean(this.isOffline);
    }

    set offline(isOffline) {
        this.isOffline = isOffline;
        if (!this.replica) return;
        this.replica.offline = isOffline;
        this.show();
    }

    /* There may be something to pull. */
    sync() {
        this.replica?.sync();
    }

    hear({ device }) {
        if (device !== this.tag) this.sync();
    }

    /* What waits for a decision. */
    async ask() {
        const { items } = await this.call("GET", "sync/conflicts/?settled=open");
        this.conflicts = new Map(items.map((conflict) => [conflict.record_id, conflict]));
        this.show();
    }

    async decide({ id }, resolution) {
        await this.call("POST", `sync/conflicts/${id}/resolve/`, { resolution }).catch(this.complain);
        this.sync();
    }

    show() {
        const waiting = this.section.querySelector("[data-part=waiting]");
        waiting.textContent = `${this.replica.pending} waiting`;
        waiting.hidden = !this.replica.pending;
        const rows = this.replica.rows().filter(({ building_id: building }) => building === this.session.building_id);
        rows.sort((one, other) => other.created_at - one.created_at);
        const known = new Set(rows.map(({ id }) => id));
        for (const [id, { line }] of this.items) if (!known.has(id) && this.items.delete(id)) line.remove();
        rows.forEach((row, place) => {
            const { line } = this.shown(row);
            if (this.list.children[place] !== line) this.list.insertBefore(line, this.list.children[place] ?? null);
        });
    }

    shown(row) {
        const item = this.items.get(row.id) ?? this.added(row.id);
        item.row = row;
        item.title.textContent = row.title;
        item.state.textContent = row.waiting ? "waits for the line" : row.status.replace("_", " ");
        item.about.textContent = row.description;
        const conflict = this.conflicts.get(row.id);
        item.line.dataset.state = conflict ? "conflict" : row.waiting ? "waiting" : "settled";
        // Whoever types is not interrupted.
        if (!item.details.open) this.fill(item);
        this.showVersions(item, conflict);
        return item;
    }

    fill(item) {
        for (const name of FIELDS) item.form.elements[name].value = item.row[name];
        item.begun = { ...valuesOf(item.form), revision: item.row._revision };
    }

    added(id) {
        const line = made("li");
        line.dataset.request = id;
        line.innerHTML = `<details><summary><b></b> <span></span></summary><form>
            <input name="title" maxlength="120" required aria-label="Title" autocomplete="off">
            <textarea name="description" rows="2" maxlength="5000" aria-label="Description"></textarea>
            <button>Save</button></form></details><p></p><div class="versions"></div>`;
        const [details, title, state, form, about, versions] = ["details", "b", "span", "form", "p", "div"]
            .map((name) => line.querySelector(name));
        const item = { line, details, title, state, form, about, versions };
        form.onsubmit = (event) => {
            event.preventDefault();
            this.save(item).catch(this.complain);
        };
        this.items.set(id, item);
        return item;
    }

    /* Only what was changed is told: what is not named cannot conflict. */
    async save({ row, begun, form, details }) {
        const changed = Object.entries(valuesOf(form)).filter(([name, value]) => value !== begun[name]);
        details.open = false;
        if (changed.length) await this.replica.edit(row.id, Object.fromEntries(changed), begun.revision);
    }

    showVersions({ versions }, conflict) {
        const key = conflict ? `${conflict.id} ${Boolean(this.isOffline)}` : "";
        if (versions.dataset.shown === key) return;
        versions.dataset.shown = key;
        versions.replaceChildren(...(conflict ? this.sides(conflict) : []));
    }

    sides(conflict) {
        const sides = [["mine", "Yours", "Keep mine"], ["theirs", "Theirs", "Keep theirs"]];
        return sides.map(([side, name, words]) => {
            const told = conflict.fields.map((field) => `${field}: ${conflict[side]?.[field] ?? "deleted"}`);
            const button = made("button", words, {
                disabled: Boolean(this.isOffline), onclick: () => this.decide(conflict, side),
            });
            const version = made("div");
            version.dataset.side = side;
            version.append(made("b", name), made("span", told.join("; ")), button);
            return version;
        });
    }
}
