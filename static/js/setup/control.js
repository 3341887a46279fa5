// One control of the setup, by its kind: it sends what its reader changes, and shows what the run has.

import { syncAttribute } from "../dom/elements.js";
import { positionOf, textOf, typed, valueAt } from "../run/settings.js";

const PENALTIES = { none: [0, 0] };

/**
 * What the kinds of controls have in common. shown: the settings it shows, of the run or with what is staged; send: asks
 * for a value; update: writes what the page says around it.
 * @typedef {{element: any, field: string, when: string|undefined, limits: any, send: (value: any) => void,
 *   shown: (config: any, merged: any) => any, update: (config: any, merged: any, state: any) => void}} Control
 */

/**
 * Connects a control of the page to its field.
 * @param {any} element @param {any} catalog
 * @param {{config: () => any, change: (fields: any) => void, restart: (fields: any) => void, stage: (fields: any) => void}} on
 * @returns {{render: (config: any, merged: any, state: any) => void}} merged: with what is staged
 */
export function createControl(element, catalog, on) {
  const { field, when } = element.dataset;
  const request = { restart: on.restart, collect: on.stage }[when] ?? on.change;
  const control = {
    element,
    field,
    when,
    limits: catalog.fields[field] ?? {},
    send: (value) => request(fieldsOf(field, value, on.config())),
    shown: (config, merged) => (when === "collect" ? merged : config),
    update(config, merged, state) {
      const changed = when === "collect" && JSON.stringify(config[field]) !== JSON.stringify(merged[field]);
      const row = element.closest(".setting");
      if (row) {
        row.classList.toggle("inactive", isUnused(field, merged.optimizer, catalog));
        markChanged(row, changed ? `was ${textOf(field, config[field])}`.replaceAll("_", " ") : "");
      }
      if (state.offline) element.setAttribute("aria-disabled", "true");
      else element.removeAttribute("aria-disabled");
    },
  };
  if (element.dataset.typed !== undefined) return createTypedField(control);
  if (element.type === "range") return createRange(control);
  if (element.tagName === "SELECT") return createSelect(control);
  if (element.getAttribute("role") === "switch") return createSwitch(control);
  return createRadios(control);
}

/** The fields of a setup that a control's value stands for. */
function fieldsOf(field, value, config) {
  if (field === "activation") return activated(value, config);
  return field === "penalty" ? penalty(value) : { [field]: value };
}

/** A constant that this optimizer has no use for. */
function isUnused(field, optimizer, catalog) {
  const kind = catalog.optimizers.find((o) => o.name === optimizer);
  return /^(momentum|beta1|beta2|epsilon)$/.test(field) && !kind?.constants.includes(field);
}

/** A staged change has its old value beside it. @param {HTMLElement} row @param {string} words "" unless it is changed */
function markChanged(row, words) {
  row.classList.toggle("changed", words !== "");
  const was = row.querySelector(".was");
  if (!words) return was?.remove();
  const note = was ?? row.appendChild(Object.assign(document.createElement("small"), { className: "was" }));
  note.textContent = words;
}

/** A slider: a change that needs a restart is sent when it is let go. @param {Control} control */
function createRange({ element, field, when, limits, shown, send, update }) {
  const scale = {
    scale: element.dataset.scale,
    low: Number(element.dataset.low),
    high: Number(element.dataset.high),
    step: Number(element.dataset.step),
  };
  if (scale.scale === "whole") scale.high = Math.min(scale.high, limits.max ?? scale.high);
  Object.assign(element, { min: scale.low, max: scale.high, step: scale.step });
  let train; // training samples of the run
  let dragging = false;
  const fill = () =>
    element.style.setProperty("--p", `${((element.value - scale.low) / (scale.high - scale.low)) * 100}%`);
  const showValue = (value) => {
    const text = field === "dropout" ? `${Math.round(value * 100)} percent` : textOf(field, value, train);
    element.setAttribute("aria-valuetext", text);
    const out = element.parentElement.querySelector(`[data-shows="${field}"]`);
    if (out && dragging) out.textContent = textOf(field, value, train);
  };
  element.addEventListener("input", () => {
    const value = valueAt(scale, Number(element.value));
    fill();
    dragging = true;
    showValue(value);
    if (when !== "restart") send(value);
  });
  element.addEventListener("change", () => {
    dragging = false;
    if (when === "restart") send(valueAt(scale, Number(element.value)));
  });
  return {
    render(config, merged, state) {
      const value = shown(config, merged)[field];
      update(config, merged, state);
      if (dragging && when === "restart") return;
      const before = train;
      train = state.samples?.train;
      const same = valueAt(scale, Number(element.value)) === value && train === before;
      if (!same || !element.hasAttribute("aria-valuetext")) {
        element.value = positionOf(scale, value);
        fill();
        showValue(value);
      }
    },
  };
}

