// The diagnosis: one sentence on what is wrong with the network, by the server's judgement, and what usually helps.

import { escapeHtml, htmlWriter } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { capital, format, many, superscript, thousands } from "../format/numbers.js";
import { constantAnswer, GLYPHS } from "../run/health.js";
import { textOf } from "../run/settings.js";
import { TERM_OF_STATUS } from "../run/terms.js";
import { showsOperations } from "../run/values.js";
import { causeInData } from "./datacauses.js";

/**
 * @typedef {{label: string, fields: Record<string, any>, restarts: boolean, why: string}} Remedy
 *   restarts: it needs a new run, from step 0
 * @typedef {{status: string, words: string, more: string, remedies: Remedy[]}} Diagnosis
 */

const MAX_REMEDIES = 3;
const ROOM = 138; // letters of the line below the graph; what has no room there is its tooltip
const VANISHING_SLOPE = 0.4; // decades a layer, from which on the server calls a network at its start vanishing
const OVERFITTING = { train: 0.1, gap: 0.5 }; // of a cross-entropy; without dropout the gap was at least 3 in 20 of 20 seeds

/**
 * @param {any} evaluation of the network that is shown @param {any} config in force
 * @param {{patch: string[]}} catalog fields that may change while it trains @param {any} [limit] of the learning rate
 * @param {{epoch?: number, samples?: any}} [run] epochs so far, and what it is trained on
 * @returns {Diagnosis|null} null where there is nothing to say
 */
export function diagnose(evaluation, config, catalog, limit = null, run = {}) {
  const health = evaluation?.health;
  if (!health || !config || evaluation.stopped) return null;
  const about = { evaluation, health, config, limit, run };
  const finding =
    limit?.exact && limit.over > 1 ? tooFast(about) : (fromData(about) ?? (DIAGNOSES[health.status] ?? unseen)(about));
  if (!finding) return null;
  const guesses = finding.status !== "guessing" && guessing(about);
  const words = guesses ? [finding.words, guesses.short].join(" ") : finding.words;
  const more = [words.length > ROOM ? guesses?.short : "", finding.more].filter(Boolean).join(" ");
  const helps = finding.remedies
    .filter(Boolean)
    .slice(0, MAX_REMEDIES)
    .map(({ again = false, ...help }) => ({
      why: "",
      ...help,
      restarts: again || Object.keys(help.fields).some((name) => !catalog.patch.includes(name)),
    }));
  return {
    status: finding.status ?? health.status,
    words: words.length > ROOM ? finding.words : words,
    more,
    remedies: helps,
  };
}

const layersWith = (health, status) => health.layers.filter((layer) => layer.status === status);
const nameOf = (health, { layer }) => (layer === health.layers.length ? "the output layer" : `layer ${layer}`);
const withActivation = (config, activation) => config.hidden.map((layer) => ({ ...layer, activation }));
const usesActivation = (config, activation) => config.hidden.some((layer) => layer.activation === activation);
const hasBatchNorm = (config) => config.batch_norm || config.hidden.some((layer) => layer.batch_norm);
const tenthOf = (rate) => Number((rate / 10).toPrecision(2));
const times = (v) => (v >= 10 ? format(v, 0) : format(v, 1));

/** Starts that keep signals of one size; the others are drawn whatever number of inputs a unit has. */
const isScaledInitializer = ({ initializer, initializer_scale }) =>
  /_(uniform|normal)$/.test(initializer) && initializer_scale === 1;
const initializerRemedy = (config) => {
  const relu = /relu|elu/.test(config.hidden.map((layer) => layer.activation).join());
  return {
    label: relu ? "He initialization" : "Glorot initialization",
    fields: { initializer: relu ? "he_normal" : "glorot_uniform", initializer_scale: 1 },
  };
};

const lowerRate = (config, again = false) =>
  config.learning_rate > 0 && {
    label: `${again ? "Start again at" : "Lower the rate to"} ${textOf("learning_rate", tenthOf(config.learning_rate))}`,
    fields: { learning_rate: tenthOf(config.learning_rate) },
    again,
  };
const clipGradient = (config, norm, again = false) =>
  (config.clip_norm === null || config.clip_norm > norm) && {
    label: `${again ? "Start again, clipped" : "Clip the gradient"} at ${norm}`,
    fields: { clip_norm: norm },
    again,
  };
