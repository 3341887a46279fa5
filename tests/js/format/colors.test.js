import assert from "node:assert/strict";
import { test } from "node:test";
import {
  classOf,
  gradientClass,
  hueNames,
  hueOf,
  hueText,
  mix,
  rgb,
  SHAPES,
  shapeAt,
  shapeOf,
  shapeOfClass,
  valueClass,
} from "../../../static/js/format/colors.js";

test("signs have classes", () => {
  assert.equal(valueClass(null), "nan");
  assert.equal(valueClass(0.1), "value-positive");
  assert.equal(valueClass(-0.1), "value-negative");
  assert.equal(gradientClass(0.1), "gradient-positive");
  assert.equal(gradientClass(-0.1), "gradient-negative");
});

test("colours are read and mixed", () => {
  assert.deepEqual(rgb("#1b5fa6"), [27, 95, 166]);
  assert.deepEqual(rgb(" #fff "), [255, 255, 255]);
  assert.deepEqual(rgb("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(mix([0, 0, 0], [100, 200, 50], 0.5), [50, 100, 25]);
});

test("shapes tell classes apart without colour", () => {
  assert.equal(shapeOf([1], "binary"), "circle");
  assert.equal(shapeOf([0], "binary"), "diamond");
  assert.equal(
    new Set(
      [0, 1, 2, 3, 4, 5].map((k) =>
        shapeOf(
          [0, 1, 2, 3, 4, 5].map((j) => Number(j === k)),
          "multiclass",
        ),
      ),
    ).size,
    6,
  );
  assert.equal(classOf([0, 0, 1], "multiclass"), 2);
  assert.ok(Object.keys(SHAPES).includes(shapeOf([3.2], "regression")));
});

test("no two of eighteen classes look alike, and CSS and numbers name the same hue", () => {
  const looks = Array.from({ length: 18 }, (_, k) => `${shapeOfClass(k)} ${hueNames(k)}`);
  assert.equal(new Set(looks).size, 18);
  const hues = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ];
  for (let k = 0; k < 18; k++) {
    const [name, tint] = hueNames(k).split(" ");
    const hue = hueOf(k, hues, [255, 255, 255]);
    assert.equal(Boolean(tint), Math.min(...hue) > 0);
    assert.equal(hue.indexOf(255), Number(name[1]) - 1);
    assert.ok(hueText(k).includes(`--${name})`));
    assert.equal(hueText(k).startsWith("color-mix"), Boolean(tint));
  }
});

test("a shape lies at its place, as large as asked for", () => {
  assert.equal(shapeAt("square", 10, 20, 2), "M8.2 18.2H11.8V21.8H8.2z");
  assert.equal(shapeAt("triangle", 10, 20, 2), "M10 17.6L12.3 21.8H7.7z");
  assert.equal(shapeAt("circle", 10, 20, 2), "M8 20a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z");
});
