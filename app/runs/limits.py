"""The largest that may be asked for: of a run, of a table, of a line."""

from ..data.csvlimits import Limits
from ..data.tables import MAX_CLASSES

MAX_STEPS = 100_000
MAX_LAYERS = 10
MAX_UNITS = 16
MAX_FEATURES = 64
MAX_ROWS = 5_000
MAX_COLUMNS = 64
MAX_PREDICTED = 10_000  # rows of one question
MAX_OUTPUTS = 20
MAX_WIDTH = max(MAX_UNITS, MAX_OUTPUTS)  # of a layer
MAX_PARAMETERS = 4 * (MAX_LAYERS + 1)  # arrays of a network: W, b, gamma and beta of each layer
MAX_SURFACE = 100
MAX_LINE_NUMBERS = 100_000
MAX_SURFACE_NUMBERS = 500_000
MAX_SAVED_STEPS = 10_000_000  # of a run in a file: whoever looks back may have to wait for so many
MAX_SEED = 2**53 - 1
FILE_LIMITS = Limits(
    bytes=50_000_000,
    rows=1_000_000,
    taken=MAX_ROWS,
    columns=1_000,
    inputs=MAX_FEATURES,
    classes=MAX_CLASSES,
    cells=600_000,
    cell=1_000,
    name=100,
)
MAX_CHANGES = 10_000  # of a run: each is kept, told and written with it for good
