// The list of lessons: a sheet below the bar, searched by typing, with what the reader has done already.

import { local } from "../dom/browser.js";
import { createHtml, setHidden, setText } from "../dom/elements.js";
import { createOpening } from "../dom/opening.js";

/** The lessons whose claim was seen to hold in a run of this browser. */
const doneLessons = () => (local.get("lessons-done") ?? "").split(" ").filter(Boolean);

/** @param {string} id of a lesson */
export function markLessonDone(id) {
  const done = doneLessons();
  if (!done.includes(id)) local.set("lessons-done", [...done, id].join(" "));
}

/**
 * @param {HTMLElement} sheet @param {{close: () => void}} on
 * @returns {{render: (state: {lessonsOpen: boolean}) => void}}
 */
export function createLessonList(sheet, { close }) {
  const find = /** @type {HTMLInputElement} */ (sheet.querySelector("[type=search]"));
  const none = /** @type {HTMLElement} */ (sheet.querySelector(".lessons-none"));
  const items = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll("[data-find]")]);
  const groups = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll(".lessons-group")]);

  function search() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) setHidden(item, !words.every((word) => item.dataset.find.includes(word)));
    for (const group of groups) setHidden(group, !group.querySelector("[data-find]:not([hidden])"));
    const left = items.filter((item) => !item.hidden).length;
    setHidden(none, left > 0);
    setText(none, left ? "" : `No lesson speaks of “${find.value}”.`);
  }

  find.addEventListener("input", search);
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (!find.value) return close();
      find.value = "";
      return search();
    }
    const links = items.filter((item) => !item.hidden).map((item) => item.querySelector("a"));
    if (event.key === "Enter" && event.target === find) links[0]?.click();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = links.indexOf(/** @type {any} */ (document.activeElement));
    (links[at + by] ?? find).focus();
  });

  function markDone() {
    const done = doneLessons();
    for (const item of items) {
      const link = item.querySelector("a");
      if (!done.includes(link.dataset.experiment) || link.querySelector(".done")) continue;
      createHtml("small", { class: "done", text: "✓ done" }, link);
    }
  }

  const follow = createOpening(() => {
    markDone();
    find.value = "";
    search();
    find.focus({ preventScroll: true });
  });
  return { render: ({ lessonsOpen }) => follow(lessonsOpen) };
}
