/* A phone's copy of the requests: rows, an outbox and a checkpoint, kept in IndexedDB.

docs/reference/sync-protocol.md says what each part is for; this shows how little it takes. */

import { Shelf } from "./shelf.js";

const TABLE = "requests";
const MOST_AT_ONCE = 1000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

export class Replica extends EventTarget {
    /* `call` asks the API; `device` is this installation's own id. */
    static async opened({ device, call }) {
        const replica = new Replica();
        const shelf = await Shelf.opened(device);
        const kept = (await shelf.read()) ?? { rows: {}, outbox: [], checkpoint: null, ms: 0, counter: 0 };
        return Object.assign(replica, { device, call, shelf, kept, pause: FIRST_PAUSE, isOffline: false });
    }

    get pending() {
        return this.kept.outbox.length;
    }

    /* Rows as this phone shows them, with what nobody has been told yet, and how many edits of each wait. */
    rows() {
        const shown = structuredClone(this.kept.rows);
        for (const { id, changes } of this.kept.outbox) {
            const row = shown[id];
            if (row) Object.assign(row, changes, { waiting: (row.waiting ?? 0) + 1 });
        }
        return Object.values(shown);
    }

    /* `base` is the revision that the edit began from. */
    async edit(id, changes, base) {
        this.kept.outbox.push({
            op_id: crypto.randomUUID(), table: TABLE, id, op: "upsert", base_revision: base, changes, hlc: this.tick(),
        });
        await this.keep();
        this.sync();
    }

    /* One round at a time; what is asked for meanwhile is done once more afterwards. */
    async sync() {
        this.isAsked = true;
        clearTimeout(this.later);
        if (this.isBusy) return;
        this.isBusy = true;
        try {
            while (this.isAsked && !this.isOffline) {
                this.isAsked = false;
                await this.push();
                await this.pull();
                this.tell("synced");
            }
            this.pause = FIRST_PAUSE;
        } catch (trouble) {
            this.later = setTimeout(() => this.sync(), this.pause * (0.5 + Math.random()));
            this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
            this.tell("trouble", trouble);
        } finally {
            this.isBusy = false;
        }
    }

    set offline(isOffline) {
        this.isOffline = isOffline;
        if (isOffline) clearTimeout(this.later);
        else this.sync();
    }

    async push() {
        while (this.pending && !this.isOffline) {
            const operations = this.kept.outbox.slice(0, MOST_AT_ONCE);
            const { results } = await this.call("POST", "sync/push", { ...this.said(), operations });
            this.kept.outbox.splice(0, operations.length);
            results.forEach((result, number) => this.takeIn(operations[number], result));
            await this.keep();
        }
    }

    takeIn({ id, changes }, result) {
        const { outcome, record, revision: _revision, reason } = result;
        if (record) this.kept.rows[id] = { ...record, _revision };
        else if (outcome === "conflict") delete this.kept.rows[id];
        else if (outcome === "applied" && id in this.kept.rows) Object.assign(this.kept.rows[id], changes, { _revision });
        if (outcome === "rejected") this.tell("trouble", new Error(reason));
    }

    async pull() {
        for (let more = true; more && !this.isOffline;) {
            const page = await this.page();
            if (this.kept.checkpoint === null || (page.strategy === "replacement" && page.is_first)) this.kept.rows = {};
            const { rows = [], deleted = [] } = page.changes[TABLE] ?? {};
            for (const row of rows) this.kept.rows[row.id] = row;
            for (const id of deleted) delete this.kept.rows[id];
            this.kept.checkpoint = page.checkpoint;
            await this.keep();
            more = page.has_more;
        }
    }

    async page() {
        const asked = new URLSearchParams(this.said());
        if (this.kept.checkpoint !== null) asked.set("checkpoint", this.kept.checkpoint);
        try {
            return await this.call("GET", `sync/pull?${asked}`);
        } catch (trouble) {
            if (trouble.code !== "sync.checkpoint_invalid") throw trouble;
            this.kept.checkpoint = null;
            return this.page();
        }
    }

    said() {
        return { device: this.device, client_now: Date.now(), pending: this.pending };
    }

    tick() {
        const ms = Math.max(Date.now(), this.kept.ms);
        this.kept.counter = ms === this.kept.ms ? this.kept.counter + 1 : 0;
        this.kept.ms = ms;
        return `${ms}-${this.kept.counter}`;
    }

    async keep() {
        await this.shelf.write(this.kept);
        this.tell("changed");
    }

    tell(name, detail) {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}

/* As hints name a device (docs/how-to/pull-when-told.md). */
export async function tagOf(device) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(device));
    return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
