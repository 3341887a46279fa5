"""What a notebook shows of a run beside its picture: the live page in a frame."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Frame:
    """The page of a run; as the last value of a cell it is shown there."""

    url: str
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe src="{escape(self.url)}" title="Backprop Playground" width="100%" height="{self.height}" '
            'style="border: 0" allow="fullscreen"></iframe>'
        )
