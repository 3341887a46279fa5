// The tabs of the charts beside the network: one chart at a time. Classes have a confusion matrix, a regression the predicted
// values against the true ones.

import { setHidden, syncAttribute } from "../dom/elements.js";

/** @param {HTMLElement} element a tablist @param {HTMLElement} side what holds the charts @param {(chart: string) => void} choose */
export function createChartTabs(element, side, choose) {
  const tabs = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[role=tab]")]);
  element.addEventListener("click", ({ target }) => {
    const tab = /** @type {HTMLElement} */ (target).closest("[role=tab]");
    if (tab instanceof HTMLElement) choose(tab.dataset.chart);
  });
  element.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const shown = tabs.filter((tab) => !tab.hidden);
    const next = shown[(shown.indexOf(/** @type {any} */ (document.activeElement)) + by + shown.length) % shown.length];
    choose(next.dataset.chart);
    next.focus();
  });

  return {
    /** @param {any} view @param {string} chart the one that was chosen @returns {string} the one that is shown */
    render({ samples }, chart) {
      const regression = samples?.task === "regression";
      const absent = regression ? "confusion" : "predicted";
      const shown = chart === absent ? "loss" : chart;
      syncAttribute(side, "data-chart", shown);
      for (const tab of tabs) {
        const chosen = tab.dataset.chart === shown;
        syncAttribute(tab, "aria-selected", String(chosen));
        syncAttribute(tab, "tabindex", chosen ? "0" : "-1");
        setHidden(tab, tab.dataset.chart === absent);
      }
      return shown;
    },
  };
}
