// The controls and parts of the page that an address may name in hide= and show=. README lists them from here.

/** What a field of the config is set by, in the rail and among all settings. @param {string} names of fields, by spaces */
const fields = (names) =>
  names
    .split(" ")
    .map((name) => `:is(.field, .setting, .quick-settings > label, #${name}-control):has([data-field="${name}"])`)
    .join(",");
/** A column of the table of layers among all settings. @param {number} n */
const column = (n) => `.layers-table :is(th, td):nth-child(${n})`;
const button = (name) => `[data-do="${name}"]`;
const band = (id) => `#band-head [aria-controls="${id}"], #${id}`;
const chart = (name, id) => `#chart-tabs [data-chart="${name}"], #${id}`;

/**
 * By name: what it is called, where it is found, the shortcut that goes with it, and what show= opens: a part of the
 * band below the network, a chart, or something that the state of the page opens.
 * @typedef {{title: string, at: string, key?: string, band?: string, chart?: string, open?: Record<string, any>}} Part
 * @type {Record<string, Record<string, Part>>}
 */
export const GROUPS = {
  controls: {
    learning_rate: { title: "learning rate", at: "#learning-rate-control", key: "l" },
    dropout: { title: "dropout", at: `#dropout-control, ${fields("dropout")}, ${column(4)}`, key: "d" },
    dataset: { title: "data set", at: "#data" },
    noise: { title: "noise", at: fields("noise") },
    label_noise: { title: "label noise", at: fields("label_noise") },
    samples: { title: "number of samples", at: fields("samples") },
    test_fraction: { title: "split into training and test data", at: fields("test_fraction") },
    features: { title: "features", at: ".fold-heading:has(+ #features), #features" },
    scaling: { title: "scaling", at: "#fold-inputs :is(.fold-heading, .help-text, .segmented):not(:has(+ #features))" },
    hidden: {
      title: "layers and units",
      at: ".head-button, #setup :is(h3:has(+ .layers-table), .layers-table, .add-layer)",
    },
    activation: { title: "activation", at: `${fields("activation")}, ${column(3)}` },
    initializer: { title: "initializer", at: fields("initializer initializer_scale") },
    loss: { title: "loss function", at: fields("loss") },
    output_activation: { title: "output activation", at: fields("output_activation") },
    optimizer: { title: "optimizer", at: fields("optimizer beta1 beta2 epsilon") },
    momentum: { title: "momentum", at: fields("momentum") },
    batch_norm: { title: "batch norm", at: `${fields("batch_norm")}, ${column(5)}` },
    batch_size: { title: "batch size", at: fields("batch_size") },
    penalty: { title: "L1 and L2 penalty", at: fields("penalty l1 l2") },
    clip_norm: { title: "clipping of the gradient", at: fields("clip_norm") },
    seed: { title: "seed", at: `${button("seed")}, ${fields("seed")}` },
  },
  transport: {
    reset: { title: "Reset", at: button("reset"), key: "r" },
    back: { title: "Previous operation", at: button("back"), key: "ArrowLeft" },
    play: { title: "Play", at: button("play"), key: " " },
    forward: { title: "Next operation", at: button("forward"), key: "ArrowRight" },
    batch: { title: "Next batch", at: button("batch"), key: "b" },
    epoch: { title: "Next epoch", at: button("epoch"), key: "e" },
    speed: { title: "Speed", at: ".transport .speed", key: "+" },
  },
  parts: {
    caption: { title: "caption", at: "#caption" },
    legend: { title: "legend", at: "#stage-tools, #legend", open: { legendOpen: true } },
    plane: { title: "output over the input plane", at: "#plane" },
    metrics: { title: "loss and accuracy", at: "#metrics" },
    charts: { title: "charts", at: "#chart-tabs, #side > :is(#loss, #gradient, #confusion, #predicted, #update-bars)" },
    confusion: { title: "confusion matrix", at: chart("confusion", "confusion"), chart: "confusion" },
    predicted: { title: "predicted against true values", at: chart("predicted", "predicted"), chart: "predicted" },
    gradients: { title: "chart of the gradients", at: chart("gradients", "gradient"), chart: "gradients" },
    update: { title: "chart of the update", at: chart("update", "update-bars"), chart: "update" },
    tape: { title: "tape", at: band("operations"), band: "operations" },
    layers: { title: "statistics of the layers", at: `${band("stats")}, #tab-layers`, band: "layers" },
    steps: { title: "chart of all steps", at: band("timeline"), band: "steps" },
    inspector: { title: "numbers of a weight or unit", at: "#inspector, #unit, #sample-loss" },
    lessons: { title: "lessons", at: `${button("lessons")}, #tab-lessons`, open: { lessonsOpen: true } },
    settings: { title: "all settings", at: `${button("setup")}, #setup`, open: { setup: true } },
    story: { title: "story", at: ".story-link" },
    share: { title: "share", at: ".share-button" },
    help: { title: "help and keys", at: button("help"), key: "?" },
  },
};

/** All of them by name. @type {Record<string, Part>} */
export const PARTS = Object.assign({}, ...Object.values(GROUPS));

/** Where nothing is left in a place, the place goes too: of these names all are hidden. */
const PLACES = [
  { of: "noise test_fraction", at: "#fold-data" },
  { of: "features scaling", at: "#fold-inputs" },
  { of: "activation initializer optimizer batch_norm batch_size penalty", at: "#fold-network" },
  {
    of: "dataset noise test_fraction features scaling activation initializer optimizer batch_norm batch_size penalty lessons",
    at: ".app > .rail, #tab-data",
    column: "--rail",
  },
  { of: "plane metrics charts inspector", at: "#side, #tab-output", column: "--side" },
  { of: "tape layers steps", at: "#tape" },
];

/**
 * The names of hide= or show= that stand for something, a group for all in it, and those that stand for nothing.
 * @param {string} text @returns {{names: string[], unknown: string[]}}
 */
export function readNames(text) {
  const names = [];
  const unknown = [];
  for (const name of text.split(",").map((each) => each.trim())) {
    if (Object.hasOwn(GROUPS, name)) names.push(...Object.keys(GROUPS[name]));
    else if (Object.hasOwn(PARTS, name)) names.push(name);
    else if (name) unknown.push(name);
  }
  return { names, unknown };
}

/** The names as hide= has them: a group where all of it is meant. @param {Set<string>} chosen */
export function namesText(chosen) {
  const names = Object.entries(GROUPS).map(([group, parts]) => {
    const here = Object.keys(parts).filter((name) => chosen.has(name));
    return here.length === Object.keys(parts).length ? [group] : here;
  });
  return names.flat().join(",");
}

/** The style sheet that hides these. @param {Set<string>} hidden names */
export function sheetOf(hidden) {
  const rules = [...hidden].map((name) => `${PARTS[name].at} { display: none !important; }`);
  for (const { of, at, column } of PLACES) {
    if (!of.split(" ").every((name) => hidden.has(name))) continue;
    rules.push(`${at} { display: none !important; }`);
    if (column) rules.push(`.app.app:not(.lesson) { ${column}: 0px; }`);
  }
  return rules.join("\n");
}
