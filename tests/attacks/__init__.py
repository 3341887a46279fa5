"""Attacks on a server of its own, each with a watch on /healthz: `python -m tests.attacks` prints what came of them."""
