"""Backprop Playground: see how a neural network learns, operation by operation."""

__version__ = "0.1.0"
