// The network that a reader's table would be put into: its columns in, the layers of the run there is, its classes out.
import { classMark, createSvg } from "./elements.js";

/** @param {any} becomes of an inspection @param {any} config of the run that there is */
export function network({ columns: inputs, classes, task }, config) {
  const hidden = (config?.hidden ?? []).map(({ units }) => units);
  const outputs = task === "multiclass" ? classes.length : 1;
  const widths = [inputs.length, ...hidden, outputs];
  const height = Math.max(96, Math.min(200, 26 * Math.max(...widths)));
  const root = createSvg("svg", { viewBox: `0 0 240 ${height + 6}`, class: "net", "aria-hidden": "true" });
  const x = (k) => 106 + (k * 118) / Math.max(1, widths.length - 1);
  const y = (k, i) => 3 + (height * (i + 0.5)) / widths[k];
  const size = Math.max(4, Math.min(16, (0.62 * height) / Math.max(...widths), 80 / widths.length));
  for (let k = 1; k < widths.length; k++)
    for (let i = 0; i < widths[k - 1]; i++)
      for (let j = 0; j < widths[k]; j++) {
        const [a, b, half] = [x(k - 1) + size / 2, x(k) - size / 2, (x(k) - x(k - 1)) / 2];
        createSvg(
          "path",
          { d: `M${a} ${y(k - 1, i)}C${a + half * 0.7} ${y(k - 1, i)} ${b - half * 0.7} ${y(k, j)} ${b} ${y(k, j)}` },
          root,
        );
      }
  widths.forEach((width, k) => {
    for (let i = 0; i < width; i++)
      createSvg("rect", { x: x(k) - size / 2, y: y(k, i) - size / 2, width: size, height: size, rx: size / 4 }, root);
  });
  inputs.forEach((name, i) => {
    const text = createSvg("text", { x: x(0) - size / 2 - 6, y: y(0, i) + 3.5, "text-anchor": "end" }, root);
    text.textContent = name.length > 16 ? `${name.slice(0, 15)}…` : name.replaceAll("_", " ");
    createSvg("title", { text: name }, text);
  });
  if (task === "multiclass")
    classes.forEach((_, k) => {
      const path = classMark(root, { task, classes }, k);
      path.setAttribute(
        "transform",
        `translate(${x(widths.length - 1)} ${y(widths.length - 1, k)}) scale(${size * 0.27})`,
      );
      root.append(path);
    });
  for (const left of root.querySelectorAll("svg")) left.remove();
  return root;
}
