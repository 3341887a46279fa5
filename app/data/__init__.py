"""Where samples come from: data sets, features, scalings, splits. Knows nothing of the network."""
