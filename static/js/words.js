// What the page says: the caption of an operation, the name of a mark, the cause of a failure. Pure: views in, words out.
import { known, networkOf, parseRef, rateOf, recordsOf, settingAt } from "./chain.js";
import { format, full, isNumber, subscript, superscript, thousands } from "./scales.js";

const COUNT = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const count = (n) => COUNT[n] ?? thousands(n);
const many = (n, word, plural = `${word}s`) => `${n === 1 ? "one" : thousands(n)} ${n === 1 ? word : plural}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const letter = (name) => name.replace(/\d+$/, (k) => superscript(k));

/**
 * What the operation under the playhead does, in words.
 * @returns {{phase: string, direction: "right"|"left"|"down"|"both"|"stop"|"none", position: string, title: string,
 *   formula: string, sentence: string, text: string, way?: {step: number, text: string}}} `text` is the formula and the
 *   sentence; all of it plain text. `way` leads to another step.
 */
export function caption(view) {
  if (!view.step) return untrained(view);
  if (view.playing && (view.mode === "fast" || view.mode === "flow")) return playing(view);
  const op = view.ops[view.op];
  const [title, formula, sentence] = (OPERATIONS[stemOf(op.name)] ?? OPERATIONS.other)(op, factsOf(view, op));
  const said = { ...PHASES[op.phase], position: position(view), title, formula, sentence };
  const ends = op.phase === "update";
  if (ends && view.stopped?.readable === view.step.step && !view.playing) return written(lastRead(view, said));
  if (!sound(op) || (ends && view.step.finite === false)) return written(lost(view, op, said));
  if (view.band === "steps") return written(walkedBack(view, said));
  return written(said);
}

const written = (said) => ({
  ...said,
  text: [said.formula && `${said.formula}.`, said.sentence].filter(Boolean).join(" "),
});

const PHASES = {
  forward: { phase: "Forward", direction: "right" },
  loss: { phase: "Loss", direction: "right" },
  backward: { phase: "Backward", direction: "left" },
  update: { phase: "Update", direction: "down" },
};

function position(view) {
  const operation = `operation ${view.op + 1} of ${view.ops.length}`;
  return isBack(view)
    ? `step ${thousands(view.step.step)} of ${thousands(reached(view))}, walked back · ${operation}`
    : operation;
}

const reached = (view) =>
  Math.max(view.furthest ?? 0, view.run?.furthest_step ?? 0, view.run?.step ?? 0, view.step?.step ?? 0);
const isBack = (view) => reached(view) > view.step.step && !view.playing;

/** "dW2" → "dW". */
const stemOf = (name) => name.replace(/\d+$/, "");

/** What a sentence about this operation needs to know. */
function factsOf(view, op) {
  const net = networkOf(view);
  const k = op.layer ?? 0;
  const last = net.last;
  const n = view.step.batch?.indices?.length ?? 0;
  return {
    view,
    net,
    k,
    n,
    s: superscript(k),
    into: letter(net.out(k - 1)),
    next: superscript(k + 1),
    output: k === last,
    outputs: net.parameters[`b${last}`]?.length ?? 1,
    layer: k === last ? "the output" : `layer ${k}`,
    Layer: k === last ? "The output" : `Layer ${k}`,
    over: n > 1 ? ` ÷ ${n}` : "",
    summed: net.names.has(`n${k}`) ? `n${superscript(k)}` : `z${superscript(k)}`,
    activation: net.kind(`a${k}`),
    setting: (field) => settingAt(view, field),
  };
}

/** One entry for each kind of record: [title, formula, sentence]. */
const OPERATIONS = {
  x: (_, { n, view }) =>
    n === 1
      ? ["A sample enters the network", "", "It comes in as numbers, one for each input."]
      : n && n === view.samples?.train
        ? [
            "The whole training set enters the network",
            "",
            `All ${thousands(n)} samples are read; the spotlight follows one of them.`,
          ]
        : [
            "A mini-batch enters the network",
            "",
            `${capital(many(n, "sample"))} are read; the spotlight follows one of them.`,
          ],
  z: (_, { s, into, Layer, output, net }) => [
    `${Layer} adds up its weighted inputs`,
    `z${s} = ${into} W${s} + b${s}`,
    output && net.loss !== "squared_error"
      ? "The loss will turn this sum into a probability."
      : "Each dot is one product of value and weight: colour is its sign, size its magnitude.",
  ],
  n: (_, { s, k }) => [
    `The sums of layer ${k} are brought to one scale`,
    `n${s} = γ${s} (z${s} − μ) / σ + β${s}`,
    "Mean μ and spread σ are the batch’s, unit by unit; the stretch γ and the shift β are learned.",
  ],
  a: (_, facts) => SQUASH[facts.activation]?.(facts) ?? ["The sums are bent", "", ""],
  d: (op, facts) => dropout(op, facts),
  L: (op, facts) => {
    const mean = isNumber(op.record.value) && facts.n > 1 ? `, the mean over ${thousands(facts.n)} samples` : "";
    const number = isNumber(op.record.value) ? format(op.record.value) : "one number";
    return [
      "The answer is compared with the truth",
      LOSSES[op.kind](facts),
      `Here it is ${number}${mean}; all that follows asks how to lower it.`,
    ];
  },
  dz: (op, facts) => errorOfSum(op, facts),
  da: (op, facts) =>
    op.kind === "dropout" ? maskAgain(facts) : facts.output ? turn("∂ŷ", facts) : passedBack("a", facts),
  dd: (_, facts) => passedBack("d", facts),
  dn: (_, { s, k, activation }) => [
    `How much each scaled sum of layer ${k} is to blame`,
    `∂n${s} = ∂a${s} × f′(n${s})`,
    SLOPES[activation] ?? "",
  ],
  dgamma: (_, { s, k }) => [
    `The stretch and the shift of layer ${k} get their gradients`,
    `∂γ${s} = Σ ∂n${s} · x̂${s}, ∂β${s} = Σ ∂n${s}`,
    "γ multiplies x̂ = (z − μ) / σ; β moves every sample alike, so its gradient is all their errors, added up.",
  ],
  dW: (op, { s, into, net, k }) => [
    "A weight’s gradient is error × recorded value",
    `∂W${s} = ${k > 1 || net.last === 0 ? `(${into})ᵀ` : "xᵀ"} δ${s}${op.names.includes(`db${k}`) ? `, ∂b${s} = Σ δ${s}` : ""}`,
    `δ${s} comes from the right; ${into} is not worked out again, it is read from the tape.`,
  ],
  db: (_, { s }) => [
    "A bias’s gradient is the error itself",
    `∂b${s} = Σ δ${s}`,
    "A bias has nothing to multiply: the batch’s errors are simply added up.",
  ],
  update: (op, facts) => stepOf(op, facts),
  other: (op) => [`${capital(op.kind.replace(/_/g, " "))} is recorded`, "", ""],
};

const SQUASH = {
  linear: ({ s, summed, Layer }) => [
    `${Layer} passes its sums on as they are`,
    `a${s} = ${summed}`,
    "A straight line: its slope is 1 everywhere.",
  ],
  sigmoid: ({ s, summed, Layer, output }) => [
    `${Layer} squashes ${output ? "its sum" : "the sums"} into 0 … 1`,
    `a${s} = 1 / (1 + e^−${summed})`,
    "It is recorded, because the way back will need its slope: never more than ¼.",
  ],
  tanh: ({ s, summed, Layer, output }) => [
    `${Layer} squashes ${output ? "its sum" : "the sums"} into −1 … 1`,
    `a${s} = tanh(${summed})`,
    "It is recorded, because the way back will need its slope.",
  ],
  relu: ({ s, summed, k }) => [
    `Layer ${k} keeps what is positive`,
    `a${s} = max(0, ${summed})`,
    "The rest becomes 0, and where it is 0 no error will come back either.",
  ],
  leaky_relu: ({ s, summed, k }) => [
    `Layer ${k} keeps what is positive and lets the rest leak`,
    `a${s} = ${summed}, or 0.01 · ${summed} below 0`,
    "The leak is small, but an error can still come back through it.",
  ],
  elu: ({ s, summed, k }) => [
    `Layer ${k} keeps what is positive and rounds off the rest`,
    `a${s} = ${summed}, or e^${summed} − 1 below 0`,
    "Below 0 the curve levels out at −1.",
  ],
  gelu: ({ s, summed, k }) => [
    `Layer ${k} lets its sums through a soft gate`,
    `a${s} = ½ ${summed} (1 + t) with t = tanh(0.798 (${summed} + 0.0447 (${summed})³))`,
    "Large sums pass, very negative ones are held back.",
  ],
  step: ({ s, summed, k }) => [
    `Layer ${k} answers only yes or no`,
    `a${s} = 1 if ${summed} > 0, else 0`,
    "Both sides are flat, so the slope is 0: no error will come back through here.",
  ],
};

const SLOPES = {
  linear: "The slope of a straight line is 1, so the error passes unchanged.",
  sigmoid: "The slope is a (1 − a), from the recorded answer: never more than ¼.",
  tanh: "The slope is 1 − a · a, from the recorded answer: the flatter the bend, the less comes through.",
  relu: "The slope is 1 where the sum was positive, else 0: silent units get no error.",
  leaky_relu: "The slope is 1 where the sum was positive, else 0.01.",
  elu: "The slope is 1 where the sum was positive, else a + 1, from the recorded answer.",
  gelu: "The slope is taken at the recorded sum.",
  step: "The slope is 0 on both sides of the step, so nothing is left of the error.",
};

const LOSSES = {
  binary_cross_entropy: () => "L = −ln p if y = 1, −ln(1 − p) if y = 0",
  softmax_cross_entropy: () => "L = −ln p of the true class",
  squared_error: ({ outputs }) => (outputs > 1 ? "L = ½ Σ (ŷ − y)²" : "L = ½ (ŷ − y)²"),
};

function dropout(op, { s, k, view }) {
  const p = rateOf(view, k);
  const mask = op.record.mask;
  const units = mask?.[0]?.length ?? 0;
  const alike = mask?.every((row) => row.every((kept, u) => kept === mask[0][u]));
  const out = mask?.[0]?.filter((kept) => !kept).length ?? 0;
  const who = !alike
    ? `silences units of layer ${k}, others for each sample`
    : out === units
      ? `silences all of layer ${k}`
      : out
        ? `silences ${count(out)} of ${count(units)} units in layer ${k}`
        : `spares all of layer ${k} this time`;
  if (p >= 1)
    return [`Dropout ${who}`, `d${s} = 0`, "Nothing gets past this layer, so only the biases after it can learn."];
  return [
    `Dropout ${who}`,
    `d${s} = a${s} × mask / (1 − ${format(p, 2)})`,
    "The others speak up a little, to make up for it. The mask is recorded for the way back.",
  ];
}

function turn(symbol, { over }) {
  return [
    "The error turns around",
    `${symbol} = (ŷ − y)${over}`,
    "The slope of half a square is the distance itself. From here on, everything flows to the left.",
  ];
}

function errorOfSum(op, facts) {
  const { s, k, output, over, outputs } = facts;
  if (op.kind === "softmax_cross_entropy")
    return [
      "Softmax and cross-entropy turn around in one step",
      `δ${s} = (p − y)${over}`,
      "Their two slopes cancel to the plain difference between answer and truth.",
    ];
  if (op.kind === "binary_cross_entropy")
    return [
      outputs > 1 ? "The errors turn around" : "The error turns around",
      `δ${s} = (p − y)${over}`,
      "The slopes of the sigmoid and the logarithm cancel to a plain difference: answer − truth.",
    ];
  if (op.kind === "squared_error") return turn(`δ${s}`, facts);
  if (op.kind === "batch_norm")
    return [
      `The error passes back through the scale of layer ${k}`,
      `δ${s} = γ${s}/σ · (∂n${s} − (∂β${s} + x̂${s} ∂γ${s}) / n)`,
      "Every sample had a part in μ and σ, so each error gives up what all have in common.",
    ];
  const who = output ? "the output’s sum is" : `each sum of layer ${k} is`;
  return [`How much ${who} to blame`, `δ${s} = ${output ? "∂ŷ" : `∂a${s}`} × f′(z${s})`, SLOPES[op.kind] ?? ""];
}

const passedBack = (base, { s, next }) => [
  "Blame is passed back through the same weights",
  `∂${base}${s} = δ${next} (W${next})ᵀ`,
  "Each unit collects, over its outgoing lines, weight × error, and adds them up.",
];

const maskAgain = ({ s, k, view }) => [
  "The recorded mask is applied again",
  rateOf(view, k) >= 1 ? `∂a${s} = 0` : `∂a${s} = ∂d${s} × mask / (1 − ${format(rateOf(view, k), 2)})`,
  "Units that were silent on the way forward get no gradient.",
];

const UPDATES = {
  sgd: () => [
    "Every weight takes one small step",
    "W ← W − η ∂W",
    "Against its gradient, and only a part of it, because a slope is true only nearby.",
  ],
  momentum: ({ setting }) => [
    "Every weight keeps some of its speed",
    `v ← ${setting("momentum") ?? 0.9} v + ∂W, W ← W − η v`,
    "v remembers earlier gradients: what keeps pointing the same way gets faster.",
  ],
  nesterov: ({ setting }) => [
    "Every weight keeps its speed and looks ahead",
    `v ← ${setting("momentum") ?? 0.9} v + ∂W, W ← W − η (∂W + ${setting("momentum") ?? 0.9} v)`,
    "v remembers earlier gradients, and the step is taken as if it had already moved on.",
  ],
  rmsprop: () => [
    "Every weight takes a step of its own size",
    "s ← 0.99 s + 0.01 ∂W · ∂W, W ← W − η ∂W / (√s + ε)",
    "Steps get shorter where gradients have been large, longer where they have been small.",
  ],
  adam: () => [
    "Every weight takes a step of its own size",
    "W ← W − η m̂ / (√v̂ + ε)",
    "m and v are running means of the gradient and of its square; the hats make up for a start at 0.",
  ],
};

function stepOf(op, facts) {
  const [title, formula, sentence] = (UPDATES[op.kind] ?? UPDATES.sgd)(facts);
  const rate = facts.view.step.learning_rate;
  if (rate === 0) return ["Nothing moves", formula, "The learning rate η is 0, so every step has length 0."];
  const clip = op.record.clip_scale ?? 1;
  const extra = [
    `η\u00a0=\u00a0${format(rate, 2)}.`,
    clip < 1 ? `The gradient was clipped first, to ${format(clip)} of its length.` : "",
    facts.setting("l2") > 0 || facts.setting("l1") > 0 ? "The penalty pulls towards 0 as well." : "",
  ];
  return [title, formula, [sentence, ...extra.filter(Boolean)].join(" ")];
}

/* ---------- states that are not one operation ---------- */

function untrained(view) {
  const n = view.samples?.targets?.length;
  const how = view.config?.initializer ?? view.run?.config?.initializer ?? "";
  const given = Object.keys(view.config?.parameters ?? view.run?.config?.parameters ?? {}).length > 0;
  const weights = given
    ? "weights as given"
    : how === "zeros"
      ? "every weight is 0"
      : how === "constant"
        ? "all weights alike"
        : "weights drawn at random";
  return written({
    phase: "Step 0",
    direction: "none",
    position: [n ? many(n, "sample") : "", weights].filter(Boolean).join(", "),
    title: "Nothing has been learned yet",
    formula: "",
    sentence:
      "Press play: values go right, the error turns around, gradients come back left, every weight moves a little.",
  });
}

function playing(view) {
  const epoch = isNumber(view.step.epoch) ? `epoch ${format(view.step.epoch, view.step.epoch < 10 ? 1 : 0)}` : "";
  const rate =
    isNumber(view.rate) && view.rate > 0
      ? `${format(view.rate, view.rate < 10 ? 1 : 0)} steps a second, every one computed`
      : "";
  return written({
    phase: "Playing",
    direction: "both",
    position: [epoch, rate].filter(Boolean).join(" · "),
    title: `Step ${thousands(view.step.step)}`,
    formula: "",
    sentence: "Values sweep right, gradients sweep back left. Pause, and this step opens up operation by operation.",
  });
}

function walkedBack(view, said) {
  const here = view.step.step;
  const back = here < reached(view);
  const next = (view.changes ?? []).filter((c) => c.step > here).sort((a, b) => a.step - b.step)[0];
  const changed = next && changeWords(next);
  return {
    ...said,
    phase: back
      ? `Step ${thousands(here)} of ${thousands(reached(view))}, walked back`
      : `Step ${thousands(here)}, the last so far`,
    direction: back ? "left" : "none",
    position: `operation ${view.op + 1} of ${view.ops.length}`,
    title: changed
      ? `${capital(count(next.step - here))} ${next.step - here === 1 ? "step" : "steps"} before ${changed}`
      : "As it was recorded",
    formula: "",
    sentence: back
      ? `${changed ? "As it was recorded. " : ""}Train on, and the same numbers follow; change something, and a branch begins.`
      : "Walk back along the line: nothing is computed again.",
  };
}

/** {field: "learning_rate", before: 0.6, value: 6} → "the learning rate was raised". */
function changeWords({ field, before, value }) {
  const how = isNumber(before) && isNumber(value) ? (value > before ? "raised" : "lowered") : "changed";
  return `${FIELDS[field] ?? field} was ${how}`;
}

const FIELDS = {
  learning_rate: "the learning rate",
  dropout: "dropout",
  batch_size: "the batch size",
  momentum: "momentum",
  l1: "the L1 penalty",
  l2: "the L2 penalty",
  clip_norm: "clipping",
};

/* ---------- not finite ---------- */

const sound = (op) => op.records.every((record) => record.finite !== false);

/** How many numbers of a record are not finite. */
const lostIn = (record) => Object.values(record.not_finite ?? {}).reduce((sum, n) => sum + n, 0);

function lost(view, op, said) {
  const why = cause(view);
  const { readable } = view.stopped ?? {};
  if (op.phase === "update")
    return {
      ...said,
      phase: `Stopped at step ${thousands(view.step.step)}`,
      direction: "stop",
      title: why?.title ?? said.title,
      formula: "",
      sentence: why?.text ?? "",
      ...(readable ? { way: { step: readable, text: `Step ${thousands(readable)}, ${READ}` } } : {}),
    };
  if (why && op.names.includes(why.record)) return { ...said, title: why.title, formula: "", sentence: why.text };
  const gone = op.records.reduce((sum, record) => sum + lostIn(record), 0);
  const size = op.records.reduce((sum, record) => sum + sizeOf(record.value), 0);
  const all = size === 1 ? "it is lost too" : `all ${thousands(size)} numbers are lost`;
  const how =
    op.phase === "loss"
      ? "The loss is a mean over the batch: one lost sample is enough."
      : !gone || gone >= size
        ? `What it reads is lost, so ${all}.`
        : `${capital(count(gone))} of its ${thousands(size)} numbers ${gone === 1 ? "is" : "are"} lost.`;
  return { ...said, title: "Not a number, times anything, is not a number", sentence: how };
}

const READ = "the last with sizes one can read";

/** A run that broke because its steps were too long, at the last step whose sizes one can read. */
function lastRead(view, said) {
  const { step: broken, record } = view.stopped;
  const fallen = { ...view, step: record };
  const { from, first, to, last } = rise(fallen) ?? {};
  const loss = record.tape.find((one) => one.name === "L");
  const over = loss?.not_finite?.["+inf"] > 0 && !loss.not_finite.nan;
  const went = `the loss went from ${format(from)} to`;
  return {
    ...said,
    phase: `Stopped at step ${thousands(broken)}`,
    direction: "stop",
    position: [`learning rate ${format(record.learning_rate, 2)}`, LOSS_NAMES[loss?.kind]].filter(Boolean).join(" · "),
    title: cause(fallen)?.title ?? said.title,
    formula: "",
    sentence: [
      over
        ? `In ${many(broken - first, "step")} ${went} more than a number can hold.`
        : `In ${many(last - first, "step")} ${went} ${format(to)}. ${endOf(fallen)}`,
      `Shown is step ${thousands(view.step.step)}, ${READ}.`,
    ].join(" "),
    way: { step: broken, text: `Step ${thousands(broken)}, where it broke` },
  };
}

const LOSS_NAMES = {
  binary_cross_entropy: "cross-entropy",
  softmax_cross_entropy: "cross-entropy",
  squared_error: "squared error",
};

const sizeOf = (value) =>
  Array.isArray(value)
    ? value.reduce((n, v) => n + sizeOf(v), 0)
    : value && typeof value === "object"
      ? sizeOf(Object.values(value))
      : 1;

/**
 * Why a step is not finite, in plain words: the first record that was not, what led there, and what usually helps.
 * @returns {null | {kind: string, grown?: boolean, record: string, step: number, title: string, text: string,
 *   helps: {label: string, change: Record<string, any>}[]}}
 */
export function cause(view) {
  const step = view.step;
  if (step?.finite !== false) return null;
  const first = step.tape.find((record) => record.finite === false);
  if (!first) return null;
  if (first.name === "x") return missing(view, first);
  const rate = step.learning_rate;
  const grown = growth(view);
  const nan = onlyNan(first);
  const title = grown
    ? "The steps were too long: each one made the loss larger"
    : nan
      ? "A number was lost"
      : "A number grew too large to be written down";
  return {
    kind: nan && !grown ? "undefined" : "overflow",
    grown: Boolean(grown),
    record: first.name,
    step: step.step,
    title,
    text: [grown, endOf(view)].filter(Boolean).join(" "),
    helps: helpsFor(rate, view),
  };
}

const onlyNan = ({ not_finite: lostOnes }) => (lostOnes?.nan ?? 0) > 0 && !(lostOnes?.["+inf"] || lostOnes?.["-inf"]);

/** "In step 9, a sum of the output passed the largest number there is, 1.8·10³⁰⁸." */
function endOf(view) {
  const first = view.step.tape.find((record) => record.finite === false);
  const how = onlyNan(first) ? "is not a number any more" : "passed the largest number there is, 1.8·10³⁰⁸";
  return `In step ${thousands(view.step.step)}, ${placeOf(first, view)} ${how}.`;
}

function helpsFor(rate, view) {
  const helps = [];
  if (rate > 0)
    helps.push({ label: `Lower the learning rate to ${format(rate / 10, 2)}`, change: { learning_rate: rate / 10 } });
  if (!settingAt(view, "clip_norm")) helps.push({ label: "Clip the gradient at 1", change: { clip_norm: 1 } });
  return helps;
}

function missing(view, record) {
  const at = view.step.batch.inputs.findIndex((row) => row.some((v) => v === null));
  const row = view.step.batch.indices[at];
  const column = view.step.batch.inputs[at]?.indexOf(null) ?? -1;
  const name = view.samples?.features?.[column] ?? (column < 0 ? "" : `x${subscript(column + 1)}`);
  const others =
    record.not_finite?.nan > 1 ? ` ${capital(count(record.not_finite.nan))} numbers are missing in this batch.` : "";
  const title = at < 0 ? "An input is not a number" : `Sample ${row} has no ${name}`;
  return {
    kind: "missing",
    record: "x",
    step: view.step.step,
    title,
    text: `The gap enters every sum of layer 1. Whatever is added to it or multiplied by it is lost too, up to the loss and all the way back.${others}`,
    helps: [{ label: "Leave the rows with gaps out", change: {} }],
  };
}

/** The recorded losses where they rise without a break up to the end: from what, in which step, to what, in which. */
function rise(view) {
  const { loss = [], steps: at = [] } = view.series ?? {};
  const seen = [...loss.keys()].filter((i) => isNumber(loss[i]));
  let begin = seen.length - 1;
  while (begin > 0 && loss[seen[begin - 1]] < loss[seen[begin]]) begin--;
  if (seen.length - begin < 2) return null;
  const [i, j] = [seen[begin], seen[seen.length - 1]];
  return loss[j] > 10 * loss[i] ? { from: loss[i], first: at[i], to: loss[j], last: at[j] } : null;
}

/** "At learning rate 3 the loss went from 1.26 to 8.0·10⁶⁴ in 4 steps …" where the recorded losses rise without a break. */
function growth(view) {
  const grown = rise(view);
  if (!grown) return "";
  const { from, first, to, last } = grown;
  const turned = (view.changes ?? []).some((c) => c.field === "learning_rate" && c.step > first);
  const whose = turned ? "The loss" : `At learning rate ${format(view.step.learning_rate, 2)} the loss`;
  const times = format((to / from) ** (1 / (last - first)), 1);
  return `${whose} went from ${format(from)} to ${format(to)} in ${many(last - first, "step")}, on average ${times} times as much after each.`;
}

/** "dW2" → "the gradient of the weights of layer 2". */
export function placeOf(record, view) {
  const stem = stemOf(record.name);
  const k = record.layer;
  const layer = k === null || k === undefined ? "" : view && k === networkOf(view).last ? "the output" : `layer ${k}`;
  return PLACES[stem]?.(layer) ?? record.name;
}

const PLACES = {
  x: () => "an input",
  z: (layer) => `a sum of ${layer}`,
  n: (layer) => `a scaled sum of ${layer}`,
  a: (layer) => `an answer of ${layer}`,
  d: (layer) => `an answer of ${layer} after dropout`,
  L: () => "the loss",
  dz: (layer) => `the error at a sum of ${layer}`,
  dn: (layer) => `the error at a scaled sum of ${layer}`,
  da: (layer) => `the error at an answer of ${layer}`,
  dd: (layer) => `the error at an answer of ${layer} after dropout`,
  dW: (layer) => `the gradient of a weight into ${layer}`,
  db: (layer) => `the gradient of a bias of ${layer}`,
  dgamma: (layer) => `the gradient of a stretch γ of ${layer}`,
  dbeta: (layer) => `the gradient of a shift β of ${layer}`,
  update: () => "the change of a parameter",
};

/* ---------- names ---------- */

/**
 * ("dW2", [3, 1], 17) → "dW2[3][1] · layer 2 · from unit 4 to unit 2 · step 17". Records keep their indices from 0,
 * units are counted from 1; two indices of a record that is not a weight are row of the batch and unit.
 */
export function refName(record, indices = [], step = undefined) {
  const layer = /(\d+)$/.exec(record)?.[1];
  const unit = (i) => (record === "x" || layer === undefined ? `number ${i + 1}` : `unit ${i + 1}`);
  const [first, second] = indices;
  const where =
    second === undefined
      ? first === undefined
        ? ""
        : unit(first)
      : /^d?W\d/.test(record)
        ? `from ${layer === "1" ? "input" : "unit"} ${first + 1} to unit ${second + 1}`
        : `row ${first + 1} of the batch, ${unit(second)}`;
  const when = typeof step === "object" ? step?.step : step;
  const parts = [
    record + indices.map((i) => `[${i}]`).join(""),
    layer && `layer ${layer}`,
    where,
    isNumber(when) && `step ${thousands(when)}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The title of a mark: which record, layer, index and step, and every digit of its value. */
