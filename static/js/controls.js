// The controls: each element with data-field shows one setting and asks for its change. Limits come from the catalog.
import { createAbout } from "./about.js";
import { positionOf, textOf, typed, valueAt } from "./settings.js";

const PENALTIES = { none: [0, 0] };

/**
 * @param {HTMLElement} root @param {any} catalog
 * @param {{change: (fields: any) => void, restart: (fields: any) => void, collect: (fields: any) => void, config: () => any}} on
 */
export function createControls(root, catalog, on) {
  /** @returns {HTMLElement[]} */
  const all = (selector) => [...root.querySelectorAll(selector)];
  const controls = all("[data-field]").map((element) => bind(element, catalog, on));
  const values = all("[data-shows]");
  const layers = createLayers(root.querySelector("#layers"), catalog, on);
  const features = createFeatures(root.querySelector("#features"), catalog, on);
  const find = (id) => root.querySelector(`#${id}`);
  for (const thumb of all(".thumb"))
    drawThumb(
      thumb,
      catalog.datasets.find((d) => d.name === thumb.dataset.value),
    );
  find("add-layer").addEventListener("click", () =>
    layers.edit((hidden) => hidden.push({ units: 4, activation: hidden.at(-1)?.activation ?? "tanh" })),
  );
  const about = createAbout(
    /** @type {HTMLElement} */ (find("about")),
    root.querySelectorAll("[data-field=scaling] [role=radio]"),
    catalog,
  );
  let drawn = null;

  return {
    /** @param {any} state */
    render(state) {
      const { config, pending, samples, away, changes } = state;
      const key = [config, pending, samples, Boolean(away), changes, state.theme, state.version && state.at];
      if (!config || (drawn && key.every((value, i) => value === drawn[i]))) return;
      drawn = key;
      const dataset = catalog.datasets.find((d) => d.name === config.dataset);
      for (const control of controls) control.render(config, { ...config, ...pending }, state);
      for (const element of values)
        element.textContent = textOf(element.dataset.shows, { ...config, ...pending }[element.dataset.shows]);
      layers.render(config, { ...config, ...pending });
      features.render(config, dataset, state.theme);
      if (samples) {
        const count = samples.targets.length;
        find("data-size").textContent = `${count} ${dataset?.preview ? "points" : "rows"}`;
        find("split").textContent = `${samples.train} / ${count - samples.train}`;
      }
      about(config, samples);
      const scaling = catalog.scalings.find((s) => s.name === config.scaling)?.description;
      find("scaling-text").textContent = config.scaling === "none" ? "" : (scaling ?? "");
      for (const element of all("[data-only]"))
        element.hidden = element.dataset.only === "noisy" ? dataset?.noisy === false : dataset?.task === "regression";
    },
  };
}

/** One control: reads its element's data-, tells of changes, shows values. */
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
    (when === "restart" ? on.restart : when === "collect" ? on.collect : on.change)(fields);
  };
  const shown = (config, merged) => (when === "collect" ? merged : config);
  const inactive = (config) => {
    const kind = catalog.optimizers.find((o) => o.name === config.optimizer);
    return /^(momentum|beta1|beta2|epsilon)$/.test(field) && !kind?.constants.includes(field);
  };
  const mark = (config, merged) => {
    const row = element.closest(".set");
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
  const able = (state) => {
    if (state.away) element.setAttribute("aria-disabled", "true");
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
    const tell = (value) => {
      const text = field === "dropout" ? `${Math.round(value * 100)} percent` : textOf(field, value);
      element.setAttribute("aria-valuetext", text);
      const out = element.parentElement.querySelector(`[data-shows="${field}"]`);
      if (out && dragging) out.textContent = textOf(field, value);
    };
    element.addEventListener("input", () => {
      const value = valueAt(scale, Number(element.value));
      fill();
      dragging = true;
      tell(value);
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
        able(state);
        if (dragging && when === "restart") return;
        if (valueAt(scale, Number(element.value)) !== value || !element.hasAttribute("aria-valuetext")) {
          element.value = positionOf(scale, value);
          fill();
          tell(value);
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
        able(state);
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
        if (field === "output_activation")
          element.disabled = /cross/.test(from.loss) || (from.loss === "auto" && state.samples?.task !== "regression");
        element.value = value;
        if (element.selectedIndex < 0) element.selectedIndex = element.options.length - 1;
        mark(config, merged);
        able(state);
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
        element.setAttribute(
          "aria-checked",
          String(onValue === undefined ? value === true : value !== null && value !== undefined),
        );
        mark(config, merged);
        able(state);
      },
    };
  }

  function radios() {
    const all = () => [...element.querySelectorAll("[role=radio]")]; // own tables come and go
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
          button.setAttribute("aria-checked", String(chosen));
          button.tabIndex = chosen || (!known && i === 0) ? 0 : -1;
        });
        mark(config, merged);
        able(state);
      },
    };
  }
}

