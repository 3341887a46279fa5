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

const FORWARD_CHAPTERS = {
  x: "function",
  z: "forward",
  a: "forward",
  n: "forward",
  d: "yours",
  L: "loss",
  dz: "slope",
  dn: "slope",
};
const BACKWARD_CHAPTERS = {
  da: "sum",
  dd: "sum",
  dW: "weight",
  db: "weight",
  dgamma: "weight",
  dbeta: "weight",
  update: "update",
};

/**
 * The chapter that explains a record. The error that leaves the loss has one of its own, however it is called.
 * @param {{name: string, kind?: string, phase?: string}} record @returns {string}
 */
export function chapterOf({ name, kind = "", phase = "" }) {
  if (phase === "backward" && /squared_error|cross_entropy/.test(kind)) return "turn";
  if (kind === "dropout") return "yours";
  const stem = name.replace(/\d+$/, "");
  return { ...FORWARD_CHAPTERS, ...BACKWARD_CHAPTERS }[stem] ?? "function";
}

/**
 * The address of that chapter, with the place that "Back to step N" returns to.
 * @param {string} root @param {{run: string, step: number, op: string, selection?: any}} from
 * @param {{name: string, kind?: string, phase?: string}} record
 */
export const chapterAddress = (root, { run, step, op, selection }, record) =>
  `${root}/story?run=${encodeURIComponent(run)}&step=${step}&${positionQuery(op, selection)}#${chapterOf(record)}`;

const SELECTION_FIELDS = { weight: "layer from to".split(" "), bias: ["layer", "unit"], unit: ["layer", "unit"] };

/** Where a reader stood within a step: "op=dz2&pick=weight,2,0,1". @param {string} op @param {any} selection */
export const positionQuery = (op, selection = null) =>
  `op=${encodeURIComponent(op)}${selection ? `&pick=${[selection.kind, ...SELECTION_FIELDS[selection.kind].map((part) => selection[part])]}` : ""}`;

/** The same, read back from a query or a hash; null where there is none. @param {string} text */
export function readPosition(text) {
  const found = new URLSearchParams(text.replace(/^[#?]/, ""));
  const op = found.get("op");
  if (!op) return null;
  const [kind, ...numbers] = (found.get("pick") ?? "").split(",");
  const parts = Object.hasOwn(SELECTION_FIELDS, kind) ? SELECTION_FIELDS[kind] : [];
  const valid = parts.length > 0 && parts.length === numbers.length && numbers.every((n) => /^\d{1,2}$/.test(n));
  return {
    op,
    selection: valid ? { kind, ...Object.fromEntries(parts.map((part, i) => [part, Number(numbers[i])])) } : null,
  };
}
