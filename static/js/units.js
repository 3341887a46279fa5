// The units of the graph: tiles with their three gauges and numbers, the features, the loss.

import { hoveredWeight, isolated } from "./edges.js";
import { sumTime, updateTimes } from "./flow.js";
import { isFeature } from "./heat.js";
import { hueNames, shapeAt, shapeOfClass } from "./planemap.js";
import {
  clamp,
  easeOut,
  format,
  formatWithin,
  gradientClass,
  isNumber,
  lettersOf,
  progress,
  share,
  subscript,
  superscript,
  thousands,
  valueClass,
} from "./scales.js";
import { single, timeOf } from "./scene.js";
import { make, n1, n2, say, show, write, writeAll } from "./svg.js";

const A_FRAME = 16; // units painted in one frame while single operations play, beside those of the operation

export function buildUnits(svg, layout, features, samples) {
  const nodes = layout.units.map((column, k) =>
    Object.assign(
      column.map((place, unit) => buildUnit(svg, layout, features, samples, k, unit, place)),
      { key: "" },
    ),
  );
  return { nodes, loss: buildLoss(svg, layout) };
}

function buildUnit(svg, layout, features, samples, k, unit, { x, y, s }) {
  const last = k === layout.widths.length - 1;
  const rx = last ? layout.outputRadius : layout.radius;
  const box = { width: s, height: s, rx };
  const g = make(
    "g",
    {
      class: "node",
      role: "button",
      tabindex: "-1",
      "data-unit": `${k},${unit}`,
      transform: `translate(${n1(x - s / 2)} ${n1(y - s / 2)})`,
    },
    svg,
  );
  make("rect", { class: "ground", ...box }, g);
  const veil = make("rect", { class: "veil", ...box }, g);
  const body = make("g", {}, g);
  // Its words stand beside the button: a name says the same in full, and nobody has to speak a tick of an axis.
  const words = make("g", { class: "words", "aria-hidden": "true", "data-words": `${k},${unit}` }, svg);
  write(words, "transform", g.getAttribute("transform"));
  const frame = make("rect", { class: "frame", ...box }, body);
  const ring = make("circle", { class: "ring", display: "none", r: !layout.fine ? 1.6 : last ? 3.4 : 2.3 }, body);
  const part = { g, s, rx, k, unit, last, veil, body, words, frame, ring };
  if (k > 0) return buildGauges(part, layout);
  const name = features?.[unit] ?? `x${unit + 1}`;
  return layout.table && (!isFeature(name) || !samples?.extent)
    ? buildColumn(part, layout, name, samples)
    : buildInput(part, layout, name);
}

function buildGauges(part, layout) {
  const { body, words, s, k, unit, last } = part;
  const bar = (at) => {
    make("path", { class: "track", d: `M${at} 2V${s - 2}`, "stroke-width": layout.gauge }, body);
    const fill = make("path", { class: "bar", "stroke-width": layout.gauge }, body);
    const ghost = make("path", { class: "ghost", display: "none" }, body);
    make("path", { class: "zero", d: `M${at - layout.gauge / 2 - 1} ${s / 2}h${layout.gauge + 2}` }, body);
    return { fill, ghost, at };
  };
  const text = (x, y, anchor = "start") =>
    make("text", { x: n1(x), y: n1(y), "text-anchor": anchor, class: "num" }, words);
  part.left = bar(-layout.gap / 2);
  part.right = bar(s + layout.gap / 2);
  if (last && layout.several)
    part.token = make(
      "path",
      {
        class: `class-mark ${hueNames(unit)}`,
        d: layout.fine
          ? shapeAt(shapeOfClass(unit), -21, s / 2 - 12, 4.6)
          : shapeAt(shapeOfClass(unit), s + layout.gap + 7, 3, 3.4),
      },
      body,
    );
  if (!layout.fine) return part;
  make("path", { class: "track", d: `M3 -5H${s - 3}`, "stroke-width": 2.6 }, body);
  part.top = make("path", { class: "bar", "stroke-width": 2.6, "data-ref": `b${k}[${unit}]` }, body);
  make("path", { class: "zero", d: `M${s / 2} -7.4v4.6` }, body);
  if (last && !layout.several) {
    const answer = text(-16, -15);
    make("tspan", { class: "it s17" }, answer).textContent = "ŷ";
    part.value = make("tspan", { dx: 5, "data-ref": `outputs[${unit}]` }, answer);
    const error = text(s + 18, -15, "end");
    part.errorName = make("tspan", { class: "it" }, error);
    part.errorName.textContent = `δ${superscript(k)}`;
    part.error = make("tspan", { dx: 4 }, error);
    part.ends = [answer, error];
  } else if (last) {
    const answer = text(s / 2, s + 13, "middle");
    part.name = make("tspan", { class: "it s13" }, answer);
    part.value = make("tspan", { dx: 5, class: "num", "data-ref": `outputs[${unit}]` }, answer);
  } else {
    part.value = text(-11, s + 12);
    part.error = text(s + 11, s + 12, "end");
    part.ends = [part.value, part.error];
  }
  return part;
}

