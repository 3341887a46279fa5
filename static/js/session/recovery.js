// Recovery: what happens when the server refuses a request, is offline, or no longer has the run or the table.

import { isUploadedTable } from "../run/settings.js";
import { Problem } from "./api.js";

const MAX_UNASKED_STEPS = 20_000; // a longer run is trained again only when the reader asks for it

/** @param {import("./context.js").SessionContext} context */
export function createRecovery(context) {
  const { get, set, api, catalog, session } = context;
  const { defaults } = catalog;
  const uploads = new Map(); // files of uploaded tables while this page is open, to be sent again if the server loses one

  /** Does the work and notifies of what the server refused; errors of an older run are dropped. */
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
      set({ playing: false, config: get().base ? context.changes.configAt(get().shownStep) : null });
      return undefined;
    }
  }

  function notify(message, seconds = 8) {
    set({ message });
    if (seconds) setTimeout(() => get().message === message && set({ message: null }), seconds * 1000);
  }

  /* ---------- offline ---------- */

  function setOffline(seconds) {
    if (!get().offline) {
      context.connection++;
      context.clearQueue();
      context.playhead.clearWantedStep();
    }
    set({ offline: { seconds }, message: null });
  }

  function setOnline() {
    set({ offline: null });
    const { shownStep, playing } = get();
    notify({ bold: "Back.", text: playing ? `Step ${shownStep} goes on.` : "Everything works again." }, 3);
  }

  /* ---------- a run ---------- */

  /** Whether replaying so many steps takes too long to be done unasked. */
  const isLongReplay = (step) => step > MAX_UNASKED_STEPS;

  /** The server no longer has the run: the same setup and seed give it again. */
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
      if (!there) return set({ lostRun: { ...setup, table: true } });
      setup.config = { ...base, dataset: there };
    }
    if (isLongReplay(at) || typeof base.dataset !== "string") return set({ lostRun: setup });
    await guard(async () => {
      await context.runs.recreate(setup);
      notify({
        bold: "The server had forgotten this run.",
        text: at
          ? `It was trained again to step ${at}: the same setup and seed, the same numbers.`
          : "It was set up again.",
      });
      if (playing && !get().divergence) context.playback.play();
    });
  }

  /* ---------- uploaded tables ---------- */

  /** Adds the table to the data sets. */
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

  /** Lists the tables of this session that the server still has. */
  async function ensureTables() {
    await Promise.all((session.get("tables") ?? "").split(" ").filter(isUploadedTable).map(ensureTable));
    storeTables(get().tables);
  }

  /** Whether the data set exists; an uploaded table that is not listed yet is requested. @param {any} name */
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

  /** The run begins anew on its uploaded table with the missing values filled, or their rows left out. @param {string} missing */
  async function decideMissing(missing) {
    const { config } = get();
    const table = await api.decideMissing(config.dataset, missing);
    const sent = uploads.get(config.dataset);
    if (sent) uploads.set(table.name, { ...sent, query: sent.query.replace(/missing=[a-z_]+/, `missing=${missing}`) });
    listTable(table);
    return context.runs.create({ ...defaults, ...config, dataset: table.name });
  }

  /** Uploads a file as a data set and restarts the run on it. @param {Blob} file @param {string} query */
  async function useTable(file, query) {
    const { lostRun } = get();
    const table = await uploadTable(file, query);
    if (lostRun?.table) return resumeLostRun(lostRun, table);
    const { name, proposal, default_features: features } = table;
    if (get().lesson) await context.enqueue(context.runs.closeLesson);
    const fields = { dataset: name, features, ...proposal };
    await context.enqueue(() =>
      context.runs.create(context.changes.withDefaults({ ...defaults, ...get().config }, fields)),
    );
  }

  /** The file of a lost run was uploaded again: if the columns are the same, the run is trained to where it was. */
  async function resumeLostRun(
    { config: asked, changes, step },
    { name, proposal, features, default_features: columns },
  ) {
    const same = asked.features?.every((feature) => features.includes(feature)) ?? true;
    const known = { ...defaults, ...asked, dataset: name, features: (same && asked.features) || columns };
    if (!same) Object.assign(known, proposal);
    const setup = { config: known, changes: same ? changes : [], step: same ? step : 0 };
    if (isLongReplay(setup.step)) return set({ lostRun: setup });
    set({ lostRun: null });
    return context.enqueue(() => guard(() => context.runs.recreate(setup)));
  }

  /** Uploads a table that the server no longer has; resolves to its new name, or null where the file is gone. */
  async function uploadAgain(name) {
    unlistTable(name);
    const sent = uploads.get(name);
    return sent ? (await uploadTable(sent.file, sent.query)).name : null;
  }

  async function recoverTable(name) {
    const { config, shownStep, run } = get();
    const again = await uploadAgain(name);
    if (again) return context.runs.create({ ...config, dataset: again });
    if (!run) return set({ lostRun: { config, changes: [], step: 0, table: true } });
    set({ config: context.changes.configAt(shownStep) });
    return notify(
      {
        bold: "That table is no longer kept.",
        text: "The server lets go of what nobody used for long. Drop the file once more, or take other data.",
      },
      0,
    );
  }

  return { guard, notify, setOffline, setOnline, isLongReplay, ensureTable, ensureTables, useTable, decideMissing };
}
