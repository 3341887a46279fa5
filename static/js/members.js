// An ensemble, member by member: small planes of masked networks, their running average, the network as it is used.

import { boardHead } from "./boardhead.js";
import { logarithmic, tickText } from "./chartscale.js";
import { drawField, drawSamples, ready } from "./fieldmap.js";
import { decode, readColors } from "./heat.js";
import { figure, svg } from "./lessonfigures.js";
import { format, isNumber, thousands } from "./scales.js";
import { html } from "./svg.js";

const DRAWN = 64;
const PACE = 130; // ms from one member to the next

/** @param {any} of */
export function createMembers({ host, beside, api, page, going, redraw }) {
  const { run, samples, reduced } = page.get();
  const head = boardHead(
    host,
    "Ensemble · drawing",
    "Many networks from one set of weights",
    "Each small plane is one mask: the ticks below it are its units, filled = kept. The numbers are losses.",
  );
  const grid = html("div", "members", host);
  const chart = figure(host, "Distance from the average of all");
  chart.element.classList.add("members-chart");
  const [average, used] = ["Average", "Network as used"].map((title) => {
    const own = figure(beside, title);
    const canvas = html("canvas", "column-plane", null);
    own.element.querySelector(".drawing")?.append(canvas);
    return { small: own.element.querySelector("small"), title: own.element.querySelector("span"), canvas };
  });
  const table = html("table", "cmp", beside);
  table.tabIndex = 0; // the column scrolls, and nothing else in it takes the focus
  table.setAttribute("aria-label", "Losses of members, average and network");
  const note = html("p", "note2", beside);
  let found = null;
  let shown = 0;
  let drawn = [];
  const tiles = [];

  draw();

  async function draw() {
    const answer = await api
      .instrument(run.id, "ensemble", `members=${DRAWN}&surfaces=60`)
      .catch((error) => ({ error }));
    if (!going()) return;
    if (answer.error) return head.under(answer.error.message ?? String(answer.error));
    const { surfaces } = answer;
    const value = (text) =>
      Float64Array.from(decode(text), (byte) => surfaces.lo + (byte / 255) * (surfaces.hi - surfaces.lo));
    found = {
      ...answer,
      pictures: surfaces?.members.map((own) => value(own[0])) ?? [],
      usedPicture: surfaces && value(surfaces.used[0]),
    };
    for (const [i, mask] of (surfaces?.masks ?? []).entries()) tiles.push(tileOf(grid, mask, answer.member_losses[i]));
    head.say(`${Math.min(tiles.length, DRAWN)} of ${thousands(answer.subnetworks)} sub-networks`);
    chart.element.querySelector("span").textContent = answer.enumerated
      ? `Distance from the average of all ${thousands(answer.subnetworks)}`
      : "Distance from the average of 1 024 drawn";
    while (going() && shown < tiles.length) {
      shown = reduced ? tiles.length : shown + 1;
      redraw();
      await new Promise((done) => setTimeout(done, PACE));
    }
  }

  function render(view) {
    const key = [found, shown, view.theme, host.clientWidth, used.canvas.clientWidth];
    if (!found || key.every((v, i) => v === drawn[i])) return;
    const fresh = drawn[2] !== view.theme || drawn[3] !== key[3];
    drawn = key;
    const colors = readColors();
    const best = found.average_loss;
    tiles.forEach((tile, i) => {
      tile.element.hidden = i >= shown;
      tile.element.classList.toggle("newest", i === shown - 1);
      if (i >= shown || (tile.done && !fresh)) return;
      tile.done = true;
      const side = tile.canvas.clientWidth || 88;
      drawField(ready(tile.canvas, side), side, found.pictures[i], colors, 1);
      tile.loss.classList.toggle("better", found.member_losses[i] < best);
    });
    const mean = new Float64Array(found.usedPicture?.length ?? 0);
    for (let i = 0; i < shown; i++) for (let k = 0; k < mean.length; k++) mean[k] += found.pictures[i][k] / shown;
    const [x1, x2, y1, y2] = found.surfaces?.extent ?? [0, 1, 0, 1];
    const points = samples.inputs
      .slice(0, samples.train)
      .map(([x, y], i) => ({ x: (x - x1) / (x2 - x1), y: (y - y1) / (y2 - y1), target: samples.targets[i] }));
    for (const [place, picture] of [
      [average, mean],
      [used, found.usedPicture],
    ]) {
      const side = place.canvas.clientWidth || 200;
      const ctx = ready(place.canvas, side);
      if (picture?.length) drawField(ctx, side, picture, colors);
      drawSamples(ctx, side, points, colors);
    }
    average.title.textContent = `Average of ${shown}`;
    average.small.textContent = "";
    used.small.textContent = `${found.where} loss ${format(found.used_loss)}`;
    chart.show([found, view.theme], () => ({
      small: "root mean square over the samples, against members K, both logarithmic",
      html: convergence(found, chart.box()),
    }));
    const line = (name, value) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
    table.innerHTML = `<tbody>${line("a single member, mean", format(found.member_loss))}${line(`average of all${found.enumerated ? ` ${thousands(found.subnetworks)}` : ""}`, format(found.average_loss))}${line("members better than it", `${Math.round(found.better_than_average * 100)} %`)}${line("geometric mean − as used", isNumber(found.geometric_difference) ? format(found.geometric_difference) : "–")}</tbody>`;
    note.textContent =
      found.geometric_difference !== null && found.geometric_difference < 1e-12
        ? "The last line is exact but for rounding: with one hidden layer, the network as used is the geometric mean of all."
        : "With more than one hidden layer the network as used is no longer exactly a mean of its members.";
  }

  return { render };
}

