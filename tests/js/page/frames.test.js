import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrames, createScheduler } from "../../../static/js/page/frames.js";

const BESIDE = ["plane", "charts", "gradients"];
const PARTS = ["tape", "own", "caption", "shell", "left", "edges", "stats", "tiles", "units", ...BESIDE];
const operations = { playing: true, speed: 3 }; // four operations a second
const flow = { playing: true, speed: 5 }; // fifteen
const step = {};
const ops = [{ phase: "forward" }, { phase: "forward" }, { phase: "forward" }, { phase: "update" }];

/** What is drawn in each of some frames of one operation. */
const frames = (turns, n, op, state = operations) =>
  Array.from({ length: n }, () => {
    const due = turns({ step, operation: op, ops }, state);
    return PARTS.filter(due);
  });

test("the frame in which an operation begins is the graph's own, and each part comes to its turn", () => {
  const turns = createScheduler();
  frames(turns, 8, 0);
  const [first, second, third, fourth, fifth, ...rest] = frames(turns, 24, 1);
  assert.deepEqual(first, []);
  assert.deepEqual(second, ["tape"]);
  assert.deepEqual(third, ["tape", "own"]);
  assert.deepEqual(fourth, ["tape", "own", "caption"]);
  assert.deepEqual(fifth, ["tape", "own", "caption", "shell", "left"]);
  const turned = rest.map((parts) =>
    parts.filter((part) => !["tape", "own", "caption", "shell", "left"].includes(part)),
  );
  for (const parts of turned) assert.equal(parts.length, 1);
  assert.deepEqual([...new Set(turned.flat())].sort(), [...BESIDE, "edges", "stats", "tiles", "units"].sort());
});

test("turns go on from one operation to the next, so that no part starves", () => {
  const turns = createScheduler();
  frames(turns, 8, 0);
  const drawn = Array.from({ length: 24 }, (_, i) => frames(turns, 6, 1 + (i % 2)).at(-1));
  for (const part of PARTS)
    assert.ok(
      drawn.some((parts) => parts.includes(part)),
      part,
    );
});

test("the update moves all weights and biases: they have three of four frames", () => {
  const turns = createScheduler();
  frames(turns, 8, 2);
  const rest = frames(turns, 18, 3).flat();
  for (const part of ["edges", "units", ...BESIDE]) assert.ok(rest.includes(part), part);
  assert.equal(rest.filter((part) => part === "edges").length, 8);
  assert.ok(!rest.includes("stats") && !rest.includes("tiles"));
});

test("where operations flow, or have too few frames, one part in each frame; none starves", () => {
  for (const state of [flow, operations]) {
    const turns = createScheduler();
    if (state === flow) turns({ step, operation: 3, ops }, state); // the beginning of a step is drawn whole
    const drawn = Array.from({ length: 30 }, (_, i) => frames(turns, 1, i % 4, state)).flat();
    for (const parts of drawn.slice(1)) assert.ok(parts.length <= 3, parts.join());
    assert.deepEqual([...new Set(drawn.flat())].sort(), PARTS.filter((part) => part !== "left").sort());
  }
});

test("while whole steps flow, the network is drawn in every frame, the rest in turn", () => {
  const [, ...drawn] = frames(createScheduler(), 21, 0, { playing: true, speed: 9 }); // thirty steps a second
  for (const parts of drawn)
    assert.ok(["tape", "own", "edges", "tiles"].every((part) => parts.includes(part)) && parts.length === 5);
  assert.deepEqual([...new Set(drawn.flat())].sort(), PARTS.filter((part) => part !== "left").sort());
});

test("where steps flow, a new one is drawn whole, so that no two parts are of different steps", () => {
  for (const speed of [5, 9]) {
    const turns = createScheduler();
    for (const next of [{}, {}, {}]) {
      const due = turns({ step: next, operation: 0, ops }, { playing: true, speed });
      assert.deepEqual(PARTS.filter(due), PARTS);
      assert.ok(PARTS.filter(turns({ step: next, operation: 0, ops }, { playing: true, speed })).length < PARTS.length);
    }
  }
});

test("while nothing plays, and at speeds with few pictures a second, all is drawn at once", () => {
  for (const state of [
    { ...operations, playing: false },
    { playing: true, speed: 11 },
    { playing: true, speed: 9, reduced: true },
  ]) {
    const turns = createScheduler();
    for (const parts of frames(turns, 3, 0, state)) assert.deepEqual(parts, PARTS);
  }
});

/** The loop on a clock of its own: frames are those asked for, sixteen ms apart. */
function loop(t, states) {
  let now = 0;
  let asked = [];
  let timer = null;
  const seen = { elapsed: [], drawn: 0 };
  const globals = {
    document: { hidden: false },
    requestAnimationFrame: (frame) => asked.push(frame),
    setTimeout: (then) => {
      timer = then;
      return 1;
    },
    clearTimeout: () => {
      timer = null;
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  t.mock.method(performance, "now", () => now);
  const frames = createFrames({
    state: () => states,
    tick: (elapsed) => seen.elapsed.push(elapsed),
    follow() {},
    draw: () => seen.drawn++,
  });
  frames.start();
  return {
    seen,
    redraw: frames.redraw,
    /** As many frames as are asked for, at most n; how many there were. */
    run(n, ms = 16) {
      let ran = 0;
      for (; ran < n && asked.length; ran++) {
        now += ms;
        const due = asked;
        asked = [];
        for (const frame of due) frame(now);
      }
      return ran;
    },
    pass: (ms) => {
      now += ms;
      timer?.();
    },
  };
}

test("the loop sleeps where nothing is to be drawn, wakes at once when something is, and no clock jumps", (t) => {
  const { run, redraw, seen, pass } = loop(t, { playing: false, speed: 1 });
  assert.equal(run(50), 2, "one that draws, one that finds nothing to draw");
  assert.equal(seen.drawn, 1);
  pass(250);
  assert.equal(run(50), 1, "now and then it looks");
  assert.equal(seen.drawn, 1);
  pass(0);
  run(50);
  redraw();
  redraw();
  assert.equal(run(50), 2, "woken once, however often it was asked");
  assert.equal(seen.drawn, 2);
  assert.ok(seen.elapsed.every((ms) => ms >= 0 && ms <= 16));
});

test("while it plays no frame is left out", (t) => {
  const { run, seen } = loop(t, { playing: true, speed: 1 });
  assert.equal(run(50), 50);
  assert.equal(seen.drawn, 50);
});