/** A table's column: its name, and where its tile is large enough, this sample's raw and scaled value beside it. */
function buildColumn(part, layout, name, samples) {
  const { body, words, s, unit } = part;
  const at = samples?.columns.indexOf(name) ?? -1;
  const many = s < 26 || layout.phone || layout.deep;
  part.label = name;
  part.column = at;
  part.units = samples?.units[at] ?? "";
  const title = columnTitle(name, part.units);
  const place = s < 26 ? { x: -6, y: s / 2 + 3.5, "text-anchor": "end" } : { x: s / 2, y: -7, "text-anchor": "middle" };
  const size = layout.phone || s < 26 ? 9 : 11;
  const room = s < 26 ? layout.columns[0] - s / 2 - 8 : 2 * layout.columns[0] - 4;
  const most = Math.max(3, Math.floor(Math.min(room, layout.columnPitch) / (size === 9 ? 4.9 : 5.6)));
  const text = make("text", { ...place, class: `${/^x\d+$/.test(name) ? "it " : ""}s${size}` }, words);
  text.textContent = /^x\d+$/.test(name)
    ? featureText(name)
    : title.length > most
      ? `${title.slice(0, most - 1)}…`
      : title;
  const beside = samples?.extent && at === 1 ? -15 : -9;
  if (!many) {
    part.raw = make("text", { x: beside, y: s / 2 - 3, "text-anchor": "end", class: "t2" }, words);
    part.value = make("text", { x: beside, y: s / 2 + 11, "text-anchor": "end", "data-ref": `x[${unit}]` }, words);
  }
  if (samples?.extent) return Object.assign(part, axisOf(part, at));
  part.axis = -1;
  part.marker = make("path", { class: "marker", d: `M${s + 3} 0l6.5 -4v8z`, "data-ref": `x[${unit}]` }, body);
  return part;
}

/** A little axis of the plane, below a tile for x1, left of it for x2, and the mark of the sample's place on it. */
function axisOf({ body, s, unit }, axis) {
  const across = axis === 0;
  const g = make("g", {}, body);
  const d = across
    ? `M0 ${s + 7}H${s}M.5 ${s + 4}v6M${s / 2} ${s + 5}v4M${s - 0.5} ${s + 4}v6`
    : `M-7 0V${s}M-10 .5h6M-9 ${s / 2}h4M-10 ${s - 0.5}h6`;
  make("path", { class: "axis", d }, g);
  const mark = across ? "M0 4l-4 -7h8z" : "M-4 0l7 -4v8z";
  return { axis, axisGroup: g, marker: make("path", { class: "marker", d: mark, "data-ref": `x[${unit}]` }, g) };
}

/** "bill_length_mm" in mm → "bill length", in full "bill length, mm". */
export function columnTitle(name, unit, full = false) {
  const bare = unit && name.endsWith(`_${unit}`) ? name.slice(0, -unit.length - 1) : name;
  return `${bare.replaceAll("_", " ")}${full && unit ? `, ${unit}` : ""}`;
}

