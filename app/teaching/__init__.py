"""Notes for teachers on each topic of the lessons: the aim, a ten-minute path, questions, prepared tasks."""

from .data import data
from .gradients import gradients
from .how_it_works import how_it_works
from .note import Answered, Note, Stage, Task
from .regularization import regularization

__all__ = ["NOTES", "Answered", "Note", "Stage", "Task"]

NOTES: dict[str, Note] = {note.id: note for note in (gradients(), regularization(), data(), how_it_works())}
