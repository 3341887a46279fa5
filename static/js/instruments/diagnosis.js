// The diagnosis: one sentence on what is wrong with the network, by the server's judgement, and what usually helps.

import { escapeHtml, htmlWriter } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { capital, format, thousands } from "../format/numbers.js";
import { GLYPHS } from "../run/health.js";
import { textOf } from "../run/settings.js";
import { showsOperations } from "../run/values.js";

/**
 * @typedef {{label: string, fields: Record<string, any>, restarts: boolean, why: string}} Remedy
 *   restarts: it needs a new run, from step 0
 * @typedef {{status: string, words: string, remedies: Remedy[]}} Diagnosis
 */

const MAX_REMEDIES = 3;
const VANISHING_SLOPE = 0.4; // decades a layer, from which on the server calls a network at its start vanishing
const OVERFITTING = { train: 0.1, gap: 0.5 }; // of a cross-entropy; without dropout the gap was at least 3 in 20 of 20 seeds

/**
 * @param {any} evaluation of the network that is shown @param {any} config in force
 * @param {{patch: string[]}} catalog fields that may change while it trains @param {any} [limit] of the learning rate
 * @returns {Diagnosis|null} null where there is nothing to say
 */
export function diagnose(evaluation, config, catalog, limit = null) {
  const health = evaluation?.health;
  if (!health || !config || evaluation.stopped) return null;
  const finding = (limit?.exact && limit.over > 1 ? tooFast : (DIAGNOSES[health.status] ?? overfitting))({
    evaluation,
    health,
    config,
    limit,
  });
  if (!finding) return null;
  const helps = finding.remedies
    .filter(Boolean)
    .slice(0, MAX_REMEDIES)
    .map(({ again = false, ...help }) => ({
      why: "",
      ...help,
      restarts: again || Object.keys(help.fields).some((name) => !catalog.patch.includes(name)),
    }));
  return { status: finding.status ?? health.status, words: finding.words, remedies: helps };
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
    label: relu ? "He weights" : "Glorot weights",
    fields: { initializer: relu ? "he_normal" : "glorot_uniform", initializer_scale: 1 },
  };
};

const lowerRate = (config, again = false) =>
  config.learning_rate > 0 && {
    label: `${again ? "Begin again at" : "Lower the rate to"} ${textOf("learning_rate", tenthOf(config.learning_rate))}`,
    fields: { learning_rate: tenthOf(config.learning_rate) },
    again,
  };
const clipGradient = (config, norm, again = false) =>
  (config.clip_norm === null || config.clip_norm > norm) && {
    label: `${again ? "Begin again, clipped" : "Clip the gradient"} at ${norm}`,
    fields: { clip_norm: norm },
    again,
  };
const norm = (config) => !hasBatchNorm(config) && { label: "Batch norm", fields: { batch_norm: true } };