/** A feature: its name, its value, and for a plain coordinate a little axis with the sample's place on it. */
function buildInput(part, layout, name) {
  const { words, s, unit } = part;
  const many = s < 26;
  const plain = !isFeature(name);
  const text = make(
    "text",
    many
      ? { x: -6, y: s / 2 + 3.5, "text-anchor": "end" }
      : { x: s / 2, y: layout.fine ? -8 : -5, "text-anchor": "middle" },
    words,
  );
  const size = many || plain ? 11 : !layout.fine ? 12 : name.length > 2 ? 13 : 16;
  const label = make("tspan", { class: `${plain ? "" : "it "}s${size}` }, text);
  const spelled = name.replaceAll("_", " ");
  label.textContent = plain ? (spelled.length > 18 ? `${spelled.slice(0, 17)}…` : spelled) : featureText(name);
  part.label = name;
  const [first, second] = layout.units[0];
  const tight = second && second.y - first.y - s < (layout.fine ? 44 : 26); // no room for an axis below a tile
  part.axis = many || tight ? -1 : ["x1", "x2"].indexOf(name);
  if (layout.fine && !many && !plain) part.value = make("tspan", { dx: 6, "data-ref": `x[${unit}]` }, text);
  else if (plain && s >= 34)
    part.value = make("text", { x: s / 2, y: s / 2 + 4, "text-anchor": "middle", "data-ref": `x[${unit}]` }, words);
  if (part.axis < 0) return part;
  Object.assign(part, axisOf(part, part.axis));
  const across = part.axis === 0;
  if (layout.fine && s >= 36) {
    const tick = (at) =>
      make(
        "text",
        across
          ? { class: "tick", x: at * s, y: s + 21, "text-anchor": "middle" }
          : { class: "tick", x: -13, y: at ? 5 : s + 2, "text-anchor": "end" },
        words,
      );
    part.ticks = [tick(0), tick(1)];
  }
  return part;
}

/** Where the target's words stand on a phone: higher than the curves from several outputs. */
function clearOf({ phone, several, units, loss }) {
  const highest = units.at(-1)[0];
  return phone && several ? Math.max(20, highest.y - highest.s / 2 - 6) : loss.y;
}

function buildLoss(svg, layout) {
  const { x, y, r } = layout.loss;
  const up = layout.fine ? 40 : Math.max(22, y - r - clearOf(layout));
  const g = make("g", { role: "img" }, svg);
  const text = (dy, className, parent = g) =>
    make("text", { x, y: n1(y + dy), "text-anchor": "middle", class: className }, parent);
  make("path", { class: "axis", d: `M${x} ${y - r - up}V${y - r - 3}M${x - 3} ${y - r - 7}l3 5l3 -5` }, g);
  const target = text(-r - up - 7, "");
  make("tspan", { class: `it ${layout.fine ? "s16" : "s12"}` }, target).textContent = "y";
  const targetValue = make("tspan", { dx: 3, "data-ref": layout.several ? "y" : "y[0]" }, target);
  const circle = make("circle", { cx: x, cy: y, r }, g);
  const letter = text(5, `it ${layout.fine ? "s21" : "s16"}`);
  letter.textContent = "L";
  const value = text(layout.fine ? 15 : r + 13, "num");
  write(value, "data-ref", "L");
  const after = make("g", { display: "none" }, g);
  text(r + 18, "t2", after).textContent = "this batch";
  return {
    g,
    circle,
    letter,
    value,
    target,
    targetValue,
    after,
    from: text(r + 32, "t2", after),
    to: text(r + 47, "strong", after),
  };
}

// ------------------------------------------------------------------ painting

