import assert from "node:assert/strict";
import { test } from "node:test";
import { frameBudget, roundRobin } from "../../../static/js/dom/frames.js";

test("a part of what plays may go on for a while, and once at least; else until it is done", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const spent = () => {
    now += 3; // ms
  };
  const playing = frameBudget({ playing: true, frameBudget: 0 });
  assert.equal(playing(), true);
  assert.equal(playing(), true);
  spent();
  assert.equal(playing(), false);
  const late = frameBudget({ playing: true, frameBudget: 0 });
  spent();
  assert.deepEqual([late(), late()], [true, false]);
  const rare = frameBudget({ playing: true, frameBudget: 15 }); // eight pictures a second
  spent();
  assert.deepEqual([rare(), rare()], [true, true]);
  const still = frameBudget({ playing: false, frameBudget: 0 });
  spent();
  assert.deepEqual([still(), still()], [true, true]);
});

test("it goes on where the last frame left off, and no piece starves", () => {
  const drawn = [0, 0, 0, 0, 0];
  let from = 0;
  for (let frame = 0; frame < 10; frame++) {
    let left = 2; // two pieces a frame, and all are to be drawn anew in each
    from = roundRobin(drawn.length, from, (i) => {
      if (left === 0) return false;
      left--;
      drawn[i]++;
      return true;
    });
  }
  assert.deepEqual(drawn, [4, 4, 4, 4, 4]);
  assert.equal(
    roundRobin(5, 3, () => true),
    0,
  );
});
