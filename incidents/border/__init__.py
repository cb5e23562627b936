"""Events at the state border: what was found in which section, how many persons, what became of them."""
