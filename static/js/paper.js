// On paper the page is what it is on the screen, as wide and as high: nothing has to be drawn anew, which no print would wait for.

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
addEventListener("beforeprint", () => {
  sheet.replaceSync(`@page { size: ${Math.max(innerWidth, 900)}px ${innerHeight}px; margin: 0; }`);
});
