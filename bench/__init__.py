"""Measurements, each beside its bare limit in the same run: machines are noisy, ratios are not."""

minutes = 0.5
"""How long the page with the moving units is watched (`--minutes`), and how long `soak` runs."""
LONG = ("soak",)
"""Benches that run only when they are named."""
