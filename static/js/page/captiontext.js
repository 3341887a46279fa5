// The text of the caption: phase, title, formula and sentence, and the announcement for screen readers. Pure.

import { isNumber } from "../format/math.js";
import { capital, count, format, many, thousands } from "../format/numbers.js";
import { cause, lossRise, overflowText } from "../run/notfinite.js";
import { picturePixels } from "../run/settings.js";
import { wordsOf } from "./operationtext.js";

/**
 * What the operation under the playhead does, in words.
 * @returns {{phase: string, direction: "right"|"left"|"down"|"both"|"stop"|"none", position: string, title: string,
 *   formula: string, sentence: string, text: string, way?: {step: number, text: string}}} `text` is the formula and the
 *   sentence; all of it plain text. `way` leads to another step.
 */
export function caption(view) {
  if (!view.step) return untrained(view);
  if (view.playing && (view.playbackMode === "fast" || view.playbackMode === "flow")) return playing(view);
  const op = view.ops[view.operation];
  const [title, formula, sentence] = wordsOf(view, op);
  const base = { ...PHASES[op.phase], position: position(view), title, formula, sentence };
  const ends = op.phase === "update";
  if (ends && view.divergence?.readable === view.step.step && !view.playing) return withText(lastReadable(view, base));
  if (!allFinite(op) || (ends && view.step.finite === false)) return withText(notFinite(view, op, base));
  if (view.band === "steps") return withText(rewound(view, base));
  return withText(base);
}

const withText = (base) => ({
  ...base,
  text: [base.formula && `${base.formula}.`, base.sentence].filter(Boolean).join(" "),
});

const PHASES = {
  forward: { phase: "Forward", direction: "right" },
  loss: { phase: "Loss", direction: "right" },
  backward: { phase: "Backward", direction: "left" },
  update: { phase: "Update", direction: "down" },
};

function position(view) {
  const operation = `operation ${view.operation + 1} of ${view.ops.length}`;
  return isRewound(view)
    ? `step ${thousands(view.step.step)} of ${thousands(furthestStep(view))}, walked back · ${operation}`
    : operation;
}

const furthestStep = (view) =>
  Math.max(view.lastStep ?? 0, view.run?.furthest_step ?? 0, view.run?.step ?? 0, view.step?.step ?? 0);
const isRewound = (view) => furthestStep(view) > view.step.step && !view.playing;

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
  return withText({
    phase: "Step 0",
    direction: "none",
    position: [n ? many(n, "sample") : "", weights].filter(Boolean).join(", "),
    title: "Nothing has been learned yet",
    formula: "",
    sentence: `Every line is a weight${/drawn/.test(weights) ? " drawn at random" : ""}. ${tiles(view)}`,
  });
}

/** What the tiles show before the first step. */
function tiles(view) {
  if (picturePixels(view)) return "Every tile of the first layer shows its weights, pixel by pixel.";
  return view.samples && !view.samples.extent
    ? "Every tile shows its unit’s activation for each training sample."
    : "Every tile shows its unit’s activation over the whole plane.";
}

function playing(view) {
  const epoch = isNumber(view.step.epoch) ? `epoch ${format(view.step.epoch, view.step.epoch < 10 ? 1 : 0)}` : "";
  const rate =
    isNumber(view.rate) && view.rate > 0
      ? `${format(view.rate, view.rate < 10 ? 1 : 0)} steps a second, every one computed`
      : "";
  return withText({
    phase: "Playing",
    direction: "both",
    position: [epoch, rate].filter(Boolean).join(" · "),
    title: `Step ${thousands(view.step.step)}`,
    formula: "",
    sentence: "Values sweep right, gradients sweep back left. Pause, and this step opens up operation by operation.",
  });
}

