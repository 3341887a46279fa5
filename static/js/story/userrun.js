// The reader's own run: the one that a link from the playground brought, which every chapter's picture shows; and in the
// last chapter the one that was left in this tab, else the playground's default, and why.

import { superscript } from "../format/numbers.js";
import { counter } from "../run/operations.js";
import { Problem } from "../session/api.js";
import { toQuery } from "../session/url.js";
import { placeText, readPlace } from "./chapters.js";
import { opened, trained } from "./runs.js";

// Pure: what the last chapter says of a network that somebody has trained, read off a recorded step.

const WORDS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const LAYER = 2; // whose unit the formula follows through dropout and tanh
const SAMPLE = 0; // which goes through the picture
const UNIT = 3; // counted from 0

/** "two inputs, six units, four, one". @param {number[]} widths inputs first, outputs last */
export function shapeOf(widths) {
  const said = (n) => WORDS[n] ?? String(n);
  const [inputs, ...rest] = widths;
  const many = (n, word) => `${said(n)} ${word}${n === 1 ? "" : "s"}`;
  const [first, ...others] = rest;
  return [many(inputs, "input"), many(first, rest.length > 1 ? "unit" : "output"), ...others.map(said)].join(", ");
}

/** Inputs, hidden units layer by layer, outputs. @param {Record<string, any>} parameters */
export function widthsOf(parameters) {
  const layers = Object.keys(parameters).filter((name) => /^W\d+$/.test(name)).length;
  return [parameters.W1.length, ...Array.from({ length: layers }, (_, k) => parameters[`b${k + 1}`].length)];
}

/**
 * @param {{run: any, step: any, ops: any[]}} record @returns {Record<string, any>} as app/story/yours.py tells of its own;
 *   `unit` is missing where the formula would not hold
 */
export function mineOf({ run, step, ops }) {
  const { paths, byPath, withTape } = counter(step, ops, run.parameters);
  const lots = ops.filter((op) => op.kind === "dropout" && op.phase === "forward");
  const kept = keptIn(run, step);
  const unit = unitOf(run, step, ops, kept);
  return {
    own: 1,
    shape: shapeOf(widthsOf(run.parameters)),
    paths: Number(paths),
    naive: Number(byPath),
    tape: withTape,
    lots: lots.length,
    out: lots.reduce((sum, { record }) => sum + kept(record).filter((one) => !one).length, 0),
    ...(unit ? { unit } : {}),
  };
}

/** The lot of a layer, as the picture's sample met it: where each sample has a lot of its own, one outside the batch has none. */
const keptIn = ({ config }, { batch }) => {
  const row = batch.indices.indexOf(SAMPLE);
  return ({ mask }) =>
    row < 0 && config.dropout_mask === "per_sample" ? mask[0].map(() => 1) : mask[Math.max(0, row)];
};

function unitOf(run, step, ops, kept) {
  const recordOf = (name) => ops.find((op) => op.name === name)?.record;
  const [lot, left, bent] = [`d${LAYER}`, `da${LAYER}`, `dz${LAYER}`].map(recordOf);
  if (lot?.kind !== "dropout" || left?.kind !== "dropout" || bent?.kind !== "tanh") return null;
  if (!kept(lot)[UNIT] || !step.spotlight) return null;
  const value = (name) => step.spotlight[`${name}${LAYER}`]?.[UNIT];
  return {
    error: value("dd"),
    rate: run.config.hidden[LAYER - 1].dropout ?? step.dropout,
    answer: value("a"),
    slope: value("dz"),
  };
}

const DEFAULT = "This is the playground’s default network.";

/** What the playground remembers of this tab: {run, step, address}, or null. */
function leftHere() {
  try {
    const run = sessionStorage.getItem("run");
    const { step, address } = JSON.parse(sessionStorage.getItem("left") ?? "{}");
    return run && address !== undefined ? { run, step: Number(step) || 0, address: at(address, step) } : null;
  } catch {
    return null; // storage may be switched off
  }
}

/** The address, at this step. */
function at(address, step) {
  const rest = String(address)
    .replace(/^\?/, "")
    .split("&")
    .filter((part) => part && !/^step=/.test(part));
  const all = step > 0 ? [...rest, `step=${step}`] : rest;
  return all.length ? `?${all.join("&")}` : "";
}

