"""How sure figures and differences are: published examples, and the bootstrap against one done the long way."""

import random
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules import Sample, difference_of_percentiles, newcombe, percentile


def test_newcombe_gives_the_interval_of_the_published_example():
    """Newcombe (1998), table II, method 10: 56/70 against 48/80."""
    found = newcombe(56, 70, 48, 80)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_newcombe_holds_at_the_edges_of_shares():
    """Newcombe (1998), table II, method 10: 10/10 against 0/10, and 0/10 against 0/10."""
    assert newcombe(10, 10, 0, 10).low == pytest.approx(0.6075, abs=5e-5)
    assert newcombe(0, 10, 0, 10).high == pytest.approx(0.2775, abs=5e-5)
    assert newcombe(0, 0, 1, 2) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.sampled_from([0.5, 0.9, 0.25, 1.0, 0.0]))
def test_a_counted_sample_has_the_percentiles_of_its_cases(values, share):
    counted = [(float(value), values.count(value)) for value in sorted(set(values))]
    assert Sample(counted).percentile(share) == pytest.approx(percentile(sorted(values), share))


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("n", [1, 2, 9, 30])
def test_a_percentile_drawn_directly_is_distributed_as_that_of_drawn_resamples(share, n):
    chance = random.Random(7)
    values = sorted(chance.expovariate(1 / 300) for _ in range(n))
    direct = sorted(Sample([(value, 1) for value in values]).resampled(share, chance) for _ in range(4000))
    drawn = sorted(percentile(sorted(chance.choices(values, k=n)), share) for _ in range(4000))
    points = sorted({*direct, *drawn})
    apart = max(abs(bisect_right(direct, at + 1e-9) - bisect_right(drawn, at + 1e-9)) / 4000 for at in points)
    assert apart < 0.05  # Kolmogorov–Smirnov; by chance beyond 0.044 once in a thousand


def test_the_bootstrap_is_the_same_in_every_run_and_holds_the_difference():
    chance = random.Random(3)
    mine, earlier = (
        Sample([(value, 1) for value in sorted(chance.gauss(mean, 60) for _ in range(400))]) for mean in (400, 300)
    )
    first = difference_of_percentiles(mine, earlier, 0.5)
    assert first == difference_of_percentiles(mine, earlier, 0.5)
    assert 0 < first.low < mine.percentile(0.5) - earlier.percentile(0.5) < first.high


def test_the_bootstrap_of_a_difference_covers_the_truth_about_as_often_as_it_says():
    chance, held = random.Random(11), 0
    for seed in range(200):
        both = [Sample([(v, 1) for v in sorted(chance.expovariate(1 / 300) for _ in range(60))]) for _ in range(2)]
        found = difference_of_percentiles(*both, 0.5, resamples=400, seed=seed)
        held += found.low <= 0 <= found.high
    assert 0.9 <= held / 200 <= 0.995


def test_no_interval_without_cases():
    assert difference_of_percentiles(Sample([]), Sample([(1.0, 1)]), 0.5) is None
