// The number of paths by depth, and the time that their sum takes here, beside the tape's.

import { createHtml } from "../dom/elements.js";
import { duration, format, integerText, thousands } from "../format/numbers.js";
import { MAX_SECONDS } from "../instruments/pathplan.js";
import { figureHead } from "./figures.js";

/** @param {any} of */
export function createPathCount({ host, api, page, going: isCurrent, redraw }) {
  const { run } = page.get();
  const head = figureHead(
    host,
    "Counting · …",
    "Each layer multiplies the paths; on the tape it only adds",
    "Path by path, every weight pays for every path from it to the loss. Times are for one sample, at the rate measured here.",
  );
  const place = createHtml("div", { class: "count-place" }, host);
  const table = createHtml("table", { class: "count" }, place);
  const note = createHtml("p", { class: "help-text" }, host);
  let result = null;
  let drawnFor = null;
  loadCount();

  async function loadCount() {
    const answer = await api.instrument(run.id, "pathsum");
    if (!isCurrent()) return;
    result = answer;
    redraw();
  }

  function render(view) {
    const key = `${view.theme} ${result?.rate}`;
    if (!result || key === drawnFor) return;
    drawnFor = key;
    const hidden = run.config.hidden.length;
    head.setProgress(
      `${thousands(Math.round(result.rate / 1e5) / 10)} million multiplications a second, measured here`,
    );
    const shortest = Math.log10(result.deeper[0].tape_seconds) - 0.3;
    const longest = Math.log10(result.deeper[result.deeper.length - 1].seconds) + 0.1;
    const share = (s) => `${Math.max(0.5, ((Math.log10(s) - shortest) / (longest - shortest)) * 100).toFixed(1)}`;
    const tableRow = (item) => {
      const isThisRun = item.layers === hidden && String(item.paths) === String(result.paths);
      const wasMeasured = isThisRun && result.measured;
      const seconds = wasMeasured ? result.measured.seconds : item.seconds;
      const tooLong = seconds > MAX_SECONDS;
      return `<tr class="${isThisRun ? "this-run" : ""}"><th scope="row">${item.layers}</th><td>${integerText(item.paths, 9)}</td><td>${integerText(item.multiplications, 9)}</td><td>${integerText(item.tape_multiplications, 9)}</td><td class="spans"><svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="2" height="6" width="${share(seconds)}" class="${tooLong ? "refused" : "by-path"}"/><rect x="0" y="10" height="4" width="${share(item.tape_seconds)}" class="by-tape"/></svg></td><td class="${tooLong ? "unhealthy" : ""}">${duration(seconds)}${wasMeasured ? " · measured" : tooLong ? " · refused" : ""}</td><td>${duration(item.tape_seconds)}</td></tr>`;
    };
    table.innerHTML = `<caption class="visually-hidden">Paths and times by number of hidden layers</caption><thead><tr><th scope="col">hidden layers of ${Math.max(...run.config.hidden.map((l) => l.units), 1)}</th><th scope="col">paths</th><th scope="col">multiplications, path by path</th><th scope="col">with the tape, backward pass</th><th scope="col">time, logarithmic</th><th scope="col">path by path</th><th scope="col">tape</th></tr></thead><tbody>${result.deeper.map(tableRow).join("")}</tbody>`;
    const { measured } = result;
    note.textContent = measured
      ? `In your run every one of ${thousands(measured.paths)} paths was really multiplied out, in ${duration(measured.seconds)}. The sums agree with the tape's gradients to ${format(measured.largest_difference)}; the largest gradient is ${format(measured.largest_gradient)}.`
      : `Your run has ${thousands(result.paths)} paths. Their sum would take ${duration(result.seconds)} here, so it is refused; the tape needs ${duration(result.tape_seconds)}.`;
  }
  return { render };
}
