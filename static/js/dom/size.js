// Observed sizes of elements: reading them in a frame would force a layout.

/**
 * @param {HTMLElement} element @param {() => void} changed called afterwards
 * @returns {{left: number, top: number, width: number, height: number}} width and height inside its borders; 0 while hidden
 */
export function observeBox(element, changed) {
  const size = { left: 0, top: 0, width: 0, height: 0 };
  const read = () => {
    const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = element;
    Object.assign(size, { left, top, width, height });
    changed();
  };
  const observer = new ResizeObserver(read);
  addEventListener("layoutchange", read);
  observer.observe(element);
  if (element.parentElement) observer.observe(element.parentElement);
  return size;
}

/** Tells the size of an element now and whenever it changes. @param {HTMLElement} element @param {() => void} changed */
export function observeSize(element, changed) {
  const box = { width: 0, height: 0 };
  let observed = false;
  const read = (width, height) => {
    observed = true;
    if (width === box.width && height === box.height) return false;
    [box.width, box.height] = [width, height];
    return true;
  };
  new ResizeObserver(([entry]) => {
    if (read(Math.round(entry.contentRect.width), Math.round(entry.contentRect.height))) changed();
  }).observe(element);
  addEventListener("layoutchange", () => {
    observed = false;
  });
  return {
    box,
    /** Measures the element itself only before the observer has reported: in a frame that would force a layout. */
    measure() {
      if (!observed) read(element.clientWidth, element.clientHeight);
      return box;
    },
  };
}
