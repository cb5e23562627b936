"""Where a caller's phone says that it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules import NotAml, parse_aml

GOOD = 'A"ML=1;lt=+54.76397;lg=-0.18305;rd=50;top=20130717141935;lc=90;pm=W;si=123456789012345;ei=1234567890123456;mcc=234;mnc=30;ml=128'


def test_the_example_of_the_standard():
    fix = parse_aml(GOOD)
    assert (fix.lat, fix.lon, fix.accuracy_m, fix.confidence, fix.method) == (54.76397, -0.18305, 50, 90, "wifi")
    assert fix.at == datetime(2013, 7, 17, 14, 19, 35, tzinfo=UTC)
    assert "123456789012345" not in repr(fix)


@pytest.mark.parametrize(
    "message",
    [
        'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20130717141935;lc=00;pm=N;ml=1',
        'A"ML=1;lt=+45.1;lg=+19.1;rd=N;pm=G;ml=1',
        'A"ML=1;lt=+45.1;lg=+19.1;rd=20;pm=N;ml=1',
        'A"ML=1;lt=+00.00000;lg=+000.00000;rd=20;pm=G;ml=1',
        'A"ML=1;lt=+91.0;lg=+19.1;rd=20;pm=G;ml=1',
        'A"ML=1;lt=+45.1;lg=+181;rd=20;pm=G;ml=1',
        'A"ML=1;lt=nan;lg=+19;rd=20;pm=G;ml=1',
        'A"ML=1;lt=+45.1;rd=20;pm=G;ml=1',
        'A"ML=1;lt=+45.1;lg=+19.1;rd=-5;pm=G;ml=1',
        'A"ML=1;',
    ],
)
def test_no_location_is_never_a_place(message):
    fix = parse_aml(message)
    assert (fix.lon, fix.lat, fix.accuracy_m) == (None, None, None)


@pytest.mark.parametrize("ml", ["ml=1", "ml=99999", "ml=x", ""])
def test_a_wrong_length_is_no_reason_to_refuse(ml):
    assert parse_aml(GOOD.replace("ml=128", ml)).lat == 54.76397


def test_quotes_and_blanks_of_those_who_paste_are_understood():
    assert parse_aml("  a\u201dml=1; lt=+45.25 ; LG=19.84;rd=7;pm=g\n").method == "gnss"


@pytest.mark.parametrize("top", ["20131317141935", "2013", "", "20130230000000"])
def test_a_time_that_is_none_is_none(top):
    assert parse_aml(GOOD.replace("20130717141935", top)).at is None


@pytest.mark.parametrize("text", ["", "ML=1;lt=1", "45.25, 19.84", 'A"ML=;lt=1', 'xA"ML=1;'])
def test_anything_else_is_no_message(text):
    with pytest.raises(NotAml):
        parse_aml(text)


@given(st.text())
def test_nothing_breaks_it(text):
    fix = parse_aml('A"ML=1;' + text)
    assert (fix.lon is None) == (fix.lat is None)
