"""Pure parts of the simulation: the way along a route, who calls about what, how long things take, a month gone by."""