const norm = (config) => !hasBatchNorm(config) && { label: "Batch norm", fields: { batch_norm: true } };
const hasPenalty = ({ l1, l2 }) => l1 > 0 || l2 > 0;
const allOut = (config) =>
  config.hidden.length > 0 && config.hidden.some((layer) => (layer.dropout ?? config.dropout) === 1);

const everyLayerOut = (config) => config.hidden.every((layer) => (layer.dropout ?? config.dropout) === 1);

const DIAGNOSES = {
  vanishing: ({ evaluation, health, config }) => {
    const [first] = evaluation.step === 0 && health.slope > VANISHING_SLOPE ? [] : layersWith(health, "vanishing");
    const last = health.layers.at(-1);
    const words = first
      ? `${capital(nameOf(health, first))} receives ${first.norm > 0 ? `1/${thousands(format(last.norm / first.norm, 0))} of the gradient` : "nothing of the gradient"} that the output layer receives${/adam|rmsprop/.test(config.optimizer) ? "." : ": its weights hardly move."}`
      : `On the way back each layer leaves 1/${times(10 ** health.slope)} of the gradient (${format(health.slope, 2)} decades a layer), so the first layers receive almost no gradient.`;
    if (allOut(config)) return { words, remedies: lessDropout() };
    if (usesActivation(config, "step"))
      return flatSlope({ health, config }, { layer: config.hidden.findLastIndex((l) => l.activation === "step") + 1 });
    return {
      words,
      remedies: [
        usesActivation(config, "sigmoid") && {
          label: "ReLU with He initialization",
          fields: { hidden: withActivation(config, "relu"), initializer: "he_normal", initializer_scale: 1 },
          why: "Sigmoid’s slope is at most ¼, ReLU’s is 1.",
        },
        !usesActivation(config, "sigmoid") && !isScaledInitializer(config) && initializerRemedy(config),
        norm(config),
        config.hidden.length > 3 && {
          label: "Half the layers",
          fields: { hidden: config.hidden.slice(0, Math.ceil(config.hidden.length / 2)) },
        },
        evaluation.step > 0 &&
          config.optimizer !== "adam" && { label: "Adam", fields: { optimizer: "adam", learning_rate: 0.01 } },
      ],
    };
  },
  exploding: ({ evaluation, health, config }) => {
    const [first] = layersWith(health, "exploding");
    const last = health.layers.at(-1);
    const atStart = evaluation.step === 0 && !first;
    const words = atStart
      ? `On the way back each layer makes the gradient ${times(10 ** -health.slope)} times larger (${format(health.slope, 2)} decades a layer): the weights begin too large.`
      : first && first.norm > 100 * last.norm
        ? `${capital(nameOf(health, first))}’s gradient is ${format(first.norm / last.norm, 0)} times the output layer’s.`
        : `The loss is diverging: ${format(evaluation.train_loss)} is more than a million times what it began with.`;
    // Weights that are too large are cured by other weights or batch norm; steps that are too long by neither, nor by
    // clipping at 1: the experiment on the learning rate has tried both.
    return {
      words,
      remedies: atStart
        ? [!isScaledInitializer(config) && initializerRemedy(config), norm(config), clipGradient(config, 0.1)]
        : [lowerRate(config), clipGradient(config, 0.1)],
    };
  },
  dead: ({ health, config }) => {
    const layers = layersWith(health, "dead");
    const worstLayer = layers.reduce((a, b) => (b.dead / b.units > a.dead / a.units ? b : a));
    const deadFromStart = worstLayer.dead_at_start === worstLayer.dead;
    return {
      words: `${worstLayer.dead} of ${worstLayer.units} units of ${nameOf(health, worstLayer)} are dead${deadFromStart ? " from the start" : ""}: their own weights get no gradient. ${comeBack(worstLayer, config)}`,
      more: `Their slope is 0 on each of the training samples.`,
      remedies: deadFromStart
        ? [
            !isScaledInitializer(config) && initializerRemedy(config),
            { label: "Another seed", fields: { seed: config.seed + 1 } },
            { label: "Leaky ReLU", fields: { hidden: withActivation(config, "leaky_relu") } },
          ]
        : [lowerRate(config, true), clipGradient(config, 0.1, true), leakyRelu(config)],
    };
  },
  no_gradient: (about) => {
    const flat = about.health.layers.find((layer) => layer.flat);
    return flat ? flatSlope(about, flat) : noGradient(about);
  },
  saturated: ({ health, config }) => {
    const worstLayer = layersWith(health, "saturated").reduce((a, b) =>
      b.saturated / b.units > a.saturated / a.units ? b : a,
    );
    return {
      words: `${worstLayer.saturated} of ${worstLayer.units} units of ${nameOf(health, worstLayer)} sit at the end of their range for over 90 % of the samples, where the slope is almost 0.`,
      remedies: [
        worstLayer.layer === 1 &&
          config.scaling === "none" && { label: "Scale the inputs (z-score)", fields: { scaling: "standard" } },
        worstLayer.layer === 1 &&
          /none|standard/.test(config.scaling) && { label: "Scale them by log", fields: { scaling: "log" } },
        !isScaledInitializer(config) && initializerRemedy(config),
        norm(config),
        lowerRate(config, true),
      ],
    };
  },
  healthy: (about) => batchOfOne(about) ?? guessing(about) ?? overfitting(about),
  not_finite: ({ health }) => ({
    words: `${capital(nameOf(health, layersWith(health, "not_finite")[0] ?? { layer: health.layers.length }))}’s gradient is no longer finite.`,
    remedies: [],
  }),
};

