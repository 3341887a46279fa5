// The paths counted as layers are added, and the time that their sum takes here, beside the tape's.

import { createHtml } from "../dom/elements.js";
import { duration, format, integerText, thousands } from "../format/numbers.js";
import { PATIENCE } from "../instruments/pathplan.js";
import { boardHead } from "./figures.js";

/** @param {any} of */
export function createPathBoard({ host, api, page, going, redraw }) {
  const { run } = page.get();
  const head = boardHead(
    host,
    "Counting · …",
    "Each layer multiplies the paths; on the tape it only adds",
    "Path by path, every weight pays for every path from it to the loss. Times are for one sample, at the rate measured here.",
  );
  const place = createHtml("div", { class: "count-place" }, host);
  const table = createHtml("table", { class: "count" }, place);
  const note = createHtml("p", { class: "note2" }, host);
  let found = null;
  let drawn = null;
  read();

  async function read() {
    const answer = await api.instrument(run.id, "pathsum");
    if (!going()) return;
    found = answer;
    redraw();
  }

  function render(view) {
    const key = `${view.theme} ${found?.rate}`;
    if (!found || key === drawn) return;
    drawn = key;
    const hidden = run.config.hidden.length;
    head.say(`${thousands(Math.round(found.rate / 1e5) / 10)} million multiplications a second, measured here`);
    const least = Math.log10(found.deeper[0].tape_seconds) - 0.3;
    const most = Math.log10(found.deeper[found.deeper.length - 1].seconds) + 0.1;
    const share = (s) => `${Math.max(0.5, ((Math.log10(s) - least) / (most - least)) * 100).toFixed(1)}`;
    const line = (item) => {
      const own = item.layers === hidden && String(item.paths) === String(found.paths);
      const done = own && found.measured;
      const seconds = done ? found.measured.seconds : item.seconds;
      const refused = seconds > PATIENCE;
      return `<tr class="${own ? "this-run" : ""}"><th scope="row">${item.layers}</th><td>${integerText(item.paths, 9)}</td><td>${integerText(item.multiplications, 9)}</td><td>${integerText(item.tape_multiplications, 9)}</td><td class="spans"><svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="2" height="6" width="${share(seconds)}" class="${refused ? "refused" : "byPath"}"/><rect x="0" y="10" height="4" width="${share(item.tape_seconds)}" class="byTape"/></svg></td><td class="${refused ? "ill" : ""}">${duration(seconds)}${done ? " · measured" : refused ? " · refused" : ""}</td><td>${duration(item.tape_seconds)}</td></tr>`;
    };
    table.innerHTML = `<caption class="sr">Paths and times by number of hidden layers</caption><thead><tr><th scope="col">hidden layers of ${Math.max(...run.config.hidden.map((l) => l.units), 1)}</th><th scope="col">paths</th><th scope="col">multiplications, path by path</th><th scope="col">with the tape, both ways</th><th scope="col">time, logarithmic</th><th scope="col">path by path</th><th scope="col">tape</th></tr></thead><tbody>${found.deeper.map(line).join("")}</tbody>`;
    const { measured } = found;
    note.textContent = measured
      ? `In your run every one of ${thousands(measured.paths)} paths was really multiplied out, in ${duration(measured.seconds)}. The sums agree with the tape's gradients to ${format(measured.largest_difference)}; the largest gradient is ${format(measured.largest_gradient)}.`
      : `Your run has ${thousands(found.paths)} paths. Their sum would take ${duration(found.seconds)} here, so it is refused; the tape needs ${duration(found.tape_seconds)}.`;
  }
  return { render };
}
