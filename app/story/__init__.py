"""The story of backpropagation: its text with bound numbers, and the run that every number comes from."""
