// A part of the page saved as a file: SVG, or PNG with the dots of a printer, with a caption below it.

import { createHtml, createSvg } from "./elements.js";
import { fontsOf, groundOf, pictureOf, pngFile, svgFile } from "./svgpicture.js";

/** Dots of a printer to one pixel of the page. */
export const PRINTED = 300 / 96;
const MARGIN = 16;
const LINE = 17;
const SMALLEST = 200; // pixels of a line of the caption

/**
 * @typedef {{title: string, caption: string, skip: string, file: (url: string) => Promise<Blob>}} Saved skip: a selector of
 *   what is left out; file: what an address holds
 *
 * Saves it as it is shown now.
 * @param {HTMLElement} part @param {Saved & {kind: "SVG"|"PNG", name: string}} of name: of the file, without its ending
 * @returns {Promise<string>} the file's name
 */
export async function savePicture(part, { kind, name, ...of }) {
  const { file, width, height } = await drawnPicture(part, of);
  const whole = `${name}.${kind.toLowerCase()}`;
  saveFile(kind === "PNG" ? await pngFile(file, width, height, PRINTED) : file, whole);
  return whole;
}

/**
 * The part as it is shown now, as an SVG file.
 * @param {HTMLElement} part @param {Saved} of @returns {Promise<{file: Blob, width: number, height: number}>}
 */
export async function drawnPicture(part, { title, caption, skip, file }) {
  const font = getComputedStyle(document.body).fontFamily;
  const lines = linesOf(caption, font, Math.max(part.clientWidth, SMALLEST));
  const ground = lines.length * LINE + 8;
  const { svg, width, height, texts } = pictureOf(part, { background: groundOf(part), skip, margin: MARGIN, ground });
  lines.forEach((text, k) => {
    const label = createSvg("text", { x: 0, y: height - ground - MARGIN + 6 + k * LINE }, svg);
    label.style.font = `12px ${font}`;
    label.style.fill = getComputedStyle(document.documentElement).getPropertyValue("--ink-2");
    label.textContent = text;
    texts.push({ family: font, style: "normal", text });
  });
  svg.prepend(createSvg("style", { text: await fontsOf(texts, async (url) => dataUrl(await file(url))) }));
  svg.prepend(createSvg("title", { text: `${title}. ${caption}` }));
  return { file: svgFile(svg), width, height };
}

/** A text in lines of this width. */
function linesOf(text, font, width) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `12px ${font}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && canvas.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Settles after so many frames. @param {number} count */
export function framesPassed(count) {
  return new Promise((done) => {
    const next = () => (count-- > 0 ? requestAnimationFrame(next) : done(undefined));
    next();
  });
}

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = (blob) =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(new Error("a font did not arrive"));
    reader.readAsDataURL(blob);
  });

/** @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  createHtml("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
