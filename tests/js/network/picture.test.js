import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeCurve, graphLayout } from "../../../static/js/network/layout.js";
import { createPicture, pictureColumn } from "../../../static/js/network/picture.js";

const picture = (at = Array.from({ length: 64 }, (_, i) => i)) =>
  createPicture({ samples: { inputs: [[0, 16]] } }, { rows: 8, columns: 8, at });
const layoutOf = (drawing, box) =>
  graphLayout({
    widths: [64, 10, 10],
    table: true,
    inputs: { ...drawing, column: (width) => pictureColumn(width, /phone/.test(box.size)) },
    ...box,
  });

for (const [name, box] of Object.entries({
  desk: { width: 940, height: 560, size: "wide" },
  low: { width: 844, height: 380, size: "wide" },
  phone: { width: 390, height: 330, size: "phone" },
}))
  test(`pixels lie edge to edge inside the graph, and edges begin to their right (${name})`, () => {
    const layout = layoutOf(picture(), box);
    const [first, second] = layout.units[0];
    const last = layout.units[0][63];
    assert.equal(second.x - first.x, first.s);
    assert.equal(layout.units[0][8].y - first.y, first.s);
    assert.ok(Number.isInteger(first.x - first.s / 2) && Number.isInteger(first.y - first.s / 2), "no seams");
    assert.ok(first.x - first.s / 2 >= 2 && first.y - first.s / 2 >= 0);
    assert.ok(last.y + last.s / 2 <= box.height - 36, "room for the button");
    for (const unit of [0, 7, 56, 63]) {
      const { x1, x2 } = edgeCurve(layout, 1, unit, 9);
      assert.ok(x1 > last.x + last.s / 2 && x2 > x1 + 20, `${x1} ${x2}`);
    }
  });

test("arrow keys move over the picture, and leave it to the right alone", () => {
  const { next, entry } = picture();
  assert.equal(next(0, "ArrowRight"), 1);
  assert.equal(next(9, "ArrowUp"), 1);
  assert.equal(next(1, "ArrowUp"), 57);
  assert.equal(next(8, "ArrowLeft"), 8);
  assert.equal(next(7, "ArrowRight"), null);
  assert.equal(next(7, "Enter"), null);
  assert.deepEqual([entry(0, 10), entry(9, 10)], [7, 63]);
});

test("pixels that are no inputs are passed over", () => {
  const { next, entry } = picture([0, 2, 9, 16]);
  assert.equal(next(0, "ArrowRight"), 1);
  assert.equal(next(1, "ArrowRight"), null);
  assert.equal(next(2, "ArrowDown"), 2);
  assert.equal(entry(0, 10), 1);
});
