// A data set's own points, small.

/** @param {Element} thumb @param {any} dataset of the catalog */
export function drawThumb(thumb, { preview, task, classes }) {
  const xs = preview.inputs.map((p) => p[0]);
  const ys = preview.inputs.map((p) => p[1]);
  const middle = (v) => (Math.max(...v) + Math.min(...v)) / 2;
  const span = (v) => (Math.max(...v) - Math.min(...v)) / 2 || 1;
  const [cx, cy] = [middle(xs), middle(ys)];
  const s = 1.22 / Math.max(span(xs), span(ys));
  const targets = preview.targets;
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const hue = (t) =>
    classes.length > 2
      ? `var(--c${1 + (t % 3)})`
      : (task === "regression" ? t > (low + high) / 2 : t > 0)
        ? "var(--vpos)"
        : "var(--vneg)";
  const marks = preview.inputs.map(([a, b], i) => {
    const x = ((a - cx) * s).toFixed(2);
    const y = (-(b - cy) * s).toFixed(2);
    const t = targets[i];
    const size =
      task === "regression" ? 0.04 + (0.1 * Math.abs(t - (low + high) / 2)) / ((high - low) / 2 || 1) : 0.085;
    return (classes.length > 2 ? t === 0 : task === "regression" || t > 0)
      ? `<circle cx="${x}" cy="${y}" r="${size.toFixed(3)}" fill="${hue(t)}"/>`
      : `<path d="M${x} ${y}m0-.115l.115.115-.115.115-.115-.115z" fill="${hue(t)}"/>`;
  });
  thumb.innerHTML = `<svg viewBox="-1.5 -1.5 3 3" aria-hidden="true">${marks.join("")}</svg>`;
}