const DIAGNOSES = {
  vanishing: ({ evaluation, health, config }) => {
    const [first] = evaluation.step === 0 && health.slope > VANISHING_SLOPE ? [] : layersWith(health, "vanishing");
    const last = health.layers.at(-1);
    const words = first
      ? `${capital(nameOf(health, first))} is told ${first.norm > 0 ? `1/${thousands(format(last.norm / first.norm, 0))} of what` : "nothing of what"} the output layer is told: it hardly learns.`
      : `On the way back each layer leaves 1/${times(10 ** health.slope)} of the gradient (${format(health.slope, 2)} decades a layer), so the first layers hear almost nothing.`;
    if (config.dropout === 1) return { words, remedies: [{ label: "Drop only half", fields: { dropout: 0.5 } }] };
    if (usesActivation(config, "step"))
      return flatSlope({ health, config }, { layer: config.hidden.findLastIndex((l) => l.activation === "step") + 1 });
    return {
      words,
      remedies: [
        usesActivation(config, "sigmoid") && {
          label: "ReLU with He weights",
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
        : `The loss has left the ground: ${format(evaluation.train_loss)}. Each step ends further out than it began.`;
    const steadier = [clipGradient(config, 1), lowerRate(config)];
    return {
      words,
      remedies: [
        ...(atStart && !isScaledInitializer(config) ? [initializerRemedy(config)] : []),
        ...steadier,
        norm(config),
      ],
    };
  },
  dead: ({ health, config }) => {
    const layers = layersWith(health, "dead");
    const worstLayer = layers.reduce((a, b) => (b.dead / b.units > a.dead / a.units ? b : a));
    const deadFromStart = worstLayer.dead_at_start === worstLayer.dead;
    return {
      words: `${worstLayer.dead} of ${worstLayer.units} units of ${nameOf(health, worstLayer)} answer 0 to every sample${deadFromStart ? ", from the start" : ""}. No error gets through them, so nothing wakes them.`,
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
    return flat ? flatSlope(about, flat) : overfitting(about);
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
  not_finite: ({ health }) => ({
    words: `${capital(nameOf(health, layersWith(health, "not_finite")[0] ?? { layer: health.layers.length }))}’s gradient is no longer a number.`,
    remedies: [],
  }),
};

const leakyRelu = (config) =>
  usesActivation(config, "relu") && {
    label: "Leaky ReLU at a tenth of the rate",
    fields: { hidden: withActivation(config, "leaky_relu"), learning_rate: tenthOf(config.learning_rate) },
  };

function flatSlope({ health, config }, layer) {
  return {
    words: `The step of ${nameOf(health, layer)} is flat on both sides: its slope is 0 everywhere, so nothing below it can learn.`,
    remedies: ["tanh", "sigmoid"].map((name) => ({ label: name, fields: { hidden: withActivation(config, name) } })),
  };
}

/** Exactly known: beyond it, whatever the start, the steepest direction grows. */
function tooFast({ limit }) {
  const half = Number((limit.limit / 2).toPrecision(2));
  return {
    status: "too_fast",
    words: `The learning rate is ${format(limit.over, 2)} times what this unit can bear (2/λmax = ${format(limit.limit)}, exact): along the steepest direction every step ends further out.`,
    remedies: [{ label: `Half the limit: ${textOf("learning_rate", half)}`, fields: { learning_rate: half } }],
  };
}

/** Healthy layers; but where every unit is dropped nothing is learned, and a large gap between the losses is overfitting. */
function overfitting({ evaluation, health, config }) {
  if (config.dropout === 1 && config.hidden.length && health.layers.every(({ norm }) => norm === 0))
    return allDropped();
  const { train_loss, test_loss, train_accuracy } = evaluation;
  const gap = test_loss - train_loss;
  if (!isNumber(test_loss) || train_accuracy === null || train_loss >= OVERFITTING.train || gap <= OVERFITTING.gap)
    return null;
  return {
    status: "by_heart",
    words: `It knows the training points by heart: loss ${format(train_loss)} there, ${format(test_loss)} on the test points.`,
    remedies: [
      config.hidden.length > 0 && config.dropout < 0.5 && { label: "Drop half of the units", fields: { dropout: 0.5 } },
      config.l2 < 0.01 && { label: "L2 penalty 0.01", fields: { l2: 0.01 } },
    ],
  };
}

function allDropped() {
  return {
    status: "silent",
    words:
      "At a dropout of 1 every hidden unit is out: all gradients but the output bias’s are exactly 0, and nothing else is learned.",
    remedies: [0.5, 0].map((rate) => ({
      label: rate ? "Drop only half" : "Drop nothing",
      fields: { dropout: rate },
    })),
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
    diagnosed = state.divergence ? null : diagnose(evaluation ?? state.run.evaluation, state.config, catalog, known);
    if (diagnosed) runWithFinding = state.run.id;
    stage.classList.toggle("unhealthy", runWithFinding === state.run.id);
    show(line, diagnosed ? words(diagnosed) : "");
  }

  return { render };
}

function words({ status, words: text, remedies: helps }) {
  const buttons = helps.map(
    ({ label, why, restarts: anew }, i) =>
      `<span class="usual"><button type="button" class="link" data-help="${i}"${why ? ` title="${escapeHtml(why)}"` : ""}>${escapeHtml(label)}${anew ? RESTART_MARK : ""}</button>${anew ? besideButton(escapeHtml(label), i) : ""}</span>`,
  );
  const remedies = buttons.length ? `<div class="helps"><span>usually helps</span>${buttons.join("")}</div>` : "";
  return `<p><b aria-hidden="true">${GLYPHS[status] ?? "·"}</b> ${escapeHtml(text)}</p>${remedies}`;
}

/** Where applying it would lose the run. */
const besideButton = (label, i) =>
  `<button type="button" class="link aside" data-aside="${i}" title="This run stays: ${label}, beside it"><span class="visually-hidden">${label}, </span>beside it</button>`;
