// How good the network is at the step that is shown: loss and accuracy, of a regression RMSE and R², training large and
// test below; and which class is never answered.

import { createHtml, setAttribute, setHidden, setText } from "../dom/elements.js";
import { metricsOf, neverAnswered } from "../run/metrics.js";
import { shownEvaluation } from "../run/values.js";

const MOST = 3; // numbers beside each other

/** @param {HTMLElement} element */
export function createMetrics(element) {
  element.classList.add("metrics");
  const list = createHtml("dl", {}, element);
  const metrics = Array.from({ length: MOST }, () => {
    const group = createHtml("div", {}, list);
    const name = createHtml("span", { tabindex: 0 }, createHtml("dt", {}, group));
    return { group, name, train: createHtml("dd", { class: "train" }, group), test: createHtml("dd", {}, group) };
  });
  const never = createHtml("p", { class: "help-text warning" }, element);

  return {
    render(view) {
      const evaluation = shownEvaluation(view);
      setHidden(element, !evaluation?.metrics);
      if (!evaluation?.metrics) return;
      const found = metricsOf(evaluation);
      list.classList.toggle("three", found.length === MOST);
      metrics.forEach(({ group, name, train, test }, i) => {
        const metric = found[i];
        setHidden(group, !metric);
        if (!metric) return;
        setText(name, metric.name);
        setAttribute(name, "data-term", metric.term);
        setText(train, metric.train);
        setAttribute(train, "data-ref", `train_${metric.ref}`);
        setText(test, metric.test && `test ${metric.test}`);
      });
      const words = neverAnswered(evaluation, view.samples?.classes ?? []);
      setText(never, words);
      setHidden(never, !words);
    },
  };
}
