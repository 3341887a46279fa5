"""The story of backpropagation: its prose with bindings, and the engine run that every number of it comes from."""