const activated = (activation, config) => ({ hidden: config.hidden.map((layer) => ({ ...layer, activation })) });
const activationOf = ({ hidden }) => {
  const names = new Set(hidden.map((layer) => layer.activation));
  return names.size === 1 ? [...names][0] : "";
};
function penalty(text) {
  const [kind, size] = text.split(" ");
  const [l1, l2] = PENALTIES[kind] ?? (kind === "L1" ? [Number(size), 0] : [0, Number(size)]);
  return { l1, l2 };
}
const penaltyOf = ({ l1, l2 }) => (l1 && l2 ? "" : l1 ? `L1 ${l1}` : l2 ? `L2 ${l2}` : "none");

/** The table of hidden layers in the setup. */
function createLayers(body, catalog, on) {
  let shown = "";
  let now = [];
  const edit = (change) => {
    const hidden = now.map((layer) => ({ ...layer }));
    change(hidden);
    if (hidden.length <= catalog.limits.layers) on.collect({ hidden });
  };
  const options = (items, value) =>
    items
      .map(
        (name) =>
          `<option value="${name}"${String(name) === String(value) ? " selected" : ""}>${String(name).replaceAll("_", " ")}</option>`,
      )
      .join("");
  const rates = ["as the run", 0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const k = Number(button.closest("tr").dataset.k);
    const by = button.dataset.by;
    if (by === "x") edit((hidden) => hidden.splice(k, 1));
    else if (by)
      edit((hidden) => {
        hidden[k].units = Math.max(1, Math.min(catalog.limits.units, hidden[k].units + Number(by)));
      });
    else
      edit((hidden) => {
        hidden[k].batch_norm = button.getAttribute("aria-checked") !== "true";
      });
  });
  body.addEventListener("change", (event) => {
    const k = Number(event.target.closest("tr").dataset.k);
    const { name, value } = event.target;
    edit((hidden) => {
      if (name === "activation") hidden[k].activation = value;
      else if (value === "as the run") delete hidden[k].dropout;
      else hidden[k].dropout = Number(value);
    });
  });
  return {
    edit,
    render(config, merged) {
      now = merged.hidden;
      const key = JSON.stringify([config.hidden, merged.hidden, merged.batch_norm]);
      if (key === shown) return;
      shown = key;
      const focus = [...body.querySelectorAll("button, select")].indexOf(document.activeElement);
      body.innerHTML = now
        .map((layer, i) => {
          const was = config.hidden[i];
          const changed = JSON.stringify(was) !== JSON.stringify(layer);
          const norm = layer.batch_norm ?? merged.batch_norm;
          const choices = rates.includes(layer.dropout ?? "as the run") ? rates : [...rates, layer.dropout];
          return `<tr data-k="${i}" class="${changed ? "changed" : ""}"><td>${i + 1}</td><td><button type="button" data-by="-1" aria-label="Layer ${i + 1}: one unit fewer">−</button><b>${layer.units}</b><button type="button" data-by="1" aria-label="Layer ${i + 1}: one unit more">+</button></td>
<td><select name="activation" aria-label="Layer ${i + 1}: activation">${options(
            catalog.activations.map((a) => a.name),
            layer.activation,
          )}</select>${changed ? ` <small class="was">${was ? `was ${was.units} ${was.activation.replaceAll("_", " ")}` : "new"}</small>` : ""}</td>
<td><select name="dropout" aria-label="Layer ${i + 1}: dropout">${options(choices, layer.dropout ?? "as the run")}</select></td>
<td><button class="sw" type="button" role="switch" aria-checked="${norm}" aria-label="Layer ${i + 1}: batch norm"></button></td>
<td><button type="button" data-by="x" aria-label="Remove layer ${i + 1}" title="Remove layer ${i + 1}">×</button></td></tr>`;
        })
        .join("");
      if (focus >= 0) body.querySelectorAll("button, select")[focus]?.focus();
    },
  };
}

