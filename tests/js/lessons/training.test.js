import assert from "node:assert/strict";
import { test } from "node:test";
import { createTraining } from "../../../static/js/lessons/training.js";

globalThis.requestAnimationFrame = () => 0;

/** A lectern whose run is trained at once, and whose last measuring is over when it is told to be. */
function lecternOf() {
  let state = { experiment: { id: "paths", instrument: "pathsum" }, running: false };
  let over;
  const measured = new Promise((done) => {
    over = done;
  });
  const nothing = async () => {};
  const lectern = {
    turn: 0,
    get: () => state,
    set: (change) => {
      state = { ...state, ...change };
    },
    page: { get: () => ({ away: null, position: 0 }) },
    actions: { learn: nothing },
    find: () => ({ querySelector: () => null }),
    stepsOf: () => 1,
    everyOf: () => 1,
    measuring: { watch: nothing, measure: nothing, ladders: () => measured },
    boards: { shows: () => "The count" },
  };
  return { lectern, over, state: () => state };
}

test("the large picture comes when the run is measured", async () => {
  const { lectern, over, state } = lecternOf();
  const ended = createTraining(/** @type {any} */ (lectern)).run();
  over();
  await ended;
  assert.equal(state().board, true);
});

test("it does not lie over a cure that was opened meanwhile", async () => {
  const { lectern, over, state } = lecternOf();
  const ended = createTraining(/** @type {any} */ (lectern)).run();
  await new Promise((done) => setTimeout(done));
  lectern.turn++;
  over();
  await ended;
  assert.equal(state().board, false);
});
