// The View: everything that is drawn is a function of it. It is made from the state and the history of the run. Pure.

import { frameInterval, modeOfSpeed, SPEEDS, sweepFrontAt } from "./clock.js";
import { operations, planned } from "./operations.js";

const STEPS_AGO = 24;

/** What can be open below the network, by name, and the element that holds it. */
export const BAND_PARTS = { operations: "operations", layers: "stats", steps: "timeline" };

/** At high speed: the sample's values and the evaluation of some steps ago, for comparison. */
function previousStep(history, at, index) {
  const kept = history?.stepBefore(at - STEPS_AGO, index);
  if (!kept) return null;
  return { step: kept.step, spotlightValues: kept.spotlight, evaluation: history.evaluationNear(kept.step) ?? null };
}

export function createViewer() {
  let operationsOf = null;
  let cells = [];
  const cachedOperations = (key, make) => {
    if (key !== operationsOf) {
      operationsOf = key;
      cells = make();
    }
    return cells;
  };

  /** @param {any} state @param {any} history of the run, or null before there is one */
  return function viewOf(state, history) {
    const { run, shownStep, operation, progress, playing, speed, spotlight, elapsed } = state;
    const kept = history?.step(shownStep);
    const step = kept?.step ?? null;
    const ops = step
      ? cachedOperations(step, () => operations(step))
      : run
        ? cachedOperations(run, () => planned(run, state.samples?.task))
        : [];
    const mode = playing && !(state.reduced && SPEEDS[speed].ops) ? modeOfSpeed(speed) : "operations";
    const fast = mode === "fast";
    const near = history?.evaluationNear(shownStep) ?? null;
    const past = mode === "operations" ? null : previousStep(history, shownStep, spotlight.index);
    const sweep = mode === "operations" || state.reduced ? null : sweepFrontAt(elapsed, speed, ops.length);
    const sweptTo = fast && sweep && ops.length ? sweep.phase * ops.length : null;
    return {
      run,
      samples: state.samples,
      catalog: state.catalog,
      config: state.config,
      step,
      spotlightValues: kept && kept.spotlight === spotlight.index ? (step.spotlight ?? null) : null,
      before: shownStep > 0 && !fast ? (history?.evaluation(shownStep - 1) ?? near) : near,
      after: fast ? near : (history?.evaluation(shownStep) ?? (shownStep > 0 ? null : near)),
      ops,
      operation: sweptTo === null ? Math.min(operation, Math.max(0, ops.length - 1)) : Math.floor(sweptTo),
      progress: sweptTo === null ? Math.min(1, progress) : sweptTo - Math.floor(sweptTo),
      playing,
      speed,
      playbackMode: mode,
      frameBudget: fast ? frameInterval(state) / 8 : 0,
      sweepFront: sweep,
      previousStep: past,
      previous: past?.evaluation ?? null,
      scatter: state.scatter ?? null,
      states: state.states?.at === shownStep ? state.states : null,
      rate: state.rate,
      selection: state.selection,
      hover: state.hover,
      hoverRef: state.hoverRef,
      spotlight,
      series: history?.series ?? null,
      changes: state.changes,
      band: state.band,
      unfolded: state.unfolded,
      chart: state.chart,
      sampleLoss: state.sampleLoss,
      lastStep: state.lastStep,
      divergence: state.divergence,
      theme: state.theme,
      reduced: state.reduced,
      size: state.size,
      tight: state.tight,
      offline: Boolean(state.offline),
    };
  };
}

export const isWeight = (s, layer, from, to) =>
  s?.kind === "weight" && s.layer === layer && s.from === from && s.to === to;

/** The unit whose edges are shown alone: the one under the pointer, else the selected one. */
export function isolated({ hover, selection }) {
  const unit = (s) => (s?.kind === "unit" || s?.kind === "bias" ? s : null);
  return hover ? unit(hover) : unit(selection);
}

export const hoveredWeight = ({ hover }) => (hover?.kind === "weight" ? hover : null);
