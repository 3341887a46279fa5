// An overlay on a graph: marks that are a function of its scene, written again only when that or the instrument
// changed.

/** @param {HTMLElement} graph @returns {(scene: any, state: any[], draw: () => string) => void} */
export function createOverlay(graph) {
  /** @type {SVGSVGElement|null} */
  let svg = null;
  let drawnFor = [];
  return (scene, state, draw) => {
    const idle = state.every((part) => !part);
    if (idle && !svg) return;
    if (!svg?.isConnected) {
      svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "graph-svg instrument-overlay");
      svg.setAttribute("aria-hidden", "true");
      graph.querySelector(".graph-content").append(svg);
      drawnFor = [];
    }
    const key = [scene.layout, scene.records.id, scene.view.theme, scene.tilesVersion, ...state];
    if (key.length === drawnFor.length && key.every((part, i) => part === drawnFor[i])) return;
    drawnFor = key;
    const { width, height } = scene.layout;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.innerHTML = idle ? "" : draw();
  };
}
