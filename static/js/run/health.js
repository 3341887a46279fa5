// The health of a layer and of a whole network as a glyph and a few words. Pure.

export const GLYPHS = {
  healthy: "✓",
  vanishing: "▾",
  exploding: "▴",
  too_fast: "▴",
  dead: "◌",
  no_gradient: "◌",
  silent: "◌",
  saturated: "◐",
  not_finite: "✕",
  by_heart: "≠",
};

/** A layer's health in words, with its glyph. @param {{status: string, units: number, dead: number, saturated: number}} health */
export function healthWords({ status, units, dead, saturated }) {
  const words = {
    dead: `${dead} of ${units} dead`,
    saturated: `${saturated} of ${units} saturated`,
    not_finite: "not finite",
    no_gradient: "no gradient",
  };
  return `${GLYPHS[status] ?? "·"} ${words[status] ?? status}`;
}

/**
 * A whole network's, its units counted over all hidden layers. A start that was judged ill is named where nothing else is.
 * @param {{status: string, layers: any[]}} health @param {{status: string}|null} [start] its ladder before the first step
 * @returns {{words: string, ill: boolean, well?: boolean}}
 */
export function networkWords({ status, layers }, start) {
  const hidden = layers.slice(0, -1);
  const sum = (of) => hidden.reduce((all, layer) => all + of(layer), 0);
  const units = sum((layer) => layer.units);
  const dead = sum((layer) => layer.dead);
  const flat = sum((layer) => (layer.flat ? layer.units : 0));
  const wordsFor = (name) => healthWords({ status: name, units, dead, saturated: sum((layer) => layer.saturated) });
  if (flat) return { words: `${GLYPHS.dead} ${flat} of ${units} without a slope`, ill: true };
  const grave = /^(saturated|no_gradient|exploding|not_finite)$/.test(status);
  if (dead && !grave) return { words: wordsFor("dead"), ill: status === "dead" || dead > units / 4 };
  if (status !== "healthy") return { words: wordsFor(status), ill: true };
  if (start && /vanishing|exploding/.test(start.status))
    return { words: `${wordsFor(start.status)} at the start`, ill: true };
  return { words: wordsFor("healthy"), ill: false, well: true };
}
