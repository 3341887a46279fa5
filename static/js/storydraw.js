// The story's own marks on the playground's graph: a unit is the curve of its answer, weights stand on their lines, key
// lines lead from a word to its place. Built once for each structure; a frame only changes attributes.

import { pointAt } from "./layout.js";
import { clamp, gradientClass, subscript, superscript, valueClass } from "./scales.js";
import { shown } from "./storybind.js";
import { make, n1, say, show, write, writeAll } from "./svg.js";

const REACH = 3; // inputs from −3 to 3
const LOW = 0.3; // the answers between which the tiles are drawn
const HIGH = 0.78;
const INPUT = 34; // half the length of the input's axis
const PHONE_INPUT = 20;

/** Draws on scenes whose view carries `story`: {curves, keys, trial, pull}. */
export function createDrawing() {
  let built = null;

  function paint(scene) {
    const { story } = scene.view;
    if (!story) return;
    if (built?.nodes !== scene.nodes) built = build(scene);
    const { curves } = story;
    if (curves && built.curves !== curves) drawCurves(curves);
    paintInput(scene);
    for (const part of built.units) paintUnit(scene, part, curves);
    for (const label of built.weights) paintWeight(scene, label);
    paintLoss(scene);
    paintTrial(scene);
    paintKeys(scene);
  }

  function build(scene) {
    const { layout, nodes, edges } = scene;
    const svg = nodes[0][0].g.ownerSVGElement;
    const { phone } = layout;
    const units = nodes.slice(1).flatMap((column, i) => [...column].map((node) => buildUnit(node, i + 1, layout)));
    const input = buildInput(nodes[0][0], layout);
    const over = make("g", { class: "story-over" }, svg);
    const weights = edges
      .slice(1)
      .flatMap((list, i) => [...list].map((edge) => buildWeight(over, edge, i + 1, layout)));
    const { x, y, r } = layout.loss;
    const loss = {
      value: make("text", { class: "story-loss", x, y: n1(y + (phone ? r + 13 : 16)), "text-anchor": "middle" }, over),
      target: make(
        "text",
        { class: "story-target", x, y: n1(y - r - (phone ? 25 : 47)), "text-anchor": "middle" },
        over,
      ),
    };
    make("tspan", { class: "it s16" }, loss.target).textContent = "y";
    const known = make("tspan", { dx: 4 }, loss.target);
    const trial = {
      group: make("g", { class: "story-trial", display: "none" }, over),
    };
    trial.lead = make("path", { class: "lead" }, trial.group);
    trial.text = make("text", {}, trial.group);
    trial.again = make("text", { class: "strong", x, y: n1(y + r + 22), "text-anchor": "middle" }, trial.group);
    trial.said = make("text", { class: "t2", x, y: n1(y + r + 38), "text-anchor": "middle" }, trial.group);
    trial.said.textContent = "run again";
    const strands = make("g", { class: "strands" }, over);
    return {
      nodes,
      units,
      input,
      weights,
      loss: { ...loss, known },
      trial,
      strands,
      keys: make("g", { class: "keys-over", "aria-hidden": "true" }, over),
      told: null,
      curves: null,
      routes: null,
    };
  }

  function buildUnit(node, layer, layout) {
    const { s, rx, g, veil, unit } = node;
    const face = make("g", { class: "face" });
    veil.after(face);
    make("path", { class: "half", d: `M0 ${n1(up(0.5, s))}H${s}` }, face);
    const under = make("path", { class: "under" }, face);
    const curve = make("path", { class: "curve" }, face);
    const read = make("path", { class: "read" }, face);
    const dot = make("circle", { class: "dot", r: layout.phone ? 3.4 : 5 }, face);
    const label = (dy, ref) => {
      const text = make(
        "text",
        {
          class: "unit-label",
          x: layout.phone ? s / 2 : -12,
          y: s + dy,
          "text-anchor": layout.phone ? "middle" : "start",
        },
        g,
      );
      if (layout.phone) return { text, name: null, value: text };
      const name = make("tspan", { class: "it" }, text);
      return { text, name, value: make("tspan", { dx: 5, "data-ref": ref }, text) };
    };
    const last = layer === layout.widths.length - 1;
    const index = `${superscript(layer)}${last ? "" : subscript(unit + 1)}`;
    return {
      node,
      s,
      rx,
      layer,
      unit,
      last,
      index,
      face,
      under,
      curve,
      read,
      dot,
      answer: label(layout.phone ? 12 : 19, `a${layer}[${unit}]`),
      error: label(layout.phone ? 23 : 36, `dz${layer}[${unit}]`),
    };
  }

  function buildInput(node, layout) {
    const half = layout.phone ? PHONE_INPUT : INPUT;
    const group = make("g", { class: "story-input" }, node.g);
    const c = node.s / 2;
    make("rect", { class: "ground", x: n1(c - half - 12), y: n1(c - 34), width: 2 * half + 24, height: 62 }, group);
    make(
      "path",
      {
        class: "axis",
        d: `M${c - half} ${c}h${2 * half}M${c - half} ${c - 4}v8M${c} ${c - 4}v8M${c + half} ${c - 4}v8`,
      },
      group,
    );
    for (const at of layout.phone ? [] : [-1, 1])
      make("text", { class: "tick", x: n1(c + at * half), y: c + 19, "text-anchor": "middle" }, group).textContent =
        at < 0 ? "−3" : "3";
    const dot = make("circle", { class: "input-dot", cy: c, r: layout.phone ? 7 : 9 }, group);
    const text = make("text", { y: c - (layout.phone ? 13 : 18), "text-anchor": "middle" }, group);
    make("tspan", { class: "it s17" }, text).textContent = "x";
    return { group, dot, text, value: make("tspan", { dx: 5 }, text), c, half };
  }

  /** Level lines carry their number in the middle, slanting ones near their start. */
  function buildWeight(over, edge, layer, layout) {
    const level = layer !== 2 || edge.from === edge.to;
    const [x, y] = pointAt(edge.route, level ? 0.5 : 0.24);
    const low = layer === 1 ? edge.to : edge.from;
    const at = {
      1: [
        [-20, -9],
        [-20, 18],
      ],
      2: [
        [0, -9],
        [0, 18],
      ],
      3: [
        [20, -9],
        [-20, -7],
      ],
    }[layer][low];
    const wide = {
      1: [
        [-18, -14],
        [-18, 24],
      ],
      2: [
        [0, -14],
        [0, 24],
      ],
      3: [
        [22, -16],
        [6, 56],
      ],
    }[layer][low];
    const text = make("text", { class: "weight-label", "text-anchor": "middle" }, over);
    show(text, !layout.phone);
    const put = ([dx, dy]) => ({ x: n1(x + dx), y: n1(y + dy) });
    return {
      edge,
      layer,
      text,
      level,
      at: put(at),
      wide: { ...put(wide), "text-anchor": layer === 1 ? "end" : layer === 3 && !low ? "start" : "middle" },
    };
  }

  function drawCurves(curves) {
    built.curves = curves;
    for (const { s, layer, unit, under, curve } of built.units) {
      const answers = curves.a[layer - 1][unit];
      const points = curves.x.map((x, i) => [n1(across(x, s)), n1(up(answers[i], s))]);
      const inside = points.filter(([, y]) => y > 0 && y < s);
      write(curve, "d", inside.length ? `M${inside.join("L")}` : null);
      write(under, "d", `M${points.join("L")}L${s} ${s - 1}L0 ${s - 1}z`);
    }
  }

  function paintInput({ view, records }) {
    const { input } = built;
    const x = view.story.x ?? records.values("x")?.[0] ?? 0;
    const at = n1(input.c + clamp(x / REACH, -1, 1) * input.half);
    write(input.dot, "cx", at);
    write(input.dot, "class", `input-dot ${valueClass(x)}`);
    write(input.text, "x", at);
    say(input.value, shown(x));
    write(input.value, "class", valueClass(x));
  }

  function paintUnit(scene, part, curves) {
    const { records, status, view } = scene;
    const { s, layer, unit, last } = part;
    const answer = records.values(`a${layer}`)?.[unit];
    const on = status(`a${layer}`);
    const known = on > 0.5 && answer !== undefined && curves;
    const x = records.values("x")?.[0] ?? 0;
    const faded = part.node.body.written?.opacity;
    write(part.face, "opacity", faded ? 0.4 : null);
    write(part.curve, "opacity", on >= 1 ? null : 0.45);
    write(part.under, "opacity", on >= 1 ? null : 0.4);
    show(part.read, Boolean(known));
    show(part.dot, Boolean(known));
    if (known) {
      const [cx, cy] = [n1(across(x, s)), n1(up(answer, s))];
      write(part.read, "d", `M${cx} ${s - 1}V${cy}H0`);
      writeAll(part.dot, { cx, cy });
    }
    const flowing = view.ops?.[view.op]?.phase === "update";
    label(
      part.answer,
      on >= 1 ? answer : undefined,
      valueClass(answer),
      last ? "ŷ" : "a",
      last ? "" : part.index,
      part.face,
    );
    const [name, symbol] = status(`dz${layer}`) >= 1 ? [`dz${layer}`, "δ"] : [`da${layer}`, last ? "∂ŷ" : "∂a"];
    const error = status(name) >= 1 && !(flowing && last) ? records.values(name)?.[unit] : undefined;
    label(part.error, error, gradientClass(error), symbol, symbol === "∂ŷ" ? "" : part.index, part.face);
  }

  /** @param {any} parts @param {number|undefined} value */
  function label({ text, name, value: place }, value, hue, symbol, index, face) {
    show(text, value !== undefined);
    if (value === undefined) return;
    if (name) {
      say(name, `${symbol}${index}`);
      write(text, "opacity", face.written?.opacity ?? null);
    }
    say(place, shown(value, name ? 4 : 2));
    write(place, "class", `${name ? "" : "unit-label "}${hue}`);
  }

  function paintWeight(scene, { edge, layer, text, level, at, wide }) {
    const { records, status, view, layout } = scene;
    if (layout.phone) return;
    const { from, to } = edge;
    const w = records.parameters[`W${layer}`][from][to];
    const op = view.ops?.[view.op];
    const updating = op?.phase === "update" && (view.t ?? 1) > 0.2;
    const back = op?.name === `da${layer - 1}`; // then a line says what comes back over it
    const g = back
      ? w * (records.values(`dz${layer}`)?.[to] ?? 0)
      : status(`dW${layer}`) >= 1 && !updating
        ? records.batch(`dW${layer}`)?.[from]?.[to]
        : undefined;
    writeAll(text, updating ? wide : { ...at, "text-anchor": "middle" });
    const s = view.hover ?? view.selection;
    const own =
      !s || s.kind === "weight" || (s.layer === layer && s.unit === to) || (s.layer === layer - 1 && s.unit === from);
    const covered = view.story.trial && view.story.trial.of === `W${layer}${edge.at}`;
    const crossed =
      view.selection?.kind === "weight" &&
      view.selection.layer === layer &&
      view.selection.from === from &&
      view.selection.to === to &&
      !updating;
    show(
      text,
      own && !covered && !view.story.routes && !(crossed && level && status(`dW${layer}`) > 0) && !(updating && !level),
    );
    if (updating) {
      const added = records.update?.[`W${layer}`]?.[from]?.[to] ?? 0;
      say(text, `${shown(w, 3)} → ${shown(w + added, layer === 2 ? 3 : 4)}`);
      write(text, "class", `weight-label strong ${valueClass(w + added)}`);
      return;
    }
    say(text, shown(g ?? w, g === undefined ? 4 : 3));
    write(text, "class", `weight-label ${g === undefined ? valueClass(w) : gradientClass(g)}`);
  }

  function paintLoss({ view, records, status, layout }) {
    const L = records.values("L");
    const on = status("L") >= 0.85 && L !== null;
    show(built.loss.value, on);
    if (on) say(built.loss.value, shown(L, layout.phone ? 3 : 4));
    say(built.loss.known, `= ${shown(view.story.y ?? records.targets?.[0] ?? 1)}`);
  }

  /** Chapter four: one number raised, and the loss of a second run. */
  function paintTrial({ view, edges, layout, nodes }) {
    const { trial } = built;
    const now = view.story.trial;
    show(trial.group, Boolean(now) && !layout.phone);
    if (!now || layout.phone) return;
    const [, stem, k, path] = /^([Wb])(\d)((?:\[\d\])+)$/.exec(now.of) ?? [];
    const [i, j] = [...path.matchAll(/\d/g)].map((m) => Number(m[0]));
    const layer = Number(k);
    const unit = stem === "W" ? null : nodes[layer][i];
    const [x, y] =
      stem === "W"
        ? pointAt(edges[layer].find((e) => e.from === i && e.to === j).route, 0.5)
        : topOf(layout, layer, unit.unit);
    const low = stem === "W" ? y > layout.middle : false;
    const [tx, ty] = [x + (layer === 3 ? 30 : 0), y + (low ? 62 : -58)];
    const name =
      stem === "W"
        ? `w${superscript(layer)}${subscript(i + 1)}${subscript(j + 1)}`
        : `b${superscript(layer)}${layer === 3 ? "" : subscript(i + 1)}`;
    say(trial.text, `${name}: ${shown(now.value)} → ${shown(now.value + now.size)}`);
    writeAll(trial.text, { x: n1(tx), y: n1(ty), "text-anchor": layer === 3 ? "start" : "middle" });
    write(
      trial.lead,
      "d",
      leader(tx - (layer === 3 ? 5 : 0), ty + (low ? -14 : layer === 3 ? -4 : 5), x, y + (low ? 6 : -6)),
    );
    say(trial.again, shown(now.L));
  }

  const topOf = (layout, layer, unit) => {
    const { x, y, s } = layout.units[layer][unit];
    return [x + s / 4, y - s / 2 - 6];
  };

  /** Where a record is seen in the picture. */
  function anchorOf({ layout, edges }, ref) {
    const [, stem, k, path] = /^([A-Za-z]+?)(\d?)((?:\[\d\])*)$/.exec(ref) ?? [];
    const [i = 0, j = 0] = [...(path ?? "").matchAll(/\d/g)].map((m) => Number(m[0]));
    if (stem === "L") return [layout.loss.x, layout.loss.y + layout.loss.r + 2];
    if (stem === "y") return [layout.loss.x - 6, layout.loss.y - layout.loss.r - 46];
    if (ref === "da3[0]") {
      const { x, y, s } = layout.units[3][0];
      return [(x + s / 2 + layout.loss.x - layout.loss.r) / 2 + 6, y + 8];
    }
    if (stem === "x")
      return [
        built.input.c +
          layout.units[0][0].x -
          layout.units[0][0].s / 2 +
          clamp((built.x ?? 1) / REACH, -1, 1) * built.input.half,
        layout.units[0][0].y + 12,
      ];
    if (stem === "W") return pointAt(edges[Number(k)].find((e) => e.from === i && e.to === j).route, 0.5);
    const { x, y, s } = layout.units[Number(k)][i];
    if (stem === "b") return [x + s / 4, y - s / 2 - 5];
    if (stem === "z") return [x - s / 2 - 6, y - s / 4];
    if (stem === "dz") return [x + s / 2 + 6, y + s / 3];
    return null;
  }

  function paintKeys(scene) {
    const { keys } = scene.view.story;
    const list = scene.layout.phone ? [] : (keys ?? []).filter(({ ref }) => knownAt(scene, ref));
    built.x = scene.view.story.x;
    const told = list.length ? JSON.stringify([list.map((key) => key.text), built.x]) : "";
    if (built.told === told) return;
    built.told = told;
    built.keys.replaceChildren();
    for (const { text, ref, across: dx, down: dy, anchor } of list) {
      const unit = /^a\d/.test(ref);
      const place = unit ? scene.layout.units[Number(ref[1])][Number(ref[3])] : null;
      const [x, y] =
        place && anchor === "start"
          ? [place.x + place.s / 2 + 10, place.y]
          : place
            ? [place.x, dy < 0 ? place.y - place.s / 2 + 3 : place.y + place.s / 2 + 24]
            : anchorOf(scene, ref);
      const label = make("text", { class: "key", x: n1(x + dx), y: n1(y + dy), "text-anchor": anchor }, built.keys);
      label.textContent = text;
      const side = anchor === "start" ? -5 : anchor === "end" ? 5 : 0;
      make(
        "path",
        { class: "lead", d: leader(x + dx + side, y + dy + (side ? -4 : dy < 0 ? 6 : -14), x, y) },
        built.keys,
      );
      make("circle", { class: "lead-dot", cx: n1(x), cy: n1(y), r: 2.4 }, built.keys);
    }
  }

  const knownAt = ({ status }, ref) =>
    /^[WbxyL]/.test(ref) ? ref !== "L" || status("L") > 0.9 : status(ref.replace(/\[.*/, "")) >= 1;

  /** The strands of some paths, each in its own lane: [[edges of the path], …]; solid, then dashed and lettered. */
  function strands(scene, routes) {
    if (!built || built.routes === routes) return;
    built.routes = routes;
    built.strands.replaceChildren();
    const { layout, edges } = scene;
    (routes ?? []).forEach(({ path, letter }, n) => {
      const lane = (n - (routes.length - 1) / 2) * 9;
      let d = "";
      let middle = [0, 0];
      for (const ref of path) {
        const [, k, i, j] = /^W(\d)\[(\d)\]\[(\d)\]$/.exec(ref).map(Number);
        const e = edges[k].find((edge) => edge.from === i && edge.to === j).route;
        d += `${d ? "L" : "M"}${n1(e.x1)} ${n1(e.y1 + lane)}C${n1(e.cx1)} ${n1(e.y1 + lane)} ${n1(e.cx2)} ${n1(e.y2 + lane)} ${n1(e.x2)} ${n1(e.y2 + lane)}`;
        if (k === 2)
          middle = [
            layout.units[2][j].x,
            layout.units[2][j].y + (j ? layout.units[2][j].s / 2 + 58 : -layout.units[2][j].s / 2 - 22),
          ];
      }
      d += `L${n1(layout.loss.x - layout.loss.r - 3)} ${n1(layout.loss.y + lane)}`;
      make("path", { class: n % 2 ? "strand dashed" : "strand", d }, built.strands);
      if (!letter) return;
      make("circle", { class: "strand-disc", cx: n1(middle[0]), cy: n1(middle[1] - 4), r: 10 }, built.strands);
      make(
        "text",
        { class: "strand-letter", x: n1(middle[0]), y: n1(middle[1]), "text-anchor": "middle" },
        built.strands,
      ).textContent = letter;
    });
  }

  return {
    paint(scene) {
      paint(scene);
      if (scene.view.story && built) strands(scene, scene.view.story.routes ?? null);
    },
    /** The input's axis in client pixels, for pulling. */
    inputBox: () => {
      const axis = built?.input.group.querySelector(".axis")?.getBoundingClientRect();
      return axis ? { left: axis.left, width: axis.width } : null;
    },
    isInput: (target) => Boolean(target?.closest?.(".story-input")),
  };
}

const across = (x, s) => ((x + REACH) / (2 * REACH)) * s;
const up = (a, s) => clamp(s - 6 - ((a - LOW) / (HIGH - LOW)) * (s - 12), 0, s);
const leader = (x1, y1, x2, y2) => `M${n1(x1)} ${n1(y1)}Q${n1((x1 + x2) / 2)} ${n1(y1)} ${n1(x2)} ${n1(y2)}`;
