// Settings: their labels, their positions on a slider, what may be typed, and changes in words. Pure.

import { format } from "../format/numbers.js";

export const LABELS = {
  dataset: "data",
  noise: "noise",
  label_noise: "label noise",
  test_fraction: "split",
  samples: "samples",
  features: "features",
  scaling: "scaling",
  target_scaling: "target scaling",
  hidden: "layers",
  loss: "loss",
  output_activation: "output",
  dropout: "dropout",
  dropout_mask: "dropout mask",
  batch_norm: "batch norm",
  initializer: "initializer",
  initializer_scale: "initializer scale",
  optimizer: "optimizer",
  momentum: "momentum",
  beta1: "β₁",
  beta2: "β₂",
  epsilon: "ε",
  learning_rate: "learning rate",
  batch_size: "batch size",
  l1: "L1",
  l2: "L2",
  clip_norm: "clip norm",
  seed: "seed",
};

/** Some values come as a list: one for each hidden layer, all alike here. @param {any} value */
export const oneOf = (value) => (Array.isArray(value) ? value[0] : value);

/** @typedef {{scale: "linear"|"whole"|"log"|"log0", low: number, high: number, step: number}} Scale
 * log scales count in powers of ten; log0 means 0 at its left end. */

/** @param {Scale} scale @param {number|null} value */
export function positionOf({ scale, low, high }, value) {
  if (value === null || value === undefined) return high;
  const at = scale === "linear" || scale === "whole" ? value : value > 0 ? Math.log10(value) : low;
  return Math.max(low, Math.min(high, at));
}

/** @param {Scale} scale @param {number} position */
export function valueAt({ scale, low }, position) {
  if (scale === "whole") return Math.round(position);
  if (scale === "linear") return Number(position.toFixed(4));
  if (scale === "log0" && position <= low) return 0;
  return Number((10 ** position).toPrecision(2));
}

const ALL_SAMPLES = 5000; // the batch size that stands for all of them, however many: what a run can hold

/** A value in short: 0.30, 2.0·10⁻⁵. @param {string} field @param {any} value @param {number} [train] training samples, of which a
 * batch cannot hold more */
export function textOf(field, value, train) {
  if (value === null || value === undefined) return "off";
  if (field === "batch_size" && value >= (train ?? ALL_SAMPLES)) return train ? `all ${train}` : "all";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && !/learning_rate|dropout|noise/.test(field)) return String(value);
  const rounded = Number(value.toPrecision(4));
  if (rounded !== 0 && Math.abs(rounded) < 0.01) return format(rounded);
  return rounded >= 100
    ? String(rounded)
    : rounded.toFixed(Math.max(2, Math.min(4, String(rounded).split(".")[1]?.length ?? 0)));
}

/** What was typed into a field: its value, or what is allowed, in words.
 * @param {string} field @param {string} text @param {any} limits its entry in the catalog
 * @returns {{value?: number|null, error?: string}} */
export function typed(field, text, limits) {
  const clean = text.trim().replace(",", ".").replace("−", "-");
  if (limits.nullable && /^(off|none|)$/i.test(clean)) return { value: null };
  const power = /^(?:([\d.]+)\s*[·*x]\s*)?10(?:\^(-?\d+)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/.exec(clean);
  const digits = (s) => s.replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (c) => String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)));
  const value = power ? Number(`${power[1] ?? 1}e${power[2] ?? digits(power[3])}`) : Number(clean);
  const { min, max, above, below, type } = limits;
  const whole = type === "integer";
  const bad =
    clean === "" ||
    !Number.isFinite(value) ||
    value < min ||
    value > max ||
    value <= above ||
    value >= below ||
    (whole && !Number.isInteger(value));
  if (!bad) return { value };
  const low = min ?? above;
  const high = max ?? below;
  const name = LABELS[field] ?? field;
  return {
    error: `${name[0].toUpperCase()}${name.slice(1)}: ${whole ? "a whole number" : "a number"} from ${above === undefined ? "" : "above "}${low} to ${below === undefined ? "" : "below "}${high}${limits.nullable ? ", or off" : ""}.`,
  };
}

