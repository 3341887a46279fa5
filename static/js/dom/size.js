// The place and size of an element, kept up to date by an observer: a frame that asks the page itself would have to wait
// for its layout.

/**
 * @param {HTMLElement} element @param {() => void} changed told afterwards
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
  let spoken = false;
  const read = (width, height) => {
    spoken = true;
    if (width === box.width && height === box.height) return false;
    [box.width, box.height] = [width, height];
    return true;
  };
  new ResizeObserver(([entry]) => {
    if (read(Math.round(entry.contentRect.width), Math.round(entry.contentRect.height))) changed();
  }).observe(element);
  addEventListener("layoutchange", () => {
    spoken = false;
  });
  return {
    box,
    /** Asks the element itself only before the observer has spoken: in a frame that would force a layout. */
    measure() {
      if (!spoken) read(element.clientWidth, element.clientHeight);
      return box;
    },
  };
}
