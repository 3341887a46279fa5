// The only writer of the store: what can be done on the page, and what the server is asked for it.
import { fromQuery, toQuery } from "./address.js";
import { Interrupted, Problem } from "./api.js";
import { createHistory } from "./history.js";
import { advance, duration, FASTEST, modeOf, portion, REDUCED_OPS, remaining, SPEEDS, TRIAL } from "./player.js";
import { allowed, changeWords, differences, isOwnTable, setupWords, stepsToEpoch, textOf } from "./settings.js";
import { nextLayer, operations } from "./timeline.js";

const LINES = 15; // requests a second while whole steps are played at a chosen rate
const LEAD = 220; // ms before the end of a step at which the next one is asked for
const AGAIN = 20_000; // steps that are trained again without asking
const LED = 8; // steps before one that broke that are looked at for why
const LONG = 100_000; // an `every` that no step reaches: only the last line comes

/**
 * @param {{store: any, api: any, catalog: any, session: {get: (k: string) => any, set: (k: string, v: any) => void},
 *   local: {get: (k: string) => any, set: (k: string, v: any) => void}, address: {read: () => string, write: (q: string) => void}}} of
 */
export function createActions({ store, api, catalog, session, local, address }) {
  const { get, set } = store;
  const { defaults } = catalog;
  let history = null;
  let era = 0; // grows with each run; what an older one still answers is dropped
  let queue = Promise.resolve(); // what moves or changes the run, one after the other
  let moves = Promise.resolve(); // what moves the playhead
  let patch = {};
  let stream = null; // the AbortController of the one long stream
  let driving = null;
  let wanted = null; // the step that is on its way
  let wish = null; // the last place asked for by scrubbing
  let standard = defaults; // what the address needn't say: the defaults, or a lesson's own setup
  let named = ""; // how the address begins in a lesson
  let aim = null; // the last step asked for by what is moved along
  let turns = 0; // grows when the server goes away: nobody is taken elsewhere when it comes back
  const files = new Map(); // what own tables were made of, while this page is open: a server that lost one gets it again

  const serial = (work) => {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  };
  const kept = (k) => history?.step(k);
  const ready = (k) => k === 0 || kept(k)?.spotlight === get().spotlight.index;
  const cells = new WeakMap();
  function ops(k = get().at) {
    const step = kept(k)?.step;
    if (!step) return [];
    if (!cells.has(step)) cells.set(step, operations(step));
    return cells.get(step);
  }
  const lastOf = (k) => (k === 0 ? 0 : Math.max(0, ops(k).length - 1));
  const grew = () => set({ version: get().version + 1 });

  /* ---------- the run ---------- */

  /** The settings in force in the step after `k`: those of the start and every change since. */
  function configAt(k) {
    const { base, changes } = get();
    const config = { ...base };
    for (const { step, field, value } of changes) if (step <= k) config[field] = oneOf(value);
    return { ...config, ...patch };
  }
  const oneOf = (value) => (Array.isArray(value) ? value[0] : value);

  async function adopt(run, { at = run.step, playhead = null } = {}) {
    era++;
    patch = {};
    wanted = null;
    const [samples] = await Promise.all([api.samples(run.id), meet(run.config.dataset)]);
    history = createHistory({ layers: run.config.hidden.length + 1 });
    history.addEvaluation(run.evaluation);
    const count = samples.targets.length;
    worse = 0;
    const base = { ...run.config, from: null };
    if (run.config.from && "dropout" in run.controls && run.controls.dropout.length)
      base.dropout = run.controls.dropout[0];
    const { spotlight, selection } = get();
    set({
      run,
      samples,
      base,
      changes: run.changes,
      position: run.step,
      furthest: Math.max(run.step, run.furthest_step ?? 0),
      at: 0,
      op: 0,
      t: 1,
      moving: false,
      stopped: null,
      gone: null,
      states: null,
      pending: null,
      rate: 0,
      spotlight: spotlight.index < count ? spotlight : { index: 0 },
      selection: exists(selection, run) ? selection : null,
      hover: null,
      hoverRef: null,
      epoch: run.epoch,
      first: run.step === (run.first_step ?? 0) ? run.evaluation.train_loss : Number.NaN,
      strip: get().strip?.worse ? null : get().strip,
    });
    if (Number.isNaN(get().first))
      api.evaluation(run.id, run.first_step ?? 0).then(
        (e) => get().run === run && set({ first: e.train_loss }),
        () => {},
      );
    session.set("run", run.id);
    if (at > 0) {
      await load(at);
      place(at, playhead ?? lastOf(at), 1);
    } else place(0, 0, 1);
    grew();
  }

  const exists = (selection, run) => {
    if (!selection) return false;
    const { kind, layer, unit, from, to } = selection;
    if (layer === 0) return kind === "unit" && unit < run.parameters.W1.length;
    const W = run.parameters[`W${layer}`];
    return Boolean(W) && (kind === "weight" ? W[from]?.[to] !== undefined : unit < W[0].length);
  };

  /** A new run, at step 0, in the place of the one there was (which is kept where it will be asked for again). */
  async function create(config, keep = false) {
    await halt();
    const old = keep ? null : get().run;
    const made = await api.create(bodyOf(config));
    set({ broken: null });
    const run = await api.run(made.id);
    await adopt(run);
    if (old) api.remove(old.id).catch(() => {});
  }

  function bodyOf(config) {
    const body = {};
    for (const [name, value] of Object.entries(config)) {
      if (value === null || value === undefined || /^from$/.test(name)) continue;
      if (JSON.stringify(value) !== JSON.stringify(defaults[name]) || name === "features") body[name] = value;
    }
    return body;
  }

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

  /** The name of a table that the server no longer has, once it was sent again; null where nobody has it any more. */
  async function sentAgain(name) {
    unlist(name);
    const sent = files.get(name);
    return sent ? (await sendTable(sent.file, sent.query)).name : null;
  }

  async function forgottenTable(name) {
    const { config, at, run } = get();
    const again = await sentAgain(name);
    if (again) return create(fitting(config, { dataset: again }));
    if (!run) return set({ gone: { config, changes: [], step: 0, table: true } });
    set({ config: configAt(at) });
    return tell(
      {
        bold: "That table is no longer kept.",
        text: "Tables live in the server’s memory and are forgotten after a while. Drop the file once more, or take other data.",
      },
      0,
    );
  }

  /** Trains quickly to a step under the changes that were made on the way. */
  async function retrace(changes, target) {
    const mine = era;
    const total = target - get().position;
    const every = Math.max(1, Math.ceil(total / 200));
    const goTo = async (k) => {
      while (get().position < k && mine === era && !get().busy?.cancelled) {
        const from = get().position;
        set({ busy: { text: `Training again to step ${target}`, done: total ? 1 - (target - from) / total : 1 } });
        const steps = Math.min(k - from, Math.max(500, every * 20));
        await serial(() =>
          train({ steps, every, detail: "summary", evaluate_every: every, surfaces: 0 }, { note: true }),
        );
        if (get().position === from) break; // it broke there before, and does again
      }
    };
    set({ busy: { text: `Training again to step ${target}`, done: 0 } });
    try {
      for (const { step, field, name, value } of changes) {
        if (step > target) break;
        await goTo(step);
        patch = { [field ?? name]: oneOf(value) };
        await serial(sendPatch);
      }
      await goTo(target);
    } finally {
      set({ busy: null });
    }
  }

  /** The same setup and seed give the same numbers: the run again, up to where it was. */
  async function recreate({ config, changes, step }) {
    await create(config);
    if (!step && !changes.length) return;
    await retrace(changes, step);
    const { position } = get();
    if (position > 0) {
      await load(position);
      place(position, lastOf(position), 1);
    }
    grew();
  }

  /* ---------- asking for steps ---------- */

  /** Inside the queue: trains, and takes in what comes. */
  async function train(body, { signal = undefined, note = false } = {}) {
    await sendPatch();
    const mine = era;
    const { run, position, spotlight } = get();
    const index = spotlight.index;
    try {
      await api.train(
        run.id,
        { from_step: position, ...(body.detail === "summary" ? {} : { spotlight: index }), ...body },
        (line) => {
          if (mine === era) take(line, index, note);
        },
        signal,
      );
    } catch (error) {
      if (mine !== era) return;
      if (
        error instanceof Interrupted ||
        (error instanceof Problem && error.status === 409 && error.kind !== "not-finite")
      )
        await resync();
      else if (error instanceof Problem && error.status === 409) set({ broken: get().position });
      else throw error;
    }
  }

  function take(line, spotlight, note) {
    const { position, furthest } = get();
    if (line.type === "step") {
      history.addStep(line, spotlight);
      set({ position: Math.max(position, line.step), furthest: Math.max(furthest, line.step), epoch: line.epoch });
      if (line.finite === false) set({ broken: line.step });
    } else if (line.type === "evaluation") {
      if (note) history.noteEvaluation(line);
      else {
        history.addEvaluation(line);
        watch(line);
      }
      set({ position: Math.max(position, line.step), furthest: Math.max(furthest, line.step) });
      if (line.stopped) set({ broken: line.step });
    }
    grew();
  }

  /** Steps that are too long need not end in infinity: a loss far above where it began is said in time. */
  let worse = 0;
  function watch({ train_loss, stopped }) {
    const { first, config, strip, lesson } = get();
    if (lesson) return; // there it is the point
    if (stopped || !(train_loss > 3 * first) || config.learning_rate === 0) {
      worse = 0;
      if (strip?.worse && !(train_loss > first)) set({ strip: null });
      return;
    }
    if (++worse !== 3) return;
    const rate = Number((config.learning_rate / 10).toPrecision(2));
    const text = `The loss is ${textOf("", train_loss)}, and began at ${textOf("", first)}: each step jumps past the bottom that it aims for.`;
    tell(
      {
        bold: "The steps are too long.",
        text,
        worse: true,
        act: { label: `Lower the rate to ${rate}, from step 0`, fields: { learning_rate: rate } },
      },
      0,
    );
  }

  /** Where does the run stand? Asked after a stream broke off, until nothing moves it any more. */
  async function resync() {
    const { run } = get();
    let now = await api.run(run.id);
    for (let tries = 0; now.training && tries < 50; tries++) {
      await new Promise((done) => setTimeout(done, 20));
      now = await api.run(run.id);
    }
    history.addEvaluation(now.evaluation);
    set({
      position: now.step,
      furthest: Math.max(now.furthest_step, now.step),
      changes: now.changes,
      epoch: now.epoch,
    });
    grew();
  }

  /** Step k and the evaluations at both its ends, where the browser doesn't keep them. */
  async function load(k) {
    if (get().away) return;
    const mine = era;
    const { run, spotlight } = get();
    const first = run.first_step ?? 0;
    const wants = [];
    if (k > first && !ready(k))
      wants.push(
        api.step(run.id, k, spotlight.index).then((step) => mine === era && history.addStep(step, spotlight.index)),
      );
    for (const j of [k - 1, k])
      if (j >= first && !history.evaluation(j))
        wants.push(
          api.evaluation(run.id, j).then(
            (evaluation) => mine === era && history.addEvaluation(evaluation),
            (error) => {
              if (!(error instanceof Problem) || error.status === 404) throw error;
            },
          ),
        );
    await Promise.all(wants);
    if (mine === era) grew();
  }

  /** The steps that led to step k, for what can be said of why it broke; where whole steps flew by they aren't here. */
  async function loadBefore(k) {
    const mine = era;
    const { run, spotlight } = get();
    const from = Math.max((run.first_step ?? 0) + 1, k - LED);
    const missed = Array.from({ length: Math.max(0, k - from) }, (_, i) => from + i).filter((j) => !kept(j));
    const steps = await Promise.all(missed.map((j) => api.step(run.id, j, spotlight.index)));
    if (mine === era) for (const step of steps) history.addStep(step, spotlight.index);
  }

  /** Step k: from memory, from the server's record, or trained now. */
  async function ensure(k) {
    const mine = era;
    for (let tries = 0; tries < 4 && mine === era; tries++) {
      if (ready(k) && (k === 0 || get().away || history.evaluation(k - 1))) return true;
      if (get().away) return false; // what is here can be read; the rest waits
      if (k <= get().furthest) await load(k);
      else if (get().broken) return false;
      else
        await serial(() => {
          const { position } = get();
          if (mine === era && position === k - 1) return train({ steps: 1, evaluate_every: 1 });
          if (mine === era && position < k - 1) return train({ steps: k - 1 - position, every: LONG });
        });
    }
    return ready(k) && mine === era;
  }

  /** What the step shown remembers, at both its ends, once a thing is selected that speaks of it. */
  let recalling = null;
  function recall() {
    const { run, at, selection, states, away } = get();
    if (!selection || at <= (run.first_step ?? 0) || states?.at === at || recalling === at || away) return;
    const { optimizer, batch_norm, hidden } = run.config;
    if (optimizer === "sgd" && !batch_norm && !hidden.some((layer) => layer.batch_norm)) return;
    recalling = at;
    const mine = era;
    attempt(async () => {
      const [before, after] = await Promise.all([at - 1, at].map((k) => api.state(run.id, k)));
      if (mine === era) set({ states: { at, before: before.state, after: after.state } });
    }).finally(() => {
      recalling = null;
    });
  }

  function want(k) {
    if (wanted !== null) return wanted;
    wanted = attempt(() => ensure(k)).finally(() => {
      wanted = null;
    });
    return wanted;
  }

  /* ---------- settings while it trains ---------- */

  /** Inside the queue, or beside the long stream: sends what was changed last. */
  async function sendPatch() {
    if (!Object.keys(patch).length) return;
    const mine = era;
    const fields = { ...patch };
    const { run, at, position } = get();
    try {
      // While whole steps are played the page is a step behind the run: that is no walk back.
      if (!driving && !stream && at < position && !get().busy) {
        await api.rewind(run.id, at);
        history.forgetAfter(at);
        if (get().furthest > at + 1)
          tell({ text: `Back at step ${at}. From here the run goes on with the change; what came after is let go.` });
        set({ position: at, furthest: at, broken: null, stopped: null });
      }
      const now = await api.patch(run.id, fields);
      if (mine !== era) return;
      for (const name of Object.keys(fields)) if (patch[name] === fields[name]) delete patch[name];
      set({ changes: now.changes });
      write();
    } catch (error) {
      patch = {};
      if (mine === era) set({ config: configAt(get().at) });
      throw error;
    }
  }

  let sending = false;
  async function change(fields) {
    set({ config: { ...get().config, ...fields } });
    Object.assign(patch, fields);
    if (sending) return;
    sending = true;
    await new Promise((done) => setTimeout(done, 30)); // what comes in one drag goes in one request
    while (Object.keys(patch).length) await attempt(() => (stream ? sendPatch() : serial(sendPatch)));
    sending = false;
  }

  /** Fields that need a new network. */
  const restart = (fields) =>
    attempt(async () => {
      if (get().away || !get().run) return set({ config: { ...get().config } });
      const config = get().config;
      set({ config: { ...config, ...fields } });
      await create(fitting(config, fields));
    });

  /* ---------- the playhead ---------- */

  function place(k, op, t, more = {}) {
    set({ at: k, op, t, ...more });
    set({ config: configAt(k) });
    write();
  }

  const move = (work) => {
    moves = moves.then(() => attempt(work));
    return moves;
  };

  async function forward() {
    const { at, op, t, reduced, stopped } = get();
    await halt();
    if (stopped && op >= lastOf(at)) return;
    const begin = { t: reduced ? 1 : 0, moving: !reduced };
    const broken = kept(at)?.step.finite === false;
    if (at > 0 && op < lastOf(at)) {
      if (broken && op + 1 >= lastOf(at)) return breakDown();
      return set({ op: op + 1, ...begin });
    }
    if (t < 1 && at > 0) set({ t: 1 });
    const turn = turns;
    if ((await ensure(at + 1)) && turn === turns) place(at + 1, 0, begin.t, { moving: begin.moving });
  }

  async function back() {
    await halt();
    const { at, op } = get();
    if (op > 0) return set({ op: op - 1, t: 1, moving: false });
    if (at <= (get().run.first_step ?? 0)) return;
    const k = at - 1;
    if (await ensure(k)) place(k, lastOf(k), 1, { moving: false });
  }

  async function goTo(k, op = lastOf(k)) {
    const turn = turns;
    if (!(await ensure(k)) || turn !== turns) return;
    const end = lastOf(k);
    const broken = k > 0 && kept(k).step.finite === false;
    if (broken && op >= end) breakDown(k);
    else place(k, Math.min(op, end), 1, { moving: false });
  }

  /** Scrubbing over steps: only the last place asked for counts. */
  function scrubSteps(k) {
    const { furthest, run, op, at } = get();
    const target = Math.max(run.first_step ?? 0, Math.min(furthest, Math.round(k)));
    const busy = wish !== null;
    wish = target;
    if (busy) return;
    move(async () => {
      await halt();
      const part = at === 0 ? Number.MAX_SAFE_INTEGER : op;
      while (wish !== null && wish !== get().at) {
        const here = wish;
        await goTo(here, here === 0 ? 0 : part);
        if (wish === here) break;
      }
    }).finally(() => {
      wish = null;
    });
  }

  /** Trains on to a step in some strides, so that it is seen on its way. @param {number} target @param {number} every */
  async function learn(target, every, { strides = 16, going = () => true } = {}) {
    await halt();
    const mine = era;
    const wide = Math.max(1, Math.ceil((target - get().position) / strides));
    while (mine === era && going() && !get().broken && get().position < target) {
      const k = Math.min(target, get().position + wide);
      await quickly(k - 1, every);
      if (mine !== era || get().broken || !(await ensure(k)) || mine !== era) break;
      place(k, lastOf(k), 1, { moving: false });
    }
    const { broken, at } = get();
    if (mine !== era) return;
    if (broken) {
      await Promise.all([load(broken), loadBefore(broken)]);
      breakDown(broken);
    } else if (at < target && get().position >= target) await goTo(target, Number.MAX_SAFE_INTEGER);
  }

  /** To step k with nothing but what the charts need. */
  const quickly = (k, every) =>
    serial(() => {
      const steps = k - get().position;
      return steps > 0 && !get().broken
        ? train({ steps, every, detail: "summary", evaluate_every: every, surfaces: 0 }, { note: true })
        : undefined;
    });

  /** Where another run has gone, this one follows; only the last place asked for counts. */
  function reach(k) {
    const busy = aim !== null;
    aim = k;
    if (busy) return;
    move(async () => {
      const mine = era;
      while (aim !== null && mine === era) {
        const here = Math.max(get().run.first_step ?? 0, aim);
        const { position, furthest, broken } = get();
        if (here > furthest && !broken) await quickly(here - 1, Math.max(1, Math.ceil((here - 1 - position) / 10)));
        if (mine !== era) break;
        const end = get().broken ? Math.min(here, get().broken) : here;
        await goTo(end, Number.MAX_SAFE_INTEGER);
        if (Math.max(get().run.first_step ?? 0, aim) === here) break;
      }
    }).finally(() => {
      aim = null;
    });
  }

  /* ---------- lessons ---------- */

  /** A lesson's setup comes on the stage; the reader's own run is put aside, to be had again. */
  async function enter(config, name) {
    await halt();
    const { run, base, changes, at, op, lesson } = get();
    const first = !lesson && run;
    if (first)
      session.set(
        "mine",
        JSON.stringify({
          run: run.id,
          op,
          setup: { config: base, changes: changes.filter((c) => c.step <= at), step: at },
        }),
      );
    standard = { ...defaults, ...config, from: null, parameters: null };
    named = name;
    set({ lesson: name, selection: null, strip: null });
    await create({ ...config, from: null }, first);
    write();
  }

  /** The reader's own setup and run again, where they were left. */
  async function leave() {
    const mine = JSON.parse(session.get("mine") || "null");
    session.set("mine", "");
    await halt();
    standard = defaults;
    named = "";
    set({ lesson: null, broken: null, selection: null });
    if (!mine) return create(defaults);
    const old = get().run;
    try {
      const run = await api.run(mine.run);
      set({ broken: run.evaluation.stopped ? run.step : null });
      await adopt(run, { at: Math.min(run.furthest_step, mine.setup.step), playhead: mine.op });
      if (old && old.id !== run.id) api.remove(old.id).catch(() => {});
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await recreate(mine.setup);
    }
    write();
  }

  /** Another run, trained already, takes this one's place. */
  async function takeOver(id, points) {
    await halt();
    const old = get().run;
    const run = await api.run(id);
    set({ broken: run.evaluation.stopped ? run.step : null });
    await adopt(run);
    for (const line of points) history.noteEvaluation(line);
    grew();
    if (old && old.id !== id) api.remove(old.id).catch(() => {});
  }

  const batch = async () => {
    await halt();
    const { at, stopped } = get();
    if (!stopped) await goTo(at + 1, Number.MAX_SAFE_INTEGER);
  };

  async function epoch() {
    await halt();
    const { at, samples, config, run, furthest } = get();
    if (get().stopped) return;
    const n = stepsToEpoch(
      at === (run.first_step ?? 0) ? run.epoch : kept(at).step.epoch,
      samples.train,
      config.batch_size,
    );
    const target = at + n;
    if (target > furthest) {
      const every = Math.max(1, Math.ceil(n / 60));
      await serial(() => {
        const { position } = get();
        return position < target ? train({ steps: target - position, every, evaluate_every: every }) : undefined;
      });
    }
    await goTo(Math.min(target, get().furthest), Number.MAX_SAFE_INTEGER);
  }

  function play() {
    const { stopped, playing, gone, run } = get();
    if (playing || gone || !run) return;
    if (stopped) return set({ stopped: { ...stopped } });
    set({ playing: true, moving: false, clock: 0 });
    did("play");
  }

  /** Stops playing; after whole steps at speed the last one opens, operation by operation. */
  async function halt() {
    if (!get().playing && !driving) return;
    const fast = driving !== null;
    set({ playing: false });
    stream?.abort();
    if (driving) await driving;
    if (!fast) return;
    const { position, stopped } = get();
    if (stopped || position === 0) return;
    if (await ensure(position)) {
      await load(position);
      if (get().broken === position) breakDown(position);
      else place(position, lastOf(position), 1);
    }
  }

  /** The playhead stands before the update that would overwrite the weights with what is no number. */
  function breakDown(k = get().at) {
    set({ playing: false });
    place(k, lastOf(k), 0, { moving: false, stopped: { step: k, remedies: null } });
    const mine = era;
    attempt(async () => {
      await serial(async () => {});
      const helpless = get().lesson || kept(k)?.step.tape[0].finite === false;
      const remedies = helpless ? [] : await (await import("./rescue.js")).tryRemedies(api, get().run, get().config);
      if (mine === era && get().stopped) set({ stopped: { step: k, remedies } });
    });
  }

  /** One frame: the only thing that moves the playhead by itself. @param {number} dt ms since the last one */
  function tick(dt) {
    const { playing, moving, speed, at, op, t, reduced, run, clock } = get();
    if (!run) return;
    if (!playing) {
      recall();
      if (moving) {
        const next = t + dt / duration(Math.max(1, Math.min(8, SPEEDS[speed].ops ?? 8)));
        set(next >= 1 ? { t: 1, moving: false } : { t: next });
      }
      return;
    }
    const mode = modeOf(speed);
    if (mode !== "operations") set({ clock: clock + dt });
    if (mode === "fast") return drive();
    if (driving) return;
    const rate = reduced ? Math.min(REDUCED_OPS, SPEEDS[speed].ops) : SPEEDS[speed].ops;
    if (at === 0 || !kept(at)) return onwards(at, 0);
    const whole = ops().length;
    const broken = kept(at).step.finite === false;
    const count = broken ? whole - 1 : whole;
    const next = advance({ op, t: Math.min(t, op >= count ? 1 : t) }, dt, rate, count);
    if (next.over === null) {
      set({ op: next.op, t: reduced ? 1 : next.t, ...(reduced ? { rest: next.t } : {}) });
      if (remaining(next, rate, count) < LEAD && !broken) want(at + 1);
    } else if (broken) breakDown();
    else onwards(at, Math.min(1, next.over / duration(rate)));
  }

  function onwards(at, t) {
    if (ready(at + 1) && history.evaluation(at)) place(at + 1, 0, t);
    else {
      if (at > 0) set({ op: lastOf(at), t: 1 });
      want(at + 1);
    }
  }

  /** Whole steps: requests one after the other, each sized by the speed asked for or by the rate measured. */
  function drive() {
    driving ??= attempt(async () => {
      const mine = era;
      let rate = get().rate || 300;
      let shown = 0;
      const { at, position, run } = get();
      if (at < position) {
        await serial(() => api.rewind(run.id, at));
        set({ position: at });
      }
      while (get().playing && modeOf(get().speed) === "fast" && mine === era && !get().broken) {
        const { speed, reduced } = get();
        const began = performance.now();
        const from = get().position;
        if (speed === FASTEST) {
          const { every, steps } = portion(rate, 4, reduced ? 1 : 3);
          stream = new AbortController();
          const { signal } = stream;
          await serial(() => train({ steps, every, evaluate_every: every }, { signal })).catch((error) => {
            if (!signal.aborted) throw error;
          });
          const cut = signal.aborted;
          stream = null;
          if (cut) await serial(resync);
        } else {
          const { steps } = SPEEDS[speed];
          const n = Math.max(1, Math.round(steps / (reduced ? 2 : LINES)));
          await serial(() => train({ steps: n, every: LONG }));
          const rest = (n / steps) * 1000 - (performance.now() - began);
          if (rest > 1) await new Promise((done) => setTimeout(done, rest));
        }
        const seconds = (performance.now() - began) / 1000;
        const done = get().position - from;
        if (done > 0) rate = shown ? 0.5 * rate + (0.5 * done) / seconds : done / seconds;
        shown++;
        follow(rate);
      }
      const { broken } = get();
      if (broken && mine === era) {
        await Promise.all([load(broken), loadBefore(broken)]);
        breakDown(broken);
      }
    }).finally(() => {
      driving = null;
      stream = null;
    });
  }

  /** While whole steps are played, the page shows the latest that came in full. */
  function follow(rate = get().rate) {
    let k = get().position;
    while (k > get().at && !kept(k)) k--;
    if (k > get().at) set({ at: k, op: lastOf(k), t: 1, rate });
    else set({ rate });
    write();
  }

  /* ---------- what failed ---------- */

  async function attempt(work) {
    const mine = era;
    try {
      return await work();
    } catch (error) {
      if (error?.name === "AbortError" || mine !== era) return undefined;
      if (error instanceof Problem && error.status === 404 && error.kind === "unknown-run" && get().run)
        return forgotten();
      if (error instanceof Problem && error.kind === "unknown-table")
        return attempt(() => forgottenTable(get().config.dataset));
      if (error instanceof Problem) {
        tell({
          bold: "That did not work.",
          text: error.errors[0]?.message ? `${error.errors[0].path}: ${error.errors[0].message}` : error.message,
        });
        set({ playing: false, config: get().base ? configAt(get().at) : null });
        return undefined;
      }
      throw error;
    }
  }

  /** The server no longer has the run. The setup and seed are here, so it can be had again. */
  async function forgotten() {
    const { base, changes, at, playing } = get();
    const setup = { config: base, changes: changes.filter((c) => c.step <= at), step: at };
    era++;
    driving = null;
    stream = null;
    set({ playing: false, run: null });
    if (isOwnTable(base.dataset)) {
      const there = await api.table(base.dataset).then(
        () => base.dataset,
        () => sentAgain(base.dataset),
      );
      if (!there) return set({ gone: { ...setup, table: true } });
      setup.config = { ...base, dataset: there };
    }
    if (at > AGAIN || typeof base.dataset !== "string") return set({ gone: setup });
    await attempt(async () => {
      await recreate(setup);
      tell({
        bold: "The server had forgotten this run.",
        text: at
          ? `It was trained again to step ${at}: the same setup and seed, the same numbers.`
          : "It was set up again.",
      });
      if (playing) play();
    });
  }

  function tell(strip, seconds = 8) {
    set({ strip });
    if (seconds) setTimeout(() => get().strip === strip && set({ strip: null }), seconds * 1000);
  }

  /* ---------- the address ---------- */

  let writing = 0;
  function write() {
    if (writing) return;
    writing = setTimeout(() => {
      writing = 0;
      const { base, changes, at, run } = get();
      if (!run) return;
      const known = changes
        .filter((c) => c.step <= at)
        .map((c) => ({ step: c.step, name: c.field, value: oneOf(c.value) }));
      const query = toQuery({ config: base, step: at, changes: known }, standard);
      address.write(named ? `?experiment=${named}${query.replace("?", "&")}` : query);
    }, 500);
  }

  /** At the beginning: what the address asks for, else the default setup. */
  async function begin(lesson = null) {
    if (lesson) {
      standard = { ...defaults, ...lesson.config, from: null, parameters: null };
      named = lesson.id;
      set({ lesson: named });
    }
    const query = address.read();
    const wanted = fromQuery(query, standard);
    const own = (session.get("tables") ?? "").split(" ").filter(isOwnTable);
    const [there] = await Promise.all([wanted.config.dataset, ...own].map(meet));
    keepTables(get().tables); // what is no longer kept isn't asked for again
    if (!there) {
      const { config: asked, changes, step } = wanted;
      return set({
        gone: { config: asked, changes, step, table: true },
        config: { ...defaults, ...asked, dataset: defaults.dataset, features: defaults.features },
      });
    }
    for (const [name, value] of Object.entries(wanted.config))
      if (!allowed(value, catalog.fields[name], catalog)) {
        wanted.errors.push(`${name}=${typeof value === "object" ? "…" : value}`);
        delete wanted.config[name];
      }
    const config = lesson ? { ...standard, ...wanted.config } : fitting(defaults, wanted.config);
    if (wanted.config.features) config.features = wanted.config.features;
    else if (wanted.config.dataset && !lesson) delete config.features;
    const id = wanted.run ?? session.get("run");
    try {
      const found = id ? await reopen(id, wanted, query) : false;
      if (!found && (wanted.run || wanted.step > AGAIN))
        return set({
          gone: { config, changes: wanted.changes, step: wanted.step },
          config: { ...standard, ...config },
        });
      if (!found) await recreate({ config, changes: wanted.changes, step: wanted.step });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await create(standard);
      tell(
        {
          bold: "The link asks for something that does not exist.",
          text: `${error.errors[0] ? `${error.errors[0].path}: ${error.errors[0].message}. ` : ""}This is the default setup.`,
        },
        0,
      );
      return;
    }
    if (wanted.errors.length)
      tell({ bold: "Not all of the link could be read:", text: `${wanted.errors.join(", ")} was left out.` }, 0);
  }

  async function reopen(id, wanted, query) {
    let run;
    try {
      run = await api.run(id);
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
    const known = run.changes
      .filter((c) => c.step <= wanted.step)
      .map((c) => ({ step: c.step, name: c.field, value: oneOf(c.value) }));
    const said = (config) => toQuery({ config, step: wanted.step, changes: wanted.changes }, standard);
    const its = toQuery({ config: { ...run.config, from: null }, step: wanted.step, changes: known }, standard);
    if (named && JSON.stringify(run.config.dataset) !== JSON.stringify(standard.dataset)) return false;
    if (
      !wanted.run &&
      its !== query &&
      its !== said(named ? { ...standard, ...wanted.config } : fitting(defaults, wanted.config))
    )
      return false;
    if (wanted.step > run.furthest_step) return false;
    if (run.changes.some((c) => c.step > wanted.step) && !wanted.step) return false;
    set({ broken: run.evaluation.stopped ? run.step : null });
    await adopt(run, { at: wanted.run ? run.step : wanted.step });
    return true;
  }

  /* ---------- first visit ---------- */

  function did(thing) {
    const visit = get().visit;
    if (!visit || visit.includes(thing)) return;
    const next = [...visit, thing];
    set({ visit: next.length >= 3 ? null : next });
    local.set("visited", next.length >= 3 ? "all" : next.join(" "));
  }

  /* ---------- all that can be asked of the page ---------- */

  return {
    history: () => history,
    begin: (lesson) => attempt(() => begin(lesson)),
    tick,
    follow: () => get().playing && driving && follow(),
    play,
    pause: () => move(halt),
    toggle: () => (get().playing ? move(halt) : play()),
    forward: () => move(forward),
    back: () => move(back),
    batch: () => move(batch),
    epoch: () => move(epoch),
    reset: () => move(() => create(get().config)),
    seed: () => move(() => create({ ...get().config, seed: get().config.seed + 1 })),
    jump: (direction) =>
      move(async () => {
        await halt();
        const { at, op } = get();
        if (at > 0) set({ op: nextLayer(ops(), op, direction), t: 1, moving: false });
      }),
    first: () =>
      move(async () => {
        await halt();
        if (get().at > 0) set({ op: 0, t: 1, moving: false });
      }),
    last: () =>
      move(async () => {
        await halt();
        if (get().at > 0) await goTo(get().at);
      }),
    scrub(op, t = 1) {
      did("tape");
      if (get().playing) move(halt);
      const { at } = get();
      if (at === 0) return;
      const broken = kept(at)?.step.finite === false;
      if (broken && op >= lastOf(at)) set({ op: lastOf(at), t: 0, moving: false });
      else set({ op: Math.max(0, Math.min(lastOf(at), op)), t, moving: false });
    },
    /** Nothing more is asked for this run; settles once what is under way has ended. */
    async end() {
      era++;
      await moves;
      await queue;
    },
    learn: (target, every, options) => move(() => learn(target, every, options)),
    reach,
    enter: (config, name) => move(() => enter(config, name)),
    leave: () => move(leave),
    takeOver: (id, points) => move(() => takeOver(id, points)),
    /** A run beside another's: from the start, or from a place in it (then only what differs is said). */
    open: (config, from = null) =>
      move(async () => {
        const old = get().run;
        const made = await api.create(from ? { from, ...config } : bodyOf(config));
        set({ broken: null, stopped: null });
        await adopt(await api.run(made.id));
        if (old) api.remove(old.id).catch(() => {});
      }),
    /** A file becomes a data set, and the run starts anew on it. @param {Blob} file @param {string} query */
    async useTable(file, query) {
      const { name, scaling, default_features: features } = await sendTable(file, query);
      if (get().lesson) await move(leave);
      const fields = { dataset: name, scaling: scaling.scaling, features };
      await move(() => create(fitting({ ...defaults, ...get().config }, fields)));
    },
    scrubSteps,
    stepBy: (n) => scrubSteps((wish ?? get().at) + n),
    speed(index) {
      const speed = Math.max(0, Math.min(SPEEDS.length - 1, index));
      const leaves = driving && modeOf(speed) !== "fast";
      set({ speed, clock: 0 });
      local.set("speed", String(speed));
      if (leaves || (driving && stream && speed !== FASTEST)) stream?.abort();
      if (leaves)
        move(async () => {
          await halt();
          play();
        });
    },
    change(fields) {
      if ("dropout" in fields) did("dropout");
      if (get().run && !get().away) change(fields);
      else set({ config: get().config && { ...get().config } });
    },
    restart: (fields) => move(() => restart(fields)),
    collect(fields) {
      const { config, pending } = get();
      const next = { ...config, ...pending, ...fields };
      set({ pending: differences(config, next).length ? next : null });
    },
    undo: () => set({ pending: null }),
    apply() {
      const { pending, config } = get();
      if (!pending) return;
      const fields = Object.fromEntries(differences(config, pending).map((name) => [name, pending[name]]));
      move(() => restart(fields)).then(() => set({ pending: null, setup: false }));
    },
    pendingWords: () => (get().pending ? changeWords(get().config, get().pending) : []),
    layers(change) {
      const hidden = get().config.hidden.map((layer) => ({ ...layer }));
      change(hidden);
      if (
        hidden.length <= catalog.limits.layers &&
        hidden.every((l) => l.units >= 1 && l.units <= catalog.limits.units)
      )
        move(() => restart({ hidden }));
    },
    select(selection) {
      set({ selection });
      if (selection) did("select");
    },
    hover: (hover) => set({ hover }),
    hoverRef: (hoverRef) => set({ hoverRef }),
    spotlight(index) {
      set({ spotlight: { index } });
      if (get().at > 0) move(() => load(get().at));
    },
    rescue(remedy) {
      move(async () => {
        const old = get().run;
        for (const other of get().stopped?.remedies ?? [])
          if (other !== remedy) api.remove(other.run.id).catch(() => {});
        const run = await api.run(remedy.run.id);
        set({ broken: run.evaluation.stopped ? run.step : null });
        await adopt(run);
        for (const [k, loss] of remedy.curve)
          history.series && history.noteEvaluation({ step: k, train_loss: loss, test_loss: null });
        grew();
        tell({
          bold: `${remedy.label}.`,
          text: `This is the run that was tried: ${TRIAL} steps, loss ${textOf("", remedy.loss)}. Walk back, or train on.`,
        });
        if (old) api.remove(old.id).catch(() => {});
      });
    },
    again: (fresh) =>
      move(async () => {
        const { gone } = get();
        set({ gone: null });
        if (fresh) await create(fresh === true ? defaults : fitting(defaults, fresh));
        else await recreate(gone);
      }),
    cancel: () => set({ busy: { ...get().busy, cancelled: true } }),
    goneWords: () =>
      setupWords({ ...defaults, ...get().gone?.config, features: get().gone?.config.features ?? ["", ""] }),
    zoom: (band) => set({ band }),
    setup: (open = !get().setup) => set({ setup: open }),
    tab: (tab) => set({ tab }),
    theme() {
      const theme = get().theme === "dark" ? "light" : "dark";
      set({ theme });
      local.set("theme", theme);
    },
    letters() {
      set({ letters: !get().letters });
      local.set("letters", get().letters ? "on" : "off");
    },
    welcome() {
      local.set("visited", "");
      set({ visit: [] });
    },
    away(seconds) {
      if (!get().away) {
        turns++;
        moves = Promise.resolve(); // what waits for the server shall not keep the reader waiting
        wish = null;
      }
      set({ away: { seconds }, strip: null });
    },
    returned() {
      set({ away: null });
      const { at, playing } = get();
      tell({ bold: "Back.", text: playing ? `Step ${at} goes on.` : "Everything works again." }, 3);
    },
    tell,
    environment: (values) => set(values),
    save() {
      const { base, changes, at } = get();
      return { config: base, changes, step: at, steps: history?.kept() ?? [] };
    },
  };
}