/** Whether the catalog allows this value for this field. @param {any} value @param {any} limits @param {any} catalog */
export function allowed(value, limits, catalog) {
  if (limits.choices) return limits.choices.includes(value);
  if (limits.type === "array" && typeof value?.[0] === "object")
    return (
      value.length <= catalog.limits.layers &&
      value.every((layer) =>
        Object.entries(layer).every(([name, v]) => v === null || allowed(v, catalog.layer[name], catalog)),
      )
    );
  if (typeof value === "string" && catalog.fields.dataset === limits)
    return catalog.datasets.some((d) => d.name === value);
  if (typeof value !== "number") return true;
  const { min, max, above, below, type } = limits;
  return !(
    value < min ||
    value > max ||
    value <= above ||
    value >= below ||
    (type === "integer" && !Number.isInteger(value))
  );
}

/** The fields in which two setups differ. */
/** The activation that all hidden layers share, "mixed", or "no hidden layer". @param {{activation: string}[]} hidden */
export function layerActivation(hidden) {
  const names = new Set(hidden.map((layer) => layer.activation));
  return names.size === 1 ? [...names][0].replaceAll("_", " ") : names.size ? "mixed" : "no hidden layer";
}

export const differences = (a, b) =>
  Object.keys(b).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));

/** "layer 2 relu, adam": staged changes in a few words. @param {any} config @param {any} pending */
export function changeWords(config, pending) {
  return differences(config, pending).map((name) => {
    const value = pending[name];
    if (name === "hidden") return layerWords(config.hidden, value);
    if (name === "batch_norm") return `batch norm ${value ? "on" : "off"}`;
    if (/optimizer|initializer$|dataset|loss$/.test(name)) return String(value).replaceAll("_", " ");
    if (Array.isArray(value)) return `${LABELS[name]} ${value.join(", ")}`;
    return `${LABELS[name] ?? name} ${typeof value === "number" ? textOf(name, value) : String(value).replaceAll("_", " ")}`;
  });
}

function layerWords(before, after) {
  if (before.length !== after.length) return after.length === 1 ? "1 layer" : `${after.length} layers`;
  return after
    .map((layer, i) =>
      JSON.stringify(layer) === JSON.stringify(before[i])
        ? ""
        : `layer ${i + 1}: ${layer.units} ${layer.activation.replaceAll("_", " ")}`,
    )
    .filter(Boolean)
    .join(", ");
}

/** Whether this is the name of an uploaded table. @param {any} name */
export const isUploadedTable = (name) => typeof name === "string" && name.startsWith("table-");

/** One line on a setup: "circles, 2-6-4-1 tanh, sgd, η 0.3, p 0". @param {any} config */
export function setupWords(config) {
  const names = [...new Set(config.hidden.map((layer) => layer.activation))].join("/");
  const widths = [config.features.length, ...config.hidden.map((layer) => layer.units)].join("-");
  const named = typeof config.dataset === "string" && !isUploadedTable(config.dataset);
  const dataset = named ? config.dataset.replaceAll("_", " ") : "own table";
  return `${dataset}, ${widths} ${names}, ${config.optimizer}, η ${textOf("", config.learning_rate)}, p ${config.dropout}`.replace(
    "  ",
    " ",
  );
}

/** Steps to the end of the epoch that step k lies in. @param {number} epoch samples used / train @param {number} train @param {number} batch */
export function stepsToEpoch(epoch, train, batch) {
  const size = Math.min(batch, train);
  const used = Math.round((epoch - Math.floor(epoch + 1e-9)) * train);
  return Math.max(1, Math.ceil((train - Math.max(0, used)) / size));
}

/**
 * Of a run whose inputs are the pixels of a picture: its size, and which pixel each input is; else null.
 * @param {any} view @returns {{rows: number, columns: number, at: number[]}|null}
 */
export function picturePixels({ catalog, run, samples }) {
  const picture = catalog?.datasets.find((d) => d.name === run?.config.dataset)?.picture;
  if (!picture || !samples) return null;
  const [rows, columns] = picture;
  return { rows, columns, at: run.config.features.map((name) => samples.columns.indexOf(name)) };
}

/** A pixel as a reader counts. @param {number} row from 0 @param {number} column from 0 */
export const pixelWords = (row, column) => `pixel in row ${row + 1}, column ${column + 1}`;

/** "bill_length_mm" in mm → "bill length", in full "bill length, mm". */
export function columnTitle(name, unit, full = false) {
  const bare = unit && name.endsWith(`_${unit}`) ? name.slice(0, -unit.length - 1) : name;
  return `${bare.replaceAll("_", " ")}${full && unit ? `, ${unit}` : ""}`;
}
