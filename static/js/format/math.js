// Arithmetic: bounds, shares, rounding and easings. Pure.

/** True for a finite number; the wire writes null where a record holds NaN or an infinity. */
export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export const clamp = (value, low = 0, high = 1) => Math.max(low, Math.min(high, value));

/** Where value lies between low and high, held to 0..1. */
export const progress = (value, low, high) => (high > low ? clamp((value - low) / (high - low)) : value < low ? 0 : 1);

/** Largest |value| in nested lists, numbers that are not finite left out; 0 when there are none. */
export function maxAbs(values) {
  if (!Array.isArray(values)) return isNumber(values) ? Math.abs(values) : 0;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, maxAbs(value));
  return largest;
}

/** True when every number in nested lists is finite. */
export const allNumbers = (values) => (Array.isArray(values) ? values.every(allNumbers) : isNumber(values));

/** value / limit in -1..1; 0 where nothing can be told. */
export const share = (value, limit) => (isNumber(value) && limit > 0 ? clamp(value / limit, -1, 1) : 0);

/** Entries of an easing's table; linear in between, within 1/10 000 of the curve. */
export const EASING_STEPS = 256;

/** A CSS cubic-bezier easing as a function of 0..1. */
export function cubicBezier(x1, y1, x2, y2) {
  const at = (a, b, t) => 3 * a * t * (1 - t) ** 2 + 3 * b * t ** 2 * (1 - t) + t ** 3;
  const solve = (x) => {
    let low = 0;
    let high = 1;
    for (let i = 0; i < 16; i++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < x) low = middle;
      else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
  const table = Float64Array.from({ length: EASING_STEPS + 1 }, (_, i) =>
    i % EASING_STEPS ? solve(i / EASING_STEPS) : i / EASING_STEPS,
  );
  return (x) => {
    if (x <= 0 || x >= 1) return clamp(x);
    const i = Math.floor(x * EASING_STEPS);
    return table[i] + (table[i + 1] - table[i]) * (x * EASING_STEPS - i);
  };
}

/** For what travels. */
export const easeTravel = cubicBezier(0.6, 0.05, 0.3, 0.95);

/** For gauges and fades. */
export const easeOut = cubicBezier(0.22, 0.8, 0.28, 1);

/** To a tenth, to a hundredth of a pixel. */
export const n1 = (v) => Math.round(v * 10) / 10;

export const n2 = (v) => Math.round(v * 100) / 100;