export function refTitle(ref, value, step, note = "") {
  const { record, indices } = parseRef(ref);
  return [refName(record, indices, step), note, value === undefined ? "not computed yet" : full(value)]
    .filter(Boolean)
    .join(" · ");
}

/** What a selected or focused thing is, and its numbers at the playhead: the name of its button. */
export function describe(selection, view) {
  if (!selection) return "";
  const { kind, layer } = selection;
  const net = networkOf(view);
  const place = layer === 0 ? "input" : `layer ${layer}`;
  if (kind === "weight") {
    const { from, to } = selection;
    const begin = layer === 1 ? `input ${from + 1}` : `unit ${from + 1} of layer ${layer - 1}`;
    const parts = [
      `weight ${format(net.parameters[`W${layer}`]?.[from]?.[to])}`,
      recorded(view, `dW${layer}`, "gradient", (v) => v?.[from]?.[to]),
    ];
    return `${begin} to unit ${to + 1} of layer ${layer}: ${parts.filter(Boolean).join(", ")}`;
  }
  const { unit } = selection;
  if (kind === "bias") {
    const parts = [
      `bias ${format(net.parameters[`b${layer}`]?.[unit])}`,
      recorded(view, `db${layer}`, "gradient", (v) => v?.[unit]),
    ];
    return `layer ${layer} unit ${unit + 1}: ${parts.filter(Boolean).join(", ")}`;
  }
  const dropped =
    recordsOf(view.step).get(`d${layer}`) &&
    known(view, `d${layer}`) &&
    view.spot?.[`d${layer}`]?.[unit] === 0 &&
    view.spot?.[`a${layer}`]?.[unit] !== 0;
  const answer = layer === 0 ? "x" : net.names.has(`a${layer}`) ? `a${layer}` : net.out(layer);
  const parts = [
    dropped ? "dropped" : spotted(view, answer, layer === 0 ? "value" : "activation", unit),
    layer > 0 ? spotted(view, `dz${layer}`, "gradient", unit) : "",
  ].filter(Boolean);
  return `${place} ${layer === 0 ? unit + 1 : `unit ${unit + 1}`}${parts.length ? `: ${parts.join(", ")}` : ""}`;
}

