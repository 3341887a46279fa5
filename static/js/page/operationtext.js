// The text of each operation: its title, its formula and a sentence. Pure.

import { isNumber } from "../format/math.js";
import { capital, count, format, many, superscript, thousands } from "../format/numbers.js";
import { networkOf, rateOf, settingAt, stemOf } from "../run/records.js";
import { picturePixels } from "../run/settings.js";
import { largestOnly } from "../run/values.js";

const letter = (name) => name.replace(/\d+$/, (k) => superscript(k));

/** [title, formula, sentence] of an operation. @returns {[string, string, string]} */
export const wordsOf = (view, op) => (OPERATIONS[stemOf(op.name)] ?? OPERATIONS.other)(op, factsOf(view, op));

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

const followed = ({ spotlight }) => (spotlight?.input ? "your digit" : "one of them");

/** One entry for each kind of record: [title, formula, sentence]. */
const OPERATIONS = {
  x: (_, { n, view }) =>
    n === 1
      ? ["A sample enters the network", "", "It comes in as numbers, one for each input."]
      : n && n === view.samples?.train
        ? [
            "The whole training set enters the network",
            "",
            `All ${thousands(n)} samples are read; the spotlight follows ${followed(view)}.`,
          ]
        : [
            "A mini-batch enters the network",
            "",
            `${capital(many(n, "sample"))} are read; the spotlight follows ${followed(view)}.`,
          ],
  z: (_, { s, into, Layer, output, net }) => [
    `${Layer} adds up its weighted inputs`,
    `z${s} = ${into} W${s} + b${s}`,
    output && net.loss !== "squared_error"
      ? "The loss will turn this sum into a probability."
      : "Each dot is one product of value and weight: colour is its sign, size its magnitude.",
  ],
  n: (_, { s, k }) => [
    `Batch norm brings the sums of layer ${k} to one scale`,
    `n${s} = γ${s} (z${s} − E[z${s}]) / √(Var[z${s}] + ε) + β${s}`,
    "Mean and variance are the batch’s, unit by unit; the scale γ and the shift β are learned.",
  ],
  a: (_, facts) => SQUASH[facts.activation]?.(facts) ?? ["The activation function is applied", "", ""],
  d: (op, facts) => dropout(op, facts),
  L: (op, facts) => {
    const mean = isNumber(op.record.value) && facts.n > 1 ? `, the mean over ${thousands(facts.n)} samples` : "";
    const number = isNumber(op.record.value) ? format(op.record.value) : "one number";
    return [
      "Prediction and target are compared",
      LOSSES[op.kind](facts),
      `Here it is ${number}${mean}; all that follows asks how to lower it.`,
    ];
  },
  dz: (op, facts) => errorOfSum(op, facts),
  da: (op, facts) =>
    op.kind === "dropout"
      ? maskWords(facts)
      : facts.output
        ? lossGradientWords("∂ŷ", facts)
        : backwardWords("a", facts),
  dd: (_, facts) => backwardWords("d", facts),
  dn: (_, { s, k, activation }) => [
    `The error at each scaled sum of layer ${k}`,
    `∂n${s} = ∂a${s} × f′(n${s})`,
    SLOPES[activation] ?? "",
  ],
  dgamma: (_, { s, k }) => [
    `The scale and the shift of layer ${k} get their gradients`,
    `∂γ${s} = Σ ∂n${s} · x̂${s}, ∂β${s} = Σ ∂n${s}`,
    "γ multiplies x̂ = (z − E[z]) / √(Var[z] + ε); β moves every sample alike, so its gradient is all their errors, added up.",
  ],
  dW: (op, { s, into, net, k, view }) => [
    "A weight’s gradient is error × recorded value",
    `∂W${s} = ${k > 1 || net.last === 0 ? `(${into})ᵀ` : "xᵀ"} δ${s}${op.names.includes(`db${k}`) ? `, ∂b${s} = Σ δ${s}` : ""}`,
    k === 1 && picturePixels(view)
      ? "δ¹ comes from the right, x from the tape. On the digit: ∂L/∂x = W¹ δ¹, full where more ink raises its loss."
      : `δ${s} comes from the right; ${into} is not worked out again, it is read from the tape.`,
  ],
  db: (_, { s }) => [
    "A bias’s gradient is the error itself",
    `∂b${s} = Σ δ${s}`,
    "A bias has nothing to multiply: the batch’s errors are simply added up.",
  ],
  update: (op, facts) => updateWords(op, facts),
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
    `Layer ${k} gives only 0 or 1`,
    `a${s} = 1 if ${summed} > 0, else 0`,
    "Both sides are flat, so the slope is 0: no error will come back through here.",
  ],
};

const SLOPES = {
  linear: "The slope of a straight line is 1, so the error passes unchanged.",
  sigmoid: "The slope is a (1 − a), from the recorded activation: never more than ¼.",
  tanh: "The slope is 1 − a · a, from the recorded activation: the flatter the bend, the less comes through.",
  relu: "The slope is 1 where the sum was positive, else 0: a unit whose sum was not positive passes no error on.",
  leaky_relu: "The slope is 1 where the sum was positive, else 0.01.",
  elu: "The slope is 1 where the sum was positive, else a + 1, from the recorded activation.",
  gelu: "The slope is taken at the recorded sum.",
  step: "The slope is 0 on both sides of the step, so nothing is left of the error.",
};

