"""The measures as the rules have them, in plain Python."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.rules import (
    History,
    Measure,
    Sent,
    Why,
    first_sent,
    first_to_arrive,
    kaplan_meier,
    outcomes,
    percentile,
    summarise,
    wilson,
)

CALL = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return CALL + timedelta(seconds=seconds)


def test_p90_of_the_textbook_case_is_1440_by_percentile_cont():
    values = [120, 180, 240, 300, 360, 420, 600, 900, 1200, 3600]
    assert percentile(values, 0.9) == pytest.approx(1440)


def test_percentile_of_one_value_is_that_value():
    assert percentile([7], 0.9) == 7


def test_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_first_sent_and_first_to_arrive_may_differ():
    history = History(CALL, (Sent("A", at(10), at(20), at(300)), Sent("B", at(60), at(70), at(200))))
    assert (first_sent(history).unit, first_to_arrive(history).unit) == ("A", "B")
    found = outcomes(history)
    assert (found[Measure.RESPONSE], found[Measure.DISPATCH_DELAY]) == (200, 10)
    assert (found[Measure.TURNOUT], found[Measure.TRAVEL]) == (10, 130)


def test_tied_arrivals_go_to_the_unit_sent_earlier_then_to_the_lower_call_sign():
    early, late = Sent("Z", at(5), None, at(100)), Sent("A", at(6), None, at(100))
    assert first_to_arrive(History(CALL, (late, early))) is early
    other = Sent("B", at(5), None, at(100))
    assert first_to_arrive(History(CALL, (early, other))) is other


def test_an_arrival_of_a_unit_whose_dispatch_is_unknown_loses_a_tie():
    known, unknown = Sent("Z", at(5), None, at(100)), Sent("A", None, None, at(100))
    assert first_to_arrive(History(CALL, (unknown, known))) is known


def test_summary_below_the_least_number_shows_n_alone():
    few = summarise([1.0, 2.0, 3.0, 4.0])
    assert (few.n, few.p50_s, few.p90_s, few.mean_s) == (4, None, None, None)
    assert summarise([1.0, 2.0, 3.0, 4.0, 5.0]).p50_s == 3.0


def test_summary_counts_zero_apart_and_keeps_it():
    found = summarise([0.0, 0.0, 5.0, Why.NEGATIVE, Why.ON_VIEW, Why.MISSING], min_cases=1)
    assert (found.n, found.n_zero, found.n_missing) == (3, 2, 1)
    assert found.excluded == {"negative": 1, "on_view": 1}
    assert found.mean_s == pytest.approx(5 / 3)


def test_wilson_interval_of_eight_in_ten():
    """The interval of 8/10 as worked in Newcombe (1998), by the score method: 0.4902 to 0.9433."""
    found = wilson(8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=5e-5), pytest.approx(0.9433, abs=5e-5))


def test_wilson_interval_of_none_and_of_all():
    assert wilson(0, 0) is None
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0, pytest.approx(1))


def test_kaplan_meier_without_censoring_is_the_plain_quantile():
    found = kaplan_meier([(seconds, 1, 0) for seconds in (10, 20, 30, 40)])
    assert (found.n, found.censored, found.p50_s, found.p90_s) == (4, 0, 20, 40)


def test_kaplan_meier_censored_cases_wait_longer():
    found = kaplan_meier([(10, 1, 0), (15, 0, 1), (20, 1, 0), (30, 1, 0), (99, 0, 1)])
    # after 10: 4/5; 15 leaves; after 20: 4/5 · 2/3 = 8/15; after 30: 4/15
    assert (found.p50_s, found.p90_s) == (30, None)


def test_kaplan_meier_reached_before_censored_at_one_instant():
    assert kaplan_meier([(10, 0, 1), (10, 1, 0)]).p50_s == 10
