// What the server keeps only for a while, and what is done when it has forgotten it, refuses, or is away.

import { isUploadedTable } from "../run/settings.js";
import { Problem } from "./api.js";

const MAX_UNASKED_STEPS = 20_000; // steps that are trained again without asking

/** @param {import("./context.js").SessionContext} context */
export function createRecovery(context) {
  const { get, set, api, catalog, session } = context;
  const { defaults } = catalog;
  const uploads = new Map(); // what own tables were made of, while this page is open: a server that lost one gets it again

  /** Does it, and says what the server refused; what belongs to an older run is dropped. */
  async function guard(work) {
    const generation = context.generation;
    try {
      return await work();
    } catch (error) {
      if (error?.name === "AbortError" || generation !== context.generation) return undefined;
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404 && error.kind === "unknown-run" && get().run) return context.whileOpening(recoverRun);
      if (error.kind === "unknown-table") return guard(() => recoverTable(get().config.dataset));
      const [first] = error.errors;
      notify({ bold: "That did not work.", text: first?.message ? `${first.path}: ${first.message}` : error.message });
      set({ playing: false, config: get().base ? context.changes.configAt(get().at) : null });
      return undefined;
    }
  }

  function notify(strip, seconds = 8) {
    set({ strip });
    if (seconds) setTimeout(() => get().strip === strip && set({ strip: null }), seconds * 1000);
  }

  /* ---------- away ---------- */

  function setOffline(seconds) {
    if (!get().away) {
      context.connection++;
      context.clearQueue();
      context.playhead.clearWantedStep();
    }
    set({ away: { seconds }, strip: null });
  }

  function setOnline() {
    set({ away: null });
    const { at, playing } = get();
    notify({ bold: "Back.", text: playing ? `Step ${at} goes on.` : "Everything works again." }, 3);
  }

  /* ---------- a run ---------- */

  /** So many steps that nobody should wait for them unasked. */
  const isLongReplay = (step) => step > MAX_UNASKED_STEPS;

  /** The server no longer has the run. The setup and seed are here, so it can be had again. */
  async function recoverRun() {
    const { base, changes, playing } = get();
    const at = context.urlStep();
    const setup = { config: base, changes: changes.filter((c) => c.step <= at), step: at };
    context.generation++;
    context.streaming = null;
    context.streamController = null;
    set({ playing: false, run: null });
    if (isUploadedTable(base.dataset)) {
      const there = await api.table(base.dataset).then(
        () => base.dataset,
        () => uploadAgain(base.dataset),
      );
      if (!there) return set({ gone: { ...setup, table: true } });
      setup.config = { ...base, dataset: there };
    }
    if (isLongReplay(at) || typeof base.dataset !== "string") return set({ gone: setup });
    await guard(async () => {
      await context.runs.recreate(setup);
      notify({
        bold: "The server had forgotten this run.",
        text: at
          ? `It was trained again to step ${at}: the same setup and seed, the same numbers.`
          : "It was set up again.",
      });
      if (playing && !get().stopped) context.playback.play();
    });
  }

  /* ---------- tables of one's own ---------- */

  /** From now on the table is a data set like the others. */
  function listTable(table) {
    unlistTable(table.name);
    catalog.datasets.push(table);
    catalog.fields.dataset.choices.push(table.name);
    storeTables([...get().tables, table]);
  }

  function unlistTable(name) {
    const index = catalog.datasets.findIndex((d) => d.name === name);
    if (index < 0) return;
    catalog.datasets.splice(index, 1);
    catalog.fields.dataset.choices.splice(catalog.fields.dataset.choices.indexOf(name), 1);
    storeTables(get().tables.filter((table) => table.name !== name));
  }

  function storeTables(tables) {
    set({ tables });
    session.set("tables", tables.map((table) => table.name).join(" "));
  }

  /** The tables of this session that the server still has; what is no longer kept isn't asked for again. */
  async function ensureTables() {
    await Promise.all((session.get("tables") ?? "").split(" ").filter(isUploadedTable).map(ensureTable));
    storeTables(get().tables);
  }

  /** Whether there are such data; an own table that the page hasn't met is asked for. @param {any} name */
  async function ensureTable(name) {
    if (!isUploadedTable(name) || catalog.datasets.some((d) => d.name === name)) return true;
    try {
      listTable(await api.table(name));
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return false;
    }
  }

  async function uploadTable(file, query) {
    const table = await api.makeTable(file, query);
    uploads.set(table.name, { file, query });
    listTable(table);
    return table;
  }

  /** A file becomes a data set, and the run starts anew on it. @param {Blob} file @param {string} query */
  async function useTable(file, query) {
    const { gone } = get();
    const table = await uploadTable(file, query);
    if (gone?.table) return resumeLostRun(gone, table);
    const { name, scaling, default_features: features } = table;
    if (get().lesson) await context.enqueue(context.runs.closeLesson);
    const fields = { dataset: name, scaling: scaling.scaling, features };
    await context.enqueue(() =>
      context.runs.create(context.changes.withDefaults({ ...defaults, ...get().config }, fields)),
    );
  }

  /** The file that a link was about came again: its run is trained again to where it was, if the columns are the same. */
  async function resumeLostRun(
    { config: asked, changes, step },
    { name, scaling, features, default_features: columns },
  ) {
    const same = asked.features?.every((feature) => features.includes(feature)) ?? true;
    const known = { ...defaults, ...asked, dataset: name, features: (same && asked.features) || columns };
    if (!same) known.scaling = scaling.scaling;
    const setup = { config: known, changes: same ? changes : [], step: same ? step : 0 };
    if (isLongReplay(setup.step)) return set({ gone: setup });
    set({ gone: null });
    return context.enqueue(() => guard(() => context.runs.recreate(setup)));
  }

  /** The name of a table that the server no longer has, once it was sent again; null where nobody has it any more. */
  async function uploadAgain(name) {
    unlistTable(name);
    const sent = uploads.get(name);
    return sent ? (await uploadTable(sent.file, sent.query)).name : null;
  }

  async function recoverTable(name) {
    const { config, at, run } = get();
    const again = await uploadAgain(name);
    if (again) return context.runs.create(context.changes.withDefaults(config, { dataset: again }));
    if (!run) return set({ gone: { config, changes: [], step: 0, table: true } });
    set({ config: context.changes.configAt(at) });
    return notify(
      {
        bold: "That table is no longer kept.",
        text: "Tables live in the server’s memory and are forgotten after a while. Drop the file once more, or take other data.",
      },
      0,
    );
  }

  return { guard, notify, setOffline, setOnline, isLongReplay, ensureTable, ensureTables, useTable };
}