const LETTERS = {
  x1: "x₁",
  x2: "x₂",
  "x1^2": "x₁²",
  "x2^2": "x₂²",
  "x1*x2": "x₁x₂",
  "sin(x1)": "sin x₁",
  "sin(x2)": "sin x₂",
};
const FIELDS = {
  x1: (x) => x,
  x2: (_, y) => y,
  "x1^2": (x) => 2 * x * x - 1,
  "x2^2": (_, y) => 2 * y * y - 1,
  "x1*x2": (x, y) => x * y * 1.6,
  "sin(x1)": (x) => Math.sin(x * 4.5),
  "sin(x2)": (_, y) => Math.sin(y * 4.5),
};

/** The features on offer, each with its own heat map where there is a plane. */
function createFeatures(element, _catalog, on) {
  let shown = "";
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { features } = on.config();
    const name = button.dataset.name;
    const on_ = [...element.querySelectorAll("button")].map((b) => b.dataset.name);
    const next = features.includes(name)
      ? features.filter((f) => f !== name)
      : on_.filter((f) => f === name || features.includes(f));
    if (next.length) on.restart({ features: next });
  });
  return {
    render(config, dataset, theme) {
      const names = dataset?.features ?? config.features;
      const key = JSON.stringify([names, theme]);
      if (key !== shown) {
        shown = key;
        element.classList.toggle("long", !dataset?.preview);
        element.innerHTML = names.map(() => `<button class="feat" type="button"></button>`).join("");
        [...element.children].forEach((button, i) => {
          button.dataset.name = names[i];
          button.classList.toggle("own", Boolean(dataset?.preview) && !FIELDS[names[i]]);
          if (dataset?.preview && FIELDS[names[i]]) button.append(field(FIELDS[names[i]]));
          button.append(
            dataset?.preview ? (LETTERS[names[i]] ?? names[i].replaceAll("_", " ")) : names[i].replaceAll("_", " "),
          );
        });
      }
      for (const button of element.children)
        button.setAttribute("aria-pressed", String(config.features.includes(button.dataset.name)));
    },
  };
}

function field(f) {
  const size = 20;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const g = canvas.getContext("2d");
  const css = getComputedStyle(document.documentElement);
  const [low, middle, high] = ["--fneg", "--hmid", "--fpos"].map((name) => css.getPropertyValue(name).trim());
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++) {
      const v = Math.max(-1, Math.min(1, f(((i + 0.5) / size) * 2 - 1, 1 - ((j + 0.5) / size) * 2)));
      g.globalAlpha = 1;
      g.fillStyle = middle;
      g.fillRect(i, j, 1, 1);
      g.globalAlpha = Math.abs(v);
      g.fillStyle = v < 0 ? low : high;
      g.fillRect(i, j, 1, 1);
    }
  return canvas;
}

/** A data set's own points, small. */
function drawThumb(thumb, { preview, task, classes }) {
  const xs = preview.inputs.map((p) => p[0]);
  const ys = preview.inputs.map((p) => p[1]);
  const middle = (v) => (Math.max(...v) + Math.min(...v)) / 2;
  const span = (v) => (Math.max(...v) - Math.min(...v)) / 2 || 1;
  const [cx, cy] = [middle(xs), middle(ys)];
  const s = 1.22 / Math.max(span(xs), span(ys));
  const targets = preview.targets;
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const hue = (t) =>
    classes.length > 2
      ? `var(--c${1 + (t % 3)})`
      : (task === "regression" ? t > (low + high) / 2 : t > 0)
        ? "var(--vpos)"
        : "var(--vneg)";
  const marks = preview.inputs.map(([a, b], i) => {
    const x = ((a - cx) * s).toFixed(2);
    const y = (-(b - cy) * s).toFixed(2);
    const t = targets[i];
    const size =
      task === "regression" ? 0.04 + (0.1 * Math.abs(t - (low + high) / 2)) / ((high - low) / 2 || 1) : 0.085;
    return (classes.length > 2 ? t === 0 : task === "regression" || t > 0)
      ? `<circle cx="${x}" cy="${y}" r="${size.toFixed(3)}" fill="${hue(t)}"/>`
      : `<path d="M${x} ${y}m0-.115l.115.115-.115.115-.115-.115z" fill="${hue(t)}"/>`;
  });
  thumb.innerHTML = `<svg viewBox="-1.5 -1.5 3 3" aria-hidden="true">${marks.join("")}</svg>`;
}
