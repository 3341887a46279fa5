// The expressions behind the story's numbers, parsed once and evaluated over named values, as app/story/expressions.py
// reads them; nothing is ever executed. Pure.

import { isNumber } from "../format/math.js";
import { superscript, thousands } from "../format/numbers.js";

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e-?\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|[<>+\-*/()[\].,]))/y;
const FUNCTIONS = { abs: Math.abs, min: Math.min, max: Math.max };
const OPERATORS = {
  or: (a, b) => a || b,
  and: (a, b) => a && b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};
const LEVELS = [["or"], ["and"], ["<", ">", "<=", ">=", "=="], ["+", "-"], ["*", "/"]];

/** @type {Map<string, (values: any) => any>} */
const parsed = new Map();

/** The value of an expression over named values. @param {string} text @param {Record<string, any>} values */
export function evaluate(text, values) {
  let expression = parsed.get(text);
  if (!expression) {
    expression = parse(text);
    parsed.set(text, expression);
  }
  return expression(values);
}

/** @param {string} text @returns {(values: any) => any} */
export function parse(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`${text}: ${text.slice(at)} can't be read`);
    tokens.push(match[0].trim());
  }
  let at = 0;
  const expect = (token) => {
    if (tokens[at++] !== token) throw new Error(`${text}: ${token} is missing`);
  };

  function level(n) {
    if (n === LEVELS.length) return factor();
    let left = level(n + 1);
    while (LEVELS[n].includes(tokens[at])) {
      const operate = OPERATORS[tokens[at++]];
      const [a, b] = [left, level(n + 1)];
      left = (values) => operate(a(values), b(values));
      if (n === 2) break; // comparisons don't chain
    }
    return left;
  }

  function factor() {
    const token = tokens[at++] ?? "";
    if (token === "-") {
      const inner = factor();
      return (values) => -inner(values);
    }
    if (token === "(") {
      const inner = level(0);
      expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`${text}: ${token || "the end"} was not expected`);
    return token in FUNCTIONS ? call(FUNCTIONS[token]) : path(token);
  }

  function call(make) {
    expect("(");
    const parts = [level(0)];
    while (tokens[at] === ",") {
      at++;
      parts.push(level(0));
    }
    expect(")");
    return (values) => make(...parts.map((part) => part(values)));
  }

  function path(name) {
    const steps = [name];
    while (tokens[at] === "[" || tokens[at] === ".") {
      const bracket = tokens[at++] === "[";
      steps.push(tokens[at++]);
      if (bracket) expect("]");
    }
    return (values) => {
      let value = values;
      for (const step of steps) {
        if (value === null || value === undefined || !Object.hasOwn(value, step))
          throw new Error(`${text}: there is no ${step}`);
        value = value[step];
      }
      return value;
    };
  }

  const found = level(0);
  if (at < tokens.length) throw new Error(`${text}: ${tokens[at]} was not expected`);
  return found;
}

const MAX_PLAIN = 1e15; // larger numbers are written as powers of ten

/**
 * As the story writes a number: four significant digits, exact short values short.
 * @param {number} value @param {number} digits
 */
export function storyNumber(value, digits = 4) {
  if (!isNumber(value)) return "not a number";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (Number.isInteger(size) && size < MAX_PLAIN) return sign + thousands(size);
  const exponent = Math.floor(Math.log10(Number(size.toPrecision(digits))));
  if (exponent < -4 || size >= MAX_PLAIN)
    return `${sign}${(size / 10 ** exponent).toFixed(2)}·10${superscript(exponent)}`;
  let text = size.toFixed(Math.max(0, digits - 1 - exponent));
  if (text.includes(".")) {
    const short = text.replace(/\.?0+$/, "");
    if ((short.split(".")[1] ?? "").length <= 2 && Math.abs(Number(text) - size) < 1e-12) text = short;
  }
  return sign + (exponent > 3 ? thousands(text) : text);
}

