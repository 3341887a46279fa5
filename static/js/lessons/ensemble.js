// An ensemble, member by member: small planes of masked networks, their running average, and the full network.

import { logarithmic, spread, tickText } from "../charts/scale.js";
import { readColors } from "../dom/browser.js";
import { createHtml, setHidden } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { drawField, drawSamples, ready } from "../plane/miniature.js";
import { decode } from "../plane/surface.js";
import { figure, figureHead, measureText, svg } from "./figures.js";

const MEMBERS = 24; // one a tile
const MEMBER_DELAY = 130; // ms from one member to the next

/** @param {any} of */
export function createEnsemble({ host, sideHost, api, page, going: isCurrent, redraw }) {
  const { run, samples, reduced } = page.get();
  const head = figureHead(
    host,
    "Ensemble · drawing",
    "Many networks from one set of weights",
    "Each small plane is one mask: the ticks below it are its units, filled = kept.",
  );
  const grid = createHtml("div", { class: "members" }, host);
  const chart = figure(host, "Distance from the average of all");
  chart.element.classList.add("members-chart");
  const [average, fullNetwork] = ["Average", "Network as used"].map((title) => {
    const own = figure(sideHost, title);
    const canvas = createHtml("canvas", { class: "column-plane" }, null);
    own.element.querySelector(".drawing")?.append(canvas);
    return { small: own.element.querySelector("small"), title: own.element.querySelector("span"), canvas };
  });
  const table = createHtml("table", { class: "comparison-table" }, sideHost);
  table.tabIndex = 0; // the column scrolls, and nothing else in it takes the focus
  table.setAttribute("aria-label", "Losses of members, average and network");
  const note = createHtml("p", { class: "help-text" }, sideHost);
  let result = null;
  let shown = 0;
  let drawnFor = [];
  const tiles = [];

  draw();

  async function draw() {
    const answer = await api
      .instrument(run.id, "ensemble", `members=${MEMBERS}&surfaces=60`)
      .catch((error) => ({ error }));
    if (!isCurrent()) return;
    if (answer.error) return head.setText(answer.error.message ?? String(answer.error));
    const { surfaces } = answer;
    const value = (text) =>
      Float64Array.from(decode(text), (byte) => surfaces.lo + (byte / 255) * (surfaces.hi - surfaces.lo));
    result = {
      ...answer,
      pictures: surfaces?.members.map((own) => value(own[0])) ?? [],
      usedPicture: surfaces && value(surfaces.used[0]),
    };
    for (const [i, mask] of (surfaces?.masks ?? []).entries())
      tiles.push(createTile(grid, mask, answer.member_losses[i]));
    head.setProgress(`${Math.min(tiles.length, MEMBERS)} of ${thousands(answer.subnetworks)} sub-networks`);
    head.setText(
      `Each small plane is one mask: the ticks below it are its units, filled = kept. The numbers are ${answer.where} losses, bold where one is better than the average so far.`,
    );
    chart.element.querySelector("span").textContent =
      `Distance from the average of ${answer.enumerated ? "all " : ""}${thousands(answer.reference)}${answer.enumerated ? "" : " drawn at random"}`;
    while (isCurrent() && shown < tiles.length) {
      shown = reduced ? tiles.length : shown + 1;
      redraw();
      await new Promise((done) => setTimeout(done, MEMBER_DELAY));
    }
  }

  function render(view) {
    const key = [result, shown, view.theme, host.clientWidth, fullNetwork.canvas.clientWidth];
    if (!result || key.every((v, i) => v === drawnFor[i])) return;
    const redrawAll = drawnFor[2] !== view.theme || drawnFor[3] !== key[3];
    drawnFor = key;
    const colors = readColors();
    tiles.forEach((tile, i) => {
      setHidden(tile.element, i >= shown);
      tile.element.classList.toggle("newest", i === shown - 1);
      if (i >= shown || (tile.done && !redrawAll)) return;
      tile.done = true;
      const side = tile.canvas.clientWidth || 88;
      drawField(ready(tile.canvas, side), side, result.pictures[i], colors, 1);
      tile.loss.classList.toggle("better", result.member_losses[i] < result.draw.losses[i]);
    });
    const mean = new Float64Array(result.usedPicture?.length ?? 0);
    for (let i = 0; i < shown; i++) for (let k = 0; k < mean.length; k++) mean[k] += result.pictures[i][k] / shown;
    const [x1, x2, y1, y2] = result.surfaces?.extent ?? [0, 1, 0, 1];
    const points = samples.inputs
      .slice(0, samples.train)
      .map(([x, y], i) => ({ x: (x - x1) / (x2 - x1), y: (y - y1) / (y2 - y1), target: samples.targets[i] }));
    for (const [target, picture] of [
      [average, mean],
      [fullNetwork, result.usedPicture],
    ]) {
      const side = target.canvas.clientWidth || 200;
      const ctx = ready(target.canvas, side);
      if (picture?.length) drawField(ctx, side, picture, colors);
      drawSamples(ctx, side, points, colors);
    }
    average.title.textContent = `Average of ${shown}`;
    average.small.textContent = `${result.where} loss ${format(result.draw.losses[shown - 1])}`;
    fullNetwork.small.textContent = `${result.where} loss ${format(result.used_loss)}`;
    chart.show([result, shown, view.theme], () => ({
      small: "root mean square over the samples, against members K, both logarithmic",
      html: convergencePlot(result, shown, chart.box()),
    }));
    const line = (name, value) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
    table.innerHTML = `<tbody>${line("a single member, mean", format(result.member_loss))}${line(`average of all${result.enumerated ? ` ${thousands(result.subnetworks)}` : ""}`, format(result.average_loss))}${line("members better than it", measureText(result.better_than_average, "percent"))}${line("geometric mean − as used", isNumber(result.geometric_difference) ? format(result.geometric_difference) : "–")}</tbody>`;
    note.textContent =
      result.geometric_difference !== null && result.geometric_difference < 1e-12
        ? "The last line is exact but for rounding: with one hidden layer, the network as used is the geometric mean of all."
        : "With more than one hidden layer the network as used is no longer exactly a mean of its members.";
  }

  return { render };
}