/** Paints the columns in which something may have changed. */
export function paintUnits(scene) {
  const { view, nodes, records, status } = scene;
  const flowing = !single(view);
  const unit = isolated(view);
  const one = hoveredWeight(view);
  const op = view.ops?.[view.op];
  const focus = [
    records.id,
    scene.painting,
    view.mode,
    JSON.stringify(unit ?? one),
    JSON.stringify(view.selection),
    view.hoverRef,
  ].join();
  let left = view.playing && !flowing ? A_FRAME : Number.POSITIVE_INFINITY;
  nodes.forEach((column, k) => {
    const own = k === 0 ? ["x"] : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].map((stem) => stem + k);
    if (k === records.layers) own.push("L");
    if (op?.phase === "update") own.push("update");
    const key = [focus, op?.layer === k ? view.op : "", ...own.map((name) => n2(status(name) * 2))].join();
    if (column.key === key || (left <= 0 && op?.layer !== k)) return;
    column.key = key;
    left -= column.length;
    const fadeOf = (u) => {
      if (one) return (one.layer === k && one.to === u) || (one.layer === k + 1 && one.from === u) ? 1 : 0.3;
      return !unit || Math.abs(unit.layer - k) === 1 || (unit.layer === k && unit.unit === u) ? 1 : 0.35;
    };
    if (k === 0) for (const part of column) paintInput(scene, part, fadeOf(part.unit));
    else {
      const state = columnState(scene, k, op, flowing);
      for (const part of column) paintUnit(scene, part, state, fadeOf(part.unit));
    }
  });
}

function paintInput({ view, records, status, extent, painted, columnRange }, part, fade) {
  const x = records.values("x");
  const value = x?.[part.unit];
  const lost = x !== null && !isNumber(value);
  const raw = view.samples?.inputs?.[view.spotlight?.index]?.[part.axis];
  const slid = easeOut(progress(status("x"), 0, 0.4));
  for (const group of [part.body, part.words]) write(group, "opacity", fade === 1 ? null : fade);
  write(part.veil, "fill-opacity", n2(painted?.[0][part.unit] ? 1 - fade : 1));
  write(part.frame, "class", `frame on${chosen(view, part)}`);
  stripes(part, lost, true);
  if (part.value) {
    say(part.value, x ? (lost ? "missing" : format(value)) : "");
    write(part.value, "class", `num12 ${lost ? "warn" : valueClass(value)}`);
  }
  write(part.g, "aria-label", `input ${part.label}: ${x ? (lost ? "missing" : format(value)) : "not known"}`);
  const own = view.samples?.inputs[view.spotlight?.index]?.[part.column];
  if (part.raw) say(part.raw, x ? rawText(own, part.units) : "");
  if (part.column !== undefined && part.axis < 0) {
    const [low, high] = columnRange(part.unit);
    show(part.marker, x !== null && !lost && slid > 0);
    if (isNumber(value))
      write(
        part.marker,
        "transform",
        `translate(0 ${n1(part.s / 2 + (0.5 - clamp((value - low) / (high - low))) * (part.s - 7) * slid)})`,
      );
    return;
  }
  if (!part.marker) return;
  show(part.axisGroup, Boolean(extent));
  if (!extent) return;
  const [low, high] = extent.slice(part.axis * 2, part.axis * 2 + 2);
  const place = 0.5 + (clamp(((raw ?? 0) - low) / (high - low)) - 0.5) * slid;
  show(part.marker, isNumber(raw) && slid > 0);
  write(
    part.marker,
    "transform",
    part.axis === 0 ? `translate(${n1(place * part.s)} ${part.s})` : `translate(0 ${n1((1 - place) * part.s)})`,
  );
  if (!part.ticks) return;
  say(part.ticks[0], short(low));
  say(part.ticks[1], short(high));
}

/** What all units of a column share. */
function columnState({ view, records, status, layout, evaluation }, k, op, flowing) {
  const last = k === records.layers;
  const has = (name) => records.index.has(name);
  const measure = records.measures[k];
  return {
    op,
    flowing,
    measure,
    now: !flowing && op?.layer === k && !/^(z|dW)/.test(op.name) && (op.phase !== "loss" || last),
    answers: last ? [has(`a${k}`) ? `a${k}` : "outputs"] : [`a${k}`, `d${k}`].filter(has),
    errors: ["dd", "da", "dn", "dz"].map((stem) => stem + k).filter(has),
    limit: measure.error / (layout.deep && !last ? measure.factor : 1),
    moved: op?.phase === "update" && !flowing ? updateTimes(timeOf(view)).moved : 0,
    numbered: layout.numbers && !flowing,
    sum: status(`z${k}`),
    dead: evaluation?.health?.layers?.[k - 1]?.dead_units ?? [],
  };
}

