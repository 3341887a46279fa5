// The words above a picture that takes the whole stage.
import { createHtml } from "./elements.js";

/** The words above a board. @param {HTMLElement} host @param {string} over @param {string} title @param {string} under */
export function boardHead(host, over, title, under) {
  const head = createHtml("div", { class: "cap board-cap" }, host);
  head.innerHTML = `<p class="ph"><b></b><span></span></p><h2></h2><p></p>`;
  const [bold, rest] = over.split(" · ");
  const set = (selector, words) => {
    /** @type {HTMLElement} */ (head.querySelector(selector)).textContent = words;
  };
  set("b", bold);
  set("span", rest ?? "");
  set("h2", title);
  set("p:last-child", under);
  return { head, say: (words) => set("span", words), under: (words) => set("p:last-child", words) };
}
