import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axisTicks,
  decadeRange,
  decibelRange,
  lineThrough,
  profileRows,
  stackHeights,
  theoryLine,
} from "../../../static/js/lessons/layerprofile.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const box = { left: 40, right: 240, top: 0, bottom: 100 };
const rows = (...logs) => logs.map((value) => ({ value, exact: value === null ? 0 : 10 ** value }));

test("a line through points has the slope of least squares", () => {
  const line = lineThrough([
    [0, 1],
    [1, 3],
    [2, 4],
  ]);
  near(line.slope, 1.5);
  near(line.at(1), 8 / 3);
  assert.equal(lineThrough([[0, 1]]), null);
});

test("the axis holds all sizes, three decades at least and ten at most", () => {
  assert.deepEqual(decadeRange([-2.5, -2.4]), [-5, -2]);
  assert.deepEqual(decadeRange([-6.5, -1.2]), [-7, -1]);
  assert.deepEqual(decadeRange([-30, 0]), [-9, 1]);
  assert.deepEqual(decadeRange([null]), [-4, 0]);
});

test("decibels run around zero in whole tens", () => {
  assert.deepEqual(decibelRange([20.7, -28]), [-40, 30]);
  assert.deepEqual(decibelRange([null]), [-20, 20]);
});

test("ticks are as many as fit", () => {
  assert.deepEqual(axisTicks([-7, -1], 1, 7), [-7, -6, -5, -4, -3, -2, -1]);
  assert.deepEqual(axisTicks([-7, -1], 1, 5), [-6, -4, -2]);
});

test("a dot a row; zero stands left of the axis, what was lost too", () => {
  const [set] = profileRows(
    [[...rows(-4, -3, -2), { value: null, exact: 0 }, { value: null, exact: null }]],
    box,
    [-4, 0],
    3,
  ).sets;
  assert.deepEqual(
    set.dots.map((dot) => dot.kind),
    ["dot", "dot", "dot", "zero", "lost"],
  );
  assert.equal(set.dots[0].x, 40);
  assert.equal(set.dots[3].x, 31);
  near(set.slope, 1);
  assert.deepEqual(
    set.line.map(([x]) => Math.round(x)),
    [40, 140],
  );
});

test("what is smaller than the axis lies on its rim", () => {
  const [set] = profileRows([rows(-20, -1)], box, [-9, 1], 2).sets;
  assert.equal(set.dots[0].x, 40);
});

test("a theory starts at the last fitted row and ends at the rim", () => {
  const own = rows(-3, -2, -1);
  const profile = profileRows([own], box, [-4, 0], 3);
  const [first, last] = theoryLine(profile, own, 0.5, 3, [-4, 0]);
  near(first[0], profile.X(-2));
  near(last[0], profile.X(-1));
  const [steep] = theoryLine(profile, own, 3, 3, [-4, 0]);
  near(steep[0], 40);
  near(steep[1], profile.Y(1));
  assert.equal(theoryLine(profile, rows(null, null), 1, 2, [-4, 0]), null);
});

test("dots that share a place stand on one another", () => {
  assert.deepEqual(stackHeights([10, 11, 40, 12], 7), [0, 0, 0, 1]);
});
