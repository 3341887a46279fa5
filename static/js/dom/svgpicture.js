// A part of the page as an SVG file of its own: its pictures as they are drawn, its canvases as images, its words as text in
// the page's fonts, which the file carries with it.

import { createSvg } from "./elements.js";

/** What an SVG element looks like: of these, whatever differs from where it would be without. */
const LOOKS =
  "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin opacity paint-order vector-effect mix-blend-mode clip-path mask transform-box".split(
    " ",
  );
const OF_TEXT =
  "font-family font-size font-style font-weight letter-spacing text-anchor dominant-baseline font-variant-numeric".split(
    " ",
  );
const SHAPES = "path rect circle ellipse line polyline polygon text tspan";
const XLINK = /^(xlink:|xml)/;

/**
 * @param {HTMLElement} element what is drawn, as it is shown now
 * @param {{background: string, skip?: string, margin?: number, ground?: number}} options skip: a selector of what is left out;
 *   margin: pixels left free around it; ground: further ones below
 * @returns {{svg: SVGSVGElement, width: number, height: number, texts: {family: string, style: string, text: string}[]}}
 */
export function pictureOf(element, { background, skip = "", margin = 0, ground = 0 }) {
  const zoom = element.currentCSSZoom ?? 1;
  const box = element.getBoundingClientRect();
  const width = Math.ceil(box.width / zoom) + 2 * margin;
  const height = Math.ceil(box.height / zoom) + 2 * margin + ground;
  const svg = createSvg("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `${-margin} ${-margin} ${width} ${height}`,
    "text-rendering": "geometricPrecision", // letters stay in their places at any size
  });
  createSvg("rect", { x: -margin, y: -margin, width, height, fill: background }, svg);
  const texts = [];
  const place = (rect) => ({
    x: (rect.left - box.left) / zoom,
    y: (rect.top - box.top) / zoom,
    width: rect.width / zoom,
    height: rect.height / zoom,
  });
  draw(element, svg);
  return { svg, width, height, texts };

  function draw(node, parent) {
    if (node.nodeType === Node.TEXT_NODE) return drawText(node, parent);
    if (!(node instanceof Element) || (skip && node.matches(skip))) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return;
    if (/inset\(50%/.test(style.clipPath)) return; // for screen readers alone
    if (node instanceof SVGSVGElement) return drawSvg(node, parent);
    if (node instanceof HTMLCanvasElement) return drawCanvas(node, style, parent);
    drawBox(node, style, parent);
    const group = style.opacity === "1" ? parent : createSvg("g", { opacity: style.opacity }, parent);
    for (const child of node.childNodes) draw(child, group);
  }

  function drawBox(node, style, parent) {
    const { x, y, width: w, height: h } = place(node.getBoundingClientRect());
    const border = Number.parseFloat(style.borderTopWidth);
    const bordered = border > 0 && style.borderTopStyle !== "none" && style.borderLeftStyle !== "none";
    const filled = isVisible(style.backgroundColor);
    if (node !== element && w > 0 && h > 0 && (bordered || filled)) {
      const inset = bordered ? border / 2 : 0;
      createSvg(
        "rect",
        {
          ...{ x: x + inset, y: y + inset, width: w - 2 * inset, height: h - 2 * inset },
          rx: Number.parseFloat(style.borderTopLeftRadius) || null,
          fill: filled ? style.backgroundColor : "none",
          ...(bordered && { stroke: style.borderTopColor, "stroke-width": border }),
        },
        parent,
      );
    }
    const below = Number.parseFloat(style.borderBottomWidth);
    if (!bordered && below > 0 && style.borderBottomStyle !== "none" && node !== element)
      createSvg("rect", { x, y: y + h - below, width: w, height: below, fill: style.borderBottomColor }, parent);
  }

  function drawCanvas(canvas, style, parent) {
    if (!canvas.width || !canvas.height) return;
    const image = createSvg("image", { ...place(canvas.getBoundingClientRect()), preserveAspectRatio: "none" }, parent);
    image.setAttribute("href", canvas.toDataURL());
    if (style.mixBlendMode !== "normal") image.style.mixBlendMode = style.mixBlendMode;
  }

  function drawSvg(node, parent) {
    const { x, y, width: w, height: h } = place(node.getBoundingClientRect());
    if (!w || !h) return;
    const viewBox = node.getAttribute("viewBox") ?? `0 0 ${w} ${h}`;
    const overflow = getComputedStyle(node).overflow;
    const inner = createSvg("svg", { x, y, width: w, height: h, viewBox, overflow }, parent);
    for (const child of node.children) copy(child, inner);
  }

  /** An element of an SVG with its looks written into it. */
  function copy(node, parent) {
    if (skip && node.matches(skip)) return;
    const inDefs = Boolean(node.closest("defs"));
    const style = getComputedStyle(node);
    if (!inDefs && (style.display === "none" || style.visibility === "hidden" || style.opacity === "0")) return;
    const shape = SHAPES.split(" ").includes(node.localName);
    if (shape && !inDefs && !isVisible(style.fill) && !isVisible(style.stroke)) return;
    const twin = createSvg(node.localName);
    for (const { name, value } of node.attributes)
      if (!/^(class|style|role|tabindex|data-|aria-|on)/.test(name) && !XLINK.test(name))
        twin.setAttribute(name, value);
    const isText = /^(text|tspan)$/.test(node.localName);
    if (shape || node.localName === "g" || node.localName === "stop") {
      for (const name of [...LOOKS, ...(isText ? OF_TEXT : [])]) {
        const value = style.getPropertyValue(name);
        if (value && value !== INITIAL[name]) twin.style.setProperty(name, value);
      }
      if (node.localName === "stop") twin.style.stopColor = style.stopColor;
      if (style.transform !== "none" && !node.hasAttribute("transform")) {
        twin.style.transform = style.transform;
        twin.style.transformOrigin = style.transformOrigin;
      }
    }
    parent.append(twin);
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && isText) {
        twin.append(child.data);
        texts.push({ family: style.fontFamily, style: style.fontStyle, text: child.data });
      } else if (child instanceof Element) copy(child, twin);
    }
  }

  /** Words, line by line as the browser has set them. */
  function drawText(node, parent) {
    if (!node.data.trim()) return;
    const style = getComputedStyle(node.parentElement);
    const range = document.createRange();
    /** @type {{text: string, rect: DOMRect}[]} */
    const lines = [];
    for (const { index, 0: word } of node.data.matchAll(/\S+\s*/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.trimEnd().length);
      const rect = range.getBoundingClientRect();
      if (!rect.width) continue;
      const last = lines.at(-1);
      if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) last.text += word;
      else lines.push({ text: word, rect });
    }
    const size = Number.parseFloat(style.fontSize);
    for (const { text, rect } of lines) {
      const { x, y, height: h } = place(rect);
      const label = createSvg("text", { x, y: y + h / 2 + size * 0.34, fill: style.color }, parent);
      for (const name of [
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "letter-spacing",
        "font-variant-numeric",
      ])
        label.style.setProperty(name, style.getPropertyValue(name));
      label.textContent = text.trimEnd();
      texts.push({ family: style.fontFamily, style: style.fontStyle, text });
    }
  }
}

