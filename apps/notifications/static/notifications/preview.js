/* Shows what each platform makes of a template while it is written. Nothing is saved by it. */

const panel = document.getElementById("notification-preview");
const form = panel.closest("form");
const place = panel.querySelector("[data-place]");
const PAUSE_MS = 250;
let timer = 0;
let asked = 0;

/* The direction of a language's writing; what is half typed is no language yet. */
const directionOf = (tag) => {
    try {
        const locale = new Intl.Locale(tag);
        return (locale.getTextInfo?.() ?? locale.textInfo)?.direction ?? "auto";
    } catch {
        return "auto";
    }
};
const turn = () => {
    for (const language of form.querySelectorAll("[name^='texts-'][name$='-language']")) {
        const row = language.name.slice(0, -"language".length);
        for (const part of ["title", "body"]) {
            const field = form.elements[row + part];
            if (field) field.dir = directionOf(language.value);
        }
    }
};
const refresh = async () => {
    const number = ++asked;
    const url = `${panel.dataset.url}?key=${encodeURIComponent(panel.dataset.key)}`;
    try {
        const answer = await fetch(url, { method: "POST", body: new FormData(form) });
        if (!answer.ok) throw new Error(`The preview answered ${answer.status}.`);
        const shown = await answer.text();
        // An answer that was overtaken by a later one is old.
        if (number === asked) place.innerHTML = shown;
    } catch (error) {
        if (number === asked) place.textContent = `No preview: ${error.message}`;
    }
};
const soon = () => {
    turn();
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
};

form.addEventListener("input", soon);
form.addEventListener("change", soon);
document.addEventListener("formset:added", soon);
document.addEventListener("formset:removed", soon);
turn();
refresh();
