// The reader's own run: linked from the playground, and then shown in every chapter; or, in the last chapter, the one
// saved in this tab, else the playground's default.

import { setHidden } from "../dom/elements.js";
import { superscript } from "../format/numbers.js";
import { counter } from "../run/operations.js";
import { layerWidths } from "../run/values.js";
import { Problem } from "../session/api.js";
import { toQuery } from "../session/url.js";
import { positionQuery, readPosition } from "./chapters.js";
import { openStep, trainRun } from "./runs.js";

// Pure: what the last chapter says of a network that somebody has trained, read off a recorded step.

const NUMERALS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const LAYER = 2; // whose unit the formula follows through dropout and tanh
const SAMPLE = 0; // which goes through the picture
const UNIT = 3; // counted from 0

/** "two inputs, six units, four, one". @param {number[]} widths inputs first, outputs last */
export function shapeText(widths) {
  const numeral = (n) => NUMERALS[n] ?? String(n);
  const [inputs, ...rest] = widths;
  const many = (n, word) => `${numeral(n)} ${word}${n === 1 ? "" : "s"}`;
  const [first, ...others] = rest;
  return [many(inputs, "input"), many(first, rest.length > 1 ? "unit" : "output"), ...others.map(numeral)].join(", ");
}

/**
 * @param {{run: any, step: any, ops: any[]}} record @returns {Record<string, any>} like those of app/story/user_run.py;
 *   `unit` is missing where the formula would not hold
 */
export function describeRun({ run, step, ops }) {
  const { paths, byPath, withTape } = counter(step, ops, run.parameters);
  const dropouts = ops.filter((op) => op.kind === "dropout" && op.phase === "forward");
  const kept = keptUnits(run, step);
  const unit = unitOf(run, step, ops, kept);
  return {
    own: 1,
    shape: shapeText(layerWidths(run.parameters)),
    paths: Number(paths),
    naive: Number(byPath),
    tape: withTape,
    masks: dropouts.length,
    out: dropouts.reduce((sum, { record }) => sum + kept(record).filter((one) => !one).length, 0),
    ...(unit ? { unit } : {}),
  };
}

/** The dropout mask of a layer for the picture's sample: with a mask per sample, one outside the batch has none. */
const keptUnits = ({ config }, { batch }) => {
  const row = batch.indices.indexOf(SAMPLE);
  return ({ mask }) =>
    row < 0 && config.dropout_mask === "per_sample" ? mask[0].map(() => 1) : mask[Math.max(0, row)];
};

function unitOf(run, step, ops, kept) {
  const recordOf = (name) => ops.find((op) => op.name === name)?.record;
  const [mask, saved, derivative] = [`d${LAYER}`, `da${LAYER}`, `dz${LAYER}`].map(recordOf);
  if (mask?.kind !== "dropout" || saved?.kind !== "dropout" || derivative?.kind !== "tanh") return null;
  if (!kept(mask)[UNIT] || !step.spotlight) return null;
  const value = (name) => step.spotlight[`${name}${LAYER}`]?.[UNIT];
  return {
    error: value("dd"),
    rate: run.config.hidden[LAYER - 1].dropout ?? step.dropout,
    activation: value("a"),
    slope: value("dz"),
  };
}

const DEFAULT_SENTENCE = "This is the playground’s default network.";

/** What the playground remembers of this tab: {run, step, address}, or null. */
function savedRun() {
  try {
    const run = sessionStorage.getItem("run");
    const { step, address } = JSON.parse(sessionStorage.getItem("left") ?? "{}");
    return run && address !== undefined
      ? { run, step: Number(step) || 0, address: addressAtStep(address, step) }
      : null;
  } catch {
    return null; // storage may be switched off
  }
}

/** The address, at this step. */
function addressAtStep(address, step) {
  const rest = String(address)
    .replace(/^\?/, "")
    .split("&")
    .filter((part) => part && !/^step=/.test(part));
  const all = step > 0 ? [...rest, `step=${step}`] : rest;
  return all.length ? `?${all.join("&")}` : "";
}

/** @template T @param {Promise<T>} answer @returns {Promise<T|null>} null where the server says that it is not there */
const orNull = (answer) =>
  answer.catch((error) => {
    if (error instanceof Problem) return null;
    throw error;
  });