/** The colour that an element stands on. @param {Element} element @returns {string} */
export function groundOf(element) {
  const { backgroundColor } = getComputedStyle(element);
  return isVisible(backgroundColor) || !element.parentElement ? backgroundColor : groundOf(element.parentElement);
}

/** What an element is without: it need not be written. */
const INITIAL = {
  "fill-opacity": "1",
  "fill-rule": "nonzero",
  "stroke-opacity": "1",
  "stroke-dasharray": "none",
  "stroke-dashoffset": "0px",
  opacity: "1",
  "paint-order": "normal",
  "vector-effect": "none",
  "mix-blend-mode": "normal",
  "clip-path": "none",
  mask: "none",
  "transform-box": "view-box",
  "letter-spacing": "normal",
};

const isVisible = (color) => Boolean(color) && color !== "none" && !/^rgba\(.*, 0\)$|^transparent$|\/ 0\)$/.test(color);

/**
 * The faces of the page's own fonts that these texts need, with the file of each in them.
 * @param {{family: string, style: string, text: string}[]} texts @param {(url: string) => Promise<string>} dataUrl of a font's file
 * @returns {Promise<string>} CSS
 */
export async function fontsOf(texts, dataUrl) {
  const faces = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .filter((rule) => /url\(/.test(rule.style.getPropertyValue("src")));
  const wanted = faces.filter((rule) => texts.some((text) => needs(rule.style, text)));
  const written = await Promise.all(
    wanted.map(async (rule) => {
      const [, url] = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"));
      const data = await dataUrl(new URL(url, rule.parentStyleSheet.href ?? location.href).href);
      return rule.cssText.replace(/url\("?[^")]+"?\)/, `url("${data}")`);
    }),
  );
  return written.join("\n");
}

/** Whether a face is one that a text is set in. */
function needs(face, { family, style, text }) {
  const name = face.getPropertyValue("font-family").replace(/["']/g, "");
  if (!family.includes(name)) return false;
  const range = face.getPropertyValue("unicode-range");
  if (range && range !== "U+0-10FFFF") return [...text].some((letter) => isIn(letter.codePointAt(0), range));
  return (face.getPropertyValue("font-style") === "italic") === (style === "italic");
}

const isIn = (code, range) =>
  range.split(",").some((part) => {
    const [from, to = from] = part.trim().replace(/^U\+/i, "").split("-");
    return code >= Number.parseInt(from, 16) && code <= Number.parseInt(to, 16);
  });

/** @param {SVGSVGElement} svg @returns {Blob} */
export const svgFile = (svg) =>
  new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(svg)], {
    type: "image/svg+xml",
  });

/** The same in dots. @param {Blob} file @param {number} width @param {number} height @param {number} scale @returns {Promise<Blob>} */
export async function pngFile(file, width, height, scale) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
