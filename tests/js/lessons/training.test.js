import assert from "node:assert/strict";
import { test } from "node:test";
import { createTraining } from "../../../static/js/lessons/training.js";

globalThis.requestAnimationFrame = () => 0;

/** A lesson's context whose run is trained at once, and whose last measurement ends when `finish` is called. */
function createContext() {
  let state = { experiment: { id: "paths", instrument: "pathsum" }, running: false };
  let finish;
  const measured = new Promise((done) => {
    finish = done;
  });
  const nothing = async () => {};
  const context = {
    generation: 0,
    get: () => state,
    set: (change) => {
      state = { ...state, ...change };
    },
    page: { get: () => ({ offline: null, trainedStep: 0 }) },
    commands: { trainTo: nothing },
    find: () => ({ querySelector: () => null }),
    stepsOf: () => 1,
    everyOf: () => 1,
    measurement: { watch: nothing, measure: nothing, loadLayerProfiles: () => measured },
    stageFigures: { shows: () => "The count" },
  };
  return { context, finish, state: () => state };
}

test("the large picture comes when the run is measured", async () => {
  const { context, finish, state } = createContext();
  const ended = createTraining(/** @type {any} */ (context)).run();
  finish();
  await ended;
  assert.equal(state().stageFigure, true);
});

test("it does not lie over a remedy that was opened meanwhile", async () => {
  const { context, finish, state } = createContext();
  const ended = createTraining(/** @type {any} */ (context)).run();
  await new Promise((done) => setTimeout(done));
  context.generation++;
  finish();
  await ended;
  assert.equal(state().stageFigure, false);
});
