"""Skills that units, officers and kinds of incidents name by code: what they are called."""
