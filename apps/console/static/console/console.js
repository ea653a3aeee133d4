/* Draws the charts of the start page and keeps them fresh. Nothing is fetched from elsewhere. */

const SVG = "http://www.w3.org/2000/svg";
const PAD = { left: 34, right: 4, top: 8, bottom: 18 };

const home = document.getElementById("console");
const status = document.getElementById("console-status");
const state = { range: "1h", timer: 0, drawn: new Map(), asked: 0 };

const element = (name, attributes = {}, text = "") => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
};
const html = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
};
const shortly = (value) => {
    if (value >= 1e6) return `${+(value / 1e6).toFixed(1)}M`;
    if (value >= 1e4) return `${+(value / 1e3).toFixed(1)}k`;
    return value >= 100 ? value.toFixed(0) : `${+value.toFixed(value >= 1 ? 1 : 2)}`;
};
const clock = (moment, isLong) => {
    const iso = moment.toISOString();
    return isLong ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, 16);
};
const roundUp = (value) => {
    if (value <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value);
};

/* One chart: knows its card, what was told last, and which point is pointed at. */
class Plot {
    constructor(card) {
        this.card = card;
        this.place = card.querySelector(".console-plot");
        this.isBar = card.dataset.kind === "bar";
        this.unit = card.dataset.unit;
        this.tip = html("div", { class: "console-tip", hidden: "", role: "status" });
        this.svg = element("svg", { role: "img", tabindex: "0" });
        this.place.append(this.svg, this.tip);
        this.svg.addEventListener("pointermove", (event) => this.pointAt(this.indexAt(event)));
        this.svg.addEventListener("pointerleave", () => this.pointAt(null));
        this.svg.addEventListener("blur", () => this.pointAt(null));
        this.svg.addEventListener("keydown", (event) => this.step(event));
        new ResizeObserver(() => this.told && this.draw()).observe(this.place);
    }

    show(told) {
        this.told = told;
        this.place.hidden = !told.series.length;
        if (told.series.length) this.draw();
    }

    draw() {
        const { width, height } = this.place.getBoundingClientRect();
        if (!width) return;
        this.width = width - PAD.left - PAD.right;
        this.height = height - PAD.top - PAD.bottom;
        this.count = this.told.series[0].points.length;
        this.top = roundUp(this.highest());
        this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        this.svg.setAttribute("aria-label", this.summary());
        this.guide = element("g");
        this.svg.replaceChildren(...this.grid(), ...(this.isBar ? this.bars() : this.lines()), this.guide);
        if (this.pointed != null) this.pointAt(this.pointed);
    }

    highest() {
        const totals = Array.from({ length: this.count }, (_, at) => {
            const values = this.told.series.map((series) => series.points[at] ?? 0);
            return this.isBar ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
        });
        return Math.max(...totals);
    }

    x(at) { return PAD.left + (this.count > 1 ? (at / (this.count - 1)) * this.width : 0); }
    y(value) { return PAD.top + this.height * (1 - value / this.top); }
    moment(at) { return new Date(this.told.since.getTime() + (at + 1) * this.told.step); }

    grid() {
        const parts = [0, 0.5, 1].flatMap((share) => {
            const y = this.y(this.top * share);
            return [
                element("line", { class: "grid", x1: PAD.left, x2: PAD.left + this.width, y1: y, y2: y }),
                element("text", { x: PAD.left - 5, y: y + 3, "text-anchor": "end" }, shortly(this.top * share)),
            ];
        });
        const anchors = { 0: "start", 1: "middle", 2: "end" };
        for (const third of [0, 1, 2]) {
            const at = Math.round((third / 2) * (this.count - 1));
            const label = clock(this.moment(at), this.told.isLong);
            parts.push(element("text", { x: this.x(at), y: PAD.top + this.height + 14, "text-anchor": anchors[third] }, label));
        }
        return parts;
    }

    lines() {
        return this.told.series.flatMap((series) => {
            let isDown = false;
            const path = series.points.map((value, at) => {
                if (value == null) { isDown = false; return ""; }
                const step = `${isDown ? "L" : "M"}${this.x(at).toFixed(1)},${this.y(value).toFixed(1)}`;
                isDown = true;
                return step;
            });
            return [element("path", { class: "line", d: path.join(""), "data-tone": series.tone }), ...this.dots(series)];
        });
    }

    /* A value with no neighbours would not be seen as a line. */
    dots(series) {
        const { points, tone } = series;
        return points.flatMap((value, at) => {
            if (value == null || points[at - 1] != null || points[at + 1] != null) return [];
            return [element("circle", { class: "dot", cx: this.x(at), cy: this.y(value), r: 2, "data-tone": tone })];
        });
    }

    bars() {
        const width = Math.max(1, (this.width / this.count) * 0.8);
        const below = Array(this.count).fill(0);
        return this.told.series.flatMap((series) => series.points.map((value, at) => {
            if (!value) return null;
            below[at] += value;
            const height = (value / this.top) * this.height;
            const x = PAD.left + (at / this.count) * this.width;
            return element("rect", { class: "bar", x, y: this.y(below[at]), width, height, "data-tone": series.tone });
        })).filter(Boolean);
    }

