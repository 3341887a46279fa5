"""The HTTP API: routes, the JSON they answer, problems and the description."""
