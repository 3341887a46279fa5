// A layer over a graph, of marks that are a function of its scene; written again only when that or the instrument changed.

/** @param {HTMLElement} graph @returns {(scene: any, state: any[], draw: () => string) => void} */
export function createOver(graph) {
  /** @type {SVGSVGElement|null} */
  let svg = null;
  let known = [];
  return (scene, state, draw) => {
    const idle = state.every((part) => !part);
    if (idle && !svg) return;
    if (!svg?.isConnected) {
      svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "graph-svg bench-over");
      svg.setAttribute("aria-hidden", "true");
      graph.querySelector(".graph-content").append(svg);
      known = [];
    }
    const key = [scene.layout, scene.records.id, scene.view.theme, scene.painting, ...state];
    if (key.length === known.length && key.every((part, i) => part === known[i])) return;
    known = key;
    const { width, height } = scene.layout;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.innerHTML = idle ? "" : draw();
  };
}
