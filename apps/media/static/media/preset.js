// Shows what a preset makes of the sample while it is written; loaded by the admin of presets.

const picture = document.getElementById("preset-preview");
const names = ["width", "height", "fit", "position", "background", "trim", "quality", "format"];

function show() {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = document.getElementById(`id_${name}`)?.value;
    if (value) query.set(name, value);
  }
  if (document.getElementById("id_may_enlarge")?.checked) query.set("enlarge", "1");
  picture.src = `${picture.dataset.url}?${query}`;
}

if (picture) {
  let waiting;
  picture.closest("form")?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
}
