// The place and size of an element, kept up to date by an observer: a frame that asks the page itself would have to wait
// for its layout.

/**
 * @param {HTMLElement} element @param {() => void} changed told afterwards
 * @returns {{left: number, top: number, width: number, height: number}} width and height inside its borders; 0 while hidden
 */
export function sizeOf(element, changed) {
  const size = { left: 0, top: 0, width: 0, height: 0 };
  const read = () => {
    const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = element;
    Object.assign(size, { left, top, width, height });
    changed();
  };
  const observer = new ResizeObserver(read);
  addEventListener("remeasure", read);
  observer.observe(element);
  if (element.parentElement) observer.observe(element.parentElement);
  return size;
}
