"""Data sets, uploaded tables, features, scalings and splits; knows nothing of the network."""
