import assert from "node:assert/strict";
import test from "node:test";
import {
  angleAt,
  columnPositions,
  curveLength,
  curveSection,
  distanceToCurve,
  edgeCurve,
  graphLayout,
  lossCurve,
  nearestEdge,
  pathData,
  pointAt,
} from "../../../static/js/network/layout.js";

const BOXES = { wide: [964, 470], tablet: [740, 420], phone: [390, 344] };
const networks = [
  [2, 1],
  [1, 1],
  [2, 6, 4, 1],
  [2, 8, 6, 3],
  [16, 16, 16, 2],
  [2, ...Array(8).fill(8), 1],
];
networks.push([7, ...Array(10).fill(16), 3], [2, 1, 1, 1, 1]);

test("seven inputs leave room for a name above each of them, and below the column's head", () => {
  for (const [size, [width, height]] of Object.entries(BOXES)) {
    const { units, phone } = graphLayout({ widths: [7, 6, 4, 1], width, height, size });
    const [inputs] = units;
    const above = inputs.map((p, u) => p.y - p.s / 2 - (u ? inputs[u - 1].y + inputs[u - 1].s / 2 : phone ? 0 : 18));
    assert.ok(Math.min(...above) >= 17, `${size} ${above}`);
  }
});

for (const [size, [width, height]] of Object.entries(BOXES)) {
  for (const widths of networks) {
    test(`${widths.join("-")} on ${size}: tiles stand in the box and do not touch`, () => {
      const layout = graphLayout({ widths, width, height, size });
      for (const [k, column] of layout.units.entries()) {
        assert.equal(column.length, widths[k]);
        for (const [u, p] of column.entries()) {
          assert.ok(Number.isFinite(p.x) && Number.isFinite(p.y) && p.s >= 4);
          assert.ok(p.x - p.s / 2 >= 0 && p.x + p.s / 2 <= layout.width);
          assert.ok(p.y - p.s / 2 >= 0 && p.y + p.s / 2 <= height, `${k} ${u} ${p.y} ${p.s}`);
          if (u > 0) assert.ok(p.y - column[u - 1].y > p.s, "tiles of a column overlap");
          if (k > 0) assert.ok(p.x - p.s / 2 > layout.units[k - 1][0].x + layout.units[k - 1][0].s / 2);
        }
      }
      assert.ok(layout.loss.x > layout.units.at(-1)[0].x + layout.units.at(-1)[0].s / 2 + layout.loss.r);
    });

    test(`${widths.join("-")} on ${size}: every edge runs from left to right at its own port`, () => {
      const layout = graphLayout({ widths, width, height, size });
      for (let k = 1; k < widths.length; k++) {
        const ends = new Set();
        for (let from = 0; from < widths[k - 1]; from++)
          for (let to = 0; to < widths[k]; to++) {
            const e = edgeCurve(layout, k, from, to);
            assert.ok(e.x2 > e.x1, `${k}: ${e.x1} ${e.x2}`);
            ends.add(`${e.y1.toFixed(3)} ${e.y2.toFixed(3)}`);
            assert.ok(!pathData(e).includes("NaN"));
          }
        assert.equal(ends.size, widths[k - 1] * widths[k]);
      }
    });
  }
}

test("columns have equal pitch from the inputs to the output and the loss stands 142 px after it", () => {
  const { columns, loss } = columnPositions({ widths: [2, 6, 4, 1], width: 964, size: "wide" });
  assert.ok(Math.abs(columns[1] - columns[0] - (columns[3] - columns[2])) < 1e-9);
  assert.ok(Math.abs(loss - columns[3] - 142) < 1e-9);
});

test("columns do not depend on the height: what stands below lines up", () => {
  const layout = graphLayout({ widths: [2, 6, 4, 1], width: 964, height: 300, size: "wide" });
  assert.deepEqual(layout.columns, columnPositions({ widths: [2, 6, 4, 1], width: 964, size: "wide" }).columns);
});

test("a deep network on a phone scrolls at a pitch of 76", () => {
  const layout = graphLayout({ widths: [2, ...Array(8).fill(8), 1], width: 390, height: 344, size: "phone" });
  assert.equal(layout.scrolls, true);
  assert.equal(layout.columns[1] - layout.columns[0], 76);
  assert.equal(graphLayout({ widths: [2, 6, 4, 1], width: 390, height: 344, size: "phone" }).scrolls, false);
});

test("tiles give way to the numbers under them while units are 50 pixels apart", () => {
  const layout = (n) => graphLayout({ widths: [2, n, 4, 1], width: 964, height: 470, size: "wide" });
  for (const units of [6, 7, 8]) {
    assert.ok(layout(units).pitch >= 50);
    assert.equal(layout(units).numbers, true, `${units}`);
  }
  assert.equal(layout(9).numbers, false);
});

test("several outputs move up and the loss moves with them", () => {
  const layout = graphLayout({ widths: [2, 8, 6, 3], width: 964, height: 470, size: "wide" });
  assert.equal(layout.units[3][1].y, layout.loss.y);
  assert.ok(layout.loss.y < layout.middle);
  const ends = [0, 1, 2].map((u) => lossCurve(layout, u).y2);
  assert.ok(ends[0] < ends[1] && ends[1] < ends[2]);
});

test("a section of a curve lies on the curve", () => {
  const e = { x1: 0, y1: 0, cx1: 40, cy1: -10, cx2: 50, cy2: 90, x2: 100, y2: 70 };
  const part = curveSection(e, 0.3, 0.8);
  for (const t of [0, 0.25, 0.5, 1]) {
    const [x, y] = pointAt(part, t);
    const [ex, ey] = pointAt(e, 0.3 + 0.5 * t);
    assert.ok(Math.hypot(x - ex, y - ey) < 1e-9);
  }
  assert.ok(curveLength(part) < curveLength(e));
  assert.ok(Math.abs(angleAt(e, 0) - Math.atan2(-10, 40)) < 1e-9);
});

test("the nearest edge wins, and none is found out of reach", () => {
  const line = (y, name) => ({ name, route: { x1: 0, y1: y, cx1: 30, cy1: y, cx2: 60, cy2: y, x2: 100, y2: y } });
  const edges = [line(0, "a"), line(6, "b")];
  assert.equal(nearestEdge(edges, 50, 2, 4.5).name, "a");
  assert.equal(nearestEdge(edges, 50, 4, 4.5).name, "b");
  assert.equal(nearestEdge(edges, 50, 30, 4.5), null);
  assert.ok(Math.abs(distanceToCurve(edges[0].route, 50, 3) - 3) < 1e-6);
});