/** Whether a dead unit may come back: only where something still moves its sum. */
function comeBack({ layer }, config) {
  const moves = [
    layer > 1 && "an earlier layer",
    hasPenalty(config) && "the penalty",
    /momentum|nesterov|adam/.test(config.optimizer) && "the optimizer’s momentum",
    hasBatchNorm(config) && "batch norm",
  ].filter(Boolean);
  if (!moves.length) return "Their inputs are the data, so they never come back.";
  const list = [moves.slice(0, -1).join(", "), moves.at(-1)].filter(Boolean).join(" or ");
  return `They come back only if ${list} moves their sums.`;
}

/** "∂W¹, ∂W² and ∂W³" */
function gradientsOf(layers) {
  const names = layers.map(({ layer }) => `∂W${superscript(layer)}`);
  if (names.length > 3) return `${names[0]} to ${names.at(-1)}`;
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
}

/** Every entry of some ∂W is 0: which, why, and what gives them a gradient. */
function noGradient(about) {
  const { evaluation, health, config } = about;
  const without = layersWith(health, "no_gradient");
  const what = `No gradient: every entry of ${gradientsOf(without)} is 0`;
  if (allOut(config))
    return {
      words: `${what}, because a dropout of 1 leaves every unit out${everyLayerOut(config) ? "" : " of a layer"}.`,
      more: everyLayerOut(config)
        ? "Only the output’s bias still learns."
        : "The layers up to it get no error, and the weights that read it have an input of 0.",
      remedies: lessDropout(),
    };
  const one = evaluation.notes?.find((note) => note.kind === "batch_of_one");
  if (one) return { ...batchOfOne(about), status: "no_gradient" };
  if (config.initializer === "zeros" || config.initializer_scale === 0)
    return {
      words: `${what}, because all weights are 0.`,
      more: "A weight of 0 sends no error back, and a unit whose output is 0 gives the next weights no gradient.",
      remedies: [initializerRemedy(config)],
    };
  return { words: `${what}, so these weights stay as they are.`, remedies: [] };
}

const lessDropout = () =>
  [0.5, 0].map((rate) => ({ label: rate ? "Drop only half" : "Drop nothing", fields: { dropout: rate } }));

/** Batch norm over a batch of one sample, where it happened, and what it does to the evaluated loss. */
function batchOfOne({ evaluation, health }) {
  const note = evaluation.notes?.find(({ kind }) => kind === "batch_of_one");
  if (!note) return null;
  const { batch_size: size, train } = note;
  const stopped = layersWith(health, "no_gradient");
  const where =
    size > 1 && size < train ? `${thousands(train)} samples, batches of ${size}` : "a step of a single sample";
  const fits = [size + 1, size + 2, size - 1].find((other) => other > 1 && train % other !== 1);
  return {
    status: "batch_of_one",
    words: stopped.length
      ? `No gradient: every entry of ${gradientsOf(stopped)} is 0 where batch norm sees a batch of one (${where}).`
      : `A batch of one under batch norm (${where}): loss ${format(note.train_loss)} with running averages, ${format(note.batch_statistics_loss)} with the whole set’s own.`,
    more: note.text,
    remedies: [
      size === 1
        ? { label: "Batches of 16", fields: { batch_size: 16 } }
        : fits && { label: `Batches of ${fits}`, fields: { batch_size: fits } },
      { label: "No batch norm", fields: { batch_norm: false } },
    ],
  };
}

