// Printing: a page is printed as it is on the screen. On a phone, which shows one part at a time, all parts are laid out on
// an upright sheet and drawn before the browser prints.

const PHONE = "screen and (max-width: 720px)"; // what the sheets say of a phone alone
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

/**
 * @param {HTMLElement} app
 * @param {{size: () => string, layoutForPrint: (size: string, theme: string) => void}} of layoutForPrint draws everything at once
 */
export function createPrint(app, { size, layoutForPrint }) {
  const root = document.documentElement;
  /** @type {[CSSMediaRule, string][]} */
  let disabledRules = [];
  let theme = "";

  function startPrint() {
    disabledRules = phoneRules().map((rule) => [rule, rule.media.mediaText]);
    for (const [rule] of disabledRules) rule.media.mediaText = "not all";
    theme = root.dataset.theme ?? "light";
    show(true, "tablet", "light"); // the margins of a sheet are white
  }

  function show(onPaper, size, theme) {
    app.classList.toggle("on-paper", onPaper);
    root.dataset.theme = theme;
    announceLayoutChange();
    layoutForPrint(size, theme);
  }

  addEventListener("beforeprint", () => {
    if (size() !== "phone") {
      sheet.replaceSync(`@page { size: ${Math.max(innerWidth, 900)}px ${innerHeight}px; margin: 0; }`);
      return;
    }
    sheet.replaceSync("@page { margin: 10mm 13mm; }");
    startPrint();
  });
  addEventListener("afterprint", () => {
    if (!app.classList.contains("on-paper")) return;
    for (const [rule, text] of disabledRules.splice(0)) rule.media.mediaText = text;
    show(false, "phone", theme);
  });
}

/** Has observed sizes measured again: the observers would report them only with the next frame. */
const announceLayoutChange = () => dispatchEvent(new Event("layoutchange"));

/** @returns {CSSMediaRule[]} */
const phoneRules = () =>
  [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .filter((rule) => rule instanceof CSSMediaRule)
    .filter((rule) => rule.media.mediaText.startsWith(PHONE));
