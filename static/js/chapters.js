// Pure: the story's chapters by name, and which of them explains an operation.

export const CHAPTERS = [
  "function",
  "forward",
  "loss",
  "blame",
  "turn",
  "slope",
  "weight",
  "sum",
  "paths",
  "update",
  "doors",
  "yours",
];

const BY_STEM = {
  x: "function",
  z: "forward",
  a: "forward",
  n: "forward",
  d: "yours",
  L: "loss",
  dz: "slope",
  dn: "slope",
};
const LATER = { da: "sum", dd: "sum", dW: "weight", db: "weight", dgamma: "weight", dbeta: "weight", update: "update" };

/**
 * The chapter that explains a record. The error that leaves the loss has one of its own, however it is called.
 * @param {{name: string, kind?: string, phase?: string}} record @returns {string}
 */
export function chapterOf({ name, kind = "", phase = "" }) {
  if (phase === "backward" && /squared_error|cross_entropy/.test(kind)) return "turn";
  if (kind === "dropout") return "yours";
  const stem = name.replace(/\d+$/, "");
  return { ...BY_STEM, ...LATER }[stem] ?? "function";
}

/**
 * The address of that chapter, with the place that "Back to step N" returns to.
 * @param {string} root @param {{run: string, step: number, op: string}} from @param {{name: string, kind?: string, phase?: string}} record
 */
export const chapterAddress = (root, { run, step, op }, record) =>
  `${root}/story?run=${encodeURIComponent(run)}&step=${step}&op=${encodeURIComponent(op)}#${chapterOf(record)}`;