/** A typed number: sent by Enter or when left, with the reason beside it where it is refused. @param {Control} control */
function createTypedField({ element, field, when, limits, shown, send, update }) {
  let editing = false;
  const complain = (text) => {
    element.parentElement.querySelector(".field-error")?.remove();
    if (!text) return element.removeAttribute("aria-invalid");
    element.setAttribute("aria-invalid", "true");
    const message = document.createElement("p");
    message.className = "field-error";
    message.id = `error-${field}-${when ?? "now"}`;
    message.setAttribute("role", "alert");
    message.textContent = text;
    element.setAttribute("aria-describedby", message.id);
    return element.parentElement.append(message);
  };
  const commit = () => {
    if (!editing) return;
    const { value, error } = typed(field, element.value, limits);
    complain(error ?? "");
    if (error) return;
    editing = false;
    send(value);
  };
  element.addEventListener("focus", () => element.select());
  element.addEventListener("input", () => {
    editing = true;
    if (element.hasAttribute("aria-invalid")) complain(typed(field, element.value, limits).error ?? "");
  });
  element.addEventListener("change", commit);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    if (event.key !== "Escape") return;
    editing = false;
    complain("");
    element.value = element.dataset.last ?? "";
    event.stopPropagation();
  });
  return {
    render(config, merged, state) {
      const value = shown(config, merged)[field];
      update(config, merged, state);
      const text = textOf(field, value);
      element.dataset.last = text;
      if (!editing && element.value !== text) {
        element.value = text;
        complain("");
      }
    },
  };
}

/** A choice from a list; a value that the list lacks is added. @param {Control} control */
function createSelect({ element, field, shown, send, update }) {
  element.addEventListener("change", () =>
    send(element.dataset.number === undefined ? element.value : Number(element.value)),
  );
  return {
    render(config, merged, state) {
      const from = shown(config, merged);
      const value =
        field === "activation"
          ? activationOf(from)
          : field === "penalty"
            ? penaltyOf(from)
            : field === "batch_size" && from[field] >= state.samples?.train
              ? String(state.catalog.limits.rows)
              : String(from[field]);
      if (element.dataset.number !== undefined && ![...element.options].some((o) => o.value === value)) {
        const option = document.createElement("option");
        option.textContent = value;
        option.value = value;
        element.append(option);
      }
      if (field === "activation") element.disabled = !from.hidden.length;
      if (field === "output_activation")
        element.disabled = /cross/.test(from.loss) || (from.loss === "auto" && state.samples?.task !== "regression");
      element.value = value;
      if (element.selectedIndex < 0) element.selectedIndex = element.options.length - 1;
      update(config, merged, state);
    },
  };
}

/** A switch: true or false, or a number or nothing. @param {Control} control */
function createSwitch({ element, field, shown, send, update }) {
  const { on: onValue } = element.dataset;
  element.addEventListener("click", () => {
    const next = element.getAttribute("aria-checked") !== "true";
    send(onValue === undefined ? next : next ? Number(onValue) : null);
  });
  return {
    render(config, merged, state) {
      const value = shown(config, merged)[field];
      const checked = onValue === undefined ? value === true : value !== null && value !== undefined;
      syncAttribute(element, "aria-checked", String(checked));
      update(config, merged, state);
    },
  };
}

/** Radio buttons that are buttons: arrows move the choice. @param {Control} control */
function createRadios({ element, field, shown, send, update }) {
  const all = () => [...element.querySelectorAll("[role=radio]")]; // uploaded tables come and go
  const choose = (button) => button && button.getAttribute("aria-checked") !== "true" && send(button.dataset.value);
  element.addEventListener("click", (event) => choose(event.target.closest("[role=radio]")));
  element.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = all();
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + by + buttons.length) % buttons.length];
    next.focus();
    choose(next);
  });
  return {
    render(config, merged, state) {
      const value = shown(config, merged)[field];
      const buttons = all();
      const known = buttons.some((button) => button.dataset.value === value);
      buttons.forEach((button, i) => {
        const chosen = button.dataset.value === value;
        syncAttribute(button, "aria-checked", String(chosen));
        syncAttribute(button, "tabindex", chosen || (!known && i === 0) ? "0" : "-1");
      });
      update(config, merged, state);
    },
  };
}

const activated = (activation, config) => ({ hidden: config.hidden.map((layer) => ({ ...layer, activation })) });
const activationOf = ({ hidden }) => {
  const names = new Set(hidden.map((layer) => layer.activation));
  return names.size === 1 ? [...names][0] : names.size ? "" : "none";
};
function penalty(text) {
  const [kind, size] = text.split(" ");
  const [l1, l2] = PENALTIES[kind] ?? (kind === "L1" ? [Number(size), 0] : [0, Number(size)]);
  return { l1, l2 };
}
const penaltyOf = ({ l1, l2 }) => (l1 && l2 ? "" : l1 ? `L1 ${l1}` : l2 ? `L2 ${l2}` : "none");
