"""The symbols: what each of them stands for."""

from .term import Term
from .terms import TERMS

MEANINGS = {
    "k": "the number of a layer, from 1",
    "K": "the number of the last layer, the output",
    "x": "the inputs of a sample",
    "w": "one weight",
    "W": "all weights into a layer, one row an input and one column a unit",
    "b": "a bias",
    "z": "a weighted sum, before the activation function",
    "a": "an activation: the output of a unit",
    "f": "the activation function, a = f(z)",
    "σ": "the sigmoid; never a standard deviation",
    "ŷ": "the prediction; in a classification the probability of a class",
    "y": "the target",
    "L": "the loss, the mean over the samples",
    "∂L/∂w": "the gradient of one weight",
    "∂W": "the gradient of all weights into a layer, ∂L/∂W",
    "∂b": "the gradient of the biases of a layer, ∂L/∂b",
    "δ": "the error ∂L/∂z at a weighted sum",
    "f′": "the slope of the activation function",
    "‖∂W‖": "the norm of a layer’s gradient",
    "η": "the learning rate",
    "N": "the number of samples in a batch",
    "h": "the distance of a central difference",
    "m": "what an optimizer remembers of earlier gradients",
    "v": "the running mean of their squares",
    "β₁": "the share of m that is kept in each step of Adam",
    "β₂": "the share of v that is kept in each step of Adam",
    "ε": "a small number that keeps a division from being one by 0",
    "μ": "the share of the step before that momentum keeps; never a mean",
    "p": "the dropout rate; never the probability of a class",
    "d": "an activation after dropout",
    "n": "a weighted sum after batch norm",
    "x̂": "a weighted sum with mean 0 and variance 1 over the batch",
    "γ": "the learned scale of batch norm",
    "β": "the learned shift of batch norm",
    "E[z]": "the mean of z over the batch",
    "√Var[z]": "the standard deviation of z over the batch",
    "α₁": "the weight of the L1 penalty",
    "α₂": "the weight of the L2 penalty",
    "κ": "a condition number",
    "R²": "the share of the targets’ variance that is explained",
    "λ": "a curvature of the loss; λmax is the one along its steepest direction",
}
"""What each symbol of a term stands for, in a few words."""


def notation() -> tuple[tuple[str, str, Term], ...]:
    """Every symbol with its meaning and its one term, in the glossary's order."""
    return tuple((symbol, MEANINGS[symbol], term) for term in TERMS for symbol in term.symbols)