/** @template T @param {Promise<T>} answer @returns {Promise<T|null>} null where the server says that it is not there */
const unlessGone = (answer) =>
  answer.catch((error) => {
    if (error instanceof Problem) return null;
    throw error;
  });

/**
 * @param {{api: any, facts: any, base: string, strip: HTMLElement, changed: () => void}} of
 *   changed: another network is there to be shown
 */
export function createYours({ api, facts, base, strip, changed }) {
  const query = new URLSearchParams(location.search);
  const place = readPlace(location.search) ?? { op: "x", selection: null };
  const [asked, k] = [query.get("run"), Number(query.get("step"))];
  const left = leftHere();
  const home = `${base}/${left?.address ?? ""}`;
  let guest = null;
  let lost = false; // the run that the link named
  let last = null;
  let why = ""; // the last chapter shows the default
  let opening = false;

  /** Where in the playground the guest stands: its address as it was left, or made from its run. */
  function wayBack() {
    const { run, step } = guest;
    if (left?.run === run.id) return `${base}/${at(left.address, step.step)}`;
    const changes = run.changes
      .filter((change) => change.step <= k)
      .map((change) => ({ step: change.step, name: change.field, value: change.value }));
    return `${base}/${toQuery({ config: { ...run.config, from: null }, step: k, changes }, facts.defaults)}`;
  }

  async function own() {
    if (!left) return null;
    if (!left.step) {
      why = `Your run has not taken a step yet. ${DEFAULT}`;
      return null;
    }
    const found = await unlessGone(opened(api, left.run, left.step));
    if (!found) why = `Your run is no longer kept. ${DEFAULT}`;
    return found && { ...found, own: true };
  }

  function write(parts) {
    strip.hidden = !parts.length;
    strip.replaceChildren(...parts);
  }

  const words = (text) => Object.assign(document.createElement("span"), { textContent: text });
  const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });
  function button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  for (const element of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-home]")))
    element.href = home;

  return {
    place,
    guest: () => guest,
    /** The last chapter's network. */
    last: () => guest ?? last,
    home: () => home,
    /** What the address keeps of the link that brought a run. */
    kept: () => (guest ? `run=${encodeURIComponent(asked)}&step=${k}&${placeText(place.op, place.selection)}` : ""),
    /** What the text says of the last chapter's network; null: as the page came. */
    mine: () => (guest ? mineOf(guest) : last?.own ? mineOf(last) : null),
    /** Where the last chapter's network goes on in the playground. @param {string} op @param {any} selection */
    take(op, selection) {
      const address = guest ? wayBack() : last?.own ? home : `${base}/${toQuery(facts.yours, facts.defaults)}`;
      return `${address}#${placeText(op, selection)}`;
    },
    /** Opens the run that the address names. */
    async begin() {
      if (!asked || !(k >= 1)) return;
      guest = await unlessGone(opened(api, asked, k));
      lost = !guest;
      changed();
    },
    /** Opens the last chapter's network, once. */
    async open() {
      if (opening) return;
      opening = true;
      last = (await own()) ?? (await trained(api, facts.yours));
      changed();
    },
    /** What is said above the picture. @param {boolean} isLast whether that is the last chapter's */
    tell(isLast) {
      if (lost)
        return write([
          words("The run of this link is no longer kept. The story shows its own."),
          button("Close", () => {
            lost = false;
            changed();
          }),
        ]);
      if (!guest)
        return write(
          !isLast || !last
            ? []
            : [words(why || (last.own ? `Your run, step ${left.step}` : ""))].filter((e) => e.textContent),
        );
      const { label } = guest.ops.find((op) => op.names.includes(place.op)) ?? guest.ops[0];
      return write([
        words(`Your run, step ${k}, operation ${label.base}${superscript(label.sup)}`),
        button("Show the story’s network", () => {
          guest = null;
          changed();
        }),
        link(`Back to step ${k}`, `${wayBack()}#${placeText(place.op, place.selection)}`),
      ]);
    },
  };
}