/** The latest of some records that has begun, the one before it, and how far the change between them is. */
function latest({ records, status }, names, unit, from, to) {
  let found = null;
  for (const name of names) {
    const done = status(name === "outputs" ? "L" : name);
    const values = done > 0 ? records.values(name) : null;
    if (!values || values[unit] === undefined) continue;
    const before = found?.value ?? 0;
    const grown = easeOut(progress(done, from(name), to(name)));
    const value = values[unit];
    found = {
      value,
      before,
      grown,
      ref: `${name}[${unit}]`,
      at: isNumber(value) && isNumber(before) ? before + (value - before) * grown : value,
    };
  }
  return found;
}

function paintUnit(scene, part, state, fade) {
  const { view, records, status, layout, extent } = scene;
  const { unit, s, last, k } = part;
  const { op, measure, sum } = state;
  const out = scene.dropped(k, unit);
  const reach = sum >= 1 ? 1 : sum > 0 ? easeOut(progress(sumTime(timeOf(view), unit, layout.widths[k]), 0.86, 1)) : 0;
  const painted = scene.painted?.[k]?.[unit];
  const dead = !out && !last && reach >= 1 && state.dead.includes(unit);
  for (const group of [part.body, part.words]) write(group, "opacity", fade === 1 ? null : fade);
  write(part.veil, "fill-opacity", n2(dead ? fade : !painted || out ? 1 : 1 - (0.38 + 0.62 * reach) * fade));
  write(part.veil, "class", dead ? "veil dead" : "veil");

  const arriving = (name) => !last && name === op?.name && name === records.arrives[k];
  const answer = latest(
    scene,
    state.answers,
    unit,
    () => 0,
    (name) => (name === "outputs" ? 0.4 : 1),
  );
  const error = latest(
    scene,
    state.errors,
    unit,
    (name) => (name === records.error ? 0.6 : arriving(name) ? 0.55 : 0),
    () => 1,
  );
  gauge(part.left, s, !out && answer, measure.activation, valueClass);
  gauge(part.right, s, !out && error, state.limit, gradientClass);
  const past = single(view) ? null : view.past?.spot;
  ghost(part.left, s, layout, past?.[last ? "outputs" : `a${k}`]?.[unit], measure.activation);
  ghost(part.right, s, layout, past?.[`dz${k}`]?.[unit], state.limit);
  if (part.top) {
    const b = records.parameters[`b${k}`]?.[unit];
    const step = records.update?.[`b${k}`]?.[unit];
    show(part.top, isNumber(b) && !out);
    if (isNumber(b)) {
      const now = b + (isNumber(step) ? step * state.moved : 0);
      writeAll(part.top, {
        d: `M${s / 2} -5h${n2(share(now, measure.bias) * (s / 2 - 3))}`,
        class: `bar ${now === 0 ? "none" : valueClass(now)}`,
      });
    }
  }

  const z = records.values(`z${k}`);
  const lost = !out && (answer ? !isNumber(answer.value) : sum >= 1 && z !== null && !isNumber(z[unit]));
  stripes(part, lost, false);
  strike(part, out, state.numbered && fade === 1);
  deadRing(part, dead);
  const lit = view.hoverRef && new RegExp(`^d?[zand]?[zand]${k}\\[${unit}\\]$`).test(view.hoverRef) ? " lit" : "";
  write(
    part.frame,
    "class",
    `frame${out ? " out" : state.now ? " now" : reach >= 1 ? " on" : ""}${chosen(view, part)}${lit}`,
  );
  const place = view.samples?.inputs?.[view.spotlight?.index];
  const spotlit = painted && !out && !lost && !dead && reach > 0.5 && extent && place?.every(isNumber);
  show(part.ring, Boolean(spotlit));
  if (spotlit) {
    write(part.ring, "cx", n1(clamp((place[0] - extent[0]) / (extent[1] - extent[0])) * s));
    write(part.ring, "cy", n1(clamp((extent[3] - place[1]) / (extent[3] - extent[2])) * s));
  }

  const close = isolated(view)?.layer === k && isolated(view).unit === unit;
  const readable = !out && (last || state.numbered || close);
  const dz = status(`dz${k}`) >= 1 ? records.values(`dz${k}`)?.[unit] : undefined;
  const done = answer && (answer.grown >= 1 || answer.before !== 0);
  const both = [done ? (answer.grown >= 1 ? answer.value : answer.before) : undefined, dz];
  const [valueText, errorText] =
    both.includes(undefined) || !part.error || !readable
      ? both.map((value) => (value === undefined ? "" : format(value)))
      : formatWithin(both, layout.roomBelow[last ? "output" : "hidden"]);
  if (part.ends) keepApart(part, lettersOf([valueText, errorText]) - layout.roomBelow[last ? "output" : "hidden"]);
  if (part.value) {
    say(part.value, readable && done ? valueText : "");
    write(
      part.value,
      "class",
      `${part.errorName ? "num12" : "num"} ${answer && !isNumber(answer.value) ? "warn" : part.name ? "strong" : valueClass(answer?.value)}`,
    );
    if (answer) write(part.value, "data-ref", answer.ref);
  }
  if (part.error) {
    say(part.error, readable && dz !== undefined ? errorText : "");
    writeAll(part.error, {
      class: `${part.errorName ? "num12" : "num"} ${dz === null ? "warn" : gradientClass(dz)}`,
      "data-ref": `dz${k}[${unit}]`,
    });
    if (part.errorName) show(part.errorName, dz !== undefined);
  }
  if (part.token) show(part.token, view.samples?.task === "multiclass");
  if (part.name) {
    const { classes, task } = view.samples ?? {};
    const named = layout.table && task === "multiclass" && String(classes[unit]).length < 12;
    say(part.name, named ? String(classes[unit]) : `${records.probabilities ? "p" : "ŷ"}${subscript(unit + 1)}`);
    write(part.name, "class", named ? "" : "it s13");
  }
  if (state.flowing && part.g.written["aria-label"]) return; // not rewritten while whole steps fly by
  const told = (on, value) => (on ? format(value) : "not computed yet");
  const condition = `${out ? ", dropped" : ""}${dead ? ", dead" : ""}`;
  const subject = `layer ${k} unit ${unit + 1}${last ? ", output" : ""}`;
  write(
    part.g,
    "aria-label",
    `${subject}: activation ${told(answer && answer.grown >= 1, answer?.value)}, gradient ${told(dz !== undefined, dz)}${condition}`,
  );
}