/**
 * @param {{api: any, facts: any, base: string, strip: HTMLElement, changed: () => void}} of
 *   changed: another network is there to be shown
 */
export function createUserRun({ api, facts, base, strip, changed }) {
  const query = new URLSearchParams(location.search);
  const position = readPosition(location.search) ?? { op: "x", selection: null };
  const [linkedId, k] = [query.get("run"), Number(query.get("step"))];
  const saved = savedRun();
  const home = `${base}/${saved?.address ?? ""}`;
  let linkedRun = null;
  let linkedRunLost = false; // the run that the link named
  let trainedRun = null;
  let explanation = ""; // the last chapter shows the default
  let requested = false;

  /** The playground's address of the linked run: as it was left, or made from the run. */
  function addressOfLinkedRun() {
    const { run, step } = linkedRun;
    if (saved?.run === run.id) return `${base}/${addressAtStep(saved.address, step.step)}`;
    const changes = run.changes
      .filter((change) => change.step <= k)
      .map((change) => ({ step: change.step, name: change.field, value: change.value }));
    return `${base}/${toQuery({ config: run.config, step: k, changes }, facts.defaults)}`;
  }

  async function openSaved() {
    if (!saved) return null;
    if (!saved.step) {
      explanation = `Your run has not taken a step yet. ${DEFAULT_SENTENCE}`;
      return null;
    }
    const found = await orNull(openStep(api, saved.run, saved.step));
    if (!found) explanation = `Your run is no longer kept. ${DEFAULT_SENTENCE}`;
    return found && { ...found, own: true };
  }

  function showStrip(parts) {
    setHidden(strip, !parts.length);
    strip.replaceChildren(...parts);
  }

  const createText = (text) => Object.assign(document.createElement("span"), { textContent: text });
  const createLink = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });
  function createButton(text, action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.addEventListener("click", action);
    return button;
  }

  for (const element of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-home]")))
    element.href = home;

  return {
    position,
    linkedRun: () => linkedRun,
    /** The last chapter's network. */
    network: () => linkedRun ?? trainedRun,
    home: () => home,
    /** What the address keeps of the link that brought a run. */
    query: () =>
      linkedRun
        ? `run=${encodeURIComponent(linkedId)}&step=${k}&${positionQuery(position.op, position.selection)}`
        : "",
    /** What the text says of the last chapter's network; null: as the page came. */
    description: () => (linkedRun ? describeRun(linkedRun) : trainedRun?.own ? describeRun(trainedRun) : null),
    /** Where the last chapter's network goes on in the playground. @param {string} op @param {any} selection */
    playgroundAddress(op, selection) {
      const address = linkedRun
        ? addressOfLinkedRun()
        : trainedRun?.own
          ? home
          : `${base}/${toQuery(facts.yours, facts.defaults)}`;
      return `${address}#${positionQuery(op, selection)}`;
    },
    /** Opens the run that the address names. */
    async begin() {
      if (!linkedId || !(k >= 1)) return;
      linkedRun = await orNull(openStep(api, linkedId, k));
      linkedRunLost = !linkedRun;
      changed();
    },
    /** Opens the last chapter's network, once. */
    async open() {
      if (requested) return;
      requested = true;
      trainedRun = (await openSaved()) ?? (await trainRun(api, facts.yours));
      changed();
    },
    /** What is said above the picture. @param {boolean} isLast whether that is the last chapter's */
    updateStrip(isLast) {
      if (linkedRunLost)
        return showStrip([
          createText("The run of this link is no longer kept. The story shows its own."),
          createButton("Close", () => {
            linkedRunLost = false;
            changed();
          }),
        ]);
      if (!linkedRun)
        return showStrip(
          !isLast || !trainedRun
            ? []
            : [createText(explanation || (trainedRun.own ? `Your run, step ${saved.step}` : ""))].filter(
                (e) => e.textContent,
              ),
        );
      const { label } = linkedRun.ops.find((op) => op.names.includes(position.op)) ?? linkedRun.ops[0];
      return showStrip([
        createText(`Your run, step ${k}, operation ${label.base}${superscript(label.sup)}`),
        createButton("Show the story’s network", () => {
          linkedRun = null;
          changed();
        }),
        createLink(`Back to step ${k}`, `${addressOfLinkedRun()}#${positionQuery(position.op, position.selection)}`),
      ]);
    },
  };
}
