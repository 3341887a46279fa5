/** An answer of the server about one weight, with some of it another. */
export const weightCheck = (more = {}) => ({
  parameter: "W2",
  index: [3, 1],
  h: 0.5,
  weight: 0.8,
  loss: 0.5,
  loss_below: 0.4,
  loss_above: 0.62,
  secant: 0.22,
  gradient: 0.248,
  relative_error: 0.117,
  curve: Array.from({ length: 29 }, (_, i) => ({ h: 10 ** (-i / 2), relative_error: 10 ** -Math.min(i, 14) })),
  line: { weights: [-0.7, 0.8, 2.3], losses: [0.2, 0.5, null] },
  ...more,
});
