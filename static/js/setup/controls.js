// The controls of the settings: each element with data-field shows one setting and requests its change. Limits come from the catalog.

import { syncText } from "../dom/elements.js";
import { lazyView, withStyles } from "../dom/lazy.js";
import { textOf } from "../run/settings.js";
import { createControl } from "./control.js";
import { createDatasetFacts, createFeatures, drawThumbnail, hasNamedColumns } from "./dataset.js";

/**
 * @param {HTMLElement} root @param {any} catalog
 * @param {{change: (fields: any) => void, restart: (fields: any) => void, stage: (fields: any) => void,
 *   config: () => any, measure: (run: string, steps: number) => Promise<any>}} on
 */
export function createControls(root, catalog, on) {
  /** @returns {HTMLElement[]} */
  const all = (selector) => [...root.querySelectorAll(selector)];
  const controls = all("[data-field]").map((element) => createControl(element, catalog, on));
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
      const { createTableRail } = await withStyles(import("./columns.js"), ["setup/columns"]);
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
        syncText(
          element,
          textOf(element.dataset.shows, { ...config, ...pending }[element.dataset.shows], samples?.train),
        );
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
        element.hidden = !{
          noisy: dataset?.noisy,
          classes: dataset?.task !== "regression",
          regression: samples?.task === "regression",
        }[element.dataset.only];
    },
  };
}