const chosen = ({ selection: s }, { k, unit }) =>
  (s?.kind === "unit" || s?.kind === "bias") && s.layer === k && s.unit === unit ? " chosen" : "";

/** A bar from the middle, up for +, down for −; striped hue over its whole length where the number is lost. */
function gauge(bar, s, reading, limit, classOf) {
  show(bar.fill, Boolean(reading) && reading.value !== 0);
  if (!reading || reading.value === 0) return;
  const { at, value, ref } = reading;
  const d = isNumber(at)
    ? `M${bar.at} ${s / 2}V${n2(s / 2 - (s / 2 - 2) * share(at, limit))}`
    : `M${bar.at} 2V${s - 2}`;
  writeAll(bar.fill, { d, class: `bar ${isNumber(value) ? classOf(value) : "lost"}`, "data-ref": ref });
}

/** A cross-bar where the gauge stood some steps ago, if the View carries that. */
function ghost(bar, s, layout, value, limit) {
  show(bar.ghost, isNumber(value));
  if (isNumber(value))
    write(
      bar.ghost,
      "d",
      `M${n1(bar.at - layout.gauge / 2 - 3)} ${n1(s / 2 - (s / 2 - 2) * share(value, limit))}h${n1(layout.gauge + 6)}`,
    );
}

/** Two numbers that have no room below or above a tile stand out on both its sides. @param {any} part @param {number} over letters too many */
function keepApart({ ends: [left, right], s, last }, over) {
  const out = over > 0 ? over * 4 : 0;
  write(left, "x", n1((last ? -16 : -11) - out));
  write(right, "x", n1((last ? s + 18 : s + 11) + out));
}

