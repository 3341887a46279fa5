"""The field's terms as this page uses them: the one source of the glossary, of the notation and of the words on hover.

A letter has one meaning, on the page, in the story and in the API's descriptions. Where the field uses one letter for
several things, the choice is made here: p is the dropout rate, so a probability is the prediction ŷ; σ is the sigmoid,
so a standard deviation is √Var; n is what batch norm hands on, so a batch has N samples; μ is momentum,
so a mean is E; λ is a curvature, so the penalties have α (as in Goodfellow, Bengio and Courville’s book).
"""

from .marking import marked
from .symbols import MEANINGS, notation
from .terms import BY_FIELD, BY_ID, TERMS, topics

__all__ = ["BY_FIELD", "BY_ID", "MEANINGS", "TERMS", "marked", "notation", "topics"]
