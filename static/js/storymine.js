// Pure: what the last chapter says of a network that somebody has trained, read off a recorded step.

import { counter } from "./tapelayout.js";

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