function tileOf(grid, mask, loss) {
  const element = html("div", "member", grid);
  element.hidden = true;
  const canvas = html("canvas", "", element);
  canvas.setAttribute("aria-hidden", "true");
  const row = html("p", "", element);
  const wide = Math.min(5, 46 / mask.length);
  const ticks = mask
    .map(
      (on, i) =>
        `<rect x="${(i * wide + 0.5).toFixed(1)}" y=".5" width="${(wide - 1.2).toFixed(1)}" height="8" rx="1" class="${on ? "kept" : "out"}"/>`,
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

/** Distances against the number of members, both in powers. */
export function convergence(found, { W, H }) {
  const points = found.averages.filter(({ distance }) => distance > 0);
  if (points.length < 2) return "";
  const [first, last] = [points[0], points[points.length - 1]];
  const low = Math.min(last.distance, first.distance / Math.sqrt(last.members)) / 1.3;
  const high = first.distance * 1.3;
  const box = { left: 44, right: W - 120, top: 6, bottom: H - 20 };
  const X = logarithmic(1, last.members, box.left, box.right);
  const Y = logarithmic(low, high, box.bottom, box.top);
  const out = [];
  for (const { members } of points)
    out.push(`<text class="tick" x="${X(members).toFixed(1)}" y="${H - 5}" text-anchor="middle">${members}</text>`);
  for (const v of [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    if (v > low && v < high)
      out.push(
        `<path class="grid" d="M${box.left} ${Y(v).toFixed(1)}H${box.right}"/><text class="tick" x="${box.left - 6}" y="${(Y(v) + 3.5).toFixed(1)}" text-anchor="end">${tickText(v, false)}</text>`,
      );
  const theory = first.distance / Math.sqrt(last.members);
  out.push(
    `<path class="theory" d="M${X(1).toFixed(1)} ${Y(first.distance).toFixed(1)}L${X(last.members).toFixed(1)} ${Y(theory).toFixed(1)}"/>`,
  );
  out.push(
    `<path class="fit" d="M${points.map(({ members, distance }) => `${X(members).toFixed(1)} ${Y(distance).toFixed(1)}`).join("L")}"/>`,
  );
  for (const { members, distance } of points)
    out.push(`<circle class="mark" cx="${X(members).toFixed(1)}" cy="${Y(distance).toFixed(1)}" r="3"/>`);
  const end = Y(last.distance);
  const apart = Math.abs(end - Y(theory)) < 13 ? 13 : 0;
  out.push(
    `<text class="strong" x="${box.right + 8}" y="${(end + 4 - (end <= Y(theory) ? apart : -apart) / 2).toFixed(1)}">measured: K<tspan class="up" dy="-5">${format(found.slope, 2)}</tspan></text>`,
  );
  out.push(
    `<text class="lw" x="${box.right + 8}" y="${(Y(theory) + 4 + (end <= Y(theory) ? apart : -apart) / 2).toFixed(1)}">theory: K<tspan class="up" dy="-5">−½</tspan></text>`,
  );
  return svg(
    W,
    H,
    `Distance ${points.map((p) => `${p.members} members ${format(p.distance)}`).join(", ")}; slope ${format(found.slope, 2)}`,
    out.join(""),
    "lad",
  );
}
