import assert from "node:assert/strict";
import { test } from "node:test";
import { announcement, caption } from "../../../static/js/page/captiontext.js";
import { cause, lossText } from "../../../static/js/run/notfinite.js";
import { viewOf } from "../golden.js";

const at = (name, record, more = {}) => {
  const view = viewOf(name, more);
  return { ...view, operation: view.ops.findIndex((op) => op.names.includes(record)) };
};
const DROPOUT = "tanh and sigmoid, dropout";

test("a missing input is named, with its sample and its column", () => {
  const view = viewOf("missing input");
  const why = cause(view);
  assert.equal(why.kind, "missing");
  assert.equal(why.title, "Sample 2 has no x₂");
  assert.equal(caption(view).phase, "Stopped at step 1");
  assert.equal(announcement(view, caption(view)).urgent, true);
  assert.match(
    caption(at("missing input", "dW2")).sentence,
    /^What it reads is not finite, so none of its \d+ numbers is\.$/,
  );
});

test("an overflow is named with the record where it happened and how the loss grew", () => {
  const view = viewOf("overflow", { series: { steps: [1, 2, 3, 4], loss: [1.26, 574, 1.2e13, 8e64, null] } });
  const why = cause(view);
  assert.equal(why.kind, "overflow");
  assert.equal(why.record, "L");
  assert.equal(why.title, "The steps were too long: each one made the loss larger");
  assert.match(why.text, /^At learning rate 3(\.0+)? the loss went from 1\.260 to 8\.0·10⁶⁴ in 3 steps/);
  const raised = { step: 2, field: "learning_rate", before: 1, value: 3 };
  assert.match(cause({ ...view, changes: [raised] }).text, /^The loss went from/); // not all at this rate
  assert.match(cause({ ...view, changes: [{ ...raised, step: 1 }] }).text, /^At learning rate/);
  assert.deepEqual(why.helps[0].change, { learning_rate: 0.3 });
  assert.equal(cause(viewOf(DROPOUT)), null);
  assert.equal(cause(viewOf("overflow")).title, "Overflow: a number grew too large for float64");
});

test("a loss that grew is counted in steps, also where only some of them came", () => {
  const series = { steps: [1, 10, 20, 21], loss: [1, 100, 1e10, null] };
  const view = viewOf("overflow", { series });
  assert.match(
    cause({ ...view, step: { ...view.step, step: 21 } }).text,
    / to 1\.0·10¹⁰ in 19 steps, on average 3\.4 times/,
  );
});

test("a lost loss is infinite where its outputs are numbers, and else what its record says", () => {
  assert.equal(lossText({ not_finite: { nan: 1, "+inf": 0, "-inf": 0 } }, [3e156]), "∞");
  assert.equal(lossText({ not_finite: { nan: 0, "+inf": 1, "-inf": 0 } }, [null]), "∞");
  assert.equal(lossText({ not_finite: { nan: 1, "+inf": 0, "-inf": 0 } }, [null]), "NaN");
});
