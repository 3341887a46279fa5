// The figures of a lesson beside the stage: layer profiles, counts over the steps, and the study over seeds.

import { setHidden } from "../dom/elements.js";
import { format, thousands } from "../format/numbers.js";
import { seriesPair, trainingColumn } from "./comparison.js";
import { figure, measureText, notFinitePicture, seedDotsPicture, unitDifferences } from "./figures.js";
import { profilePicture } from "./layerprofile.js";
import { twoRunsPicture } from "./tworuns.js";

/** @param {HTMLElement} side */
export function createSideFigures(side) {
  const before = side.querySelector("#loss");
  const box = document.createElement("div");
  box.className = "lesson-side";
  before?.before(box);
  const layerProfile = figure(box, "Gradient by layer");
  const secondProfile = figure(box, "");
  const signal = figure(box, "Signal against noise");
  const dead = figure(box, "Dead units");
  const notFinite = figure(box, "Numbers that are not finite");
  const unitDifference = figure(box, "Equal units");
  const loss = figure(box, "Loss");
  const seedFigure = figure(box, "Other seeds");
  const figures = {
    layerProfile,
    secondProfile,
    signal,
    dead,
    notFinite,
    unitDifference,
    loss,
    seedStudy: seedFigure,
  };

  /** @param {{view: any, other: any, lesson: any, first: any}} of */
  function render({ view, other, lesson, first: state }) {
    const shown = lesson ? figuresFor(lesson, other, view, state) : new Set();
    setHidden(box, shown.size === 0);
    for (const [name, { element }] of Object.entries(figures)) setHidden(element, !shown.has(name));
    if (!shown.size || (state.size === "phone" && state.tab !== "output")) return;
    const { layerProfiles } = lesson;
    const afterTraining = /gradients|health/.test(lesson.experiment?.instrument ?? "");
    if (shown.has("layerProfile"))
      drawProfile(layerProfile, other ? "this run" : "Gradient by layer", layerProfiles.first, afterTraining, view);
    if (shown.has("secondProfile")) drawProfile(secondProfile, "beside it", layerProfiles.second, afterTraining, view);
    if (shown.has("signal"))
      signal.show([layerProfiles.first, view.theme], () => {
        const { W } = signal.box();
        const { start } = layerProfiles.first;
        return {
          small: "dB, noise 0.01 a unit",
          html: profilePicture("signal", [{ profile: start }], W, profileHeight(start)),
          note: `${format(start.noise_slope, 1)} decibels a layer. A sigmoid layer takes 12 or more, if its weights do not stretch the signal.`,
        };
      });
    const units = view.run.config.hidden.reduce((sum, layer) => sum + layer.units, 0);
    if (shown.has("dead"))
      dead.show([view.series.version, view.theme], () => ({
        small: `of ${units}, whole training set`,
        html: twoRunsPicture([{ series: view.series, name: "" }], "dead", dead.box().W, 120, {
          ceiling: units,
          whole: true,
        }).html,
      }));
    if (shown.has("notFinite"))
      notFinite.show([view.step, view.operation, view.theme], () => {
        const { html, sum } = notFinitePicture(view, notFinite.box().W, 120);
        const many =
          sum === 1 ? "One recorded number of this step is" : `${thousands(sum)} recorded numbers of this step are`;
        return { small: "by operation", html, note: `${many} not finite.` };
      });
    if (shown.has("unitDifference")) drawUnitDifference(view);
    if (shown.has("loss"))
      loss.show([view.series.version, other?.series.version, view.theme], () => {
        const { html, log } = twoRunsPicture(
          other ? seriesPair(view, other) : [{ series: view.series, name: "" }],
          trainingColumn(view),
          loss.box().W,
          120,
        );
        return { small: `${log ? "log, " : ""}training set, both runs`, html };
      });
    if (shown.has("seedStudy")) drawSeedStudy(lesson, view);
  }

  function figuresFor({ experiment, layerProfiles, seedStudy: study }, other, view, state) {
    const shown = new Set();
    if (study) shown.add("seedStudy");
    if (!experiment) return shown;
    const kind = experiment.instrument;
    if (other) {
      if (kind === "layer_profile") shown.add("loss");
      if (/gradients|health/.test(kind)) {
        if (layerProfiles.first?.start) shown.add("layerProfile");
        if (layerProfiles.second?.start) shown.add("secondProfile");
      }
      return shown;
    }
    if (/layer_profile|gradients|health/.test(kind) && layerProfiles.first?.start) shown.add("layerProfile");
    if (kind === "layer_profile" && experiment.id === "vanishing" && layerProfiles.first?.start) shown.add("signal");
    if (kind === "health") shown.add("dead");
    if (state.divergence && view.step?.finite === false) shown.add("notFinite");
    if (kind === "units" && view.step) shown.add("unitDifference");
    return shown;
  }

  const profileHeight = (of) => 26 + of.layers.length * 25;

  /** Claims about a start are read before the first step; what training does, as it stands. */
  function drawProfile(chart, title, pair, afterTraining, view) {
    chart.show([pair, afterTraining, title, view.theme], () => {
      const mainProfile = (afterTraining && pair.end) || pair.start;
      const paleProfile = mainProfile === pair.start ? pair.end : pair.start;
      const { W } = chart.box();
      const zero = mainProfile.layers.some((layer) => layer.rms === 0);
      const words = [
        mainProfile.slope === null
          ? ""
          : `${mainProfile.slope > 0 ? "+" : ""}${format(mainProfile.slope, 2)} decades a layer.`,
        mainProfile.theory_slope === null || afterTraining
          ? ""
          : "σ′ is at most ¼: log₁₀ 4 = 0.60 or more (dashed), if the weights neither stretch nor shrink the error.",
        zero ? "Square at 0: exactly zero, not small." : "",
        paleProfile && paleProfile.step !== mainProfile.step
          ? `Pale: ${paleProfile.step ? `after step ${thousands(paleProfile.step)}` : "before the first step"}.`
          : "",
      ];
      return {
        title,
        small: `rms δ, step ${thousands(mainProfile.step)}`,
        html: profilePicture(
          "gradient",
          [
            {
              profile: mainProfile,
              paleProfile: paleProfile && paleProfile.step !== mainProfile.step ? paleProfile : null,
            },
          ],
          W,
          profileHeight(mainProfile),
          { theory: !afterTraining },
        ),
        note: words.filter(Boolean).join(" "),
      };
    });
  }

  function drawUnitDifference(view) {
    unitDifference.show([view.step, view.theme], () => {
      const rows = unitDifferences(view.step.parameters);
      const same = rows.every((row) => row.spread === 0);
      return {
        small: "largest difference between two units",
        html: `<table class="comparison-table"><tbody>${rows.map((row) => `<tr><th scope="row">weights into layer ${row.layer}</th><td class="${row.spread ? "" : "unhealthy"}">${row.spread ? format(row.spread) : "exactly 0"}</td></tr>`).join("")}</tbody></table>`,
        note: `Read from the recorded parameters of step ${view.step.step}.${same ? " Every tile of a layer is the same picture." : ""}`,
      };
    });
  }

  function drawSeedStudy({ seedStudy: study }, view) {
    seedFigure.show([study, view.theme], () => {
      const { rows, measure, seeds, busy } = study;
      const seedsDone = rows[0].values.length;
      const sentences = rows.map((row) => {
        const known = row.values.filter((v) => v !== null).sort((a, b) => a - b);
        const span = known.length
          ? `${measureText(known[0], measure.kind)} to ${measureText(known[known.length - 1], measure.kind)}`
          : "NaN";
        return `${row.name}: ${span}; as claimed in ${row.held} of ${row.values.length}.`;
      });
      return {
        small: `${measure.title}, ${busy ? `${seedsDone} of ${seeds}` : seedsDone} seeds`,
        html: seedDotsPicture(rows, measure, seedFigure.box().W),
        note: `${sentences.join(" ")} Each dot is a run of its own, trained just now.`,
      };
    });
  }

  return { render };
}
