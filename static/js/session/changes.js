// Settings: those in force after each step, what is changed while it trains, and what needs a new network.
import { changeWords, differences, oneOf } from "../run/settings.js";

const DRAG = 30; // ms: what comes in one drag goes in one request

/** @param {import("./context.js").SessionContext} desk */
export function createChanging(desk) {
  const { get, set, api, catalog } = desk;
  let waiting = null; // what was changed while a run is brought to its step, or a step is under way

  /** The settings in force in the step after `k`: those of the start and every change since. */
  function configAt(k) {
    const { base, changes } = get();
    const config = { ...base };
    for (const { step, field, value } of changes) if (step <= k) config[field] = oneOf(value);
    return { ...config, ...desk.patch, ...waiting };
  }

  /** The changes up to step k, as the address and another run take them. */
  const changesUntil = (k, changes = get().changes) =>
    changes.filter((c) => c.step <= k).map((c) => ({ step: c.step, name: c.field, value: oneOf(c.value) }));

  /** What no longer fits when other data come in. */
  function fitting(config, fields) {
    const next = { ...config, ...fields };
    if (!("dataset" in fields) || fields.dataset === config.dataset) return next;
    const to = catalog.datasets.find((d) => d.name === fields.dataset);
    if (!to || !next.features.every((name) => to.features.includes(name))) delete next.features;
    if (next.loss !== "auto" && !catalog.losses.find((l) => l.name === next.loss)?.tasks.includes(to?.task)) {
      next.loss = "auto";
      next.output_activation = "auto";
    }
    return next;
  }

  /* ---------- while it trains ---------- */

  /** Inside the queue, or beside the long stream: sends what was changed last. */
  async function sendPatch() {
    if (!Object.keys(desk.patch).length) return;
    const mine = desk.era;
    const fields = { ...desk.patch };
    const { run, at, position } = get();
    try {
      // While whole steps are played the page is a step behind the run: that is no walk back.
      if (!desk.driving && !desk.stream && at < position && !get().busy) await goBack(run, at);
      const now = await api.patch(run.id, fields);
      if (mine !== desk.era) return;
      for (const name of Object.keys(fields)) if (desk.patch[name] === fields[name]) delete desk.patch[name];
      set({ changes: now.changes });
      desk.runs.write();
    } catch (error) {
      desk.patch = {};
      if (mine === desk.era) set({ config: configAt(get().at) });
      throw error;
    }
  }

  /** A change in the past: what came after it is let go. */
  async function goBack(run, at) {
    await api.rewind(run.id, at);
    desk.history.forgetAfter(at);
    if (get().furthest > at + 1)
      desk.memory.tell({
        text: `Back at step ${at}. From here the run goes on with the change; what came after is let go.`,
      });
    desk.runs.letGo(get().stopped?.remedies);
    set({ position: at, furthest: at, broken: null, stopped: null });
  }

  let sending = false;
  function change(fields) {
    if ("dropout" in fields) desk.did("dropout");
    return (desk.opening || desk.asked) && !get().away ? put(fields) : force(fields);
  }

  async function force(fields) {
    if (!get().run || get().away) return set({ config: get().config && { ...get().config } }); // drawn anew, as it was
    set({ config: { ...get().config, ...fields } });
    Object.assign(desk.patch, fields);
    if (sending) return;
    sending = true;
    await new Promise((done) => setTimeout(done, DRAG));
    while (Object.keys(desk.patch).length)
      await desk.memory.attempt(() => (desk.stream ? sendPatch() : desk.serial(sendPatch)));
    sending = false;
  }

  /** It is in force from the step on that the run is brought to, or that was asked for before. */
  function put(fields) {
    if (get().config) set({ config: { ...get().config, ...fields } });
    const first = !waiting;
    waiting = { ...waiting, ...fields };
    if (!first) return;
    desk.move(() => {
      const all = waiting;
      waiting = null;
      return get().away && get().base ? set({ config: configAt(get().at) }) : force(all);
    });
  }

  /* ---------- what needs a new network ---------- */

  const restart = (fields) =>
    desk.memory.attempt(async () => {
      if (get().away || !get().run) return set({ config: { ...get().config } });
      const { config } = get();
      set({ config: { ...config, ...fields } });
      await desk.runs.create(fitting(config, fields));
    });

  /** Gathered in the drawer, until the reader restarts or takes it back. */
  function collect(fields) {
    const { config, pending } = get();
    const next = { ...config, ...pending, ...fields };
    set({ pending: differences(config, next).length ? next : null });
  }

  function apply() {
    const { pending, config } = get();
    if (!pending) return;
    const fields = Object.fromEntries(differences(config, pending).map((name) => [name, pending[name]]));
    desk.instead(() => restart(fields)).then(() => set({ pending: null, setup: false }));
  }

  const pendingWords = () => (get().pending ? changeWords(get().config, get().pending) : []);

  function layers(alter) {
    const hidden = get().config.hidden.map((layer) => ({ ...layer }));
    alter(hidden);
    const { limits } = catalog;
    if (hidden.length <= limits.layers && hidden.every((layer) => layer.units >= 1 && layer.units <= limits.units))
      desk.instead(() => restart({ hidden }));
  }

  return { configAt, changesUntil, fitting, sendPatch, change, restart, collect, apply, pendingWords, layers };
}
