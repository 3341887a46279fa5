// Share: a link to exactly this moment, what is in it and what is not, and the same as a QR code for a classroom wall; below
// it, each opened on its own, what else can be taken from here.

import { createHtml, setHidden, setText } from "../dom/elements.js";
import { createOpening } from "../dom/opening.js";
import { thousands } from "../format/numbers.js";
import { isUploadedTable, setupWords } from "../run/settings.js";
import { createCopyField } from "./copyfield.js";

/**
 * @param {HTMLElement} element
 * @param {{link: () => string, where: () => {operation: any, selection: boolean}, root: string, save: () => void, close: () => void,
 *   further: Record<string, (element: HTMLElement) => Promise<{render: () => void}>>}} on
 *   link: the address of what is shown now; where: the operation and whether something is selected; further: what else can be
 *   taken from here, by its title, loaded when it is opened
 * @returns {{render: (state: any) => void}}
 */
export function createShare(element, { link, where, root, save, close, further }) {
  createHtml("h2", { text: "Share this moment" }, element);
  const words = createHtml("p", {}, element);
  const { field, button: copy } = createCopyField(element, {
    label: "The link",
    copy: "Copy link",
    copied: "The link is copied.",
  });
  const facts = createHtml("p", { class: "share-facts" }, element);
  const code = createHtml("img", { class: "share-code", hidden: true }, element);
  const showCode = createHtml("button", { type: "button", class: "link", text: "Show it as a QR code" }, element);
  const panels = Object.entries(further).map(([title, load]) => createPanel(element, title, load));
  const missing = createHtml("p", { class: "share-missing" }, element);
  const missingText = createHtml("span", {}, missing);
  const file = createHtml("button", { type: "button", class: "link", text: "Save as a file" }, missing);

  showCode.addEventListener("click", () => {
    setHidden(code, !code.hidden);
    setText(showCode, code.hidden ? "Show it as a QR code" : "Hide the QR code");
    if (!code.hidden) code.src = `${root}/qr.svg?link=${encodeURIComponent(field.value)}`;
  });
  code.addEventListener("error", () => {
    setHidden(code, true);
    setText(showCode, "No QR code: the link is too long for one, or the server is away");
  });
  file.addEventListener("click", save);
  addEventListener("pointerdown", ({ target }) => {
    const at = /** @type {Element} */ (target);
    if (!element.hidden && !element.contains(at) && !at.closest("[data-do=share]")) close();
  });

  function write({ config, shownStep, changes }) {
    const { operation, selection } = where();
    const moment = [
      `step ${thousands(shownStep)}`,
      operation && `operation ${operation.index + 1} of ${operation.of}`,
      selection ? "what is selected" : "",
    ].filter(Boolean);
    field.value = link();
    const uploaded = isUploadedTable(config.dataset);
    setText(
      words,
      `The link holds the whole run: ${uploaded ? "" : "data, "}network, seed, every change that you made, and this moment: ${moment.join(", ")}. Whoever opens it ${uploaded ? "while this server keeps your table " : ""}sees the same numbers, to the last digit.`,
    );
    const changed = changes.length ? `, ${changes.length} ${changes.length === 1 ? "change" : "changes"}` : "";
    setText(facts, `${setupWords(config)}, seed ${config.seed}${changed}`);
    setText(missingText, uploaded ? "Not in the link: the rows of your own table. " : "");
    setHidden(code, true);
    setText(showCode, "Show it as a QR code");
    code.alt = "QR code of the link";
    for (const panel of panels) panel.render();
  }

  let state = null;
  const follow = createOpening(() => {
    write(state);
    copy.focus({ preventScroll: true });
  });
  return {
    render(next) {
      state = next;
      follow(next.shareOpen);
    },
  };
}

/**
 * What else can be taken from here.
 * @param {{commands: import("../session/commands.js").Commands, state: () => any, link: () => string, operation: () => any,
 *   file: (url: string) => Promise<Blob>}} of link: the address of what is shown now; operation: the one under the playhead
 */
export function createFurther({ commands, state, link, operation, file }) {
  const address = (query) => `${location.origin}${location.pathname}${query}`;
  return {
    async "Set a task"(element) {
      const { createTaskEditor } = await import("./taskeditor.js");
      return createTaskEditor(element, {
        link: (page, fromHere) =>
          address(
            fromHere
              ? commands.currentQuery(undefined, { page })
              : commands.currentQuery(0, { page, changes: [], config: state().config }),
          ),
        measured: () => ({ evaluation: commands.history().evaluationNear(state().shownStep), config: state().base }),
      });
    },
    async "Save a picture or a video"(element) {
      const { createPictures } = await import("./pictures.js");
      return createPictures(element, { commands, state, operation, file });
    },
    async "Put it into a page"(element) {
      const { createEmbedCode } = await import("./embedcode.js");
      return createEmbedCode(element, {
        link: () => {
          const [query, position] = link().split("#");
          return `${query}${query.includes("?") ? "&" : "?"}embed=1${position ? `#${position}` : ""}`;
        },
        state,
      });
    },
  };
}

/** A part that is loaded when it is opened for the first time. */
function createPanel(parent, title, load) {
  const details = createHtml("details", { class: "share-further" }, parent);
  createHtml("summary", { text: title }, details);
  const body = createHtml("div", {}, details);
  let panel = null;
  let loading = false;
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    if (panel) return panel.render();
    if (loading) return;
    loading = true;
    body.replaceChildren();
    try {
      panel = await load(body);
      panel.render();
    } catch {
      createHtml("p", { text: "This part did not arrive: the server is away. Open it again in a moment." }, body);
    }
    loading = false;
  });
  return { render: () => details.open && panel?.render() };
}