const spotted = (view, record, word, unit) =>
  view.spot?.[record] && known(view, record) ? `${word} ${format(view.spot[record][unit])}` : "";

function recorded(view, name, word, pick) {
  const value = recordsOf(view.step).get(name)?.value;
  return value && known(view, name) ? `${word} ${format(pick(value))}` : "";
}

/** What the live region says: at most this, and only when the page stands still enough to be followed. */
export function announce(view) {
  const said = caption(view);
  if (said.direction === "stop") return { text: `${said.phase}. ${said.title}. ${said.text}`, urgent: true };
  if (view.playing && view.mode && view.mode !== "operations") return { text: "", urgent: false };
  return { text: `${said.phase}, ${said.position}. ${said.title}.`, urgent: false };
}

const GLYPHS = {
  right:
    '<svg width="26" height="11" viewBox="0 0 26 11" aria-hidden="true"><path d="M1 5.5h17" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="20.5" cy="5.5" r="4.6" fill="currentColor"/></svg>',
  left: '<svg width="26" height="11" viewBox="0 0 26 11" aria-hidden="true"><path d="M25 5.5H4M8 1L2 5.5L8 10" fill="none" stroke="currentColor" stroke-width="2"/></svg>',
  down: '<svg width="16" height="11" viewBox="0 0 16 11" aria-hidden="true"><path d="M2 2l6 7l6 -7" fill="none" stroke="currentColor" stroke-width="2"/></svg>',
  both: '<svg width="30" height="11" viewBox="0 0 30 11" aria-hidden="true"><circle cx="4" cy="5.5" r="3.4" fill="var(--vpos)"/><path d="M19 1l-5 4.5l5 4.5" fill="none" stroke="var(--gpos)" stroke-width="2"/><circle cx="25" cy="5.5" r="3.4" fill="var(--vneg)"/></svg>',
  stop: '<svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true"><path d="M1.5 1.5l8 8m0 -8l-8 8" fill="none" stroke="currentColor" stroke-width="2"/></svg>',
  none: "",
};

/** The small sign before the phase, as SVG in the text's colour. */
export const glyph = (direction) => GLYPHS[direction] ?? "";
