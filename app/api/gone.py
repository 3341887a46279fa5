"""A client that has hung up."""


class ClientGoneError(Exception):
    """Nobody waits for the answer any longer."""