function rewound(view, base) {
  const here = view.step.step;
  const back = here < furthestStep(view);
  const next = (view.changes ?? []).filter((c) => c.step > here).sort((a, b) => a.step - b.step)[0];
  const changed = next && changeWords(next);
  return {
    ...base,
    phase: back
      ? `Step ${thousands(here)} of ${thousands(furthestStep(view))}, walked back`
      : `Step ${thousands(here)}, the last so far`,
    direction: back ? "left" : "none",
    position: `operation ${view.operation + 1} of ${view.ops.length}`,
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

const allFinite = (op) => op.records.every((record) => record.finite !== false);

/** How many numbers of a record are not finite. */
const notFiniteCount = (record) => Object.values(record.not_finite ?? {}).reduce((sum, n) => sum + n, 0);

function notFinite(view, op, base) {
  const why = cause(view);
  const { readable } = view.divergence ?? {};
  if (op.phase === "update")
    return {
      ...base,
      phase: `Stopped at step ${thousands(view.step.step)}`,
      direction: "stop",
      title: why?.title ?? base.title,
      formula: "",
      sentence: why?.text ?? "",
      ...(readable ? { way: { step: readable, text: `step ${thousands(readable)}, ${READABLE_WORDS}` } } : {}),
    };
  if (why && op.names.includes(why.record)) return { ...base, title: why.title, formula: "", sentence: why.text };
  const gone = op.records.reduce((sum, record) => sum + notFiniteCount(record), 0);
  const size = op.records.reduce((sum, record) => sum + numberCount(record.value), 0);
  const none = size === 1 ? "it is not either" : `none of its ${thousands(size)} numbers is`;
  const nan = op.records.some((record) => record.not_finite?.nan);
  const how =
    op.phase === "loss"
      ? "The loss is a mean over the batch: one sample that is not finite is enough."
      : !gone || gone >= size
        ? `What it reads is not finite, so ${none}.`
        : `${capital(count(gone))} of its ${thousands(size)} numbers ${gone === 1 ? "is" : "are"} not finite.`;
  return {
    ...base,
    title: nan ? "NaN times anything is NaN" : "Computed from numbers that are not finite",
    sentence: how,
  };
}

const READABLE_WORDS = "the last with sizes one can read";

/** A run that diverged because its steps were too long, at the last readable step. */
function lastReadable(view, base) {
  const { step: broken, record } = view.divergence;
  const fallen = { ...view, step: record };
  const { from, first, to, last } = lossRise(fallen) ?? {};
  const loss = record.tape.find((one) => one.name === "L");
  const over = loss?.not_finite?.["+inf"] > 0 && !loss.not_finite.nan;
  const went = `the loss went from ${format(from)} to`;
  return {
    ...base,
    phase: `Stopped at step ${thousands(broken)}`,
    direction: "stop",
    position: [`learning rate ${Number(record.learning_rate.toPrecision(3))}`, LOSS_NAMES[loss?.kind]]
      .filter(Boolean)
      .join(" · "),
    title: cause(fallen)?.title ?? base.title,
    formula: "",
    sentence: [
      over
        ? `In ${many(broken - first, "step")} ${went} more than a number can hold.`
        : `In ${many(last - first, "step")} ${went} ${format(to)}. ${overflowText(fallen)}`,
      `Shown is step ${thousands(view.step.step)}, ${READABLE_WORDS}.`,
    ].join(" "),
    way: { step: broken, text: `step ${thousands(broken)}, where it broke` },
  };
}

const LOSS_NAMES = {
  binary_cross_entropy: "cross-entropy",
  softmax_cross_entropy: "cross-entropy",
  squared_error: "squared error",
};

const numberCount = (value) =>
  Array.isArray(value)
    ? value.reduce((n, v) => n + numberCount(v), 0)
    : value && typeof value === "object"
      ? numberCount(Object.values(value))
      : 1;

/**
 * What the live region announces; nothing while whole steps are played.
 * @param {any} view @param {ReturnType<typeof caption>} shown its caption
 */
export function announcement(view, shown) {
  if (shown.direction === "stop") return { text: `${shown.phase}. ${shown.title}. ${shown.text}`, urgent: true };
  if (view.playing && view.playbackMode && view.playbackMode !== "operations") return { text: "", urgent: false };
  return { text: `${shown.phase}, ${shown.position}. ${shown.title}.`, urgent: false };
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
