// All parameters checked in one go: a ring a weight on the graph, and in a corner what was found.
import { errorText, hText, judged, refOf, selectionOf, titleOf, wireName } from "./heldmath.js";
import { clamp } from "./scales.js";
import { sizeOf } from "./sizes.js";

const GROWS = 600; // ms until all rings are there
const MOST = 300; // rings that grow one layer after the other; more are there at once
const CHECKED_AT = 1e-5; // the distance of the two runs

export function createChecks({ get, set, page, ask, find, stage, covers, redraw, hold, stepNow }) {
  const side = find("side");
  const corner = document.createElement("section");
  Object.assign(corner, { className: "insp bench-corner", id: "checked", hidden: true });
  corner.setAttribute("aria-label", "All gradients, checked");
  stage.append(corner);
  const room = sizeOf(stage, redraw);
  let drawn = "";
  let since = 0; // when the rings began to grow
  let last = null; // the View that was drawn

  async function check() {
    const { run } = page.get();
    const step = stepNow();
    const data = await ask("checks", `step=${step}`);
    if (!data) return;
    const rings = Object.entries(data.parameters).reduce(
      (n, [name, v]) => n + (name[0] === "W" ? v.flat().length : 0),
      0,
    );
    since = page.get().reduced || rings > MOST ? Number.NEGATIVE_INFINITY : performance.now();
    set({ checks: { data, step, run: run.id, loss: last?.step?.step === step ? last.step.loss : 1 } });
  }

  /** How far the rings have grown, 0 to 1. */
  function grown() {
    const t = clamp((performance.now() - since) / GROWS);
    if (t < 1) redraw();
    return t;
  }

  const worstOf = ({ data }) => selectionOf(data.worst.parameter, data.worst.index);

  corner.addEventListener("click", (event) => {
    const deed = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.deed;
    if (deed === "again") check();
    if (deed === "close") set({ checks: null });
    if (deed === "worst") hold(worstOf(get().checks), CHECKED_AT);
  });

  function render(view, state) {
    last = view;
    const { checks } = get();
    if (checks && (checks.step !== stepNow() || state.playing)) set({ checks: null });
    renderCorner(get().checks, get().held, view);
  }

  function renderCorner(checks, held, view) {
    corner.hidden = !checks;
    if (!checks) {
      drawn = "";
      return;
    }
    const html = words(checks, held, view);
    const key = [html, view.size, Boolean(held), room.width, room.height].join();
    if (key === drawn) return;
    drawn = key;
    corner.innerHTML = html;
    seat(view.size, held);
  }

  function words(checks, held, view) {
    const { worst, h } = checks.data;
    const records = new Map((view.step?.tape ?? []).map((record) => [record.name, record.value]));
    const { count, failed, kinks } = judged(checks, (name) => records.get(name));
    const name = refOf(worst.parameter, worst.index);
    const found = failed
      ? `${failed} of ${count} recorded gradients ${failed === 1 ? "differs" : "differ"} from two runs of the network: the layer’s rule is wrong.`
      : `Every recorded gradient agrees with two runs of the network. The worst is off by ${errorText(worst.relative_error)} of itself.`;
    const beside = kinks ? ` ${kinks} more lie at a kink of an activation, where two runs tell no derivative.` : "";
    const small = worst.relative_error > 1e-6 && !failed ? " It is so small that rounding shows." : "";
    const selection = worstOf(checks);
    const where = selection?.kind === "weight" ? "" : ` It is ${selection ? lower(titleOf(selection)) : `d${name}`}.`;
    const shown = held && wireName(held.selection) === name;
    const show = selection && !shown ? '<button type="button" class="act" data-deed="worst">Show worst</button>' : "";
    return `<h3><b>All ${count} parameters checked, h = ${hText(h)}</b><button type="button" class="link" data-deed="close" aria-label="Close the check">close</button></h3><p class="say3${failed ? " warn" : ""}" title="d${name}">${found}${small}${where}${beside}</p><div class="rowb"><button type="button" class="act" data-deed="again">Check all again</button>${show}</div>`;
  }

  const lower = (title) => `the ${title[0].toLowerCase()}${title.slice(1)}`;

  /** In the free corner below the output, or, where that would cover a tile or the loss's two values, beside the graph. */
  function seat(size, held) {
    corner.classList.remove("bench-side");
    if (corner.parentElement !== stage) stage.append(corner);
    const box = corner.getBoundingClientRect();
    const values = new DOMRect(box.right - 80, box.top - 38, 80, box.height);
    if (size === "phone" || !(covers(box) || (held && covers(values)))) return;
    corner.classList.add("bench-side");
    side.prepend(corner);
  }

  /** What both captions of a proof share. */
  function proof(view, step) {
    const n = view.step?.batch?.indices.length;
    const position = `${n ? `batch of ${n}, ` : ""}mask held · step ${step}`;
    return { phase: "Proof on the spot", direction: "none", formula: "", position };
  }

  function caption(view) {
    const { checks } = get();
    if (!checks) return null;
    return {
      ...proof(view, checks.step),
      title: "Every gradient against two runs",
      sentence: "One ring a weight: the larger, the further the recorded gradient is from the difference of two runs.",
    };
  }

  const legend = () =>
    get().checks
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><circle class="bench-ring" cx="5" cy="4.5" r="1.6"/><circle class="bench-ring" cx="16" cy="4.5" r="3"/><circle class="bench-ring" cx="29" cy="4.5" r="4.4"/></svg><span>error of the check, 10⁻¹² to 10⁻⁸</span>'
      : null;

  return { check, grown, render, proof, caption, legend };
}
