"""One measured number beside its limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`limit` is None where nothing was promised, `ratio` None where a peer is not installed."""

    name: str
    ratio: float | None
    limit: float | None
    note: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        if self.ratio is None or self.limit is None:
            return True
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, measured, promised, verdict and note, as text."""
        measured = "–" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 1000 else f"{self.ratio:,.0f}"
        promised = "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        return self.name, measured, promised, "" if self.kept else "MISSED", self.note