function createTile(grid, mask, loss) {
  const element = createHtml("div", { class: "member" }, grid);
  element.hidden = true;
  const canvas = createHtml("canvas", {}, element);
  canvas.setAttribute("aria-hidden", "true");
  const row = createHtml("p", {}, element);
  const tickWidth = Math.min(5, 46 / mask.length);
  const ticks = mask
    .map(
      (on, i) =>
        `<rect x="${(i * tickWidth + 0.5).toFixed(1)}" y=".5" width="${(tickWidth - 1.2).toFixed(1)}" height="8" rx="1" class="${on ? "kept" : "out"}"/>`,
    )
    .join("");
  row.innerHTML =
    mask.length > 20
      ? `<span>${mask.filter(Boolean).length} of ${mask.length}</span><b></b>`
      : `${svg(50, 9, `${mask.filter(Boolean).length} of ${mask.length} units kept`, ticks)}<b></b>`;
  const number = /** @type {HTMLElement} */ (row.querySelector("b"));
  number.textContent = format(loss, 2);
  return { element, canvas, loss: number, done: false };
}

/** Distances against the number of members, both in powers: this draw as far as it has come, among 300 others.
 * @param {any} found @param {number} shown @param {{W: number, H: number}} box */
export function convergencePlot({ averages, draw, slope }, shown, { W, H }) {
  const points = averages.filter(({ low }) => low > 0);
  if (points.length < 2) return "";
  const [first, last] = [points[0], points[points.length - 1]];
  const theory = first.root / Math.sqrt(last.members);
  const own = draw.distances.slice(0, shown);
  const low = Math.min(last.low, theory, ...own) / 1.15;
  const high = Math.max(first.high, ...own) * 1.15;
  const box = { left: 44, right: W - 138, top: 6, bottom: H - 20 };
  const X = logarithmic(1, last.members, box.left, box.right);
  const Y = logarithmic(low, high, box.bottom, box.top);
  const at = (k, v) => `${X(k).toFixed(1)} ${Y(v).toFixed(1)}`;
  const line = (name) => points.map((point) => at(point.members, point[name]));
  const out = points.map(
    ({ members }) =>
      `<text class="tick" x="${X(members).toFixed(1)}" y="${H - 5}" text-anchor="middle">${members}</text>`,
  );
  out.push(`<path class="band" d="M${line("low").join("L")}L${line("high").reverse().join("L")}Z"/>`);
  for (const v of [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    if (v > low && v < high)
      out.push(
        `<path class="grid" d="M${box.left} ${Y(v).toFixed(1)}H${box.right}"/><text class="tick" x="${box.left - 6}" y="${(Y(v) + 3.5).toFixed(1)}" text-anchor="end">${tickText(v, false)}</text>`,
      );
  out.push(
    `<path class="theory" d="M${at(1, first.root)}L${at(last.members, theory)}"/>`,
    `<path class="fit thin" d="M${line("distance").join("L")}"/>`,
    `<path class="fit wide" d="M${own.map((v, i) => at(i + 1, v)).join("L")}h0"/>`,
  );
  const end = own[own.length - 1];
  out.push(
    `<circle class="mark" cx="${X(own.length).toFixed(1)}" cy="${Y(end).toFixed(1)}" r="4"/>`,
    `<text class="strong end" x="${(X(own.length) + 9).toFixed(1)}" y="${(Y(end) - 7).toFixed(1)}">this draw, K = ${own.length}: ${format(end)}</text>`,
  );
  const names = ["median of 300 draws", "band: 10 to 90 %", 'theory: K<tspan class="up" dy="-5">−½</tspan>'];
  const places = spread([Y(last.distance) - 9, Y(last.high) - 20, Y(theory) + 9], 14, box.top + 6, box.bottom - 2);
  places.forEach((y, i) => {
    out.push(
      `<text class="${i === 2 ? "warning" : ""}" x="${box.right + 9}" y="${(y + 4).toFixed(1)}">${names[i]}</text>`,
    );
  });
  return svg(
    W,
    H,
    `Distance in the median of 300 draws: ${points.map((p) => `${p.members} members ${format(p.distance)}`).join(", ")}; slope ${format(slope, 2)}. This draw of ${own.length}: ${format(end)}`,
    out.join(""),
    "lesson-drawing",
  );
}
