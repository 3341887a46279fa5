// What the server keeps only for a while, and what is done when it has forgotten it, refuses, or is away.

import { isOwnTable } from "../run/settings.js";
import { Problem } from "./api.js";

const AGAIN = 20_000; // steps that are trained again without asking

/** @param {import("./context.js").SessionContext} desk */
export function createMemory(desk) {
  const { get, set, api, catalog, session } = desk;
  const { defaults } = catalog;
  const files = new Map(); // what own tables were made of, while this page is open: a server that lost one gets it again

  /** Does it, and says what the server refused; what belongs to an older run is dropped. */
  async function attempt(work) {
    const mine = desk.era;
    try {
      return await work();
    } catch (error) {
      if (error?.name === "AbortError" || mine !== desk.era) return undefined;
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404 && error.kind === "unknown-run" && get().run) return desk.opens(forgotten);
      if (error.kind === "unknown-table") return attempt(() => forgottenTable(get().config.dataset));
      const [first] = error.errors;
      tell({ bold: "That did not work.", text: first?.message ? `${first.path}: ${first.message}` : error.message });
      set({ playing: false, config: get().base ? desk.changing.configAt(get().at) : null });
      return undefined;
    }
  }

  function tell(strip, seconds = 8) {
    set({ strip });
    if (seconds) setTimeout(() => get().strip === strip && set({ strip: null }), seconds * 1000);
  }

  /* ---------- away ---------- */

  function away(seconds) {
    if (!get().away) {
      desk.turns++;
      desk.overtake();
      desk.walking.forgetWish();
    }
    set({ away: { seconds }, strip: null });
  }

  function returned() {
    set({ away: null });
    const { at, playing } = get();
    tell({ bold: "Back.", text: playing ? `Step ${at} goes on.` : "Everything works again." }, 3);
  }

  /* ---------- a run ---------- */

  /** So many steps that nobody should wait for them unasked. */
  const isFar = (step) => step > AGAIN;

  /** The server no longer has the run. The setup and seed are here, so it can be had again. */
  async function forgotten() {
    const { base, changes, playing } = get();
    const at = desk.stands();
    const setup = { config: base, changes: changes.filter((c) => c.step <= at), step: at };
    desk.era++;
    desk.driving = null;
    desk.stream = null;
    set({ playing: false, run: null });
    if (isOwnTable(base.dataset)) {
      const there = await api.table(base.dataset).then(
        () => base.dataset,
        () => sentAgain(base.dataset),
      );
      if (!there) return set({ gone: { ...setup, table: true } });
      setup.config = { ...base, dataset: there };
    }
    if (isFar(at) || typeof base.dataset !== "string") return set({ gone: setup });
    await attempt(async () => {
      await desk.runs.recreate(setup);
      tell({
        bold: "The server had forgotten this run.",
        text: at
          ? `It was trained again to step ${at}: the same setup and seed, the same numbers.`
          : "It was set up again.",
      });
      if (playing && !get().stopped) desk.playing.play();
    });
  }

  /* ---------- tables of one's own ---------- */

  /** From now on the table is a data set like the others. */
  function list(table) {
    unlist(table.name);
    catalog.datasets.push(table);
    catalog.fields.dataset.choices.push(table.name);
    keepTables([...get().tables, table]);
  }

  function unlist(name) {
    const place = catalog.datasets.findIndex((d) => d.name === name);
    if (place < 0) return;
    catalog.datasets.splice(place, 1);
    catalog.fields.dataset.choices.splice(catalog.fields.dataset.choices.indexOf(name), 1);
    keepTables(get().tables.filter((table) => table.name !== name));
  }

  function keepTables(tables) {
    set({ tables });
    session.set("tables", tables.map((table) => table.name).join(" "));
  }

  /** The tables of this session that the server still has; what is no longer kept isn't asked for again. */
  async function meetAll() {
    await Promise.all((session.get("tables") ?? "").split(" ").filter(isOwnTable).map(meet));
    keepTables(get().tables);
  }

  /** Whether there are such data; an own table that the page hasn't met is asked for. @param {any} name */
  async function meet(name) {
    if (!isOwnTable(name) || catalog.datasets.some((d) => d.name === name)) return true;
    try {
      list(await api.table(name));
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return false;
    }
  }

  async function sendTable(file, query) {
    const table = await api.makeTable(file, query);
    files.set(table.name, { file, query });
    list(table);
    return table;
  }

  /** A file becomes a data set, and the run starts anew on it. @param {Blob} file @param {string} query */
  async function useTable(file, query) {
    const { gone } = get();
    const table = await sendTable(file, query);
    if (gone?.table) return goOn(gone, table);
    const { name, scaling, default_features: features } = table;
    if (get().lesson) await desk.move(desk.runs.leave);
    const fields = { dataset: name, scaling: scaling.scaling, features };
    await desk.move(() => desk.runs.create(desk.changing.fitting({ ...defaults, ...get().config }, fields)));
  }

  /** The file that a link was about came again: its run is trained again to where it was, if the columns are the same. */
  async function goOn({ config: asked, changes, step }, { name, scaling, features, default_features: columns }) {
    const same = asked.features?.every((feature) => features.includes(feature)) ?? true;
    const known = { ...defaults, ...asked, dataset: name, features: (same && asked.features) || columns };
    if (!same) known.scaling = scaling.scaling;
    const setup = { config: known, changes: same ? changes : [], step: same ? step : 0 };
    if (isFar(setup.step)) return set({ gone: setup });
    set({ gone: null });
    return desk.move(() => attempt(() => desk.runs.recreate(setup)));
  }

  /** The name of a table that the server no longer has, once it was sent again; null where nobody has it any more. */
  async function sentAgain(name) {
    unlist(name);
    const sent = files.get(name);
    return sent ? (await sendTable(sent.file, sent.query)).name : null;
  }

  async function forgottenTable(name) {
    const { config, at, run } = get();
    const again = await sentAgain(name);
    if (again) return desk.runs.create(desk.changing.fitting(config, { dataset: again }));
    if (!run) return set({ gone: { config, changes: [], step: 0, table: true } });
    set({ config: desk.changing.configAt(at) });
    return tell(
      {
        bold: "That table is no longer kept.",
        text: "Tables live in the server’s memory and are forgotten after a while. Drop the file once more, or take other data.",
      },
      0,
    );
  }

  return { attempt, tell, away, returned, isFar, meet, meetAll, useTable };
}
