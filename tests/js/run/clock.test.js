import assert from "node:assert/strict";
import { test } from "node:test";
import {
  advance,
  duration,
  FASTEST,
  front,
  modeOf,
  portion,
  remaining,
  SPEEDS,
  speedText,
  turn,
} from "../../../static/js/run/clock.js";

test("an operation moves for 900 ms at most, and less than its turn", () => {
  assert.equal(duration(1), 900);
  assert.equal(duration(0.5), 900);
  assert.equal(duration(4), 200);
  for (const { ops } of SPEEDS) if (ops) assert.ok(duration(ops) < turn(ops));
});

test("the playhead moves, rests, and moves on at the end of an operation", () => {
  assert.deepEqual(advance({ op: 0, t: 0 }, 450, 1, 5), { op: 0, t: 0.5, over: null });
  const rests = advance({ op: 0, t: 0 }, 950, 1, 5);
  assert.ok(rests.op === 0 && rests.t > 1);
  const next = advance({ op: 0, t: 0 }, 1450, 1, 5);
  assert.equal(next.op, 1);
  assert.ok(Math.abs(next.t - 0.5) < 1e-9);
});

test("at the end of a step it stays on the last operation, done, and says what time is left", () => {
  const { op, t, over } = advance({ op: 4, t: 0.5 }, 900, 1, 5);
  assert.equal(op, 4);
  assert.equal(t, 1);
  assert.ok(Math.abs(over - 350) < 1e-9);
  assert.ok(Math.abs(remaining({ op: 4, t: 0.5 }, 1, 5) - 550) < 1e-9);
});

test("modes follow the speed", () => {
  assert.deepEqual(
    SPEEDS.map((_, i) => modeOf(i)).filter((m, i, all) => m !== all[i - 1]),
    ["operations", "flow", "fast"],
  );
  assert.equal(speedText(FASTEST), "fastest");
  assert.equal(speedText(0), "½ op/s");
});

test("the sweep goes there and back, and never faster than four times a second", () => {
  assert.equal(front(0, 7, 17).backward, false);
  assert.deepEqual([front(125, 7, 17).x, front(125, 7, 17).backward], [0.5, false]);
  assert.deepEqual([front(375, 7, 17).x, front(375, 7, 17).backward], [0.5, true]);
});

test("at the highest speed lines stay few, however fast the engine is", () => {
  assert.deepEqual(portion(8000), { every: 1000, steps: 12000 });
  assert.deepEqual(portion(2), { every: 1, steps: 3 });
  assert.ok(portion(1e6).steps <= 100_000);
});
