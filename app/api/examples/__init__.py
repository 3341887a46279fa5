"""Examples for the API's description: answers of real runs, so that they can't be wrong."""