/** After an epoch or more the loss is that of a constant prediction. */
/** What is wrong comes from the data: they are named before what they do to the layers. */
function fromData(about) {
  const { config, health, run } = about;
  const cause = run?.samples?.values && causeInData(run.samples, config);
  const guesses = cause && guessing(about);
  if (guesses)
    return {
      ...guesses,
      words: `Guessing: ${cause.words}`,
      more: guesses.words,
      remedies: [cause.remedy, ...guesses.remedies],
    };
  if (!cause?.harmsLayers || health.status === "healthy" || !about.evaluation.step) return null;
  return { words: capital(cause.words), remedies: [cause.remedy] };
}

function guessing({ evaluation, health, config, run }) {
  if (health.learning !== "guessing") return null;
  const { train_loss: loss, step } = evaluation;
  const { constant_loss: constant } = health;
  const epochs = run?.epoch >= 1 ? many(Math.floor(run.epoch), "epoch") : many(step, "step");
  const than = loss >= constant ? "no better than" : "hardly better than";
  const digits = (v) => (v < 10 ? v.toFixed(4) : format(v));
  const numbers = `after ${epochs} the training loss ${digits(loss)} is ${than} always answering ${constantAnswer(run?.samples)} (${digits(constant)})`;
  const rate = config.learning_rate;
  return {
    status: "guessing",
    short: `Loss ${digits(loss)}; always answering ${constantAnswer(run?.samples)} costs ${digits(constant)}.`,
    words: `Guessing: ${numbers}.`,
    remedies: [
      rate === 0 && { label: "Learning rate 0.3", fields: { learning_rate: 0.3 } },
      !config.hidden.length && { label: "A hidden layer", fields: { hidden: [{ units: 8, activation: "tanh" }] } },
      usesActivation(config, "sigmoid") && {
        label: "ReLU with He initialization",
        fields: { hidden: withActivation(config, "relu"), initializer: "he_normal", initializer_scale: 1 },
        why: "Sigmoid’s slope is at most ¼, ReLU’s is 1.",
      },
      run?.samples &&
        !run.samples.extent &&
        config.scaling === "none" && { label: "Scale the inputs (z-score)", fields: { scaling: "standard" } },
      rate > 0 &&
        rate <= 0.03 && {
          label: `Raise the rate to ${textOf("learning_rate", rate * 10)}`,
          fields: { learning_rate: rate * 10 },
        },
      config.optimizer !== "adam" && { label: "Adam at 0.01", fields: { optimizer: "adam", learning_rate: 0.01 } },
    ],
  };
}

/** A verdict that this page does not know: as for healthy layers. */
const unseen = (about) => DIAGNOSES.healthy(about);

const leakyRelu = (config) =>
  usesActivation(config, "relu") && {
    label: "Leaky ReLU at a tenth of the rate",
    fields: { hidden: withActivation(config, "leaky_relu"), learning_rate: tenthOf(config.learning_rate) },
  };

function flatSlope({ health, config }, layer) {
  return {
    words: `No gradient: the step of ${nameOf(health, layer)} is flat on both sides. Its slope is 0 everywhere, so every entry of ∂W is 0 up to this layer.`,
    remedies: ["tanh", "sigmoid"].map((name) => ({ label: name, fields: { hidden: withActivation(config, name) } })),
  };
}

/** Exactly known: beyond it, whatever the start, the steepest direction grows. */
function tooFast({ limit }) {
  const half = Number((limit.limit / 2).toPrecision(2));
  return {
    status: "too_fast",
    words: `The learning rate is ${format(limit.over, 2)} times the stability limit (2/λmax = ${format(limit.limit)}, exact): in the steepest direction every step overshoots by more than it corrects.`,
    remedies: [{ label: `Half the limit: ${textOf("learning_rate", half)}`, fields: { learning_rate: half } }],
  };
}

