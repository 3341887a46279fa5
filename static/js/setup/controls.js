// The controls of the settings: each element with data-field shows one setting and requests its change. Limits come from the catalog.

import { syncAttribute, syncText } from "../dom/elements.js";
import { lazyView, loadStyle } from "../dom/lazy.js";
import { positionOf, textOf, typed, valueAt } from "../run/settings.js";
import { createDatasetFacts, createFeatures, drawThumbnail, hasNamedColumns } from "./dataset.js";

const PENALTIES = { none: [0, 0] };

/**
 * @param {HTMLElement} root @param {any} catalog
 * @param {{change: (fields: any) => void, restart: (fields: any) => void, stage: (fields: any) => void,
 *   config: () => any, measure: (run: string, steps: number) => Promise<any>}} on
 */
export function createControls(root, catalog, on) {
  /** @returns {HTMLElement[]} */
  const all = (selector) => [...root.querySelectorAll(selector)];
  const controls = all("[data-field]").map((element) => bind(element, catalog, on));
  const values = all("[data-shows]");
  const features = createFeatures(root.querySelector("#features"), on);
  const find = (id) => root.querySelector(`#${id}`);
  for (const thumb of all(".thumbnail"))
    drawThumbnail(
      thumb,
      catalog.datasets.find((d) => d.name === thumb.dataset.value),
    );
  const renderFacts = createDatasetFacts(
    /** @type {HTMLElement} */ (find("dataset-facts")),
    root.querySelectorAll("[data-field=scaling] [role=radio]"),
    catalog,
  );
  let drawn = null;
  let last = null;
  const layers = lazyView(
    ({ setup }) => setup,
    async () => (await import("./layers.js")).createLayers(find("layers"), find("add-layer"), catalog, on),
    () => layers.render(last),
  );
  const tables = lazyView(
    ({ samples }) => hasNamedColumns(samples),
    async () => {
      const [{ createTableRail }] = await Promise.all([import("./columns.js"), loadStyle("setup/columns")]);
      return createTableRail(/** @type {HTMLElement} */ (find("rail")), catalog, on.measure);
    },
    () => tables.render(last),
  );

  return {
    /** @param {any} state */
    render(state) {
      const { config, pending, samples, offline, changes, setup } = state;
      const key = [config, pending, samples, Boolean(offline), changes, setup, state.theme];
      if (!config || (drawn && key.every((value, i) => value === drawn[i]))) return;
      drawn = key;
      last = state;
      layers.render(state);
      const dataset = catalog.datasets.find((d) => d.name === config.dataset);
      for (const control of controls) control.render(config, { ...config, ...pending }, state);
      for (const element of values)
        syncText(element, textOf(element.dataset.shows, { ...config, ...pending }[element.dataset.shows]));
      features.render(config, dataset, state.theme);
      if (samples) {
        const count = samples.targets.length;
        const many = dataset?.preview ? "point" : "row";
        syncText(find("data-size"), `${count} ${many}${count === 1 ? "" : "s"}`);
        syncText(find("split"), `${samples.train} / ${count - samples.train}`);
      }
      renderFacts(config, samples);
      tables.render(state);
      const scaling = catalog.scalings.find((s) => s.name === config.scaling)?.description;
      syncText(find("scaling-text"), config.scaling === "none" ? "" : (scaling ?? ""));
      for (const element of all("[data-only]"))
        element.hidden = element.dataset.only === "noisy" ? !dataset?.noisy : dataset?.task === "regression";
    },
  };
}

/** Connects one control: requests changes and shows values. */
function bind(element, catalog, on) {
  const { field, when } = element.dataset;
  const limits = catalog.fields[field] ?? {};
  const send = (value) => {
    const fields =
      field === "activation"
        ? activated(value, on.config())
        : field === "penalty"
          ? penalty(value)
          : { [field]: value };
    (when === "restart" ? on.restart : when === "collect" ? on.stage : on.change)(fields);
  };
  const shown = (config, merged) => (when === "collect" ? merged : config);
  const inactive = (config) => {
    const kind = catalog.optimizers.find((o) => o.name === config.optimizer);
    return /^(momentum|beta1|beta2|epsilon)$/.test(field) && !kind?.constants.includes(field);
  };
  const mark = (config, merged) => {
    const row = element.closest(".setting");
    if (!row) return;
    const changed = when === "collect" && JSON.stringify(config[field]) !== JSON.stringify(merged[field]);
    row.classList.toggle("changed", changed);
    row.classList.toggle("inactive", inactive(merged));
    let was = row.querySelector(".was");
    if (changed && !was) {
      was = document.createElement("small");
      was.className = "was";
      row.append(was);
    }
    if (was) was.textContent = changed ? `was ${textOf(field, config[field])}`.replaceAll("_", " ") : "";
    if (was && !changed) was.remove();
  };
  const setEnabled = (state) => {
    if (state.offline) element.setAttribute("aria-disabled", "true");
    else element.removeAttribute("aria-disabled");
  };

  if (element.dataset.typed !== undefined) return typedField();
  if (element.type === "range") return range();
  if (element.tagName === "SELECT") return select();
  if (element.getAttribute("role") === "switch") return toggle();
  return radios();

  function range() {
    const scale = {
      scale: element.dataset.scale,
      low: Number(element.dataset.low),
      high: Number(element.dataset.high),
      step: Number(element.dataset.step),
    };
    if (scale.scale === "whole") scale.high = Math.min(scale.high, limits.max ?? scale.high);
    Object.assign(element, { min: scale.low, max: scale.high, step: scale.step });
    let dragging = false;
    const fill = () =>
      element.style.setProperty("--p", `${((element.value - scale.low) / (scale.high - scale.low)) * 100}%`);
    const showValue = (value) => {
      const text = field === "dropout" ? `${Math.round(value * 100)} percent` : textOf(field, value);
      element.setAttribute("aria-valuetext", text);
      const out = element.parentElement.querySelector(`[data-shows="${field}"]`);
      if (out && dragging) out.textContent = textOf(field, value);
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
        mark(config, merged);
        setEnabled(state);
        if (dragging && when === "restart") return;
        if (valueAt(scale, Number(element.value)) !== value || !element.hasAttribute("aria-valuetext")) {
          element.value = positionOf(scale, value);
          fill();
          showValue(value);
        }
      },
    };
  }

  function typedField() {
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
        mark(config, merged);
        setEnabled(state);
        const text = textOf(field, value);
        element.dataset.last = text;
        if (!editing && element.value !== text) {
          element.value = text;
          complain("");
        }
      },
    };
  }

  function select() {
    element.addEventListener("change", () =>
      send(element.dataset.number === undefined ? element.value : Number(element.value)),
    );
    return {
      render(config, merged, state) {
        const from = shown(config, merged);
        const value =
          field === "activation" ? activationOf(from) : field === "penalty" ? penaltyOf(from) : String(from[field]);
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
        mark(config, merged);
        setEnabled(state);
      },
    };
  }

  function toggle() {
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
        mark(config, merged);
        setEnabled(state);
      },
    };
  }

  function radios() {
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
        mark(config, merged);
        setEnabled(state);
      },
    };
  }
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
