import assert from "node:assert/strict";
import { test } from "node:test";
import {
  gradientColor,
  largestSlope,
  slopeColor,
  slopeText,
  surfacesOf,
} from "../../../static/js/instruments/slopes.js";

test("a slope is dark where nothing passes, and a gradient of exactly 0 has no hue", () => {
  const colors = {
    dead: [0, 0, 0],
    light: [255, 255, 255],
    hmid: [250, 245, 234],
    gfneg: [180, 75, 171],
    gfpos: [44, 154, 95],
  };
  assert.deepEqual(slopeColor(0, 0.25, colors), colors.dead);
  assert.deepEqual(slopeColor(largestSlope("sigmoid"), 0.25, colors), colors.light);
  assert.equal(slopeText(0.25), "¼");
  assert.deepEqual(gradientColor(-2, 1, colors), colors.gfneg);
  const layer = { lo: -0.3, hi: 1.1, units: [Buffer.from([55, 54, 56, 0]).toString("base64")] };
  const { pixels } = surfacesOf({ show: "gradient", layers: [layer] }, ["tanh"], colors).layers[0].reading;
  const neutral = ((255 << 24) | (234 << 16) | (245 << 8) | 250) >>> 0;
  assert.equal(pixels[Math.round((0.3 / 1.4) * 255)], neutral);
  assert.equal([...pixels].filter((pixel) => pixel === neutral).length, 1);
});
