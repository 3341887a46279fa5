// The setup of a run as a readable URL query, and back. Defaults are left out. Pure.

const LAYER = /^(\d+)([a-z_]+)((?:\.[a-z0-9-]+)*?)(?:\.d([0-9.]+))?$/;
const NOT_IN_URL = "parameters"; // what no URL can hold
const READ_ELSEWHERE = /^(lesson$|from$|utm|\w+clid$)/; // read elsewhere, or tracking parameters that are added to links

/** What an address says of the page, not of the run; read by page/presentation.js, and kept as it is. */
const OF_THE_PAGE = /^(hide|show|task|goal|embed|projector)$/;

/**
 * @typedef {{step: number, name: string, value: number|null}} Change
 * @typedef {{config: Record<string, any>, step: number, changes: Change[], run: string|null, page: [string, string][]}} Address
 * @param {{config: Record<string, any>, step?: number, changes?: Change[], page?: [string, string][]}} of
 * @param {Record<string, any>} defaults every field's default @returns {string} "" or "?…"
 */
export function toQuery({ config, step = 0, changes = [], page = [] }, defaults) {
  const parts = [];
  for (const [name, standard] of Object.entries(defaults)) {
    const value = config[name];
    if (value === undefined || value === null || typeof value === "function") {
      if (value === null && standard !== null && standard !== undefined) parts.push([name, "none"]);
      continue;
    }
    if (name === NOT_IN_URL || (name === "dataset" && typeof value !== "string")) continue;
    const text = writeValue(name, value);
    if (text !== writeValue(name, standard)) parts.push([name, text]);
  }
  for (const change of changes) parts.push(["change", `${change.step}:${change.name}:${change.value ?? "none"}`]);
  if (step > 0) parts.push(["step", String(step)]);
  parts.push(...page);
  return parts.length ? `?${parts.map(([k, v]) => `${k}=${readable(v)}`).join("&")}` : "";
}

/**
 * What a query asks for. Values that cannot be read are left out and named in `errors`.
 * @param {string} query @param {Record<string, any>} defaults @returns {Address & {errors: string[]}}
 */
export function fromQuery(query, defaults) {
  /** @type {Address & {errors: string[]}} */
  const address = { config: {}, step: 0, changes: [], run: null, page: [], errors: [] };
  for (const [name, text] of new URLSearchParams(query)) {
    try {
      if (name === "run") address.run = text;
      else if (name === "step") address.step = whole(text);
      else if (name === "change") address.changes.push(readChange(text));
      else if (OF_THE_PAGE.test(name)) address.page.push([name, text]);
      else if (name in defaults && name !== NOT_IN_URL) address.config[name] = readValue(name, text, defaults[name]);
      else if (!READ_ELSEWHERE.test(name)) throw new Error(name);
    } catch {
      address.errors.push(text ? `${name}=${text}` : name);
    }
  }
  address.changes.sort((a, b) => a.step - b.step);
  return address;
}

/** @param {string} name @param {any} value @returns {string} */
function writeValue(name, value) {
  if (name === "hidden") return value.length ? value.map(writeLayer).join(",") : "none";
  if (Array.isArray(value)) return value.map((one) => String(one).replace(/[\\,]/g, "\\$&")).join(",");
  return value === null || value === undefined ? "none" : String(value);
}

const writeLayer = ({ units, activation, dropout, batch_norm }) =>
  `${units}${activation}${batch_norm === true ? ".norm" : batch_norm === false ? ".plain" : ""}${dropout === null || dropout === undefined ? "" : `.d${dropout}`}`;

function readValue(name, text, standard) {
  if (name === "hidden") return text === "none" || text === "" ? [] : text.split(",").map(readLayer);
  if (name === "dataset") return text;
  if (Array.isArray(standard)) {
    const items = [...text.matchAll(/(?:[^\\,]|\\.)+/g)].map(([one]) => one.replace(/\\(.)/g, "$1"));
    if (!items.length) throw new Error(text);
    return items;
  }
  if (typeof standard === "boolean") {
    if (text !== "true" && text !== "false") throw new Error(text);
    return text === "true";
  }
  if (typeof standard === "string") return text;
  if (text === "none") return null;
  return number(text);
}

function readLayer(text) {
  const match = LAYER.exec(text);
  if (!match) throw new Error(text);
  const [, units, activation, flags, dropout] = match;
  return {
    units: Number(units),
    activation,
    ...(dropout === undefined ? {} : { dropout: number(dropout) }),
    ...(flags.includes(".norm") ? { batch_norm: true } : flags.includes(".plain") ? { batch_norm: false } : {}),
  };
}

function readChange(text) {
  const [step, name, value] = text.split(":");
  if (!name || value === undefined) throw new Error(text);
  return { step: whole(step), name, value: value === "none" ? null : number(value) };
}

function number(text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Error(text);
  return value;
}

function whole(text) {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(text);
  return value;
}

/** Commas, colons and equals signs need no escape in a value of a query. */
const readable = (text) =>
  encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%3D/g, "=").replace(/%5E/g, "^");
