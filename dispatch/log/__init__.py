"""The log of a shift: what happened on a board, read from the histories that exist, and what its people write themselves."""
