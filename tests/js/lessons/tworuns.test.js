import assert from "node:assert/strict";
import { test } from "node:test";
import { twoRunsPicture } from "../../../static/js/lessons/tworuns.js";

const series = (loss, more = {}) => ({
  steps: loss.map((_, k) => k),
  loss,
  train: loss,
  test: loss.map((v) => v + 0.1),
  ...more,
});
const run = (loss, name = "", more = {}) => ({ series: series(loss, more), name });

test("both runs are drawn, the second dashed, each with its last number", () => {
  const { html, log } = twoRunsPicture([run([0.7, 0.6, 0.5], "run"), run([0.7, 0.4, 0.3], "fork")], "loss", 400, 150);
  assert.equal(log, false);
  assert.equal(html.match(/class="fit( dash)?"/g).join(), 'class="fit",class="fit dash"');
  assert.match(html, />run: 0\.500</);
  assert.match(html, />fork: 0\.300</);
  assert.doesNotMatch(html, /NaN|Infinity|undefined/);
});

test("a run that diverged ends in a cross, a run without a number says so", () => {
  const { html } = twoRunsPicture([run([0.7, 2, null], "", { lost: true }), run([null, null, null])], "loss", 400, 150);
  assert.match(html, />✕</);
  assert.match(html, /beside it none yet, at step 2/);
  assert.doesNotMatch(html, /NaN|Infinity|undefined/);
});

test("the gap is test minus training, a norm is logarithmic, a count stands on its own axis", () => {
  assert.match(twoRunsPicture([run([0.5, 0.25])], "gap", 400, 150).html, /this run 0\.100/);
  const norms = { norms: [[1, 1e-3]], dead: [0, 3] };
  assert.equal(twoRunsPicture([run([0.5, 0.25], "", norms)], "norm0", 400, 150).log, true);
  const dead = twoRunsPicture([run([0.5, 0.25], "", norms)], "dead", 400, 150, { ceiling: 8, whole: true });
  assert.match(dead.html, />3</);
  assert.equal(dead.log, false);
});
