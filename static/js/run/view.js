// Pure: the View value that every picture is a function of, put together from the state and what is remembered of the run.
import { frameInterval, modeOfSpeed, SPEEDS, sweepFrontAt } from "./clock.js";
import { operations, planned } from "./operations.js";

const STEPS_AGO = 24; // steps

/** While whole steps fly by: the sample's values and the evaluation of some steps ago. */
function previousStep(history, at, index) {
  const kept = history?.stepBefore(at - STEPS_AGO, index);
  if (!kept) return null;
  return { step: kept.step, spot: kept.spotlight, evaluation: history.evaluationNear(kept.step) ?? null };
}

export function createViewer() {
  let tape = null;
  let cells = [];
  const opsOf = (key, make) => {
    if (key !== tape) {
      tape = key;
      cells = make();
    }
    return cells;
  };

  /** @param {any} state @param {any} history of the run, or null before there is one */
  return function viewOf(state, history) {
    const { run, at, op, t, playing, speed, spotlight, clock } = state;
    const kept = history?.step(at);
    const step = kept?.step ?? null;
    const ops = step
      ? opsOf(step, () => operations(step))
      : run
        ? opsOf(run, () => planned(run, state.samples?.task))
        : [];
    const mode = playing && !(state.reduced && SPEEDS[speed].ops) ? modeOfSpeed(speed) : "operations";
    const fast = mode === "fast";
    const near = history?.evaluationNear(at) ?? null;
    const past = mode === "operations" ? null : previousStep(history, at, spotlight.index);
    const sweep = mode === "operations" || state.reduced ? null : sweepFrontAt(clock, speed, ops.length);
    const place = fast && sweep && ops.length ? sweep.phase * ops.length : null;
    return {
      run,
      samples: state.samples,
      catalog: state.catalog,
      config: state.config,
      step,
      spot: kept && kept.spotlight === spotlight.index ? (step.spotlight ?? null) : null,
      before: at > 0 && !fast ? (history?.evaluation(at - 1) ?? near) : near,
      after: fast ? near : (history?.evaluation(at) ?? (at > 0 ? null : near)),
      ops,
      op: place === null ? Math.min(op, Math.max(0, ops.length - 1)) : Math.floor(place),
      t: place === null ? Math.min(1, t) : place - Math.floor(place),
      playing,
      speed,
      mode,
      frameBudget: fast ? frameInterval(state) / 8 : 0,
      front: sweep,
      past,
      ghost: past?.evaluation ?? null,
      scatter: state.scatter ?? null,
      states: state.states?.at === at ? state.states : null,
      rate: state.rate,
      selection: state.selection,
      hover: state.hover,
      hoverRef: state.hoverRef,
      spotlight,
      series: history?.series ?? null,
      changes: state.changes,
      band: state.band,
      furthest: state.furthest,
      stopped: state.stopped,
      theme: state.theme,
      reduced: state.reduced,
      size: state.size,
      away: Boolean(state.away),
    };
  };
}

export const isWeight = (s, layer, from, to) =>
  s?.kind === "weight" && s.layer === layer && s.from === from && s.to === to;

/** The unit that everything else steps aside for: under the pointer, else selected. */
export function isolated({ hover, selection }) {
  const unit = (s) => (s?.kind === "unit" || s?.kind === "bias" ? s : null);
  return hover ? unit(hover) : unit(selection);
}

export const hoveredWeight = ({ hover }) => (hover?.kind === "weight" ? hover : null);
