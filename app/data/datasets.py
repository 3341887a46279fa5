"""The data sets by name: shapes in the plane, made-up tables, a real table and real pictures.

A table is drawn whole from `(name, samples, noise, seed)`. Inputs come from `default_rng([seed, 0, 0])`, the noise
from `default_rng([seed, 0, 1])`: more noise moves the same points further in the same directions. The columns of
circles, xor, moons, plane, housing and house_prices are distributed as in the verified recipes.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from . import digits
from .errors import DataError
from .numberformat import NumberFormat, is_missing

Array: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]
Task: TypeAlias = Literal["binary", "multiclass", "regression"]
TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression")


@dataclass(frozen=True)
class RawColumn:
    """A column as the source has it, and the columns of the Table that it becomes.

    `values` are a category's, and none for a number; it becomes a column for each of `indicates`, 1 where that is the
    value. That may be one value less than all: it then has 0 everywhere. With `says_missing` a last column is 1 where
    the value is missing. Texts are read as `format` says, and stand for a missing value if they are usual for that or
    among `gaps`.
    """

    name: str
    becomes: tuple[str, ...]
    values: tuple[str, ...] = ()
    indicates: tuple[str, ...] = ()
    unit: str = ""
    format: NumberFormat = field(default_factory=NumberFormat)
    gaps: tuple[str, ...] = ()
    says_missing: bool = False

    @property
    def width(self) -> int:
        """Columns that hold the value itself."""
        return len(self.becomes) - self.says_missing

    def is_gap(self, text: str) -> bool:
        """Whether this stands for a missing value."""
        return is_missing(text) or text in self.gaps

    def indicators(self, value: str) -> list[float]:
        """The columns of a category; all 0 for one that never came."""
        return [float(value == other) for other in self.indicates]

    def known(self, values: Sequence[float]) -> list[float]:
        """All columns, of the values of a cell that is not missing."""
        return [*values, *[0.0] * self.says_missing]


@dataclass(frozen=True)
class Table:
    """Rows before anything is done to them.

    `inputs` is (rows, columns), NaN where a value is missing; `targets` is (rows, 1) class numbers for the two
    classification tasks and (rows, outputs) for regression. `left_out` rows of the source are not in it, `why`.
    `sources` are the columns before categories became numbers, in order; none given: they are the columns as they are.
    `fill`, one of filling.FILLS, says what takes the place of missing values; "" leaves them missing. `ignored` are
    other columns of the source, the target among them.
    """

    columns: tuple[str, ...]
    inputs: Array
    targets: Array
    task: Task
    classes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    left_out: int = 0
    why: str = ""
    shape: bool = False  # a shape in the plane around the origin: x1 and x2 are drawn at the same scale
    target_scaling: str = "standard"  # what `auto` stands for in a regression
    sources: tuple[RawColumn, ...] = ()
    fill: str = ""
    target: str = ""  # what the target is called
    target_unit: str = ""
    ignored: tuple[str, ...] = ()


Draw: TypeAlias = Callable[[int, float, Generator, Generator], tuple[Array, Array]]


@dataclass(frozen=True)
class Dataset:
    """What a data set is, for the catalog, and how its rows are drawn: `(samples, noise, rng, noise_rng)`."""

    name: str
    task: Task
    description: str
    draw: Draw
    columns: tuple[str, ...] = ("x1", "x2")
    classes: tuple[str, ...] = ()
    units: tuple[str, ...] = ("", "")
    target: str = "class"
    made_up: bool = False  # looks like a table from the world, but is invented
    rows: int | None = None  # the number of rows where it is fixed: `samples` is then ignored
    noisy: bool = True  # whether `noise` means anything
    target_scaling: str = "standard"  # what `auto` stands for in a regression
    source: str = ""
    left_out: int = 0
    why: str = ""
    picture: tuple[int, int] | None = None  # rows and columns, where the columns are the pixels of one, row by row

    @property
    def shape(self) -> bool:
        return self.columns == ("x1", "x2")


def load(name: str, samples: int, noise: float, seed: int) -> Table:
    """The rows of a data set by name; DataError where there is none of that name, or too few rows for its classes."""
    if name not in DATASETS:
        raise DataError(f"there is no data set {name!r}", ("dataset",), name, tuple(DATASETS))
    dataset = DATASETS[name]
    least = max(1, len(dataset.classes))
    if dataset.rows is None and samples < least:
        raise DataError(f"{name} needs at least {least} samples, got {samples}", ("samples",), samples, f">= {least}")
    inputs, targets = dataset.draw(
        samples, noise, np.random.default_rng([seed, 0, 0]), np.random.default_rng([seed, 0, 1])
    )
    return Table(
        columns=dataset.columns,
        inputs=inputs,
        targets=targets.reshape(len(inputs), -1).astype(np.float64),
        task=dataset.task,
        classes=dataset.classes,
        units=dataset.units,
        left_out=dataset.left_out,
        why=dataset.why,
        shape=dataset.shape,
        target_scaling=dataset.target_scaling,
        target=dataset.target,
    )


def _labels(samples: int, classes: int, rng: Generator) -> Array:
    """Class numbers in random order, of each class as many as of the others (give or take one)."""
    return rng.permutation(np.arange(samples) % classes).astype(np.float64)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _noisy(points: Array, noise: float, noise_rng: Generator) -> Array:
    return points + noise * noise_rng.standard_normal(points.shape)


def _circles(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    labels = _labels(samples, 2, rng)
    points = _polar(np.where(labels == 1, 1.0, 0.45), rng.uniform(0, 2 * np.pi, samples))
    return _noisy(points, noise, noise_rng), labels


def _xor(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    """Uniform in [-1, 1]², class 1 where the signs differ; then the noise, which carries some over the border."""
    labels = _labels(samples, 2, rng)
    points = rng.uniform(-1, 1, (samples, 2))
    side = np.where(labels == 1, -1.0, 1.0) * np.where(points[:, 0] < 0, -1.0, 1.0)
    points[:, 1] = side * np.abs(points[:, 1])
    return _noisy(points, noise, noise_rng), labels


def _gaussians(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    labels = _labels(samples, 2, rng)
    points = np.where(labels[:, None] == 1, 0.6, -0.6) + 0.25 * rng.standard_normal((samples, 2))
    return _noisy(points, noise, noise_rng), labels


def _moons(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    labels = _labels(samples, 2, rng)
    angle = rng.uniform(0, np.pi, samples)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    points = np.where(labels[:, None] == 1, [1.0, 0.5] - upper, upper) - [0.5, 0.25]
    return _noisy(points, noise, noise_rng), labels


def _checkerboard(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    """4 × 4 squares over [-1.5, 1.5]²; class 1 where column and row are not both even or both odd."""
    labels = _labels(samples, 2, rng)
    column = rng.integers(0, 4, samples)
    row = 2 * rng.integers(0, 2, samples) + (column + labels.astype(np.int64)) % 2
    points = 0.75 * (np.column_stack([column, row]) + rng.random((samples, 2))) - 1.5
    return _noisy(points, noise, noise_rng), labels


def _arms(arms: int, turns: float) -> Draw:
    def draw(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
        labels = _labels(samples, arms, rng)
        along = rng.uniform(0.08, 1, samples)  # not from 0: where all arms meet no point belongs to any
        points = _polar(1.3 * along, 2 * np.pi * (turns * along + labels / arms))
        return _noisy(points, noise, noise_rng), labels

    return draw


def _blobs(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    labels = _labels(samples, 3, rng)
    centres = _polar(np.full(samples, 0.8), np.pi / 2 + 2 * np.pi * labels / 3)
    return _noisy(centres + 0.2 * rng.standard_normal((samples, 2)), noise, noise_rng), labels


def _plane(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    points = rng.uniform(-1, 1, (samples, 2))
    return points, _noisy(points.mean(axis=1), noise, noise_rng)


HILLS = np.array([[-0.7, 0.6, 1.0], [0.7, 0.6, -1.0], [0.0, -0.7, 1.0]])  # x1, x2, height


def _hills(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    """y = Σ height · exp(-‖x - centre‖² / (2 · 0.35²)): two hills and a hollow."""
    points = rng.uniform(-1.25, 1.25, (samples, 2))
    distance = ((points[:, None, :] - HILLS[:, :2]) ** 2).sum(axis=2)
    return points, _noisy(np.exp(-distance / (2 * 0.35**2)) @ HILLS[:, 2], noise, noise_rng)


def _housing(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    """Two log-normal columns; class 1 where the first is the more unusual; 5 % flipped, 1 % of each column × 20."""
    del noise
    unusual = rng.standard_normal((samples, 2))
    inputs = np.exp([0.65, 7.0] + [0.35, 0.75] * unusual)
    flipped = noise_rng.random(samples) < 0.05
    outliers = max(1, samples // 100)
    for column in (0, 1):
        inputs[noise_rng.choice(samples, outliers, replace=False), column] *= 20
    return inputs, ((unusual[:, 0] > unusual[:, 1]) ^ flipped).astype(np.float64)


def _house_prices(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    size = rng.uniform(20, 300, samples)
    rooms = np.clip(np.round(size / 40 + rng.standard_normal(samples)), 1, 9)
    price = 0.8 * (size - 160) / 80 + 0.2 * (rooms - 4) / 2
    return np.column_stack([size, rooms]), _noisy(price, noise, noise_rng)


def _point(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    del samples, noise, rng, noise_rng
    return np.ones((1, 1)), np.ones((1, 1))


PENGUIN_SPECIES = ("Adelie", "Chinstrap", "Gentoo")
PENGUIN_COLUMNS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


@cache
def _penguin_rows() -> tuple[Array, Array, int]:
    """Inputs, class numbers, and how many rows were left out because a measurement is missing."""
    text = resources.files(__package__).joinpath("penguins.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    whole = [row for row in rows if "NA" not in row.values()]
    inputs = np.array([[float(row[column]) for column in PENGUIN_COLUMNS] for row in whole])
    targets = np.array([float(PENGUIN_SPECIES.index(row["species"])) for row in whole])
    inputs.flags.writeable = targets.flags.writeable = False
    return inputs, targets, len(rows) - len(whole)


def _penguins(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    del samples, noise, rng, noise_rng
    inputs, targets, _ = _penguin_rows()
    return inputs, targets


def _digits(samples: int, noise: float, rng: Generator, noise_rng: Generator) -> tuple[Array, Array]:
    del samples, noise, rng, noise_rng
    return digits.read()


def _listed(*datasets: Dataset) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets}


DATASETS: dict[str, Dataset] = _listed(
    Dataset(
        "circles",
        "binary",
        "A ring around a smaller ring: no straight line parts them.",
        _circles,
        classes=("inner", "outer"),
    ),
    Dataset(
        "xor",
        "binary",
        "Opposite corners belong together: the classic that one layer cannot learn.",
        _xor,
        classes=("same sign", "different sign"),
    ),
    Dataset(
        "gaussians",
        "binary",
        "Two round clouds: one straight line is enough.",
        _gaussians,
        classes=("lower left", "upper right"),
    ),
    Dataset(
        "spirals",
        "binary",
        "Two arms wound around each other: needs depth, or patience.",
        _arms(2, 1.5),
        classes=("first arm", "second arm"),
    ),
    Dataset("moons", "binary", "Two half circles hooked into each other.", _moons, classes=("upper", "lower")),
    Dataset(
        "checkerboard",
        "binary",
        "Sixteen squares in two colours: many borders for few units.",
        _checkerboard,
        classes=("dark", "light"),
    ),
    Dataset(
        "spirals3",
        "multiclass",
        "Three arms wound around each other.",
        _arms(3, 1.0),
        classes=("first arm", "second arm", "third arm"),
    ),
    Dataset("blobs3", "multiclass", "Three round clouds.", _blobs, classes=("top", "lower left", "lower right")),
    Dataset(
        "plane",
        "regression",
        "A tilted plane: y is the mean of x1 and x2.",
        _plane,
        target="y",
        target_scaling="none",
    ),
    Dataset("hills", "regression", "Two hills and a hollow.", _hills, target="y", target_scaling="none"),
    Dataset(
        "penguins",
        "multiclass",
        "342 real penguins of three species, measured on the Palmer Archipelago: four columns, very different in size.",
        _penguins,
        columns=PENGUIN_COLUMNS,
        classes=PENGUIN_SPECIES,
        units=("mm", "mm", "mm", "g"),
        target="species",
        rows=len(_penguin_rows()[0]),
        noisy=False,
        source="Gorman, Williams and Fraser 2014, Palmer Station LTER, CC0",
        left_out=_penguin_rows()[2],
        why="no measurements",
    ),
    Dataset(
        "housing",
        "binary",
        "Made-up table: two skewed columns with outliers, thousands apart in size.",
        _housing,
        columns=("rooms_per_person", "population"),
        classes=("no", "yes"),
        units=("", "people"),
        target="more unusual in rooms than in population",
        made_up=True,
        noisy=False,
    ),
    Dataset(
        "house_prices",
        "regression",
        "Made-up table: a price from size and number of rooms.",
        _house_prices,
        columns=("size", "rooms"),
        units=("m²", ""),
        target="price, standardised",
        made_up=True,
    ),
    Dataset(
        "point",
        "regression",
        "One sample, x = 1 and y = 1: small enough to check with a pencil.",
        _point,
        columns=("x1",),
        units=("",),
        target="y",
        rows=1,
        noisy=False,
        target_scaling="none",
    ),
    Dataset(
        "digits",
        "multiclass",
        "1000 handwritten digits, 100 of each, as 8 × 8 pixels from 0 (paper) to 16 (ink): each pixel is an input.",
        _digits,
        columns=digits.COLUMNS,
        classes=tuple("0123456789"),
        units=("",) * len(digits.COLUMNS),
        target="digit",
        rows=digits.ROWS,
        noisy=False,
        source="Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, UCI, CC BY 4.0",
        picture=(digits.SIDE, digits.SIDE),
    ),
)
