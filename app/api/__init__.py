"""The wire: routes, JSON out, problems."""
