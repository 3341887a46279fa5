// A drawn digit as the data set's own were made: brought to a standard size on a bitmap of 32 × 32, whose black pixels
// are counted in blocks of 4 × 4. Pure.

const SIDE = 32; // pixels of the bitmap
const BLOCK = 4;
const WIDTH = 20; // pixels that a digit's width comes to, unless it is narrow like a 1
const NARROW = 0.35; // width ÷ height below which it is
const INK = 310; // black pixels of the data set's digits, near enough the same for all ten
const PENS = [1.8, 2.1, 2.4, 2.7, 3, 3.3]; // radii: that which comes nearest to INK is taken

/** @typedef {[number, number][]} Stroke points in any unit, y down */

/**
 * The digit's blocks, row by row: black pixels of each, 0 to 16. Without a stroke all are 0.
 * @param {Stroke[]} strokes @returns {number[]}
 */
export function digitOf(strokes) {
  const points = strokes.flat();
  const count = (SIDE / BLOCK) ** 2;
  if (!points.length) return new Array(count).fill(0);
  const drawn = PENS.map((radius) => bitmapOf(strokes, boxOf(points), radius));
  const distance = (/** @type {Uint8Array} */ bitmap) => Math.abs(bitmap.reduce((a, b) => a + b, 0) - INK);
  return blocksOf(drawn.reduce((best, bitmap) => (distance(bitmap) < distance(best) ? bitmap : best)));
}

/** @param {Stroke} points */
function boxOf(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/** The strokes stretched to full height and to WIDTH, in the middle, drawn with a round pen. */
function bitmapOf(strokes, { x, y, width, height }, radius) {
  const wanted = WIDTH * Math.min(1, height > 0 ? width / height / NARROW : 1);
  const across = width > 0 ? Math.max(0, wanted - 2 * radius) / width : 0;
  const down = height > 0 ? (SIDE - 2 * radius) / height : 0;
  const placed = strokes.map((stroke) =>
    stroke.map(([px, py]) => [SIDE / 2 + (px - x) * across, SIDE / 2 + (py - y) * down]),
  );
  const bitmap = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++)
      if (placed.some((stroke) => touches(stroke, column + 0.5, row + 0.5, radius))) bitmap[row * SIDE + column] = 1;
  return bitmap;
}

/** Whether a point lies within the pen's radius of a stroke. */
function touches(stroke, x, y, radius) {
  let [ax, ay] = stroke[0];
  for (const [bx, by] of stroke) {
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const along = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
    if ((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2 <= radius * radius) return true;
    [ax, ay] = [bx, by];
  }
  return false;
}

/** @param {Uint8Array} bitmap @returns {number[]} */
export function blocksOf(bitmap) {
  const blocks = SIDE / BLOCK;
  const counts = new Array(blocks * blocks).fill(0);
  bitmap.forEach((black, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    counts[Math.floor(row / BLOCK) * blocks + Math.floor(column / BLOCK)] += black;
  });
  return counts;
}
