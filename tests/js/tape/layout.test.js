import assert from "node:assert/strict";
import { test } from "node:test";
import { integerText } from "../../../static/js/format/numbers.js";
import { counter, multiplicationsUpTo, operations, operationText } from "../../../static/js/run/operations.js";
import * as plan from "../../../static/js/tape/layout.js";

const record = (name, kind, phase, layer, reads, multiplications = 0, value = undefined) => ({
  name,
  kind,
  phase,
  layer,
  reads,
  multiplications,
  value,
});
/** 1-2-2-1, the worked example: 4 paths, 44 multiplications path by path, 19 with the tape. */
const step = {
  step: 3,
  paths: 4,
  path_multiplications: 44,
  parameters: {
    W1: [[1, 2]],
    b1: [0, 0],
    W2: [
      [1, 2],
      [3, 4],
    ],
    b2: [0, 0],
    W3: [[1], [2]],
    b3: [0],
  },
  tape: [
    record("x", "input", "forward", 0, []),
    record("z1", "dense", "forward", 1, ["x", "W1", "b1"], 2),
    record("a1", "tanh", "forward", 1, ["z1"]),
    record("z2", "dense", "forward", 2, ["a1", "W2", "b2"], 4),
    record("a2", "tanh", "forward", 2, ["z2"]),
    record("z3", "dense", "forward", 3, ["a2", "W3", "b3"], 2),
    record("L", "squared_error", "loss", 3, ["z3", "y"]),
    record("dz3", "squared_error", "backward", 3, ["L", "z3", "y"], 1),
    record("dW3", "dense", "backward", 3, ["dz3", "a2"], 2, [[0.5], [-1]]),
    record("db3", "dense", "backward", 3, ["dz3"], 0, [2]),
    record("da2", "dense", "backward", 2, ["dz3", "W3"], 2),
    record("dz2", "tanh", "backward", 2, ["da2", "a2"], 2),
    record("dW2", "dense", "backward", 2, ["dz2", "a1"], 4, [
      [1, null],
      [0, 4],
    ]),
    record("db2", "dense", "backward", 2, ["dz2"], 0, [1, 2]),
    record("da1", "dense", "backward", 1, ["dz2", "W2"], 4),
    record("dz1", "tanh", "backward", 1, ["da1", "a1"], 2),
    record("dW1", "dense", "backward", 1, ["dz1", "x"], 2, [[1, 2]]),
    record("db1", "dense", "backward", 1, ["dz1"], 0, [1, 2]),
    record("update", "sgd", "update", null, ["dW1", "db1", "dW2", "db2", "dW3", "db3"], 13, {}),
  ],
};
const ops = operations(step);
const at = (name) => ops.findIndex((op) => op.name === name);
const box = { width: 1440, height: 134 };

test("cells stand in order, apart, inside the band, all on one line", () => {
  const layout = plan.tapeLayout(ops, box);
  assert.equal(layout.n, ops.length);
  for (let i = 1; i < layout.n; i++) assert.ok(layout.x[i] > layout.x[i - 1] + layout.size[i - 1], `cell ${i}`);
  assert.ok(layout.x[0] >= 104);
  assert.ok(layout.x.at(-1) + layout.size.at(-1) <= box.width - 20);
  assert.ok(layout.turnAt > layout.x[at("L")] + layout.size[at("L")] && layout.turnAt < layout.x[at("dz3")]);
});

test("narrow cells grow under the lens and the row keeps its length", () => {
  const many = Array.from({ length: 60 }, (_, i) => ({
    ...ops[1],
    index: i,
    phase: i < 30 ? "forward" : i < 59 ? "backward" : "update",
  }));
  const plain = plan.tapeLayout(many, box);
  const lens = plan.tapeLayout(many, { ...box, lens: 20 });
  assert.ok(lens.magnified && !plain.magnified);
  assert.ok(lens.size[20] > 2 * plain.size[20]);
  assert.ok(lens.size[55] < plain.size[55]);
  assert.ok(Math.abs(lens.x.at(-1) + lens.pitch.at(-1) - plain.x.at(-1) - plain.pitch.at(-1)) < 1e-6);
  assert.equal(plan.tapeLayout(ops, { ...box, lens: 3 }).magnified, false, "wide cells need none");
});

test("a phone's row keeps its pitch, whatever the width", () => {
  const layout = plan.tapeLayout(ops, { width: 390, height: 111, phone: true });
  assert.equal(layout.pitch[0], 50);
  assert.equal(layout.x[1] - layout.x[0], 50);
});

test("dragging is the reverse of where the playhead stands", () => {
  const layout = plan.tapeLayout(ops, box);
  for (const [op, t] of [
    [0, 1],
    [3, 0.5],
    [7, 0.25],
    [ops.length - 1, 1],
  ]) {
    const back = plan.operationAt(layout, plan.playheadAt(layout, op, t));
    assert.equal(back.op, op);
    assert.ok(Math.abs(back.t - t) < 1e-9);
  }
  assert.deepEqual(plan.operationAt(layout, -100), { op: 0, t: 0 });
  assert.deepEqual(plan.operationAt(layout, 9999), { op: ops.length - 1, t: 1 });
  for (const { index } of ops) assert.equal(plan.cellAt(layout, plan.middle(layout, index)), index);
});