    indexAt(event) {
        const x = event.clientX - this.svg.getBoundingClientRect().left - PAD.left;
        const at = this.isBar ? Math.floor((x / this.width) * this.count) : Math.round((x / this.width) * (this.count - 1));
        return Math.min(this.count - 1, Math.max(0, at));
    }

    step(event) {
        const last = this.count - 1;
        const from = this.pointed ?? last + 1;
        const goes = { ArrowLeft: Math.max(0, from - 1), ArrowRight: Math.min(last, from + 1), Home: 0, End: last, Escape: null };
        if (!(event.key in goes)) return;
        event.preventDefault();
        this.pointAt(goes[event.key]);
    }

    pointAt(at) {
        this.pointed = at;
        this.guide.replaceChildren();
        this.tip.hidden = at == null;
        if (at == null) return;
        const x = this.isBar ? PAD.left + ((at + 0.4) / this.count) * this.width : this.x(at);
        this.guide.append(element("line", { class: "guide", x1: x, x2: x, y1: PAD.top, y2: PAD.top + this.height }));
        const values = this.told.series.map((series) => {
            const value = series.points[at];
            return `${series.label}: ${value == null ? "not known" : `${shortly(value)} ${this.unit}`}`;
        });
        this.tip.textContent = [`${clock(this.moment(at), true)} UTC`, ...values].join("\n");
        const room = this.place.clientWidth - this.tip.offsetWidth;
        this.tip.style.transform = `translateX(${Math.max(0, Math.min(room, x < this.width / 2 ? x + 12 : x - this.tip.offsetWidth - 12))}px)`;
    }

    summary() {
        const title = this.card.querySelector("h2").textContent;
        const series = this.told.series.map((each) => {
            const values = each.points.filter((value) => value != null);
            return values.length ? `${each.label} last ${shortly(values.at(-1))}, highest ${shortly(Math.max(...values))}` : `${each.label} not known`;
        });
        return `${title}, ${this.unit}: ${series.join("; ")}. Arrow keys read single values.`;
    }
}

const showCard = (card, chart, frame) => {
    const figures = chart.figures.map((figure) => {
        const pair = html("div", figure.note ? { title: figure.note } : {});
        pair.append(html("dt", {}, figure.label), html("dd", { "data-tone": figure.tone }, figure.text));
        return pair;
    });
    card.querySelector(".console-figures").replaceChildren(...figures);
    const named = chart.series.length > 1 ? chart.series : [];
    card.querySelector(".console-legend").replaceChildren(...named.map((series) => html("li", { "data-tone": series.tone }, series.label)));
    const missing = card.querySelector(".console-missing");
    missing.textContent = chart.missing;
    missing.hidden = !chart.missing;
    if (!state.drawn.has(card)) state.drawn.set(card, new Plot(card));
    state.drawn.get(card).show({ series: chart.series, ...frame });
    card.setAttribute("aria-busy", "false");
};

const say = (text, tone = "") => {
    if (status.textContent === text) return;
    status.textContent = text;
    if (tone) status.dataset.tone = tone;
    else delete status.dataset.tone;
};

const show = (told) => {
    const since = new Date(told.since);
    const step = told.step_seconds * 1000;
    const frame = { since, step, isLong: told.step_seconds >= 3600 };
    for (const chart of told.charts) {
        const card = document.getElementById(`chart-${chart.name}`);
        if (card) showCard(card, chart, frame);
    }
    const age = told.sampled_at ? (Date.now() - new Date(told.sampled_at)) / 1000 : Infinity;
    if (age > 120) say("No samples are being taken: do worker and beat run, and do they reach Redis?", "warn");
    else say(`Live · times in UTC · refreshed every ${home.dataset.refreshSeconds} s`);
};

const refresh = async () => {
    clearTimeout(state.timer);
    const asked = ++state.asked;
    try {
        const answer = await fetch(`${home.dataset.url}?range=${state.range}`, { headers: { Accept: "application/json" } });
        if (answer.redirected || !answer.ok) throw new Error(answer.redirected ? "signed out" : `status ${answer.status}`);
        const told = await answer.json();
        if (asked !== state.asked) return;
        show(told);
    } catch (problem) {
        if (problem.message === "signed out") say("You are signed out: reload the page to sign in again.", "bad");
        else say(`Could not be refreshed (${problem.message}); trying again.`, "warn");
    }
    if (!document.hidden) state.timer = setTimeout(refresh, home.dataset.refreshSeconds * 1000);
};

for (const button of home.querySelectorAll("[data-range]")) {
    button.addEventListener("click", () => {
        state.range = button.dataset.range;
        for (const each of home.querySelectorAll("[data-range]")) each.setAttribute("aria-pressed", each === button);
        refresh();
    });
}
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(state.timer) : refresh()));
refresh();
