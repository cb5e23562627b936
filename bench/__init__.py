"""Measurements, each beside its bare limit in the same run: machines are noisy, ratios are not."""