const GRADIENT = /^(d[Wbza]\d|trials\.w\.(slope|fine)|trials\.second\.(slope|mean))/;
const VALUE = /^([xzaWb]\d?\[|next\.)/;

/** The class of a number's colour: values blue and orange, slopes green and purple, everything else ink. */
export function colorClass(expression, values) {
  if (/[*/+]|-(?!\d)/.test(expression)) return "";
  const kind = GRADIENT.test(expression) ? "gradient" : VALUE.test(expression) ? "value" : "";
  return kind && kind + (evaluate(expression, values) < 0 ? "-negative" : "-positive");
}

/** The wording whose condition holds: [[condition, words], …, words]. @param {any[]} cases @param {Record<string, any>} values */
export const wording = (cases, values) =>
  (cases.slice(0, -1).find(([condition]) => evaluate(condition, values)) ?? [0, cases.at(-1)])[1];

const sum = (a, b) => (Array.isArray(a) ? a.map((v, i) => sum(v, b[i])) : a + b);

/**
 * All that the text may name: a recorded step of one sample, what was tried around it, what never changes.
 * @param {any} step of the wire, with its spotlight @param {any} trials @param {Record<string, any>} fixed
 */
export function valuesOf(step, trials, fixed) {
  const update = step.tape.find((record) => record.name === "update").value;
  const next = Object.fromEntries(
    Object.entries(step.parameters).map(([name, value]) => [name, sum(value, update[name])]),
  );
  return {
    ...fixed,
    ...step.spotlight,
    ...step.parameters,
    next,
    y: step.batch.targets[0],
    eta: step.learning_rate,
    after: step.loss_after,
    promised: step.loss_predicted,
    trials,
  };
}

/**
 * The setting as an address, and back. Thirteen weights in the order in which the network is read.
 * @param {{x: number, y: number, eta: number, w: number[]}} setting @param {{x: number, y: number, eta: number, w: number[]}} start
 */
export function toQuery(setting, start) {
  const parts = ["x", "y", "eta"]
    .filter((name) => setting[name] !== start[name])
    .map((name) => `${name}=${setting[name]}`);
  if (setting.w.some((value, i) => value !== start.w[i])) parts.push(`w=${setting.w.join(",")}`);
  return parts.join("&");
}

/** @param {string} query @param {{x: number, y: number, eta: number, w: number[]}} start */
export function fromQuery(query, start) {
  const given = new URLSearchParams(query);
  const read = (text, otherwise, low, high) =>
    text !== null && text.trim() !== "" && Number.isFinite(Number(text))
      ? Math.min(high, Math.max(low, Number(text)))
      : otherwise;
  const texts = (given.get("w") ?? "").split(",");
  return {
    x: read(given.get("x"), start.x, -3, 3),
    y: read(given.get("y"), start.y, 0, 1),
    eta: read(given.get("eta"), start.eta, 0, 40),
    w: texts.length === start.w.length ? start.w.map((value, i) => read(texts[i], value, -10, 10)) : start.w,
  };
}

/** Where "W2[0][1]" stands among the thirteen. @param {Record<string, number[]>} shapes @param {string} ref */
export function indexOf(shapes, ref) {
  const [, name, path] = /^([Wb]\d)((?:\[\d\])+)$/.exec(ref) ?? [];
  if (!name) return -1;
  let offset = 0;
  for (const [other, shape] of Object.entries(shapes)) {
    if (other === name) break;
    offset += shape.reduce((a, b) => a * b);
  }
  const at = [...path.matchAll(/\d/g)].map((m) => Number(m[0]));
  return offset + (at.length === 2 ? at[0] * shapes[name][1] + at[1] : at[0]);
}

/** Parameters by name from the thirteen. @param {Record<string, number[]>} shapes @param {number[]} w */
export function parametersOf(shapes, w) {
  const left = [...w];
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const rows = Array.from({ length: shape.length === 2 ? shape[0] : 1 }, () => left.splice(0, shape.at(-1)));
      return [name, shape.length === 2 ? rows : rows[0]];
    }),
  );
}

/**
 * A chapter's one motion: where the playhead is after some milliseconds.
 * @param {{from: number, to: number, end: number, seconds: number}} motion `end` is t in the last operation
 * @returns {{op: number, t: number, over: boolean}}
 */
export function motionAt({ from, to, end, seconds }, elapsed) {
  const whole = to - from + end;
  const at = seconds > 0 ? (Math.max(0, elapsed) / 1000 / seconds) * whole : whole;
  if (at >= whole) return { op: to, t: end, over: true };
  return { op: from + Math.floor(at), t: at - Math.floor(at), over: false };
}

/** Every path from a weight to the loss, as lists of weights. @param {number[]} widths @returns {string[][]} */
export function pathsOf(widths) {
  const onward = (k, unit) =>
    k === widths.length - 1
      ? [[]]
      : Array.from({ length: widths[k + 1] }, (_, to) =>
          onward(k + 1, to).map((rest) => [`W${k + 1}[${unit}][${to}]`, ...rest]),
        ).flat();
  return widths.slice(0, -1).flatMap((count, k) => Array.from({ length: count }, (_, unit) => onward(k, unit)).flat());
}

/**
 * What of each path an earlier one has multiplied before, in a network whose paths have at most three weights.
 * `front`: weights at its beginning (the input and the derivative of the first unit: they come out of the bracket);
 * `back`: weights at its end (the error recorded there); `loss`: the output's error; `products`: multiplications.
 * @param {string[][]} paths @returns {{front: number, back: number, loss: boolean, products: number}[]}
 */
export function repeatsOf(paths) {
  const seen = new Set();
  return paths.map((path, i) => {
    const ends = path.slice(1).map((_, k) => `…${path.slice(k + 1)}`); // longest first
    const front = path.length > 1 && seen.has(path[0]) ? 1 : 0;
    const back = ends.filter((end) => seen.has(end)).length;
    for (const part of [path[0], ...ends]) seen.add(part);
    return { front, back, loss: i > 0, products: 2 * (front + back) + Number(i > 0) };
  });
}
