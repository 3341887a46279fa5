"""What a CSV file may hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may hold; written once, where the limits of a run are."""

    bytes: int
    rows: int  # of the file
    taken: int  # rows that a run may hold
    columns: int
    inputs: int  # columns of numbers that it becomes
    classes: int  # different values of a column of categories
    cells: int  # that a run may hold: of wide tables fewer rows
    cell: int  # characters
    name: int  # characters of a column's name, or of a category

    def held(self, width: int) -> int:
        """Rows of so many columns that a run may hold."""
        return max(1, min(self.taken, self.cells // max(1, width)))
