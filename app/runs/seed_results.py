"""How often each experiment held over seeds 0 to 19, written by tests/runs/measure_seeds.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeedResults:
    """Over `seeds` seeds it held in `held`; the rest is about the headline measure, where it was a number."""

    seeds: int
    held: int
    median: float | None
    least: float | None
    most: float | None


SEED_RESULTS: dict[tuple[str, str], SeedResults] = {
    ("differentiable", ""): SeedResults(20, 20, 0.0, 0.0, 0.0),
    ("differentiable", "sigmoid"): SeedResults(20, 20, 0.1038, 0.08277, 0.1697),
    ("differentiable", "tanh"): SeedResults(20, 20, 0.02544, 0.01458, 0.04068),
    ("vanishing", ""): SeedResults(20, 20, 4.529, 3.225, 6.13),
    ("vanishing", "relu"): SeedResults(20, 20, 0.0002906, 0.0002128, 0.007994),
    ("vanishing", "shallow"): SeedResults(20, 20, 0.2519, 0.1844, 0.3039),
    ("vanishing", "batch_norm"): SeedResults(20, 20, 0.006673, 0.005607, 0.01232),
    ("vanishing", "larger"): SeedResults(20, 20, 0.02022, 0.006511, 0.2351),
    ("vanishing", "adam"): SeedResults(20, 19, 0.001106, 0.0006642, 0.2049),
    ("vanishing", "he"): SeedResults(20, 18, 0.6916, 0.447, 0.6932),
    ("vanishing", "rate"): SeedResults(20, 20, 1.047, 1.042, 1.047),
    ("vanishing", "ten"): SeedResults(20, 20, 1.054e-06, 2.35e-07, 4.058e-06),
    ("exploding", ""): SeedResults(20, 20, 2.0, 2.0, 3.0),
    ("exploding", "scale"): SeedResults(20, 20, 0.0001636, 6.983e-05, 0.0006539),
    ("exploding", "clip"): SeedResults(20, 20, 0.001654, 0.0003162, 0.1487),
    ("exploding", "batch_norm"): SeedResults(20, 20, 0.0006909, 0.0003412, 0.001758),
    ("exploding", "rate"): SeedResults(20, 20, 0.1887, 0.1402, 0.4508),
    ("exploding_rate", ""): SeedResults(20, 20, 7.5, 4.0, 12.0),
    ("exploding_rate", "rate"): SeedResults(20, 20, 0.001444, 0.000378, 0.008315),
    ("exploding_rate", "clip"): SeedResults(20, 20, 0.01575, 0.006012, 0.03951),
    ("exploding_rate", "clip_1"): SeedResults(20, 20, 1.123, 0.9093, 1.934),
    ("exploding_rate", "batch_norm"): SeedResults(20, 20, 4.0, 4.0, 6.0),
    ("exploding_rate", "smaller"): SeedResults(20, 20, 12.0, 8.0, 15.0),
    ("dying", ""): SeedResults(20, 20, 0.8125, 0.5625, 0.9375),
    ("dying", "rate"): SeedResults(20, 20, 0.0625, 0.0, 0.1875),
    ("dying", "clip"): SeedResults(20, 20, 0.0625, 0.0, 0.1875),
    ("dying", "leaky"): SeedResults(20, 20, 0.6965, 0.4361, 0.8693),
    ("dying", "leaky_calm"): SeedResults(20, 20, 0.01723, 0.008198, 0.06279),
    ("dying", "batch_norm"): SeedResults(20, 20, 0.5938, 0.4375, 0.8125),
    ("dying", "later"): SeedResults(20, 20, 0.8125, 0.5625, 0.9375),
    ("scaling", ""): SeedResults(20, 20, 19420000.0, 10030000.0, 87840000.0),
    ("scaling", "log"): SeedResults(20, 20, 0.9316, 0.9055, 0.9552),
    ("scaling", "clip"): SeedResults(20, 20, 0.9104, 0.8706, 0.9328),
    ("scaling", "standard"): SeedResults(20, 20, 0.8943, 0.8383, 0.9303),
    ("scaling", "linear"): SeedResults(20, 20, 0.6629, 0.5149, 0.8234),
    ("scaling", "slower"): SeedResults(20, 20, 0.7055, 0.6914, 0.8108),
    ("scaling", "penguins"): SeedResults(20, 20, 0.441, 0.441, 0.441),
    ("scaling", "penguins_standard"): SeedResults(20, 20, 0.9956, 0.9913, 1.0),
    ("limit", ""): SeedResults(20, 20, 1.056, 1.046, 1.067),
    ("limit", "under"): SeedResults(20, 20, 0.004855, 0.004184, 0.00564),
    ("limit", "linear"): SeedResults(20, 20, 1.869, 1.712, 1.984),
    ("overflow", ""): SeedResults(20, 20, 45.0, 45.0, 46.0),
    ("overflow", "standard"): SeedResults(20, 20, 0.007469, 0.006924, 0.008765),
    ("overflow", "linear"): SeedResults(20, 20, 0.009708, 0.008147, 0.01376),
    ("overflow", "rate"): SeedResults(20, 20, 0.4019, 0.3276, 0.4624),
    ("overflow", "clip"): SeedResults(20, 20, 0.5074, 0.4347, 0.5593),
    ("missing", ""): SeedResults(20, 20, 1.0, 1.0, 1.0),
    ("missing", "drop"): SeedResults(20, 20, 0.09548, 0.03545, 0.177),
    ("missing", "fill"): SeedResults(20, 20, 0.1129, 0.03508, 0.1758),
    ("missing", "standard"): SeedResults(20, 20, 1.0, 1.0, 1.0),
    ("missing", "clip"): SeedResults(20, 20, 1.0, 1.0, 1.0),
    ("outlier", ""): SeedResults(20, 20, 0.995, 0.995, 0.995),
    ("outlier", "clip"): SeedResults(20, 20, 0.9025, 0.9, 0.97),
    ("outlier", "log"): SeedResults(20, 20, 0.96, 0.93, 0.985),
    ("outlier", "none"): SeedResults(20, 20, 0.97, 0.91, 0.985),
    ("outlier", "standard"): SeedResults(20, 20, 0.7875, 0.765, 0.805),
    ("dropout", ""): SeedResults(20, 20, 2.177, 1.472, 8.149),
    ("dropout", "rate_20"): SeedResults(20, 20, 0.4651, 0.1761, 4.604),
    ("dropout", "rate_50"): SeedResults(20, 20, 0.09506, -0.0275, 3.046),
    ("dropout", "rate_80"): SeedResults(20, 20, -0.005397, -0.1312, 0.5048),
    ("dropout", "rate_100"): SeedResults(20, 20, 0.0, 0.0, 0.0),
    ("dropout", "per_sample"): SeedResults(20, 19, 0.1596, -0.01006, 6.25),
    ("ensemble", ""): SeedResults(20, 20, 9.992e-16, 8.049e-16, 1.443e-15),
    ("ensemble", "deep"): SeedResults(20, 20, 0.1322, 0.03284, 2.64),
    ("paths", ""): SeedResults(20, 20, 36.86, 36.86, 36.86),
    ("paths", "shallow"): SeedResults(20, 20, 1.951, 1.951, 1.951),
    ("paths", "five"): SeedResults(20, 20, 1966.0, 1966.0, 1966.0),
    ("paths", "ten"): SeedResults(20, 20, 56470000.0, 56470000.0, 56470000.0),
    ("symmetry", ""): SeedResults(20, 20, 0.0, 0.0, 0.0),
    ("symmetry", "random"): SeedResults(20, 20, 0.01405, 0.008288, 0.2151),
    ("symmetry", "zeros"): SeedResults(20, 20, 0.6931, 0.6931, 0.6931),
    ("symmetry", "dropout"): SeedResults(20, 20, 0.1334, 0.08182, 0.2341),
}
