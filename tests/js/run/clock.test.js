import assert from "node:assert/strict";
import { test } from "node:test";
import {
  advance,
  FASTEST,
  modeOfSpeed,
  movementDuration,
  operationPeriod,
  pacedStream,
  remaining,
  requestSize,
  SPEEDS,
  speedText,
  sweepFrontAt,
} from "../../../static/js/run/clock.js";

test("an operation moves for 900 ms at most, and less than its turn", () => {
  assert.equal(movementDuration(1), 900);
  assert.equal(movementDuration(0.5), 900);
  assert.equal(movementDuration(4), 200);
  for (const { ops } of SPEEDS) if (ops) assert.ok(movementDuration(ops) < operationPeriod(ops));
});

test("the playhead moves, rests, and moves on at the end of an operation", () => {
  assert.deepEqual(advance({ operation: 0, progress: 0 }, 450, 1, 5), { operation: 0, progress: 0.5, over: null });
  const rests = advance({ operation: 0, progress: 0 }, 950, 1, 5);
  assert.ok(rests.operation === 0 && rests.progress > 1);
  const next = advance({ operation: 0, progress: 0 }, 1450, 1, 5);
  assert.equal(next.operation, 1);
  assert.ok(Math.abs(next.progress - 0.5) < 1e-9);
});

test("at the end of a step it stays on the last operation, done, and says what time is left", () => {
  const { operation, progress, over } = advance({ operation: 4, progress: 0.5 }, 900, 1, 5);
  assert.equal(operation, 4);
  assert.equal(progress, 1);
  assert.ok(Math.abs(over - 350) < 1e-9);
  assert.ok(Math.abs(remaining({ operation: 4, progress: 0.5 }, 1, 5) - 550) < 1e-9);
});

test("modes follow the speed", () => {
  assert.deepEqual(
    SPEEDS.map((_, i) => modeOfSpeed(i)).filter((m, i, all) => m !== all[i - 1]),
    ["operations", "flow", "fast"],
  );
  assert.equal(speedText(FASTEST), "fastest");
  assert.equal(speedText(0), "½ op/s");
});

test("the sweep goes there and back, and never faster than four times a second", () => {
  assert.equal(sweepFrontAt(0, 7, 17).backward, false);
  assert.deepEqual([sweepFrontAt(125, 7, 17).x, sweepFrontAt(125, 7, 17).backward], [0.5, false]);
  assert.deepEqual([sweepFrontAt(375, 7, 17).x, sweepFrontAt(375, 7, 17).backward], [0.5, true]);
});

test("at a chosen rate one stream brings a step and an evaluation a frame, and never more than the rate", () => {
  assert.deepEqual(pacedStream(10, 15), { every: 1, evaluate_every: 1, steps: 100_000, per_second: 20 });
  assert.deepEqual(pacedStream(30, 15), { every: 2, evaluate_every: 2, steps: 100_000, per_second: 30 });
  assert.deepEqual(pacedStream(10, 2), { every: 5, evaluate_every: 5, steps: 100_000, per_second: 4 });
  for (const { steps } of SPEEDS.slice(0, -1).filter((speed) => speed.steps))
    for (const frames of [2, 15]) {
      const { every, steps: whole, per_second } = pacedStream(steps, frames);
      assert.equal(whole % every, 0);
      assert.ok(Math.abs((per_second / 2) * every - steps) < 1e-9);
      assert.ok(per_second >= 0.1 && per_second <= 1000);
      assert.ok(per_second / 2 <= frames * 1.05);
    }
});

test("at the highest speed lines stay few, however fast the engine is", () => {
  assert.deepEqual(requestSize(8000), { every: 1000, steps: 12000 });
  assert.deepEqual(requestSize(2), { every: 1, steps: 3 });
  assert.ok(requestSize(1e6).steps <= 100_000);
});
