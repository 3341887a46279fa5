"""A run is a config, a seed, and what was changed when: building, training, rewinding and keeping runs. No web here."""