test("a sweep passes the forward cells going right and the others coming back", () => {
  const layout = plan.tapeLayout(ops, box);
  assert.equal(plan.sweepAt(layout, { x: 0, backward: false }), 0);
  assert.equal(plan.sweepAt(layout, { x: 1, backward: false }), layout.forward);
  assert.equal(plan.sweepAt(layout, { x: 1, backward: true }), layout.forward);
  assert.equal(plan.sweepAt(layout, { x: 0, backward: true }), layout.n);
});

test("a cell shows the spotlight's own values, and the batch's gradient of a parameter", () => {
  const spot = {
    z1: [0.5, -2],
    L: 0.1,
    dW2: [
      [9, 9],
      [9, 9],
    ],
  };
  assert.deepEqual(plan.cellParts(ops[at("z1")], step, spot)[0].rows, [[0.5], [-2]]);
  const gradient = plan.cellParts(ops[at("dW2")], step, spot);
  assert.deepEqual(
    gradient.map((part) => [part.name, part.rows]),
    [
      [
        "dW2",
        [
          [1, null],
          [0, 4],
        ],
      ],
      ["db2", [[1, 2]]],
    ],
  );
  assert.deepEqual(plan.cellParts(ops[at("z1")], step, null), []);
  assert.deepEqual(plan.cellParts(ops[at("z1")], null, spot), []);
});

test("marks are named as on the wire", () => {
  const [weights, bias] = plan.cellParts(ops[at("dW2")], step, {});
  assert.equal(plan.refOf(weights, 1, 0), "dW2[1][0]");
  assert.equal(plan.refOf(bias, 0, 1), "db2[1]");
  assert.equal(plan.refOf(plan.cellParts(ops[at("z1")], step, { z1: [1, 2] })[0], 1, 0), "z1[1]");
  assert.equal(plan.refOf(plan.cellParts(ops[at("L")], step, { L: 1 })[0], 0, 0), "L");
});

test("each mark of a glyph is found where it is drawn", () => {
  const parts = plan.cellParts(ops[at("dW2")], step, {});
  const { pitch, starts } = plan.hintonGrid(parts, 48);
  const centre = (p, i, j) => [starts[p].x + (j + 0.5) * pitch, starts[p].y + (i + 0.5) * pitch];
  assert.deepEqual(plan.markAt(parts, 48, ...centre(0, 1, 1)), { ref: "dW2[1][1]", value: 4 });
  assert.deepEqual(plan.markAt(parts, 48, ...centre(1, 0, 0)), { ref: "db2[0]", value: 1 });
  assert.equal(plan.markAt(parts, 48, 0, 0), null);
});

test("a mark's area is its magnitude; sign and loss are shapes, never NaN", () => {
  const side = (d) => Number(/h([\d.]+)/.exec(d)[1]);
  const [one, quarter] = [plan.hintonMark(1, 1, 10, 10, 10), plan.hintonMark(0.25, 1, 10, 10, 10)];
  assert.ok(Math.abs(side(one.d) / side(quarter.d) - 2) < 0.01);
  assert.equal(plan.hintonMark(-1, 1, 10, 10, 10).d.split("M").length, 3, "a frame has an inner edge");
  assert.equal(plan.hintonMark(0, 1, 10, 10, 10).shape, "zero");
  for (const lost of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    const mark = plan.hintonMark(lost, 1, 10, 10, 10);
    assert.equal(mark.shape, "lost");
    assert.doesNotMatch(mark.d, /NaN|Infinity/);
  }
  assert.doesNotMatch(plan.hintonMark(1, 0, 1, 1, 5).d, /NaN|Infinity/);
});

test("the slider says operation, what it is and what it reads", () => {
  assert.equal(operationText(ops, at("dW2")), `operation ${at("dW2") + 1} of ${ops.length}, gradient of W2, reads a1`);
  assert.equal(operationText([], 0), "nothing recorded yet");
});

test("the counter is the step's own, and each sum comes to its number", () => {
  const count = counter(step, ops, step.parameters);
  assert.equal(count.paths, "4");
  assert.equal(count.pathsSum, "1 · 2 · 2 · 1 = 4");
  assert.equal(count.byPath, "44");
  assert.equal(count.byPathSum.length, 3);
  assert.equal(count.withTape, 19);
  assert.equal(multiplicationsUpTo(ops, at("dW3")), 3);
  assert.equal(multiplicationsUpTo(ops, ops.length - 1), 19);
});

test("a number that the sum does not come to is not explained away", () => {
  const count = counter({ ...step, paths: 5, path_multiplications: "12345678901234567890" }, ops, step.parameters);
  assert.equal(count.pathsSum, "");
  assert.deepEqual(count.byPathSum, []);
  assert.equal(integerText(count.byPath), "1.2·10¹⁹");
  assert.equal(integerText("71436700944"), "71\u202f436\u202f700\u202f944");
});
