// The folds of the rail: each says, while it is closed, what it holds; what the reader opened stays open.

import { local } from "../dom/browser.js";
import { syncAttribute, syncText } from "../dom/elements.js";
import { isUploadedTable, layerActivation } from "../run/settings.js";

const FOLDS = ["data", "inputs", "network"];

/** @param {(id: string) => HTMLElement} find @returns {(state: any) => void} */
export function createRailFolds(find) {
  const open = new Set((local.get("folds") ?? "").split(" "));
  for (const name of FOLDS) {
    const fold = /** @type {HTMLDetailsElement} */ (find(`fold-${name}`));
    fold.open = open.has(name);
    fold.addEventListener("toggle", () => {
      fold.open ? open.add(name) : open.delete(name);
      local.set("folds", [...open].filter(Boolean).join(" "));
    });
  }
  const allDatasets = find("rail").querySelector("[data-do=datasets]");

  return ({ config, samples, catalog, datasetsOpen }) => {
    syncAttribute(allDatasets, "aria-expanded", String(datasetsOpen));
    find("datasets").classList.toggle("all", datasetsOpen);
    if (!config || !samples) return;
    const dataset = catalog.datasets.find(({ name }) => name === config.dataset);
    const named = typeof config.dataset === "string" && !isUploadedTable(config.dataset);
    syncText(find("dataset-name"), named ? config.dataset.replaceAll("_", " ") : "your own table");
    const split = `${samples.train} / ${samples.targets.length - samples.train}`;
    syncText(find("fold-data-state"), dataset?.noisy ? `${config.noise.toFixed(2)} · ${split}` : split);
    syncText(find("fold-inputs-state"), `${inputsText(config.features)} · ${scalingText(config.scaling)}`);
    syncText(
      find("fold-network-state"),
      `${layerActivation(config.hidden)} · ${config.optimizer} · batch ${config.batch_size < samples.train ? config.batch_size : "all"}`,
    );
  };
}

const NAMES = { x1: "x₁", x2: "x₂" };
const inputsText = (features) =>
  features.length <= 2 && features.every((name) => NAMES[name])
    ? features.map((name) => NAMES[name]).join(", ")
    : `${features.length} ${features.length === 1 ? "input" : "inputs"}`;
const scalingText = (scaling) => (scaling === "none" ? "as they are" : scaling === "standard" ? "z-score" : scaling);
