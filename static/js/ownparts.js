// Elements of the panel of a reader's own table; what is in a file is only ever text here.

/** An element with what is in it; texts become text, whatever they hold. @returns {any} */
export function el(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...inside.flat(Number.POSITIVE_INFINITY).filter((part) => part !== null && part !== ""));
  return element;
}

/** A quiet choice in place; a single possibility is only a word. */
export function pick(id, label, options, value, change) {
  if (options.length < 2) return options.find(([name]) => name === value)?.[1] ?? value;
  return el(
    "select",
    { id, "aria-label": label, onchange: (event) => change(event.target.value) },
    options.map(([name, text]) => el("option", { value: name, selected: name === value }, text)),
  );
}
