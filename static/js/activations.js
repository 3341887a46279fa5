// Activations as curves, to be drawn and to have a slope. Pure: numbers in, numbers out.

const C = Math.sqrt(2 / Math.PI);

/** What an activation does to a sum, its slope from the recorded sum and answer, and how that slope is written. */
export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1, formula: "1" },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (_, a) => a * (1 - a), formula: "a (1 − a)" },
  tanh: { value: Math.tanh, slope: (_, a) => 1 - a * a, formula: "1 − a²" },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0), formula: "1 or 0" },
  leaky_relu: {
    value: (z) => (z > 0 ? z : 0.01 * z),
    slope: (z) => (z > 0 ? 1 : 0.01),
    formula: "1 or 0.01",
  },
  elu: {
    value: (z) => (z > 0 ? z : Math.expm1(z)),
    slope: (z, a) => (z > 0 ? 1 : a + 1),
    formula: "1 or a + 1",
  },
  gelu: { value: (z) => 0.5 * z * (1 + geluGate(z)), slope: geluSlope, formula: "of the gate" },
  step: { value: (z) => (z > 0 ? 1 : 0), slope: () => 0, formula: "0" },
};

function geluGate(z) {
  return Math.tanh(C * (z + 0.044715 * z ** 3));
}

function geluSlope(z) {
  const t = geluGate(z);
  return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * C * (1 + 3 * 0.044715 * z * z);
}