/** Healthy layers; but a large gap between the losses is overfitting. */
function overfitting({ evaluation, config }) {
  const { train_loss, test_loss, train_accuracy } = evaluation;
  const gap = test_loss - train_loss;
  if (!isNumber(test_loss) || train_accuracy === null || train_loss >= OVERFITTING.train || gap <= OVERFITTING.gap)
    return null;
  return {
    status: "overfits",
    words: `It overfits: the loss is ${format(train_loss)} on the training samples and ${format(test_loss)} on the test samples.`,
    remedies: [
      config.hidden.length > 0 && config.dropout < 0.5 && { label: "Drop half of the units", fields: { dropout: 0.5 } },
      config.l2 < 0.01 && { label: "L2 penalty 0.01", fields: { l2: 0.01 } },
    ],
  };
}

// The line of the diagnosis below the graph; empty while there is nothing to say.

const RESTART_MARK =
  ' <span class="restarts" aria-hidden="true">↻</span><span class="visually-hidden">, with a new network</span>';

/**
 * @param {HTMLElement} line
 * @param {{page: any, commands: any, catalog: any, stage: HTMLElement, beside: (config: any) => void}} of
 *   beside: opens another setup beside the run
 */
export function createDiagnosisLine(line, { page, commands, catalog, stage, beside: openBeside }) {
  const show = htmlWriter();
  let diagnosed = null;
  let runWithFinding = null; // the run whose stage keeps a line's room

  line.addEventListener("click", (event) => {
    const { help, aside: besideButton } = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset ?? {};
    if (page.get().offline) return;
    if (help !== undefined) apply(diagnosed.remedies[help]);
    if (besideButton !== undefined) openBeside({ ...page.get().base, ...diagnosed.remedies[besideButton].fields });
  });

  function apply({ fields, restarts: anew }) {
    if (anew) commands.restart(fields);
    else commands.change(fields);
  }

  /** @param {{view: any, state: any, limit: any}} now limit: of the learning rate, as far as it is known */
  function render({ view, state, limit }) {
    const evaluation = showsOperations(view) ? (view.before ?? view.after) : (view.after ?? view.before);
    const known =
      limit?.exact && limit.run === state.run.id ? { ...limit, over: state.config.learning_rate / limit.limit } : null;
    const about = { epoch: view.step?.epoch ?? state.run.epoch, samples: view.samples };
    const shown = evaluation ?? state.run.evaluation;
    diagnosed = state.divergence ? null : diagnose(shown, state.config, catalog, known, about);
    if (diagnosed) runWithFinding = state.run.id;
    stage.classList.toggle("unhealthy", runWithFinding === state.run.id);
    show(line, diagnosed ? words(diagnosed) : "");
  }

  return { render };
}

function words({ status, words: text, more, remedies: helps }) {
  const buttons = helps.map(
    ({ label, why, restarts: anew }, i) =>
      `<span class="usual"><button type="button" class="link" data-help="${i}"${why ? ` title="${escapeHtml(why)}"` : ""}>${escapeHtml(label)}${anew ? RESTART_MARK : ""}</button>${anew ? besideButton(escapeHtml(label), i) : ""}</span>`,
  );
  const remedies = buttons.length ? `<div class="helps"><span>usually helps</span>${buttons.join("")}</div>` : "";
  const [name, ...rest] = text.split(/(?<=^(?:No gradient|Guessing|It overfits)):/);
  const named =
    rest.length && TERM_OF_STATUS[status]
      ? `<span data-term="${TERM_OF_STATUS[status]}" tabindex="0">${escapeHtml(name)}</span>:${escapeHtml(rest.join(":"))}`
      : escapeHtml(text);
  return `<p${more ? ` title="${escapeHtml(more)}"` : ""}><b aria-hidden="true">${GLYPHS[status] ?? "·"}</b> ${named}</p>${remedies}`;
}

/** Where applying it would lose the run. */
const besideButton = (label, i) =>
  `<button type="button" class="link aside" data-aside="${i}" title="This run stays; ${label} is trained beside it"><span class="visually-hidden">${label}, </span>compare</button>`;