/** Stripes: on a tile's frame where a value is lost, all over it where an input is. */
function stripes(part, on, whole) {
  const { s, rx } = part;
  if (on && !part.stripes) {
    const hole = whole ? "" : `M${s * 0.2} ${s * 0.2}V${s * 0.8}H${s * 0.8}V${s * 0.2}z`;
    const d = `M${rx} 0H${s - rx}Q${s} 0 ${s} ${rx}V${s - rx}Q${s} ${s} ${s - rx} ${s}H${rx}Q0 ${s} 0 ${s - rx}V${rx}Q0 0 ${rx} 0z${hole}`;
    part.stripes = make("path", { class: "stripes", "fill-rule": "evenodd", d });
    part.frame.before(part.stripes);
  }
  if (part.stripes) show(part.stripes, on);
}

/** The stroke through a dropped unit. */
function strike(part, on, numbered) {
  const { s } = part;
  if (on && !part.strike) {
    part.strike = make("g", { class: "strike" }, part.body);
    make("path", { d: `M${n1(s * 0.16)} ${n1(s * 0.84)}L${n1(s * 0.84)} ${n1(s * 0.16)}` }, part.strike);
    part.word = make("text", { class: "struck", x: s / 2, y: s + 12, "text-anchor": "middle" }, part.words);
    part.word.textContent = "dropped";
  }
  if (!part.strike) return;
  show(part.strike, on);
  show(part.word, on && numbered);
  write(part.g, "class", on ? "node dropped" : "node");
}

/** A unit with slope 0 on every training sample: a dark tile with a dashed ring. */
function deadRing(part, on) {
  if (on && !part.dead)
    part.dead = make("circle", { class: "dead-ring", cx: part.s / 2, cy: part.s / 2, r: n1(part.s * 0.19) }, part.body);
  if (part.dead) show(part.dead, on);
}

export function paintLoss({ view, records, status, layout, loss }) {
  const op = view.ops?.[view.op];
  const alone = single(view);
  const L = records.values("L");
  const on = status("L") >= 0.85 && (L !== null || (view.spot !== null && "L" in (view.spot ?? {})));
  write(loss.circle, "class", `loss-node${op?.name === "L" && alone ? " now" : ""}`);
  write(loss.letter, "y", layout.fine && !on ? layout.loss.y + 7 : layout.fine ? layout.loss.y : layout.loss.y + 5);
  say(loss.value, on && !layout.phone ? format(L) : "");
  write(loss.value, "class", `num${on && !isNumber(L) ? " warn" : ""}`);
  const whole = (v) => (Number.isInteger(v) ? String(v).replace("-", "−") : format(v));
  const { classes, task } = view.samples ?? {};
  const name =
    layout.table && task === "multiclass" && records.targets ? String(classes[records.targets.indexOf(1)]) : "";
  const told = records.targets?.map(whole).join(" ") ?? "";
  const values = told.length < 9 ? told : `${records.targets.length} numbers`;
  if (layout.phone && (name || told.length > 5))
    writeAll(loss.target, { x: layout.loss.x + layout.loss.r + 8, "text-anchor": "end" });
  say(loss.targetValue, !records.targets ? "" : `= ${name && name.length < 13 ? name : values}`);
  const helped =
    alone && op?.phase === "update" && layout.fine && view.step?.loss_after !== undefined && timeOf(view) >= 0.85;
  show(loss.after, helped);
  if (helped) {
    say(loss.from, `${format(view.step.loss ?? records.tape.get("L")?.value)} →`);
    say(loss.to, format(view.step.loss_after));
  }
  write(loss.g, "aria-label", on ? `loss ${format(L)}` : "loss, not computed yet");
}

/** A raw value with its unit. */
export function rawText(value, unit) {
  if (!isNumber(value)) return "";
  const number = thousands(Number.isInteger(value) ? String(value).replace("-", "−") : format(value, 1));
  return unit && number.length + unit.length < 9 ? `${number} ${unit}` : number;
}

const featureText = (name) =>
  name
    .replace(/(\d)\^2/, (_, d) => `${subscript(d)}²`)
    .replace(/x(\d+)/g, (_, d) => `x${subscript(d)}`)
    .replace("*", "");

const short = (v) => (Math.abs(v) >= 10 ? format(v, 0) : String(Number(v.toFixed(1))).replace("-", "−"));