const LOSSES = {
  binary_cross_entropy: () => "L = −ln ŷ if y = 1, −ln(1 − ŷ) if y = 0",
  softmax_cross_entropy: () => "L = −ln ŷ of the true class",
  squared_error: ({ outputs }) => (outputs > 1 ? "L = ½ Σ (ŷ − y)²" : "L = ½ (ŷ − y)²"),
};

function dropout(op, { s, k, view }) {
  const p = rateOf(view, k);
  const mask = op.record.mask;
  const units = mask?.[0]?.length ?? 0;
  const alike = mask?.every((row) => row.every((kept, u) => kept === mask[0][u]));
  const out = mask?.[0]?.filter((kept) => !kept).length ?? 0;
  const who = !alike
    ? `leaves out units of layer ${k}, others for each sample`
    : out === units
      ? `leaves out all of layer ${k}`
      : out
        ? `leaves out ${count(out)} of ${count(units)} units in layer ${k}`
        : `leaves out none of layer ${k} this time`;
  if (p >= 1)
    return [`Dropout ${who}`, `d${s} = 0`, "Nothing gets past this layer: no value forward, and no error back."];
  return [
    `Dropout ${who}`,
    `d${s} = a${s} × mask / (1 − ${format(p, 2)})`,
    "Dividing the others by 1 − p keeps the expected sum the same. The mask is recorded for the backward pass.",
  ];
}

function lossGradientWords(symbol, { over }) {
  return [
    "The backward pass begins at the loss",
    `${symbol} = (ŷ − y)${over}`,
    "The slope of half a square is the difference itself. From here on, everything flows to the left.",
  ];
}

function errorOfSum(op, facts) {
  const { s, k, output, over } = facts;
  if (op.kind === "softmax_cross_entropy")
    return [
      "The backward pass begins: softmax and cross-entropy in one step",
      `δ${s} = (ŷ − y)${over}`,
      "Their two slopes cancel to the plain difference between prediction and target.",
    ];
  if (op.kind === "binary_cross_entropy")
    return [
      "The backward pass begins at the loss",
      `δ${s} = (ŷ − y)${over}`,
      "The slopes of the sigmoid and the logarithm cancel to a plain difference: prediction − target.",
    ];
  if (op.kind === "squared_error") return lossGradientWords(`δ${s}`, facts);
  if (op.kind === "batch_norm")
    return [
      `The error passes back through the scale of layer ${k}`,
      `δ${s} = γ${s} / √(Var[z${s}] + ε) · (∂n${s} − (∂β${s} + x̂${s} ∂γ${s}) / N)`,
      "Every sample had a part in mean and variance, so each error gives up what all have in common.",
    ];
  const where = output ? "the output’s weighted sum" : `each weighted sum of layer ${k}`;
  return [`The error δ at ${where}`, `δ${s} = ${output ? "∂ŷ" : `∂a${s}`} × f′(z${s})`, SLOPES[op.kind] ?? ""];
}

const backwardWords = (base, { s, next }) => [
  "The error is sent back through the same weights",
  `∂${base}${s} = δ${next} (W${next})ᵀ`,
  "The chain rule: each unit adds up, over its outgoing lines, weight × error.",
];

const maskWords = ({ s, k, view }) => [
  "The recorded mask is applied again",
  rateOf(view, k) >= 1 ? `∂a${s} = 0` : `∂a${s} = ∂d${s} × mask / (1 − ${format(rateOf(view, k), 2)})`,
  "Units that dropout set to 0 on the way forward get no gradient.",
];

const UPDATES = {
  sgd: () => [
    "Every weight takes one step",
    "W ← W − η ∂W",
    "Gradient descent: against the gradient, and only a part of it, because a slope is true only nearby.",
  ],
  momentum: ({ setting }) => [
    "Every weight keeps some of its speed",
    `m ← ${setting("momentum") ?? 0.9} m + ∂W, W ← W − η m`,
    "Momentum: m remembers earlier gradients, and what keeps pointing the same way gets faster.",
  ],
  nesterov: ({ setting }) => [
    "Every weight keeps its speed and looks ahead",
    `m ← ${setting("momentum") ?? 0.9} m + ∂W, W ← W − η (∂W + ${setting("momentum") ?? 0.9} m)`,
    "m remembers earlier gradients; the step looks ahead along it.",
  ],
  rmsprop: () => [
    "Every weight takes a step of its own size",
    "v ← 0.99 v + 0.01 ∂W · ∂W, W ← W − η ∂W / (√v + ε)",
    "Steps get shorter where gradients have been large, longer where they have been small.",
  ],
  adam: () => [
    "Every weight takes a step of its own size",
    "W ← W − η m̂ / (√v̂ + ε)",
    "m and v are running means of the gradient and of its square; the hats make up for a start at 0.",
  ],
};

function updateWords(op, facts) {
  const [title, formula, sentence] = (UPDATES[op.kind] ?? UPDATES.sgd)(facts);
  const rate = facts.view.step.learning_rate;
  if (rate === 0) return ["Nothing moves", formula, "The learning rate η is 0, so every step has length 0."];
  const clip = op.record.clip_scale ?? 1;
  const extra = [
    `η\u00a0=\u00a0${format(rate, 2)}.`,
    clip < 1 ? `The gradient was clipped first, to ${format(clip)} of its length.` : "",
    facts.setting("l2") > 0 || facts.setting("l1") > 0 ? "The penalty pulls towards 0 as well." : "",
    facts.view.size === "phone" && largestOnly(facts.view) ? "Bars: each layer’s largest gradients." : "", // no key there
  ];
  return [title, formula, [sentence, ...extra.filter(Boolean)].join(" ")];
}
