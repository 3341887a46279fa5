import assert from "node:assert/strict";
import { test } from "node:test";
import { pageZoomFor } from "../../../static/js/dom/pagezoom.js";

test("a page is shown larger only in a window far larger than it was drawn for", () => {
  assert.equal(pageZoomFor(1440, 900), 1);
  assert.equal(pageZoomFor(2399, 1600), 1);
  assert.equal(pageZoomFor(390, 844), 1);
  assert.equal(pageZoomFor(2560, 1440), 1.25);
  assert.equal(pageZoomFor(3840, 2160), 2);
  assert.equal(pageZoomFor(3840, 1080), 1, "wide and low: there is no height to spare");
  assert.equal(pageZoomFor(20_000, 20_000), 3);
});

test("for a projector it is larger from the start", () => {
  const projected = [1280, 680];
  assert.equal(pageZoomFor(1920, 1080, projected), 1.5);
  assert.equal(pageZoomFor(1600, 900, projected), 1.25);
  assert.equal(pageZoomFor(1024, 768, projected), 1);
});
